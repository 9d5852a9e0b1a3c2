"""The fonts that Typst sets with: read once, for the report and for the pictures of charts."""

import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib
import typst
from matplotlib.ft2font import FT2Font

from emoclassify.design import FONTS, font_path

OTHERS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
"""Where matplotlib keeps DejaVu Sans, which has letters that the family lacks, and its narrow form for checksums."""

OTHER_REGULAR, OTHER_BOLD = "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"
_NAMES = (OTHER_REGULAR, OTHER_BOLD, "DejaVuSansMono.ttf")
_LAST_RESORT = "LastResortHE-Regular.ttf"  # a box for each letter there is
_EACH = b'#text(font: "DejaVu Sans")[a *a* \xe4\xbc\x9a] #text(font: "DejaVu Sans Mono")[a]'


@cache
def letters() -> frozenset[int]:
    """The letters that the family has, by their numbers."""
    return frozenset(FT2Font(str(font_path())).get_charmap())


@cache
def fonts() -> typst.Fonts:
    """The family of the design and DejaVu, and no other: drawings look the same on every machine.

    In a drawing Typst would take a letter that the family lacks from any of matplotlib's, such as those of formulas.
    """
    return _read(_NAMES)


@cache
def document_fonts() -> typst.Fonts:
    """The same, and a box for any other letter, without which no PDF can be made to be read aloud."""
    return _read((*_NAMES, _LAST_RESORT))


def _read(names: Iterable[str]) -> typst.Fonts:
    """Typst takes folders of fonts alone; it reads a font as it first sets with it, and keeps it."""
    with TemporaryDirectory() as folder:
        for name in names:
            shutil.copyfile(OTHERS / name, Path(folder, name))
        families = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS), folder]
        )
        typst.compile(_EACH, format="svg", font_paths=families)
    return families
