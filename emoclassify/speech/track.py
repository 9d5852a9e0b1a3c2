"""Finds the sound track of a recording in which someone speaks: a microphone is often not the first one."""

from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

from emoclassify.media.container import ReadCounts
from emoclassify.media.nouns import MediaInfo, Sound
from emoclassify.media.read import probe
from emoclassify.media.sound import read_sound
from emoclassify.speech.find import SpeechFinder
from emoclassify.speech.silero import RATE_HZ

_LOOK_S = 120.0
"""How much of each track is listened to."""

_MORE = 2.0
"""Another track is taken where it has more than this times the speech of the default one: that one is often the mix of
all, in which the others speak too."""


def with_speaking_track(path: Path, info: MediaInfo, finder: SpeechFinder) -> MediaInfo:
    """The same facts, with the sound track that speaks: the default one, unless another has far more speech.

    Args:
        path: the recording.
        info: what `probe` says of it, with the default track.
        finder: finds speech.
    """
    if info.audio is None or len(info.audio_tracks) < 2:
        return info
    others = [probe(path, stream) for stream in info.audio_tracks if stream != info.audio.stream]
    default_s, *others_s = (_speech_s(path, candidate, finder) for candidate in (info, *others))
    best_s = max(others_s)
    return others[others_s.index(best_s)] if best_s > _MORE * default_s else info


def _speech_s(path: Path, info: MediaInfo, finder: SpeechFinder) -> float:
    return sum(speech.span.duration_s for speech in finder.find(_beginning(path, info)))


def _beginning(path: Path, info: MediaInfo) -> Iterator[Sound]:
    sounds = read_sound(path, info, rate_hz=RATE_HZ, counts=ReadCounts())
    return takewhile(lambda sound: sound.start_s < _LOOK_S, sounds)
