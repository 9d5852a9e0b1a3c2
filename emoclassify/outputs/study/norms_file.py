"""The norms file of a user: a line of JSON for each film. Files of several houses are joined by putting their lines
together."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from emoclassify.errors import ResultError, UsageError
from emoclassify.study.norms import FIGURES, NormLine, joined


def read_norms(path: Path) -> list[NormLine]:
    """The lines of a file; none where it is not there yet.

    Raises:
        UsageError: it cannot be read, or a line is none; the sentence names it.
    """
    if not path.exists():
        return []
    try:
        texts = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError("folder_unread", path=str(path), why=getattr(exc, "strerror", "") or str(exc)) from exc
    return joined(_line(path, number, text) for number, text in enumerate(texts, start=1) if text.strip())


def _line(path: Path, number: int, text: str) -> NormLine:
    try:
        content: dict[str, Any] = json.loads(text)
        figures = {
            str(measure): {str(name): float(value) for name, value in values.items() if name in FIGURES}
            for measure, values in content["figures"].items()
        }
        texts = {name: str(content[name]) for name in ("film", "reader_sha256", "baseline", "category")}
        return NormLine(share_above=float(content["share_above"]), n=int(content["n"]), figures=figures, **texts)
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        why = f"line {number} is no line of norms ({exc})"
        raise UsageError("study_unfit", file=path.name, why=why) from exc


def write_norms(path: Path, lines: Iterable[NormLine]) -> None:
    """Writes a file, beside its place first.

    Raises:
        ResultError: it cannot be written.
    """
    partial_path = path.with_name(f".{path.name}.part")
    text = "".join(json.dumps(asdict(line), ensure_ascii=False, sort_keys=True) + "\n" for line in lines)
    try:
        partial_path.write_text(text, encoding="utf-8")
        partial_path.replace(path)
    except OSError as exc:
        raise ResultError("tables_unwritten", folder=str(path.parent), why=exc.strerror or str(exc)) from exc
