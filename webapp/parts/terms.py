"""The words of the page and their explanations: links to the page "Glossary" wherever such a word is used."""

from webapp.parts.session import Visit

GUIDE = "guide"
"""The address of the page that explains the words."""


def term_path(name: str) -> str:
    """The address of the explanation of a word of `glossary.NAMES`."""
    return f"/{GUIDE}#{name}"


def term_links(names: tuple[str, ...], visit: Visit) -> str:
    """A line of Markdown with a link to the explanation of each word."""
    links = (f"[{visit.texts[f'term_{name}']}]({term_path(name)})" for name in names)
    return f"{visit.texts['terms_lead']} {' · '.join(links)}"
