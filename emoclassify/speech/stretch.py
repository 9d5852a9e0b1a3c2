"""One stretch of speech."""

from dataclasses import dataclass

from emoclassify.media.nouns import Sound
from emoclassify.timeline import Span


@dataclass(frozen=True)
class Speech:
    """A stretch of sound in which someone speaks without a long pause."""

    span: Span
    """Start and end of the speech, as given in results."""
    sound: Sound
    """The samples that the voice model hears: the stretch with a short margin before and after it."""
