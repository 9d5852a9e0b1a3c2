"""One word that was said, as a recognizer leaves it."""

from collections.abc import Iterable
from dataclasses import dataclass

from emoclassify.timeline import Span


@dataclass(frozen=True)
class Word:
    """A word with its place in the recording.

    Attributes:
        span: from where to where it is said, seconds.
        text: as the recognizer writes it, with its punctuation, without spaces around it; empty where it was masked.
        confidence: how sure the recognizer is, 0..1.
    """

    span: Span
    text: str
    confidence: float


def span_of(words: Iterable[Word]) -> Span:
    """From the start of the first word to the end of the last; at least one is needed."""
    spans = [word.span for word in words]
    return Span(spans[0].start_s, spans[-1].end_s)


def text_of(words: Iterable[Word]) -> str:
    """The words as one text."""
    return " ".join(word.text for word in words)
