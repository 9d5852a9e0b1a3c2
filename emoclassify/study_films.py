"""What is heard and seen in the files of a study: the film's clock in a recording, pictures of a film, its cuts.

Files are opened by `hear`, `stills` and `cuts` alone, which run in the confined process.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from emoclassify.errors import EmoClassifyError, MediaError, ResultError
from emoclassify.outputs.json_file import write_json
from emoclassify.outputs.saved import read_analysis
from emoclassify.outputs.study.material import FilmStill
from emoclassify.study.clock_by_sound import RATE_HZ, Abstention, Sound, clock_by_sound
from emoclassify.study.findings import Answers
from emoclassify.study.stimulus import BIN_S, Stimulus
from emoclassify.study.study import Study
from emoclassify.study_clocks import CLOCK_FILE, clock_content, saved_clock
from emoclassify.study_folder import PLAN_FILE, RESULTS_FOLDER, Row, film_path, read_films, read_plan, read_rows

Tell = Callable[[str, float, float | None], None]
"""Called with a stage, the seconds done and the seconds in all."""

Taken = Callable[[Path, list[float]], list[dict[str, Any]]]
"""Gives what `stills` gives of a film and times."""

LONGEST_S = 3600.0
"""Of a recording, of which more is not listened to."""

N_STILLS = 16
"""Pictures of a film, evenly over its time; a chart shows as many as have room."""

_STILL_PX, _QUALITY = 400, 85
_CUTS_FPS = 10.0  # a cut is told to a tenth of a second


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


def sound_of(path: Path) -> Sound:
    """The sound of a file from its time 0 on, mono at RATE_HZ, at most an hour; float32 (n,), empty without sound.

    Raises:
        MediaError: it cannot be read.
    """
    from emoclassify.media.container import ReadCounts  # only here: who reads a clock opens no recording
    from emoclassify.media.read import probe
    from emoclassify.media.sound import read_sound

    most = int(LONGEST_S * RATE_HZ)
    blocks: list[tuple[int, Sound]] = []
    for block in read_sound(path, probe(path), rate_hz=RATE_HZ, counts=ReadCounts()):
        start = max(0, round(block.start_s * RATE_HZ))
        if start >= most:
            break
        blocks.append((start, block.samples[: most - start]))
    sound = np.zeros(max((start + len(samples) for start, samples in blocks), default=0), np.float32)
    for start, samples in blocks:
        sound[start : start + len(samples)] = samples
    return sound


def stills(tell: Tell, film: Path, times_s: Sequence[float]) -> list[dict[str, Any]]:
    """Small pictures of a film; the task of a `Child.call`.

    Args:
        tell: called with the step.
        film: a file.
        times_s: film time, seconds.

    Returns:
        `time_s` and `jpeg` (base64) of each; nothing of a film without a moving picture.

    Raises:
        MediaError: it cannot be read.
    """
    from PIL import Image

    from emoclassify.media.read import frames_at, probe

    tell("outputs", 0.0, None)
    pictures = []
    for frame in frames_at(film, probe(film), times_s):
        image, jpeg = Image.fromarray(frame.rgb), BytesIO()
        image.thumbnail((_STILL_PX, _STILL_PX))
        image.save(jpeg, "JPEG", quality=_QUALITY)
        pictures.append({"time_s": frame.time_s, "jpeg": b64encode(jpeg.getvalue()).decode("ascii")})
    return pictures


def find_stills(folder: Path, study: Study, answers: Answers, take: Taken) -> dict[str, tuple[FilmStill, ...]]:
    """The pictures of the films that are at hand; a film that cannot be read has none.

    Args:
        folder: of the study.
        study: in it.
        answers: of the study: the films are shown at their highest moments too.
        take: gives what `stills` gives.

    Returns:
        Id of a film -> its pictures, in the order of time.
    """
    pictures = {}
    for item in read_plan(folder / PLAN_FILE)["stimulus"]:
        path, stimulus = film_path(folder, item), study.film(str(item["id"]))
        if path is not None:
            with suppress(MediaError):
                film_stills = map(_checked_still, take(path, _times_s(stimulus, answers)))
                pictures[stimulus.id] = tuple(sorted(film_stills, key=lambda still: still.time_s))
    return {name: film_stills for name, film_stills in pictures.items() if film_stills}


def _checked_still(item: Any) -> FilmStill:
    """A picture that another process gave, which a film may have taken over: a small JPEG, or nothing.

    Raises:
        MediaError: it is none.
    """
    from PIL import Image

    try:
        content = b64decode(item["jpeg"])
        with Image.open(BytesIO(content), formats=["JPEG"]) as image:
            if max(image.size) > _STILL_PX:
                raise ValueError(image.size)
            image.load()
        return FilmStill(float(item["time_s"]), content)
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise MediaError("reader_garbled") from exc


def _times_s(stimulus: Stimulus, answers: Answers) -> list[float]:
    evenly_s = [(i + 0.5) * stimulus.duration_s / N_STILLS for i in range(N_STILLS)]
    peaks = (film.peak for film in answers.films if film.stimulus == stimulus.id)
    return sorted({*evenly_s, *((peak.bin + 0.5) * BIN_S for peak in peaks if peak is not None)})


def cuts(tell: Tell, film: Path) -> list[float]:
    """When a film is cut, film time in seconds; the task of a `Child.call`. Raises MediaError."""
    from emoclassify.faces.cuts import CutFinder
    from emoclassify.media.read import FrameStream, probe

    tell("outputs", 0.0, None)
    finder = CutFinder()
    return [frame.time_s for frame in FrameStream(film, probe(film), sample_fps=_CUTS_FPS) if finder.is_cut(frame.rgb)]


def find_clocks(folder: Path, hear: Callable[[Path, Path], dict[str, Any]]) -> None:
    """Has each recording listened to whose film is to be found by sound, and keeps what was heard.

    Args:
        folder: of the study.
        hear: gives `study_clocks.clock_content` of the file of a film and of a recording.

    Raises:
        UsageError: as `read_study`.
        ResultError: a clock cannot be kept. A recording that cannot be read stays without a clock.
    """
    content = read_plan(folder / PLAN_FILE)
    films = read_films(folder, content)
    paths = {str(item["id"]): film_path(folder, item) for item in content["stimulus"]}
    for row in read_rows(folder, films):
        path = paths[row.stimulus]
        if row.start_s is None and path is not None:
            _find_clock(folder, row, films[row.stimulus], path, hear)


def _find_clock(
    folder: Path, row: Row, film: Stimulus, path: Path, hear: Callable[[Path, Path], dict[str, Any]]
) -> None:
    results, recording = folder / RESULTS_FOLDER / row.recording, folder / row.recording
    try:
        checksums = {"film": film.sha256, "recording": read_analysis(results).source.sha256}
    except EmoClassifyError:
        return  # it is left out as not analyzed
    if saved_clock(results, checksums) is not None or not recording.is_file():
        return
    with suppress(MediaError):
        clock = hear(path, recording)
        try:
            write_json({"sha256": checksums, **clock}, results / CLOCK_FILE)
        except OSError as exc:
            raise ResultError("tables_unwritten", folder=str(results), why=exc.strerror or str(exc)) from exc
