"""The fonts that Typst sets with: read once, for the report and for the pictures of charts."""

from functools import cache
from pathlib import Path

import matplotlib
import typst

from emoclassify.design import FONTS

_OTHER_FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
"""DejaVu Sans, for letters that the family lacks, and for checksums."""


@cache
def fonts() -> typst.Fonts:
    """The family of the design and DejaVu, and no other: everything looks the same on every machine."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS), str(_OTHER_FONTS)]
    )
