"""Tells words that a recognizer made up: of music, noise and silence they make sentences too."""

import re
import zlib
from collections.abc import Sequence

from emoclassify.transcript.word import Word, text_of

MIN_CONFIDENCE = 0.35
"""Words that are less sure than this, on average over a stretch of speech, are taken for invented, 0..1."""

MOST_WORDS_A_SECOND = 8.0
"""Nobody speaks faster for as long as a stretch of speech."""

MOST_REPETITIVE = 2.4
"""A text that can be packed to less than 1 / this of its length repeats itself: so Whisper's own rule for a loop."""

_CREDITS = re.compile(
    r"субтитры (сделал|создавал|подогнал|добавил)|редактор субтитров|продолжение следует|dimatorzok"
    r"|thanks? (you )?for watching|subtitles? by|amara\.org|please subscribe|подписывайтесь на канал"
)
"""What stands in the credits of films from which recognizers learned, and is written where nobody speaks."""


def is_invented(words: Sequence[Word], length_s: float) -> bool:
    """Whether the words of one stretch of speech are likely to be made up.

    Args:
        words: all of the stretch; none is not invented.
        length_s: how long the stretch is.
    """
    if not words:
        return False
    text = text_of(words).lower()
    confidence = sum(word.confidence for word in words) / len(words)
    return bool(
        confidence < MIN_CONFIDENCE
        or len(words) > MOST_WORDS_A_SECOND * max(length_s, 1.0)
        or _repetition(text) > MOST_REPETITIVE
        or _CREDITS.search(text)
    )


def _repetition(text: str) -> float:
    """How many times shorter a text becomes when it is packed, from 0."""
    content = text.encode()
    return len(content) / len(zlib.compress(content))
