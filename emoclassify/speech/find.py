"""Finds speech in a stream of sound, block by block, so that memory does not grow with its length."""

from collections.abc import Iterable, Iterator

import numpy as np

from emoclassify.media.nouns import Sound
from emoclassify.speech.silero import CHUNK, RATE_HZ, Samples, Silero
from emoclassify.speech.stretch import Speech
from emoclassify.timeline import Span

_SPEECH, _SILENCE = 0.5, 0.35  # chances at which speech begins, and below which it ends: of silero-vad's VADIterator
_MIN_SILENCE = round(0.4 * RATE_HZ)  # samples; a shorter pause belongs to the stretch around it
_PAD = round(0.06 * RATE_HZ)  # samples before and after the speech that count as speech
_MARGIN = round(0.1 * RATE_HZ)  # samples beyond these that the voice model also hears, as around its training clips
_MIN_SPEECH_S = 0.25  # a shorter sound is a click or a cough
_AT_ONCE_S = 1.0  # sound in one call of the network: a call for each short block of the decoder takes ten times longer
_BEFORE = 2 + (_PAD + _MARGIN) // CHUNK  # how many chunks before the first chunk of speech may belong to its stretch
_MAX_STRETCH_S = 30.0  # longer speech without a pause is cut, so that memory stays bounded


class SpeechFinder:
    """Finds speech with silero-vad, which is loaded once."""

    def __init__(self) -> None:
        self._silero = Silero()
        self.runtime = self._silero.runtime

    def find(self, sounds: Iterable[Sound]) -> Iterator[Speech]:
        """Yields the stretches of speech in order of time, each when it is complete.

        Args:
            sounds: mono blocks at 16 kHz, in order of time; a pause between two blocks ends a stretch.
        """
        start_s, end_s, remainder = 0.0, 0.0, np.empty(0, np.float32)
        stretch = self._begin(0.0)
        for sound in _gathered(sounds):
            if _is_pause(end_s, sound):
                yield from stretch.finish(remainder)
                start_s, remainder = sound.start_s, np.empty(0, np.float32)
                stretch = self._begin(start_s)
            end_s = _end_s(sound)
            samples = np.concatenate([remainder, sound.samples])
            full_chunks, remainder = np.split(samples, [len(samples) // CHUNK * CHUNK])
            for chunk, chance in zip(full_chunks.reshape(-1, CHUNK), self._silero.chances(full_chunks), strict=True):
                yield from stretch.add(chunk, float(chance))
        yield from stretch.finish(remainder)

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
    """Collects one stretch of speech after another from sound without a pause; samples count from the sound's start."""

    def __init__(self, start_s: float) -> None:
        self._start_s = start_s
        self._chunks: list[Samples] = []
        self._first_sample = 0  # where the first stored chunk begins
        self._next_sample = 0  # how many samples were added so far
        self._speech_from: int | None = None
        self._silent_from: int | None = None  # end of the first silent chunk, where the speech may have ended

    def add(self, chunk: Samples, chance: float) -> Iterator[Speech]:
        self._append(chunk)
        if chance >= _SPEECH:
            self._silent_from = None
            if self._speech_from is None:
                self._speech_from = max(self._next_sample - CHUNK - _PAD, self._first_sample)
        elif chance < _SILENCE and self._speech_from is not None and self._silent_from is None:
            self._silent_from = self._next_sample
        if self._speech_from is None:
            self._forget(_BEFORE)
        elif (
            self._silent_from is not None
            and chance < _SILENCE
            and self._next_sample - self._silent_from >= _MIN_SILENCE
        ):
            yield from self._cut(max(self._silent_from - CHUNK + _PAD, self._speech_from))
            self._speech_from = self._silent_from = None
            self._forget(_BEFORE)
        elif self._next_sample - self._speech_from >= _MAX_STRETCH_S * RATE_HZ:
            end = self._next_sample
            yield from self._cut(end)
            self._speech_from = end

    def finish(self, remainder: Samples) -> Iterator[Speech]:
        if self._speech_from is not None:
            self._append(remainder)
            yield from self._cut(self._next_sample)
            self._speech_from = None

    def _append(self, samples: Samples) -> None:
        self._chunks.append(samples)
        self._next_sample += len(samples)

    def _cut(self, end: int) -> Iterator[Speech]:
        """Yields the speech up to the sample `end`, and drops all samples but the margin before it."""
        assert self._speech_from is not None
        samples, start = np.concatenate(self._chunks), self._speech_from
        if end - start >= _MIN_SPEECH_S * RATE_HZ:
            first = max(start - _MARGIN, self._first_sample)
            last = min(end + _MARGIN, self._first_sample + len(samples))
            yield Speech(
                Span(self._time_s(start), self._time_s(end)),
                Sound(self._time_s(first), samples[first - self._first_sample : last - self._first_sample]),
            )
        margin_from = max(end - _MARGIN, self._first_sample)
        self._chunks, self._first_sample = [samples[margin_from - self._first_sample :]], margin_from

    def _time_s(self, sample: int) -> float:
        return self._start_s + sample / RATE_HZ

    def _forget(self, n_chunks: int) -> None:
        """Drops all but the last chunks."""
        dropped, self._chunks = self._chunks[:-n_chunks], self._chunks[-n_chunks:]
        self._first_sample += sum(map(len, dropped))
