"""What pages of plain HTML share, which Streamlit has no part in: their language, their texts, their theme."""

import html
from collections.abc import Iterable
from pathlib import Path

from starlette.requests import Request

from emoclassify.colours import DOUBTFUL
from emoclassify.design import FAMILY, WEIGHTS, font_path, theme_variables
from emoclassify.words.texts import LANGUAGES
from webapp.parts.texts import LANGUAGE_COOKIE, texts_in


def language_of(request: Request) -> str:
    """The language of a visitor: that of the address, of the cookie, of the browser, else the first."""
    candidates = (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE))
    return next((language for language in candidates if language in LANGUAGES), None) or _of_browser(request)


def _of_browser(request: Request) -> str:
    """The first language that the browser asks for and that there is."""
    preferences = [part.split(";")[0].strip()[:2] for part in request.headers.get("accept-language", "").split(",")]
    return next((language for language in preferences if language in LANGUAGES), next(iter(LANGUAGES)))


def other_than(language: str) -> str:
    """Another language than this one."""
    return next(other for other in LANGUAGES if other != language)


def filled(template: Path, language: str, texts: Iterable[str]) -> str:
    """A page with `[[name]]` replaced by these texts of the catalogue, and `[[lang]]` and `[[other]]` by languages."""
    content = template.read_text(encoding="utf-8")
    for name in texts:
        content = content.replace(f"[[{name}]]", html.escape(texts_in(language)[name]))
    return content.replace("[[lang]]", language).replace("[[other]]", other_than(language))


def theme_style(fonts_path: str) -> str:
    """The design system for both themes of the browser, and the family's files, which are below `fonts_path`."""
    faces = [
        f"@font-face {{ font-family: '{FAMILY}'; font-weight: {number}; "
        f"src: url({fonts_path}/{font_path(weight, '.woff2').name}) format('woff2'); }}"
        for weight, number in WEIGHTS.items()
    ]
    return "\n".join(
        (
            *faces,
            f":root {{ {theme_variables('light')} --doubtful: {DOUBTFUL}; }}",
            f"@media (prefers-color-scheme: dark) {{ :root {{ {theme_variables('dark')} }} }}",
        )
    )
