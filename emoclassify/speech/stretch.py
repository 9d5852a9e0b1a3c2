"""A stretch of speech."""

from dataclasses import dataclass

from emoclassify.media.nouns import Sound
from emoclassify.timeline import Span


@dataclass(frozen=True)
class Speech:
    """Someone speaks, without a longer pause."""

    span: Span
    """From when to when, as told."""
    sound: Sound
    """What is heard of it: the same, and a little of what is before and behind."""
