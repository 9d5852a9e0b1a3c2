"""Cuts stretches of speech that are known already out of a stream of sound."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from emoclassify.media.nouns import Sound
from emoclassify.speech.silero import RATE_HZ
from emoclassify.speech.stretch import Speech
from emoclassify.timeline import Span

_MARGIN_S = 0.1  # as `SpeechFinder` gives it around a stretch


def cut(sounds: Iterable[Sound], spans: Sequence[Span]) -> Iterator[Speech]:
    """Yields the sound of each span, each when it is complete; memory holds one stretch at a time.

    Args:
        sounds: mono blocks at 16 kHz, in order of time.
        spans: in order of time.
    """
    blocks, todo = list[Sound](), list(spans)
    for sound in sounds:
        blocks.append(sound)
        while todo and _end_s(sound) >= todo[0].end_s + _MARGIN_S:
            yield from _joined(blocks, todo.pop(0))
        first_s = todo[0].start_s - _MARGIN_S if todo else np.inf
        blocks = [block for block in blocks if _end_s(block) > first_s]
    for span in todo:
        yield from _joined(blocks, span)


class Known:
    """Finds the stretches of speech that are known already, as `speech.find.SpeechFinder` finds new ones."""

    def __init__(self, spans: Sequence[Span]) -> None:
        """Takes them in order of time."""
        self._spans = spans

    def find(self, sounds: Iterable[Sound]) -> Iterator[Speech]:
        """Yields the sound of each, as `cut`."""
        return cut(sounds, self._spans)


def _joined(blocks: Iterable[Sound], span: Span) -> Iterator[Speech]:
    """The stretch with its margin; nothing where there is no sound of it."""
    inside = [_within(block, Span(span.start_s - _MARGIN_S, span.end_s + _MARGIN_S)) for block in blocks]
    parts = [part for part in inside if len(part.samples)]
    if parts:
        yield Speech(span, Sound(parts[0].start_s, np.concatenate([part.samples for part in parts])))


def _within(sound: Sound, span: Span) -> Sound:
    """The part of a block inside a span."""
    first = max(0, round((span.start_s - sound.start_s) * RATE_HZ))
    last = max(first, round((span.end_s - sound.start_s) * RATE_HZ))
    return Sound(sound.start_s + first / RATE_HZ, sound.samples[first:last])


def _end_s(sound: Sound) -> float:
    return sound.start_s + len(sound.samples) / RATE_HZ
