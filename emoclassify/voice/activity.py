"""Finds speech in a stream of sound with silero-vad, block by block, so that memory does not grow with the length.

silero-vad 6 (https://github.com/snakers4/silero-vad), with the weights its package carries.
"""

import warnings
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import torch
from silero_vad import VADIterator, load_silero_vad

from emoclassify.media import Sound
from emoclassify.runtime import torch_name

RATE_HZ = 16_000
"""The rate silero-vad and the voice model work at."""

_CHUNK = 512  # samples (32 ms): the one length silero-vad takes at 16 kHz
_MIN_SILENCE_MS = 400  # a shorter pause belongs to the stretch around it
_PAD_MS = 60
_MIN_SPEECH_S = 0.25  # shorter sounds are clicks and coughs
_MAX_STRETCH_S = 30.0  # longer speech without a pause is cut, so that memory stays bounded

Samples = npt.NDArray[np.float32]


class SpeechFinder:
    """silero-vad, loaded once."""

    def __init__(self) -> None:
        self.runtime = torch_name("cpu")
        with warnings.catch_warnings():
            # silero-vad 6 ships TorchScript, whose loader torch 2.12 calls deprecated.
            warnings.filterwarnings("ignore", message=".*torch.jit.load.* is deprecated", category=DeprecationWarning)
            network = load_silero_vad()
        self._vad = VADIterator(
            network, sampling_rate=RATE_HZ, min_silence_duration_ms=_MIN_SILENCE_MS, speech_pad_ms=_PAD_MS
        )

    def find(self, sounds: Iterable[Sound]) -> Iterator[Sound]:
        """Yields the stretches of speech, each whole, in order of time.

        Args:
            sounds: mono blocks at 16 kHz, in order of time; a pause between two blocks ends a stretch.
        """
        start_s, end_s, rest = 0.0, 0.0, np.empty(0, np.float32)
        stretch = _Stretch(self._vad, 0.0)
        for sound in sounds:
            if abs(sound.start_s - end_s) > _CHUNK / RATE_HZ:
                yield from stretch.finish(rest)
                start_s, rest = sound.start_s, np.empty(0, np.float32)
                stretch = _Stretch(self._vad, start_s)
            end_s = sound.start_s + len(sound.samples) / RATE_HZ
            samples = np.concatenate([rest, sound.samples])
            whole = len(samples) // _CHUNK * _CHUNK
            for chunk in samples[:whole].reshape(-1, _CHUNK):
                yield from stretch.add(chunk)
            rest = samples[whole:]
        yield from stretch.finish(rest)


class _Stretch:
    """The speech being collected from one run of sound without a pause; counts samples from the run's start."""

    def __init__(self, vad: VADIterator, start_s: float) -> None:
        self._vad, self._start_s = vad, start_s
        self._kept: list[Samples] = []
        self._kept_from = 0  # the sample at which the first kept chunk begins
        self._speech_from: int | None = None
        vad.reset_states()

    def add(self, chunk: Samples) -> Iterator[Sound]:
        self._kept.append(chunk)
        event = self._vad(torch.from_numpy(np.ascontiguousarray(chunk))) or {}
        if "start" in event:
            self._speech_from = max(int(event["start"]), self._kept_from)
        if "end" in event:
            yield from self._cut(max(int(event["end"]), self._speech_from or 0))
            self._speech_from = None
        elif self._speech_from is not None and self._seen - self._speech_from >= _MAX_STRETCH_S * RATE_HZ:
            end = self._seen
            yield from self._cut(end)
            self._speech_from = end
        if self._speech_from is None:
            self._forget(2 + _PAD_MS * RATE_HZ // 1000 // _CHUNK)

    def finish(self, rest: Samples) -> Iterator[Sound]:
        if self._speech_from is not None:
            self._kept.append(rest)
            yield from self._cut(self._seen)
            self._speech_from = None

    @property
    def _seen(self) -> int:
        return self._kept_from + sum(map(len, self._kept))

    def _cut(self, end: int) -> Iterator[Sound]:
        """The speech up to the sample `end`; everything before it is let go."""
        assert self._speech_from is not None
        samples = np.concatenate(self._kept)
        speech = samples[self._speech_from - self._kept_from : end - self._kept_from]
        if len(speech) >= _MIN_SPEECH_S * RATE_HZ:
            yield Sound(start_s=self._start_s + self._speech_from / RATE_HZ, samples=speech)
        self._kept, self._kept_from = [samples[end - self._kept_from :]], end

    def _forget(self, n_chunks: int) -> None:
        """Lets go of all but the last chunks."""
        dropped, self._kept = self._kept[:-n_chunks], self._kept[-n_chunks:]
        self._kept_from += sum(map(len, dropped))
