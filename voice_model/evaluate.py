"""Measures a speech model on speakers it never heard, each corpus separately."""

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from emoclassify.evaluate import hear
from emoclassify.labels import Scores
from emoclassify.media.nouns import Sound
from emoclassify.speech.find import SpeechFinder
from emoclassify.voice.mfcc import Waveform
from emoclassify.voice.read import Voice, windows
from voice_model.augment import speech_of, telephone
from voice_model.backgrounds import behind, crowd, street
from voice_model.corpora import Clip

_SNR_DB = 15.0
_CROWD = 8  # how many clips of other speakers make a crowd

_Rng = np.random.Generator


def score(model: Voice, clips: Sequence[Clip], condition: str = "clean") -> Scores:
    """Scores the speech of clips in windows, as analysis does, under a condition in CONDITIONS; float32 (n, 7)."""
    return np.stack([model.predict(cut(changed(clip, clips, condition))).mean(axis=0) for clip in clips])


def score_recordings(model: Voice, clips: Sequence[Clip]) -> Scores:
    """Scores the files as they are, with all steps of an analysis; float32 (n, 7)."""
    finder = SpeechFinder()
    return np.stack([hear(clip.path, finder, model) for clip in clips])


def cut(speech: Waveform) -> list[Waveform]:
    """Cuts speech into windows as in analysis; float32 (n,) -> float32 (m,) each."""
    return [window.samples for window in windows(Sound(0.0, speech))]


def changed(clip: Clip, clips: Sequence[Clip], condition: str) -> Waveform:
    """The speech of a clip under a condition, always the same; crowds are drawn from `clips`. float32 (n,)."""
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(clip.path.stem.encode()).digest()[:8]))
    return CONDITIONS[condition](clip, clips, rng)


def _in_crowd(clip: Clip, clips: Sequence[Clip], rng: _Rng) -> Waveform:
    others = [other for other in clips if other.speaker != clip.speaker] or list(clips)
    voices = [speech_of(others[place].path) for place in rng.integers(len(others), size=_CROWD)]
    speech = speech_of(clip.path)
    return behind(speech, crowd(voices, len(speech), rng), _SNR_DB)


def _in_street(clip: Clip, clips: Sequence[Clip], rng: _Rng) -> Waveform:
    speech = speech_of(clip.path)
    return behind(speech, street(len(speech), rng), _SNR_DB)


CONDITIONS: dict[str, Callable[[Clip, Sequence[Clip], _Rng], Waveform]] = {
    "clean": lambda clip, clips, rng: speech_of(clip.path),
    "telephone": lambda clip, clips, rng: telephone(speech_of(clip.path)),
    "crowd": _in_crowd,
    "street": _in_street,
}
"""The sound as it is, in the band of a telephone, and with a crowd or a street 15 dB below the speech."""
