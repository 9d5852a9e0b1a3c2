"""The seven emotions: their order and groups, and the table that puts other names into that order."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from emoclassify.emotions import EMOTIONS as EMOTIONS
from emoclassify.emotions import NEGATIVE

_ALIASES = {
    "angry": ("anger", "ang", "mad"),
    "disgust": ("disgusted", "dis"),
    "fear": ("fearful", "afraid", "scared", "anxiety", "fea"),
    "happy": ("happiness", "joy", "joyful", "hap", "smiling"),
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
