"""The clocks of a study's recordings by the film's sound, and how they are kept.

A recording is opened by `hear` alone, which runs in the confined process. What it gives is kept beside the results of
the recording, with the checksums of both sounds' files, and not heard again.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from emoclassify.errors import MediaError, ResultError
from emoclassify.outputs.json_file import read_json
from emoclassify.study.clock import Clock, Method, Piece
from emoclassify.study.clock_by_sound import RATE_HZ, Abstention, Sound, clock_by_sound
from emoclassify.study.timecode import Witness, chirp_times_s, clock_by_pictures, clock_by_timecode

Tell = Callable[[str, float, float | None], None]
"""Called with a stage, the seconds done and the seconds in all."""

CLOCK_FILE = "clock.json"

WITNESS_FILE, CHIRPS_FILE = "witness.json", "chirps.json"
"""Beside the results of a recording that the respondent's page made: what the page saw, and the chirps in the file."""

LONGEST_S = 3600.0
"""Of a recording, of which more is not listened to."""


def hear(tell: Tell, film: Path, recording: Path) -> dict[str, Any]:
    """Finds the film's clock in a recording by its sound; the task of a `Child.call`.

    Args:
        tell: called with each step.
        film: a file.
        recording: a file.

    Returns:
        What `clock_content` gives.

    Raises:
        MediaError: one of them cannot be read.
    """
    tell("clock", 0.0, None)
    film_sound, recording_sound = sound_of(film), sound_of(recording)
    if not len(film_sound) or not len(recording_sound):
        return clock_content(Abstention("no sound", 0.0))
    return clock_content(clock_by_sound(film_sound, recording_sound))


def hear_chirps(tell: Tell, recording: Path) -> list[float]:
    """Finds the chirps in the left channel of a recording; the task of a `Child.call`.

    Returns:
        When each begins, seconds.

    Raises:
        MediaError: the recording cannot be read.
    """
    tell("clock", 0.0, None)
    return chirp_times_s(sound_of(recording, is_left=True))


def sound_of(path: Path, *, is_left: bool = False) -> Sound:
    """The sound of a file from its time 0 on, mono at RATE_HZ, at most an hour; float32 (n,), empty without sound.

    Args:
        path: the file.
        is_left: only its left channel.

    Raises:
        MediaError: it cannot be read.
    """
    from emoclassify.media.container import ReadCounts  # only here: who reads a clock opens no recording
    from emoclassify.media.read import probe
    from emoclassify.media.sound import read_sound

    most = int(LONGEST_S * RATE_HZ)
    blocks: list[tuple[int, Sound]] = []
    layout = "stereo" if is_left else "mono"
    for block in read_sound(path, probe(path), rate_hz=RATE_HZ, counts=ReadCounts(), layout=layout):
        start = max(0, round(block.start_s * RATE_HZ))
        if start >= most:
            break
        samples = block.samples[:, 0] if is_left else block.samples
        blocks.append((start, samples[: most - start]))
    sound = np.zeros(max((start + len(samples) for start, samples in blocks), default=0), np.float32)
    for start, samples in blocks:
        sound[start : start + len(samples)] = samples
    return sound


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


def saved_timecode(folder: Path, film: str, duration_s: float, sha256: str) -> Clock | Abstention | None:
    """The clock of a film by what is kept in a folder of results; None where the recording was not listened to yet.

    Args:
        folder: of the recording's results.
        film: id of the film.
        duration_s: its length.
        sha256: of the recording.
    """
    try:
        witness = Witness.from_dict(read_json(folder / WITNESS_FILE))
    except (ResultError, MediaError, LookupError, TypeError, ValueError):
        return Abstention("the page sent no witness", 0.0)
    chirps_s = saved_chirps_s(folder, sha256)
    if chirps_s is None:
        return None
    try:
        return clock_by_timecode(witness, chirps_s, film, duration_s)
    except (LookupError, ValueError):
        return Abstention("the page's witness contradicts itself", 0.0)


def saved_picture_clock(folder: Path, film: str, duration_s: float) -> Clock | Abstention:
    """The clock of a film by what the page noted with each picture, kept in a folder of results.

    Args:
        folder: of the results.
        film: id of the film.
        duration_s: its length.
    """
    try:
        witness = Witness.from_dict(read_json(folder / WITNESS_FILE))
        return clock_by_pictures(witness, film, duration_s)
    except (ResultError, MediaError):
        return Abstention("the page sent no witness", 0.0)
    except (LookupError, TypeError, ValueError):
        return Abstention("the page's witness contradicts itself", 0.0)


def saved_chirps_s(folder: Path, sha256: str) -> list[float] | None:
    """The chirps of a recording that are kept in a folder of results; None where there are none of that recording."""
    try:
        content = read_json(folder / CHIRPS_FILE)
        return [float(time_s) for time_s in content["times_s"]] if content["sha256"] == sha256 else None
    except (ResultError, MediaError, KeyError, TypeError, ValueError):
        return None
