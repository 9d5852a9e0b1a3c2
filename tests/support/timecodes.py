"""Made witnesses of the respondent's page, and recordings with its time code, whose truth is known."""

import wave
from pathlib import Path
from typing import Any

import numpy as np

from emoclassify.study.clock_by_sound import RATE_HZ, Sound
from emoclassify.study.timecode import chirp

FILM_S = 30.0
PAGE_S, SOUND_S, FILE_S = 1000.0, 5.0, 2.5
"""When the film begins: in the page's time, in that of its sound, in the recording's."""


def witness(*, stop_at_s: float = 0.0, stop_s: float = 0.0, late_s: float = 0.0, **changes: Any) -> dict[str, Any]:
    """What the page saw of a film of 30 s, which stops once; `late_s` is how far its own clock lies beside."""
    film_s = np.arange(0, FILM_S, 0.25)
    since_s = film_s + np.where(film_s >= stop_at_s, stop_s, 0.0)
    chirp_film_s = np.array([0.0, 8.3, 17.9, 26.1, FILM_S])
    chirp_since_s = chirp_film_s + np.where(chirp_film_s >= stop_at_s, stop_s, 0.0)
    return {
        "ticks": [[PAGE_S + at, SOUND_S + at] for at in np.arange(-5.0, 40.0, 0.5)],
        "chirps": [
            [SOUND_S + at_s, "A", at_film_s + late_s]
            for at_s, at_film_s in zip(chirp_since_s, chirp_film_s, strict=True)
        ],
        "films": [{"id": "A", "frames": np.stack([PAGE_S + since_s, film_s], axis=1).tolist(), "ended": True}],
        "hidden": [],
        **changes,
    }


def heard_s(content: dict[str, Any]) -> list[float]:
    """The chirps in the recording, when nothing is wrong with it."""
    return [time_s - SOUND_S + FILE_S for time_s, _, _ in content["chirps"]]


def with_chirps(times_s: list[float], sound: Sound) -> Sound:
    for time_s in times_s:
        first = round(time_s * RATE_HZ)
        sound[first : first + len(chirp())] += 0.5 * chirp()
    return sound


def write_stereo(path: Path, left: Sound, right: Sound) -> None:
    """A WAV of two channels."""
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, RATE_HZ, len(left), "NONE", ""))
        file.writeframes((np.stack([left, right], axis=1) * 20_000).astype("<i2").tobytes())
