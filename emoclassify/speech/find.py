"""Finds speech in a stream of sound, block by block, so that memory does not grow with the length."""

from collections.abc import Iterable, Iterator

import numpy as np

from emoclassify.media.nouns import Sound
from emoclassify.speech.silero import CHUNK, RATE_HZ, Samples, Silero
from emoclassify.speech.stretch import Speech
from emoclassify.timeline import Span

_SPEECH, _SILENCE = 0.5, 0.35  # chances from which on, and below which, it is: as in silero-vad's own VADIterator
_MIN_SILENCE = round(0.4 * RATE_HZ)  # a shorter pause belongs to the stretch around it
_PAD = round(0.06 * RATE_HZ)  # goes with the speech on either side
_MARGIN = round(0.1 * RATE_HZ)  # is heard beyond it: the voice model's training clips have as much around their speech
_MIN_SPEECH_S = 0.25  # shorter sounds are clicks and coughs
_AT_ONCE_S = (
    1.0  # given to the network in one call: blocks of a decoder are short, and a call each takes ten times as long
)
_BEFORE = 2 + (_PAD + _MARGIN) // CHUNK  # chunks that a stretch may reach back
_MAX_STRETCH_S = 30.0  # longer speech without a pause is cut, so that memory stays bounded


class SpeechFinder:
    """silero-vad, loaded once."""

    def __init__(self) -> None:
        self._silero = Silero()
        self.runtime = self._silero.runtime

    def find(self, sounds: Iterable[Sound]) -> Iterator[Speech]:
        """Yields the stretches of speech, each whole, in order of time.

        Args:
            sounds: mono blocks at 16 kHz, in order of time; a pause between two blocks ends a stretch.
        """
        start_s, end_s, rest = 0.0, 0.0, np.empty(0, np.float32)
        stretch = self._begin(0.0)
        for sound in _gathered(sounds):
            if _is_pause(end_s, sound):
                yield from stretch.finish(rest)
                start_s, rest = sound.start_s, np.empty(0, np.float32)
                stretch = self._begin(start_s)
            end_s = _end_s(sound)
            samples = np.concatenate([rest, sound.samples])
            whole, rest = np.split(samples, [len(samples) // CHUNK * CHUNK])
            for chunk, chance in zip(whole.reshape(-1, CHUNK), self._silero.chances(whole), strict=True):
                yield from stretch.add(chunk, float(chance))
        yield from stretch.finish(rest)

    def _begin(self, start_s: float) -> "_Stretch":
        self._silero.reset()
        return _Stretch(start_s)


def _gathered(sounds: Iterable[Sound]) -> Iterator[Sound]:
    """The same sound in blocks of a second or more; only where it pauses or ends may one be shorter."""
    waiting: list[Sound] = []
    for sound in sounds:
        if waiting and _is_pause(_end_s(waiting[-1]), sound):
            yield _joined(waiting)
            waiting = []
        waiting.append(sound)
        if _end_s(sound) - waiting[0].start_s >= _AT_ONCE_S:
            yield _joined(waiting)
            waiting = []
    if waiting:
        yield _joined(waiting)


def _joined(sounds: list[Sound]) -> Sound:
    return Sound(sounds[0].start_s, np.concatenate([sound.samples for sound in sounds]))


def _end_s(sound: Sound) -> float:
    return sound.start_s + len(sound.samples) / RATE_HZ


def _is_pause(end_s: float, sound: Sound) -> bool:
    return abs(sound.start_s - end_s) > CHUNK / RATE_HZ


class _Stretch:
    """The speech being collected from one run of sound without a pause; counts samples from the run's start."""

    def __init__(self, start_s: float) -> None:
        self._start_s = start_s
        self._kept: list[Samples] = []
        self._kept_from = 0  # the sample at which the first kept chunk begins
        self._speech_from: int | None = None
        self._silent_from: int | None = None  # the end of the first chunk of what may be the end of the speech

    def add(self, chunk: Samples, chance: float) -> Iterator[Speech]:
        self._kept.append(chunk)
        if chance >= _SPEECH:
            self._silent_from = None
            if self._speech_from is None:
                self._speech_from = max(self._seen - CHUNK - _PAD, self._kept_from)
        elif chance < _SILENCE and self._speech_from is not None and self._silent_from is None:
            self._silent_from = self._seen
        if self._speech_from is None:
            self._forget(_BEFORE)
        elif self._silent_from is not None and chance < _SILENCE and self._seen - self._silent_from >= _MIN_SILENCE:
            yield from self._cut(max(self._silent_from - CHUNK + _PAD, self._speech_from))
            self._speech_from = self._silent_from = None
            self._forget(_BEFORE)
        elif self._seen - self._speech_from >= _MAX_STRETCH_S * RATE_HZ:
            end = self._seen
            yield from self._cut(end)
            self._speech_from = end

    def finish(self, rest: Samples) -> Iterator[Speech]:
        if self._speech_from is not None:
            self._kept.append(rest)
            yield from self._cut(self._seen)
            self._speech_from = None

    @property
    def _seen(self) -> int:
        return self._kept_from + sum(map(len, self._kept))

    def _cut(self, end: int) -> Iterator[Speech]:
        """The speech up to the sample `end`; all but the margin before that is let go."""
        assert self._speech_from is not None
        samples, start = np.concatenate(self._kept), self._speech_from
        if end - start >= _MIN_SPEECH_S * RATE_HZ:
            first, last = max(start - _MARGIN, self._kept_from), min(end + _MARGIN, self._kept_from + len(samples))
            yield Speech(
                Span(self._time_s(start), self._time_s(end)),
                Sound(self._time_s(first), samples[first - self._kept_from : last - self._kept_from]),
            )
        kept_from = max(end - _MARGIN, self._kept_from)
        self._kept, self._kept_from = [samples[kept_from - self._kept_from :]], kept_from

    def _time_s(self, sample: int) -> float:
        return self._start_s + sample / RATE_HZ

    def _forget(self, n_chunks: int) -> None:
        """Lets go of all but the last chunks."""
        dropped, self._kept = self._kept[:-n_chunks], self._kept[-n_chunks:]
        self._kept_from += sum(map(len, dropped))
