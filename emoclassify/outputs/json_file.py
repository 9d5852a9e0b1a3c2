"""A JSON file of results: strict JSON, numbers or null, never NaN."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from emoclassify.errors import ResultError


def write_json(content: dict[str, Any], path: Path) -> None:
    """Writes an object: a line for each of its members, and for each item of those that are lists. Raises OSError."""
    # Not as one string: for a recording of hours that takes as much memory as everything else together. Nor with
    # `indent`, which is written by slow Python in the place of fast C.
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    with path.open("w", encoding="utf-8") as file:
        file.writelines(_lines_of(content, encode))


def _lines_of(content: dict[str, Any], encode: Callable[[Any], str]) -> Iterator[str]:
    opening = "{\n "
    for key, member in content.items():
        yield f"{opening}{encode(key)}: "
        yield from _items_of(member, encode) if isinstance(member, list) and member else (encode(member),)
        opening = ",\n "
    yield "\n}\n" if content else "{}\n"


def _items_of(items: list[Any], encode: Callable[[Any], str]) -> Iterator[str]:
    opening = "[\n  "
    for item in items:
        yield opening + encode(item)
        opening = ",\n  "
    yield "\n ]"


def read_json(path: Path) -> dict[str, Any]:
    """Reads an object.

    Raises:
        ResultError: there is none, or it cannot be read.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise ResultError("folder_unread", path=str(path), why=exc.strerror or str(exc)) from exc
    except ValueError as exc:
        raise ResultError("folder_unread", path=str(path), why=str(exc)) from exc
    if not isinstance(content, dict):
        raise ResultError("no_analysis", path=str(path))
    return content
