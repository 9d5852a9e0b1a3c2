"""The norms file of a user: a line of JSON for each film. Files of several houses are joined by putting their lines
together."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from emoclassify.errors import ResultError, UsageError
from emoclassify.study.measures import MEASURES
from emoclassify.study.norms import FIGURES, NormLine, joined

LONGEST_TEXT = 255
"""Of a film's key, a category and the other texts of a line."""


def read_norms(path: Path) -> list[NormLine]:
    """The lines of a file; none where it is not there yet.

    Raises:
        UsageError: it cannot be read, or a line is none; the sentence names it.
    """
    if not path.exists():
        return []
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError("folder_unread", path=str(path), why=getattr(exc, "strerror", "") or str(exc)) from exc
    return lines_in(text, path.name)


def lines_in(text: str, name: str) -> list[NormLine]:
    """The lines in the text of a file; of one film the last.

    Args:
        text: a line of JSON for each film.
        name: of the file, for errors.

    Raises:
        UsageError: a line is none; the sentence names it.
    """
    return joined(_line(name, number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip())


def _line(name: str, number: int, text: str) -> NormLine:
    try:
        return line_of(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        raise UsageError("study_unfit", file=name, why=f"line {number} is no line of norms ({exc})") from exc


def line_of(content: Mapping[str, Any]) -> NormLine:
    """A line from plain data. Raises ValueError, KeyError, TypeError, AttributeError where it is none."""
    figures = {
        str(measure): {str(figure): _finite(value) for figure, value in values.items() if figure in FIGURES}
        for measure, values in content["figures"].items()
        if measure in MEASURES
    }
    texts = {name: _short(content[name]) for name in ("reader_sha256", "baseline", "category")}
    film, share_above, n = _key(content["film"]), _finite(content["share_above"]), int(content["n"])
    return NormLine(film=film, share_above=share_above, n=n, figures=figures, **texts)


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{value} is no number")
    return number


def _short(value: Any) -> str:
    text = str(value)
    if len(text) > LONGEST_TEXT or not text.isprintable():
        raise ValueError(f"a text of more than {LONGEST_TEXT} characters, or with control characters")
    return text


def _key(value: Any) -> str:
    text = _short(value)
    if not text:
        raise ValueError("a film without a name")
    return text


def content_of(line: NormLine) -> dict[str, Any]:
    """A line as plain data."""
    return asdict(line)


def text_of(lines: Iterable[NormLine]) -> str:
    """The text of a file."""
    return "".join(json.dumps(content_of(line), ensure_ascii=False, sort_keys=True) + "\n" for line in lines)


def write_norms(path: Path, lines: Iterable[NormLine]) -> None:
    """Writes a file, beside its place first.

    Raises:
        ResultError: it cannot be written.
    """
    partial_path = path.with_name(f".{path.name}.part")
    try:
        partial_path.write_text(text_of(lines), encoding="utf-8")
        partial_path.replace(path)
    except OSError as exc:
        raise ResultError("tables_unwritten", folder=str(path.parent), why=exc.strerror or str(exc)) from exc
