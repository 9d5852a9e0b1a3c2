"""Cuts the words of a stretch of speech into phrases: the shortest pieces whose emotion can be told.

A word lasts 0.2 to 0.4 s; the model of the voice learned from clips of one to two seconds.
"""

from collections.abc import Iterator, Sequence

from emoclassify.transcript.word import Word, span_of

MIN_PHRASE_S = 1.0
"""A phrase lasts at least this long, or is the whole stretch."""

MAX_PHRASE_S = 6.0
"""A longer one is cut at the next comma or pause, so that an emotion that turns within it is not lost."""

_PAUSE_S = 0.35
_ENDS, _BREAKS = tuple(".?!…"), tuple(",;:—-")


def phrases_of(words: Sequence[Word]) -> list[tuple[Word, ...]]:
    """The words of one stretch of speech in phrases, each word in one of them, in order.

    A phrase ends with a sentence, at a pause of 0.35 s, or, where it is longer than MAX_PHRASE_S, at a comma. What is
    left at the end and shorter than MIN_PHRASE_S belongs to the phrase before.
    """
    phrases = list(_cut(words))
    if len(phrases) > 1 and span_of(phrases[-1]).duration_s < MIN_PHRASE_S:
        last = phrases.pop()
        phrases[-1] += last
    return phrases


def _cut(words: Sequence[Word]) -> Iterator[tuple[Word, ...]]:
    first = 0
    for stop in range(1, len(words) + 1):
        phrase = words[first:stop]
        length_s = span_of(phrase).duration_s
        is_last = stop == len(words)
        if is_last or (length_s >= MIN_PHRASE_S and _ends(phrase[-1], words[stop], length_s)):
            yield tuple(phrase)
            first = stop


def _ends(word: Word, following: Word, length_s: float) -> bool:
    pause_s = following.span.start_s - word.span.end_s
    is_long = length_s >= MAX_PHRASE_S
    return (
        word.text.endswith(_ENDS) or pause_s >= _PAUSE_S or (is_long and (word.text.endswith(_BREAKS) or pause_s > 0.1))
    )
