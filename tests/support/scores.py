"""Made readings of single pictures, and witnesses of a page that records nothing, whose truth is known."""

import json
from typing import Any

import numpy as np

from emoclassify.faces.reading import FaceReading, HeadTurn
from emoclassify.labels import EMOTIONS
from emoclassify.picture_readings import PictureReading

FILM_S, PAGE_S, BEGIN_S = 12.0, 500.0, 10.3
"""Length of the film; the page's time when its readings begin; when the film begins in these."""

SMILE = np.array([emotion == "happy" for emotion in EMOTIONS], np.float32)


def face(reason: str = "") -> FaceReading:
    return FaceReading(0, 0.0, 1, (100.0, 80.0, 220.0, 230.0), 0.99, SMILE, HeadTurn(4.0, -3.0, 1.0), reason)


def line(time_s: float, shown: FaceReading | None, waited_s: float = 0.0) -> bytes:
    content = {"time_s": time_s, "waited_s": waited_s, **PictureReading((480, 360), 120.0, shown).to_dict()}
    return json.dumps(content).encode() + b"\n"


def witness(*, stop_s: float = 0.0, late_s: float = 0.0, hidden_s: float = 0.0) -> dict[str, Any]:
    """What the page noted, of a film that stops at 6 s for a while; `late_s` is how far its own clock lies beside."""
    film_s = np.arange(0, FILM_S, 0.25)
    shown_s = PAGE_S + BEGIN_S + film_s + np.where(film_s >= 6.0, stop_s, 0.0)
    picture_film_s = np.concatenate([np.arange(0.1, 5.9, 0.2), np.arange(6.1, FILM_S, 0.2)])
    picture_s = BEGIN_S + picture_film_s + np.where(picture_film_s >= 6.0, stop_s, 0.0)
    return {
        "ticks": [[PAGE_S, 0.0], [PAGE_S + 40.0, 40.0]],
        "chirps": [[at_s, "A", of_film_s + late_s] for at_s, of_film_s in zip(picture_s, picture_film_s, strict=True)],
        "films": [{"id": "A", "frames": np.stack([shown_s, film_s], axis=1).tolist(), "ended": True}],
        "hidden": [[PAGE_S + BEGIN_S + 1, PAGE_S + BEGIN_S + 1 + hidden_s]],
    }
