"""Loads a speech model of either kind from its folder."""

from pathlib import Path
from typing import Protocol

from emoclassify.networks.runtime import Place
from emoclassify.voice.large import LargeVoiceModel
from emoclassify.voice.listener import ENCODER_FILE
from emoclassify.voice.predict import WEIGHTS_FILE, VoiceModel
from emoclassify.voice.read import Voice


class LoadedVoice(Voice, Protocol):
    """A speech model in memory."""

    runtime: str
    """What runs it, for people and for analysis.json."""


def load_voice(folder: str | Path, place: Place) -> LoadedVoice:
    """The speech model of a folder: the large one where there is an encoder alone, else a network on MFCC.

    Raises:
        ModelError: a file is missing or damaged, or does not fit.
    """
    if (Path(folder) / ENCODER_FILE).exists() and not (Path(folder) / WEIGHTS_FILE).exists():
        return LargeVoiceModel.load(folder, place)
    return VoiceModel.load(folder, place)
