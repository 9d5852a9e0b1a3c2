"""Draws the design system on one page: `python -m docs.design_sheet` writes docs/design-light.svg and design-dark.svg.

Everything on it is read from `emoclassify/design.py`, `colours.py` and `words/numbers.py`.
"""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from emoclassify.colours import THEMES, Theme, standing_out
from emoclassify.design import FAMILY, MEANINGS, SIZES, SPACES_PX, TEXT_SIZES, WEIGHTS, font_faces, font_stack, size_of
from emoclassify.words.numbers import clock, count, number, percent, seconds, signed, span
from emoclassify.words.texts import LANGUAGES

FOLDER = Path(__file__).parent
_WIDTH, _LEFT, _COLUMN = 1120, 48, 190
_LETTERS = "Aa Бб Жж 0123456789"


def draw_sheet(theme: str) -> str:
    """The page in a theme of THEMES, as SVG."""
    sheet = _Sheet(THEMES[theme])
    sheet.heading(FAMILY, "title")
    for name, weight in WEIGHTS.items():
        sheet.line(f"{name} {weight}: {_LETTERS}", "lead", weight)
    sheet.heading("Sizes")
    for name in SIZES:
        media = ", ".join(f"{medium} {size_of(name, medium):g}" for medium in TEXT_SIZES)
        sheet.line(name, name)
        sheet.beside(media)
    sheet.heading("Spaces")
    sheet.spaces()
    sheet.heading("Ground, words and lines")
    sheet.swatches({**vars(THEMES[theme])})
    for meaning, colours in MEANINGS.items():
        sheet.heading(meaning.capitalize())
        sheet.swatches(colours, stands_out=True)
    sheet.heading("Numbers and times")
    for lang, language in LANGUAGES.items():
        sheet.line(f"{language}: {' · '.join(_formats(lang))}", "text")
    return sheet.content()


def _formats(lang: str) -> Iterator[str]:
    yield from (clock(19.0, lang), clock(3725.5, lang), span(2.5, 4.0, lang), seconds(5.25, lang))
    yield from (percent(0.54, lang), percent(0.001, lang), number(0.5, lang), signed(-0.25, lang), count(12345, lang))


class _Sheet:
    """An SVG that grows downward."""

    def __init__(self, theme: Theme) -> None:
        self._theme, self._parts, self._bottom = theme, list[str](), 24.0

    def heading(self, text: str, size: str = "heading") -> None:
        self._bottom += SPACES_PX["large"] - SPACES_PX["small"]
        self.line(text, size, WEIGHTS["SemiBold"])

    def line(self, text: str, size: str, weight: int = 400) -> None:
        size_px = size_of(size, "page")
        self._bottom += round(1.4 * size_px)
        self._text(_LEFT, self._bottom, text, size_px, weight, self._theme.ink)

    def beside(self, text: str) -> None:
        """Small words in a column beside the last line."""
        self._text(_LEFT + _COLUMN, self._bottom, text, size_of("note", "page"), 400)

    def spaces(self) -> None:
        self._bottom += 2 * SPACES_PX["medium"]
        for i, (name, space_px) in enumerate(SPACES_PX.items()):
            x = _LEFT + i * _COLUMN
            self._box(x, self._bottom - 12, space_px, 12, self._theme.accent)
            self._text(x + space_px + 8, self._bottom, f"{name} {space_px}", size_of("note", "page"), 400)

    def swatches(self, colours: dict[str, str | None], *, stands_out: bool = False) -> None:
        """A patch of each colour with its name; of a line's colour also how it looks on this ground."""
        across = (_WIDTH - 2 * _LEFT) // _COLUMN
        for i, (name, colour) in enumerate(colours.items()):
            self._bottom += 48 if i % across == 0 else 0
            x, y = _LEFT + i % across * _COLUMN, self._bottom - 28
            shade = self._theme.ground if colour is None else colour
            self._box(x, y, 28, 28, standing_out(shade, self._theme.ground) if stands_out and colour else shade)
            self._text(x + 36, y + 11, name, size_of("note", "page"), WEIGHTS["SemiBold"], self._theme.ink)
            self._text(x + 36, y + 26, colour or "the ground", size_of("note", "page"), 400)

    def content(self) -> str:
        height = round(self._bottom + SPACES_PX["huge"])
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}">',
                f"<style>{font_faces('Regular', 'SemiBold')}",
                f"text {{ font-family: {font_stack()}; font-feature-settings: 'tnum'; }}</style>",
                f'<rect width="{_WIDTH}" height="{height}" fill="{self._theme.ground}"/>',
                *self._parts,
                "</svg>\n",
            ]
        )

    def _box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        edge = f'stroke="{self._theme.rule}"'
        self._parts.append(f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{colour}" {edge}/>')

    def _text(self, x: float, y: float, text: str, size_px: float, weight: int, colour: str = "") -> None:
        style = f'font-size="{size_px}" font-weight="{weight}" fill="{colour or self._theme.muted}"'
        self._parts.append(f'<text x="{x}" y="{y}" {style}>{escape(text)}</text>')


def write_sheets() -> None:
    """Writes the page in every theme beside this file."""
    for theme in THEMES:
        (FOLDER / f"design-{theme}.svg").write_text(draw_sheet(theme), encoding="utf-8")


if __name__ == "__main__":
    write_sheets()
