"""Speech with known words and times: espeak-ng tells when each word begins while it speaks (speak_lib.h)."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly

from emoclassify.speech.silero import RATE_HZ, Samples
from emoclassify.timeline import Span

_LIBRARY = "libespeak-ng.so.1"
_SYNCHRONOUS, _UTF8 = 2, 1
_END_OF_LIST, _WORD, _END = 0, 1, 5


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_longlong),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True)
class Spoken:
    """What was said, and the sound of it.

    Attributes:
        samples: float32 (n,), mono, 16 kHz.
        words: each word with the time in which it is said, in order.
    """

    samples: Samples
    words: tuple[tuple[str, Span], ...]

    @property
    def length_s(self) -> float:
        """Seconds."""
        return len(self.samples) / RATE_HZ


class Espeak:
    """The speaking program, loaded once: it has one voice at a time for the whole process."""

    def __init__(self) -> None:
        """Loads the library. Raises OSError where espeak-ng is not installed."""
        self._library = ctypes.CDLL(_LIBRARY)
        self._rate_hz = int(self._library.espeak_Initialize(_SYNCHRONOUS, 0, None, 0))
        self._blocks: list[npt.NDArray[np.int16]] = []
        self._events: list[tuple[int, int, int, int]] = []
        self._callback = _Callback(self._take)
        self._library.espeak_SetSynthCallback(self._callback)

    def say(self, text: str, voice: str) -> Spoken:
        """Speaks a text in one of its voices, e.g. "en-us" or "ru"."""
        self._blocks, self._events = [], []
        if self._library.espeak_SetVoiceByName(voice.encode()):
            raise ValueError(f"espeak-ng has no voice {voice}")
        content = text.encode()
        self._library.espeak_Synth(content, len(content) + 1, 0, 1, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        samples = np.concatenate(self._blocks).astype(np.float32) / 32768
        resampled = resample_poly(samples, RATE_HZ, self._rate_hz).astype(np.float32)
        return Spoken(resampled, tuple(self._words(text)))

    def _take(self, samples: Any, length: int, events: Any) -> int:
        """What the library calls with each block of sound; 0 means: go on."""
        if samples and length > 0:
            self._blocks.append(np.ctypeslib.as_array(samples, (length,)).copy())
        i = 0
        while events[i].type != _END_OF_LIST:
            event = events[i]
            if event.type in (_WORD, _END):
                self._events.append((event.type, event.text_position, event.length, event.audio_position))
            i += 1
        return 0

    def _words(self, text: str) -> Iterator[tuple[str, Span]]:
        """A word ends where the next one begins, or its clause ends."""
        for i, (kind, position, length, start_ms) in enumerate(self._events):
            if kind == _WORD and i + 1 < len(self._events):
                end_ms = self._events[i + 1][3]
                yield text[position - 1 : position - 1 + length], Span(start_ms / 1000, end_ms / 1000)
