"""The words of the page and their explanations: links to the page "Glossary" wherever such a word is used."""

from emoclassify.words.glossary import pieces
from webapp.parts.session import Visit
from webapp.parts.texts import plain

GUIDE = "guide"
"""The address of the page that explains the words."""


def term_path(name: str) -> str:
    """The address of the explanation of a word of `glossary.NAMES`."""
    return f"/{GUIDE}#{name}"


def linked(text: str, visit: Visit, linked_names: set[str] | None = None) -> str:
    """A plain text as Markdown, with a link at each word that is explained, where it is said first.

    Args:
        text: in the visitor's language.
        visit: of the page.
        linked_names: names of words that are links already; those of this text are added.
    """
    named = list(pieces(text, visit.language, linked_names=linked_names or ()))
    if linked_names is not None:
        linked_names.update(name for _, name in named if name)
    return "".join(word_link(part, name) for part, name in named)


def word_link(text: str, name: str) -> str:
    """A text as a link to the explanation of a word of `glossary.NAMES`, as Markdown; without a name it is plain."""
    return f"[{plain(text)}]({term_path(name)})" if name else plain(text)


def term_links(names: tuple[str, ...], visit: Visit) -> str:
    """A line of Markdown with a link to the explanation of each word."""
    links = (f"[{visit.texts[f'term_{name}']}]({term_path(name)})" for name in names)
    return f"{visit.texts['terms_lead']} {' · '.join(links)}"
