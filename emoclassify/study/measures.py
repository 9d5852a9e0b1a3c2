"""What is measured of a face in each moment: the names, and how each comes from the scores."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from emoclassify.emotions import EMOTIONS
from emoclassify.groups import DEFAULT, Groups
from emoclassify.labels import Scores, sum_of, valence

MOST_YAW_DEG, MOST_PITCH_DEG = 25.0, 20.0
"""A head that is turned less faces the screen, as far as a head can tell it."""

FACING = "facing"
"""Whether the face is seen and turned to the screen, 0 or 1: attention, as far as a head tells it."""

_OF_SEVERAL: dict[str, Callable[[Scores, Groups], npt.NDArray[np.float32]]] = {
    "positive": lambda scores, groups: sum_of(scores, groups["positive"]),
    "negative": lambda scores, groups: sum_of(scores, groups["negative"]),
    "valence": lambda scores, _: valence(scores),
    "net": lambda scores, groups: sum_of(scores, groups["positive"]) - sum_of(scores, groups["negative"]),
    "expressive": lambda scores, _: 1 - scores[..., EMOTIONS.index("neutral")],
}

MEASURES = (*EMOTIONS, *_OF_SEVERAL, FACING)
"""The seven emotions, positive, negative and expressive: 0..1; valence and net: -1..1; facing: 0 or 1.

net is positive minus negative, so that surprise counts; valence leaves surprise out.
"""


_SIGNED = ("valence", "net")


def range_of(name: str) -> tuple[float, float]:
    """The least and the largest value that one of MEASURES can have."""
    return (-1.0 if name in _SIGNED else 0.0), 1.0


def measure_of(name: str, scores: Scores, groups: Groups = DEFAULT) -> npt.NDArray[np.float64]:
    """One of MEASURES but facing, float32 (n, 7) -> float64 (n,); NaN stays NaN.

    Raises:
        KeyError: there is no such measure.
    """
    if name in EMOTIONS:
        return scores[:, EMOTIONS.index(name)].astype(np.float64)
    return _OF_SEVERAL[name](scores, groups).astype(np.float64)


def is_facing(yaw_deg: npt.NDArray[np.float64], pitch_deg: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """1 where the head faces the screen, 0 where it is turned away or not seen (NaN); float64 (n,) each."""
    return ((np.abs(yaw_deg) < MOST_YAW_DEG) & (np.abs(pitch_deg) < MOST_PITCH_DEG)).astype(np.float64)
