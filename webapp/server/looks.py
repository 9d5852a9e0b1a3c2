"""The look of the page: type, sizes and colours of design system and brand, as Streamlit and CSS take them."""

from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from emoclassify.colours import LEAST_CONTRAST_OF_WORDS, THEMES, standing_out
from emoclassify.design import FAMILY, WEIGHTS, font_path, font_stack, size_of, theme_variables
from emoclassify.outputs.document.brand import PLAIN, Brand
from webapp.server.branding import page_brand

FONTS_PATH, LOGO_PATH = "/fonts", "/brand/logo"

_WHITE = THEMES["light"].ground
_HEADINGS = {"title": 700, "heading": 600, "lead": 600}
"""Size of a heading, from the first level on -> its weight."""

_CACHE = "public, max-age=86400"
_LOGO_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
"""Content policy of the logo: a drawing may be shown, but never run."""


def look_routes() -> list[Route]:
    """For the fonts and the logo."""
    return [Route(FONTS_PATH + "/{name}", _font, methods=["GET"]), Route(LOGO_PATH, _logo, methods=["GET"])]


async def _font(request: Request) -> Response:
    paths = {path.name: path for path in (font_path(weight, ".woff2") for weight in WEIGHTS)}
    path = paths.get(request.path_params["name"])
    if path is None:
        return PlainTextResponse("Not found", 404)
    return FileResponse(path, media_type="font/woff2", headers={"Cache-Control": _CACHE})


async def _logo(_: Request) -> Response:
    path = page_brand().logo_path
    if path is None:
        return PlainTextResponse("Not found", 404)
    kind = "image/svg+xml" if path.suffix == ".svg" else "image/png"
    headers = {"Cache-Control": _CACHE, "Content-Security-Policy": _LOGO_POLICY}
    return FileResponse(path, media_type=kind, headers=headers)


def theme_settings(brand: Brand = PLAIN) -> dict[str, Any]:
    """The settings of Streamlit's themes."""
    faces = [
        {"family": FAMILY, "url": f"{FONTS_PATH}/{font_path(name, '.woff2').name}", "weight": weight}
        for name, weight in WEIGHTS.items()
    ]
    settings = {
        "theme.baseRadius": "0.5rem",
        "theme.font": font_stack(),
        "theme.fontFaces": faces,
        "theme.headingFontSizes": [f"{size_of(name, 'page')}px" for name in _HEADINGS],
        "theme.headingFontWeights": list(_HEADINGS.values()),
        "theme.metricValueFontSize": f"{size_of('title', 'page')}px",
        "theme.metricValueFontWeight": WEIGHTS["SemiBold"],
    }
    for name, theme in THEMES.items():
        colours = {
            "backgroundColor": theme.ground,
            "secondaryBackgroundColor": theme.raised,
            "textColor": theme.ink,
            "linkColor": accent_in(name, brand),
            "primaryColor": _button_in(name, brand),
            "borderColor": theme.edge,
        }
        settings |= {f"theme.{name}.{option}": colour for option, colour in colours.items()}
    return settings


def style_of(name: str, brand: Brand = PLAIN) -> str:
    """The CSS variables of a theme of THEMES, which the page and its widgets use."""
    return f":root {{ {theme_variables(name)} --accent: {accent_in(name, brand)}; }}"


def accent_in(name: str, brand: Brand) -> str:
    """The colour of links and marks in a theme: the brand's, as far as words in it can be read there."""
    if brand.accent == PLAIN.accent:
        return THEMES[name].accent
    return standing_out(brand.accent, THEMES[name].ground, LEAST_CONTRAST_OF_WORDS)


def _button_in(name: str, brand: Brand) -> str:
    """The colour of the main button in a theme: the brand's, as far as white words on it can be read."""
    if brand.accent == PLAIN.accent:
        return THEMES[name].button
    return standing_out(brand.accent, _WHITE, LEAST_CONTRAST_OF_WORDS)
