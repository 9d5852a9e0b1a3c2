"""The fonts that Typst sets with: read once, for the report and for the pictures of charts."""

import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib
import typst

from emoclassify.design import FONTS

OTHERS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
"""Where matplotlib keeps DejaVu Sans, which has letters that the family lacks, and its narrow form for checksums."""

OTHER_REGULAR, OTHER_BOLD = "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"
_NAMES = (OTHER_REGULAR, OTHER_BOLD, "DejaVuSansMono.ttf")
_EACH = b'#text(font: "DejaVu Sans")[a *a*] #text(font: "DejaVu Sans Mono")[a]'


@cache
def fonts() -> typst.Fonts:
    """The family of the design and DejaVu, and no other: everything looks the same on every machine.

    Typst takes folders of fonts alone, and in a drawing it would take a letter that the family lacks from any of
    matplotlib's, such as those of formulas. It reads a font as it first sets with it, and keeps it.
    """
    with TemporaryDirectory() as folder:
        for name in _NAMES:
            shutil.copyfile(OTHERS / name, Path(folder, name))
        families = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS), folder]
        )
        typst.compile(_EACH, format="svg", font_paths=families)
    return families
