"""report.pdf, through Typst: a template that reads the content as data, so that no text can be markup."""

import json
import shutil
from dataclasses import asdict
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import typst

from emoclassify.colours import THEMES
from emoclassify.design import FALLBACKS, FAMILY, SIZES, size_of
from emoclassify.errors import ResultError
from emoclassify.outputs.document.blocks import (
    Beside,
    Block,
    Bullets,
    Content,
    Gallery,
    KeyFigure,
    KeyFigures,
    Note,
    Paragraph,
    Picture,
    Table,
)
from emoclassify.outputs.document.brand import Brand
from emoclassify.outputs.document.links import Links
from emoclassify.outputs.document.typeset import document_fonts

_TEMPLATE = "report.typ"
_STANDARD: Literal["ua-1"] = "ua-1"
"""PDF/UA-1: tagged, with bookmarks, a language and a text for each picture, so that it can be read aloud."""


def write_pdf(content: Content, path: Path) -> None:
    """Writes a report as PDF, A4, tagged for screen readers.

    Raises:
        ResultError: Typst cannot make the file.
    """
    with TemporaryDirectory() as temporary_path, as_file(files("emoclassify") / "assets" / _TEMPLATE) as template:
        folder = Path(temporary_path)
        shutil.copyfile(template, folder / _TEMPLATE)
        writer = _Blocks(folder, Links(content))
        if content.brand.logo:
            (folder / "logo.png").write_bytes(content.brand.logo)
        data = {
            "title": content.title,
            "lang": content.lang,
            "look": _look(content.brand),
            "blocks": [writer.data(block) for block in content.blocks],
        }
        (folder / "content.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        analyzed_at = datetime.fromisoformat(content.analyzed_at) if content.analyzed_at else None
        try:
            pdf = typst.compile(
                str(folder / _TEMPLATE),
                root=str(folder),
                font_paths=document_fonts(),
                pdf_standards=_STANDARD,
                timestamp=int(analyzed_at.timestamp()) if analyzed_at else 0,
            )
        except typst.TypstError as exc:
            raise ResultError("file_not_set", file=path.name, why=str(exc)) from exc
        path.write_bytes(pdf)  # not by Typst, which a path that is not UTF-8 ends together with this process


def _look(brand: Brand) -> dict[str, Any]:
    """What the template needs of brand and design: sizes in points, colours, and whether there is a logo."""
    sizes = {name: size_of(name, "document") for name in SIZES}
    colours = {**vars(THEMES["light"]), "ink": brand.ink, "text": THEMES["light"].ink, "accent": brand.accent}
    facts = {"family": [FAMILY, FALLBACKS[-1]], "footer": brand.footer, "name": brand.name, "logo": bool(brand.logo)}
    return {**facts, "sizes": sizes, "colours": colours}


class _Blocks:
    """Turns blocks into plain data, and saves their pictures as files in a folder.

    Texts in which words may be explained become lists of pieces, each with the place to which it links.
    """

    def __init__(self, folder: Path, links: Links) -> None:
        self._folder, self._links, self._n_pictures = folder, links, 0

    def data(self, block: Block) -> dict[str, Any]:
        kind = type(block).__name__.lower()
        match block:
            case Picture():
                return {"kind": kind, **self._save(block)}
            case Gallery(pictures):
                return {"kind": kind, "pictures": [self._save(picture) for picture in pictures]}
            case Beside(picture, beside):
                return {"kind": kind, "picture": self._save(picture), "blocks": [self.data(item) for item in beside]}
            case Paragraph(text) | Note(text):
                return {"kind": kind, **asdict(block), "text": self._links.of(text)[0]}
            case Bullets(items):
                return {"kind": kind, "items": self._links.of(*items)}
            case KeyFigures(figures):
                return {"kind": kind, "items": [self._figure(figure) for figure in figures]}
            case Table():
                (caption,), header, *rows = self._links.of_rows(((block.caption,), block.header, *block.rows))
                return {"kind": kind, **asdict(block), "caption": caption, "header": header, "rows": rows}
        return {"kind": kind, **asdict(block)}

    def _figure(self, figure: KeyFigure) -> dict[str, Any]:
        label, base = self._links.of(figure.label, figure.base)
        return {"value": figure.value, "label": label, "base": base}

    def _save(self, picture: Picture) -> dict[str, Any]:
        name = f"{self._n_pictures}{'.svg' if picture.drawing else picture.ending}"
        self._n_pictures += 1
        (self._folder / name).write_bytes(picture.drawing or picture.content)
        return {"file": name, "caption": picture.caption}
