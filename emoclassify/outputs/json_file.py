"""A JSON file of results: strict JSON, numbers or null, never NaN."""

import json
from pathlib import Path
from typing import Any

from emoclassify.errors import ResultError


def write_json(content: dict[str, Any], path: Path) -> None:
    """Writes an object. Raises OSError."""
    # Not as one string: for a recording of hours that takes as much memory as everything else together.
    with path.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, allow_nan=False, indent=1)
        file.write("\n")


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
