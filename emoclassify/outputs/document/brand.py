"""The brand of a document: whose name, logo and colours it has. Read from a folder with brand.toml and a logo."""

import re
import tomllib
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from emoclassify.colours import LEAST_CONTRAST, LEAST_CONTRAST_OF_WORDS, THEMES, contrast
from emoclassify.errors import UsageError

DESCRIPTION, LOGOS = "brand.toml", ("logo.svg", "logo.png")
"""The files of a brand; of two logos the first is taken."""

_TEXTS, _COLOURS = ("name", "footer"), ("accent", "ink")
_LONGEST_TEXT = 80  # letters, so that a footer is one line
_LEAST_CONTRAST = {"accent": LEAST_CONTRAST, "ink": LEAST_CONTRAST_OF_WORDS}  # to white
_LOGO_WIDTH_PX = 900
_COLOUR = re.compile("#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Brand:
    """Whose a document is.

    Attributes:
        name: of the house, told as the author of the file.
        footer: below each page and slide.
        accent: "#RRGGBB", of lines and marks. The colours of emotions and groups have meanings, and stay.
        ink: "#RRGGBB", of titles.
        logo: the bytes of a PNG file; empty where there is none.
    """

    name: str = ""
    footer: str = ""
    accent: str = THEMES["light"].accent
    ink: str = THEMES["light"].ink
    logo: bytes = b""


PLAIN = Brand()
"""The look of a document without a brand."""


def read_brand(folder: str) -> Brand:
    """The brand in a folder; PLAIN where `folder` is empty.

    brand.toml has `name`, `footer`, and in `[colours]` `accent` and `ink`; all may be left out, as may the file itself
    where there is a logo.

    Raises:
        UsageError: there is neither a brand.toml nor a logo, or one of them cannot be used.
    """
    brand, logo_path = describe_brand(folder)
    return replace(brand, logo=_as_png(logo_path)) if logo_path else brand


def describe_brand(folder: str) -> tuple[Brand, Path | None]:
    """The brand in a folder without its logo, and the file of that, if any; PLAIN where `folder` is empty.

    Raises:
        UsageError: as `read_brand`, but for a logo that cannot be used.
    """
    if not folder:
        return PLAIN, None
    path = Path(folder)
    logos = [path / name for name in LOGOS if (path / name).is_file()]
    if not logos and not (path / DESCRIPTION).is_file():
        raise UsageError("brand_missing", folder=folder, files=[DESCRIPTION, *LOGOS])
    values = _described(path / DESCRIPTION) if (path / DESCRIPTION).is_file() else {}
    return replace(PLAIN, **values), logos[0] if logos else None


def _described(path: Path) -> dict[str, Any]:
    """The values of brand.toml, checked."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise UsageError("brand_unread", path=str(path), why=str(exc)) from exc
    colours = content.pop("colours", {})
    if not isinstance(colours, dict):
        raise UsageError("brand_unread", path=str(path), why="colours")
    for names, table in ((_TEXTS, content), (_COLOURS, colours)):
        for name in table.keys() - set(names):
            raise UsageError("brand_field_unknown", path=str(path), field=name, fields=list(names))
    for name, value in content.items():
        if not (isinstance(value, str) and len(value) <= _LONGEST_TEXT and value.isprintable()):
            raise UsageError("brand_text_unfit", path=str(path), field=name, given=str(value))
    for name, value in colours.items():
        if not _is_fit_colour(name, value):
            raise UsageError("brand_colour_unfit", path=str(path), field=name, given=str(value))
    return {**content, **colours}


def _is_fit_colour(name: str, value: Any) -> bool:
    is_colour = isinstance(value, str) and _COLOUR.fullmatch(value)
    return bool(is_colour) and contrast(value, THEMES["light"].ground) >= _LEAST_CONTRAST[name]


def _as_png(path: Path) -> bytes:
    """The bytes of a logo as PNG, which every format can show; a drawing is set by Typst."""
    from PIL import Image

    try:
        if path.suffix == ".svg":
            return _drawn(path)
        with Image.open(path, formats=["PNG"]) as image:
            image.thumbnail((_LOGO_WIDTH_PX, _LOGO_WIDTH_PX))
            png = BytesIO()
            image.convert("RGBA").save(png, "PNG")
            return png.getvalue()
    except (OSError, RuntimeError, ValueError, Image.DecompressionBombError) as exc:
        raise UsageError("brand_unread", path=str(path), why=str(exc)) from exc


def _drawn(path: Path) -> bytes:
    """A drawing (SVG) as PNG."""
    import typst

    source = (
        f'#set page(width: {_LOGO_WIDTH_PX}pt, height: auto, margin: 0pt, fill: none)\n#image("logo.svg", width: 100%)'
    )
    with TemporaryDirectory() as temporary_path:
        folder = Path(temporary_path)
        (folder / "logo.svg").write_bytes(path.read_bytes())
        (folder / "logo.typ").write_text(source, encoding="utf-8")
        image = typst.compile(str(folder / "logo.typ"), root=str(folder), format="png", ppi=72.0)
    assert isinstance(image, bytes)
    return image
