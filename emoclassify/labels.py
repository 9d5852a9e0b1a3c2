"""The seven emotions: their order, groups and colours, and the table that puts other names into that order."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from emoclassify.emotions import EMOTIONS as EMOTIONS
from emoclassify.emotions import NEGATIVE

COLOURS = {
    "angry": "#D55E00",
    "disgust": "#009E73",
    "fear": "#CC79A7",
    "happy": "#E69F00",
    "neutral": "#7F7F7F",
    "sad": "#0072B2",
    "surprise": "#56B4E9",
}
"""The palette of Okabe and Ito (2008, "Color Universal Design"), which colour-blind people can tell apart."""

GROUP_COLOURS = {"positive": COLOURS["happy"], "neutral": COLOURS["neutral"], "negative": COLOURS["sad"]}
"""For lines of the groups and for bars with numbers: a grey that can be seen on light and on dark grounds."""

GROUP_FILLS = GROUP_COLOURS | {"neutral": "#D0D0D0"}
"""For areas that touch: printed without colour, the darker grey of the lines would look like the blue."""

FIGURE_COLOURS: dict[str, str | None] = {
    "agree": "#009E73",
    "differ": "#D55E00",
    "cannot tell": None,
    "gap": "#ECECEC",
    "valence": "#0072B2",
    "valence as read": "#999999",
    "coverage": "#7F7F7F",
    "mean": "#7F7F7F",
}
"""What else the page and the charts draw: verdicts, gaps and lines -> colour.

None: the ground shows, with dots on it. A yellow (#F0E442) has a contrast of 2.6 to the green of "agree" and of 1.3 to
white paper; the ground has 3 and more to green and orange, light or dark.
"""

RECORDING_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""For the curves of several recordings in one figure, in this order; with more recordings they come again."""

_ALIASES = {
    "angry": ("anger", "ang", "mad"),
    "disgust": ("disgusted", "dis"),
    "fear": ("fearful", "afraid", "scared", "anxiety", "fea"),
    "happy": ("happiness", "joy", "joyful", "hap"),
    "neutral": ("neutrality", "calm", "neu"),
    "sad": ("sadness", "unhappy"),
    "surprise": ("surprised", "surprising", "ps", "pleasant surprise", "sur"),
}
_EMOTION_OF_NAME = {name: emotion for emotion, names in _ALIASES.items() for name in (emotion, *names)}

Scores = npt.NDArray[np.float32]
"""float32 (7,) or (n, 7) in the order of EMOTIONS; a row sums to 1."""


def emotion_of(name: str) -> str | None:
    """The emotion that a label or folder name means ("Happiness" -> "happy"), None where it is none of the seven."""
    return _EMOTION_OF_NAME.get(" ".join(name.lower().replace("_", " ").replace("-", " ").split()))


def columns_by_emotion(names: Sequence[str] | Mapping[int, str]) -> dict[str, list[int]]:
    """For each emotion the output columns of a model that mean it.

    Args:
        names: the model's label names by column, e.g. a Hugging Face `id2label`.

    Returns:
        Emotion -> columns, in the order of EMOTIONS; an emotion the model lacks has an empty list. Columns of other
        labels ("contempt") appear nowhere.
    """
    items = names.items() if isinstance(names, Mapping) else enumerate(names)
    columns: dict[str, list[int]] = {emotion: [] for emotion in EMOTIONS}
    for column, name in sorted(items):
        emotion = emotion_of(name)
        if emotion is not None:
            columns[emotion].append(column)
    return columns


def valence(scores: Scores) -> npt.NDArray[np.float32]:
    """happy - (angry + disgust + fear + sad), -1..1, surprise left out; scores (..., 7) -> (...)."""
    return np.asarray(scores[..., EMOTIONS.index("happy")] - sum_of(scores, NEGATIVE), dtype=np.float32)


def sum_of(scores: Scores, emotions: Sequence[str]) -> npt.NDArray[np.float32]:
    """The score of several emotions together, 0..1: their sum; scores (..., 7) -> (...), NaN stays NaN."""
    columns = [EMOTIONS.index(emotion) for emotion in emotions]
    return np.asarray(scores[..., columns].sum(axis=-1), dtype=np.float32)
