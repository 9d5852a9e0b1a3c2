"""What is seen in the films of a study: pictures of a film, and its cuts.

Films are opened by `stills` and `cuts` alone, which run in the confined process.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from emoclassify.errors import MediaError
from emoclassify.outputs.study.material import FilmStill
from emoclassify.study.findings import Answers
from emoclassify.study.stimulus import BIN_S, Stimulus
from emoclassify.study.study import Study
from emoclassify.study_clocks import Tell
from emoclassify.study_folder import PLAN_FILE, film_path, read_plan

Taken = Callable[[Path, list[float]], list[dict[str, Any]]]
"""Gives what `stills` gives of a film and times."""

N_STILLS = 16
"""Pictures of a film, evenly over its time; a chart shows as many as have room."""

_STILL_PX, _QUALITY = 400, 85
_CUTS_FPS = 10.0  # a cut is told to a tenth of a second


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
