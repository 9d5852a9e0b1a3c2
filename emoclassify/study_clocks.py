"""How the clocks by sound are kept: beside the results of the recording, with the checksums of both sounds' files."""

from pathlib import Path
from typing import Any

from emoclassify.errors import MediaError, ResultError
from emoclassify.outputs.json_file import read_json
from emoclassify.study.clock import Clock, Method, Piece
from emoclassify.study.clock_by_sound import Abstention

CLOCK_FILE = "clock.json"


def clock_content(clock: Clock | Abstention) -> dict[str, Any]:
    """A clock by sound, or why there is none, as JSON has it."""
    if isinstance(clock, Abstention):
        return {"reason": clock.reason, "score": float(clock.score)}
    pieces = [[float(edge) for edge in (one.film_start_s, one.film_end_s, one.offset_s)] for one in clock.pieces]
    return {"pieces": pieces, "residual_s": clock.residual_s, "score": float(clock.score or 0.0)}


def clock_in(content: dict[str, Any]) -> Clock | Abstention:
    """The clock in what `clock_content` gave.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    if "reason" in content:
        return Abstention(str(content["reason"]), float(content["score"]))
    pieces = tuple(Piece(*map(float, edges)) for edges in content["pieces"])
    residual_s = content["residual_s"]
    return Clock(pieces, Method.SOUND, None if residual_s is None else float(residual_s), float(content["score"]))


def saved_clock(folder: Path, checksums: dict[str, str]) -> Clock | Abstention | None:
    """The clock that is kept in a folder of results; None where there is none, or it is of other files.

    Args:
        folder: of the recording's results.
        checksums: "film" and "recording": the SHA-256 of each.
    """
    try:
        content = read_json(folder / CLOCK_FILE)
        return clock_in(content) if content["sha256"] == checksums else None
    except (ResultError, MediaError, KeyError, TypeError, ValueError):
        return None
