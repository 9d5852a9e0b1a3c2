"""The design system: one type family that every medium can carry, one scale, and the page that shows it."""

import re

import pytest
from matplotlib.ft2font import FT2Font
from PIL import ImageFont

from docs.design_sheet import FOLDER, draw_sheet
from emoclassify.colours import COLOURS, LEAST_CONTRAST, LEAST_CONTRAST_OF_WORDS, THEMES, contrast, standing_out
from emoclassify.design import (
    FAMILY,
    FONTS,
    MEANINGS,
    SIZES,
    SPACES_PX,
    TABULAR,
    WEIGHTS,
    font_faces,
    font_path,
    size_of,
    theme_variables,
)
from emoclassify.words.texts import CATALOGUES, LANGUAGES


def font_letters(weight: str) -> set[str]:
    """The letters that a weight of the family has."""
    return {chr(code) for code in FT2Font(str(font_path(weight))).get_charmap()}


@pytest.mark.parametrize("weight", WEIGHTS)
def test_the_family_has_every_letter_of_the_catalogues_and_figures_of_one_width(weight: str) -> None:
    catalogues = (CATALOGUES / lang / "LC_MESSAGES" / "emoclassify.po" for lang in LANGUAGES if lang != "en")
    letters = set("".join(path.read_text(encoding="utf-8") for path in catalogues)) - {"\n"}
    font = ImageFont.truetype(font_path(weight), 100)
    assert font.getname()[0] == FAMILY
    assert letters <= font_letters(weight)
    assert len({font.getlength(figure, features=[TABULAR]) for figure in "0123456789"}) == 1
    assert font_path(weight, ".woff2").read_bytes().startswith(b"wOF2")


def test_the_fonts_come_with_their_licence_and_are_small() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in FONTS.iterdir()) < 1.5 * 1024**2


def test_sizes_are_one_scale_and_words_can_be_read_on_their_ground() -> None:
    assert SIZES["text"] == 1
    ordered = list(SIZES.values())
    assert ordered == sorted(ordered)
    assert size_of("title", "page") == pytest.approx(16 * 1.2**3, abs=0.01)
    for theme in THEMES.values():
        for colour in (theme.ink, theme.muted, theme.accent):
            assert contrast(colour, theme.ground) >= LEAST_CONTRAST_OF_WORDS
        assert contrast(theme.ink, theme.raised) >= LEAST_CONTRAST_OF_WORDS
        assert contrast(THEMES["light"].ground, theme.button) >= LEAST_CONTRAST_OF_WORDS  # white words
        assert contrast(theme.edge, theme.ground) >= LEAST_CONTRAST


@pytest.mark.parametrize("theme", THEMES)
def test_the_page_of_docs_is_drawn_of_the_module(theme: str) -> None:
    sheet = draw_sheet(theme)
    assert (FOLDER / f"design-{theme}.svg").read_text(encoding="utf-8") == sheet, "python -m docs.design_sheet"
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", sheet)
    for names in (WEIGHTS, SIZES, SPACES_PX):
        assert all(any(text.startswith(name) for text in texts) for name in names)
    for colours in MEANINGS.values():
        assert colours.keys() <= set(texts)
        assert {colour for colour in colours.values() if colour} <= set(texts)


@pytest.mark.parametrize("theme", THEMES)
def test_css_names_every_size_space_and_colour(theme: str) -> None:
    variables = dict(re.findall(r"--([\w-]+): ([^;]+);", theme_variables(theme)))
    assert {*COLOURS, "ink", "ground", "size-title", "space-medium"} <= variables.keys()
    assert all(contrast(variables[name], THEMES[theme].ground) >= 3 for name in COLOURS)
    assert font_faces().count("@font-face") == len(WEIGHTS)
    assert font_faces("Bold").count("@font-face") == 1


def test_a_colour_that_stands_out_already_stays() -> None:
    assert standing_out(COLOURS["sad"], "#FFFFFF") == COLOURS["sad"]
    assert standing_out(COLOURS["happy"], "#FFFFFF") != COLOURS["happy"]
