"""report.pdf, through Typst: a template that reads the content as data, so that no text can be markup."""

import json
import shutil
from dataclasses import asdict
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import matplotlib
import typst

from emoclassify.errors import ResultError
from emoclassify.outputs.document.blocks import Block, Content, Gallery, Picture

_TEMPLATE = "report.typ"
_FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
"""DejaVu Sans, as in the charts; Cyrillic included."""


def write_pdf(content: Content, path: Path) -> None:
    """Writes a report as PDF, A4, tagged for screen readers.

    Raises:
        ResultError: Typst cannot make the file.
    """
    with TemporaryDirectory() as temporary_path, as_file(files("emoclassify") / "assets" / _TEMPLATE) as template:
        folder = Path(temporary_path)
        shutil.copyfile(template, folder / _TEMPLATE)
        pictures = _Pictures(folder)
        data = {
            "title": content.title,
            "lang": content.lang,
            "blocks": [pictures.data(block) for block in content.blocks],
        }
        (folder / "content.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        analyzed_at = datetime.fromisoformat(content.analyzed_at) if content.analyzed_at else None
        try:
            pdf = typst.compile(
                str(folder / _TEMPLATE),
                root=str(folder),
                font_paths=[str(_FONTS)],
                ignore_system_fonts=True,  # the same report on every machine
                timestamp=int(analyzed_at.timestamp()) if analyzed_at else 0,
            )
        except typst.TypstError as exc:
            raise ResultError("file_not_set", file=path.name, why=str(exc)) from exc
        path.write_bytes(pdf)  # not by Typst, which a path that is not UTF-8 ends together with this process


class _Pictures:
    """Turns blocks into plain data, and saves their pictures as files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._n_pictures = folder, 0

    def data(self, block: Block) -> dict[str, Any]:
        kind = type(block).__name__.lower()
        match block:
            case Picture():
                return {"kind": kind, **self._save(block)}
            case Gallery(pictures):
                return {"kind": kind, "pictures": [self._save(picture) for picture in pictures]}
        return {"kind": kind, **asdict(block)}

    def _save(self, picture: Picture) -> dict[str, Any]:
        name = f"{self._n_pictures}{picture.ending}"
        self._n_pictures += 1
        (self._folder / name).write_bytes(picture.content)
        return {"file": name, "caption": picture.caption}
