"""What both speech models share: the description beside their weights, and how logits become an answer."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from emoclassify.errors import ModelError
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.voice.reading import WORDLESS

CONFIG_FILE = "config.json"

SOUNDS = ("", *WORDLESS)
"""What a model that tells speech from other sounds answers, in this order; speech is the empty one."""

Logits = npt.NDArray[np.float32]


def read_config(path: Path, features: Mapping[str, Any]) -> dict[str, Any]:
    """The config.json of a speech model.

    Args:
        path: of the file.
        features: what it must say of the features that the model was taught with.

    Raises:
        ModelError: it is missing or damaged, or its labels, features or temperature are none of this version's.
    """
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        labels, described, _ = config["labels"], config["features"], config["network"]
        temperature = float(config["temperature"])
    except FileNotFoundError as error:
        raise ModelError("voice_model_missing", path=str(path.parent), file=path.name) from error
    except (OSError, ValueError, KeyError, TypeError, OverflowError) as error:
        raise ModelError("voice_model_no_description", path=str(path), why=str(error)) from error
    is_calibrated = math.isfinite(temperature) and temperature > 0
    if labels != list(EMOTIONS) or described != features or not is_calibrated:
        raise ModelError("voice_model_unfit", path=str(path))
    return dict(config)


def scores_of(logits: Logits, temperature: float) -> Scores:
    """float32 (n, 7), divided by the temperature (Guo et al. 2017) -> scores, each row sums to 1."""
    powers = np.exp((logits - logits.max(axis=1, keepdims=True)) / temperature)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def sounds_of(logits: Logits) -> tuple[str, ...]:
    """One of SOUNDS for each row of logits (n, 3); speech throughout where there are none, (n, 0)."""
    return tuple(SOUNDS[place] for place in logits.argmax(axis=1)) if logits.shape[1] else ("",) * len(logits)
