"""Words become phrases; what was made up is left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoclassify.timeline import Span
from emoclassify.transcript.invented import is_invented
from emoclassify.transcript.phrases import MIN_PHRASE_S, phrases_of
from emoclassify.transcript.word import Word, span_of, text_of

WORD_S = 0.3


def spoken(text: str, start_s: float = 0.0, confidence: float = 0.9) -> list[Word]:
    """Words of 0.3 s, one after the other; a bar is a pause of half a second."""
    words, time_s = list[Word](), start_s
    for piece in text.split():
        if piece == "|":
            time_s += 0.5
        else:
            words.append(Word(Span(time_s, time_s + WORD_S), piece, confidence))
            time_s += WORD_S
    return words


def texts(words: list[Word]) -> list[str]:
    return [text_of(phrase) for phrase in phrases_of(words)]


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("", []),
        ("yes.", ["yes."]),  # the whole stretch, however short
        ("I am very happy. It works quite well.", ["I am very happy.", "It works quite well."]),
        ("well. I am very happy.", ["well. I am very happy."]),  # "well." alone is too short for an emotion
        ("I am very happy. Thanks.", ["I am very happy. Thanks."]),
        ("one two three four | five six seven eight", ["one two three four", "five six seven eight"]),
        ("one two | three four five six", ["one two | three four five six".replace("| ", "")]),
    ],
)
def test_a_phrase_ends_with_a_sentence_or_at_a_pause_and_lasts_a_second(text: str, phrases: list[str]) -> None:
    assert texts(spoken(text)) == phrases


def test_a_long_phrase_is_cut_at_a_comma() -> None:
    words = spoken(" ".join(["word"] * 21 + ["comma,"] + ["word"] * 10))
    assert [len(phrase) for phrase in phrases_of(words)] == [22, 10]


TEXTS = st.lists(st.sampled_from(["a", "b.", "c,", "|", "d!"]), max_size=60).map(" ".join)


@given(text=TEXTS)
def test_every_word_is_in_one_phrase_and_all_phrases_are_long_enough(text: str) -> None:
    words = spoken(text)
    phrases = phrases_of(words)
    assert [word for phrase in phrases for word in phrase] == words
    if len(phrases) > 1:
        assert all(span_of(phrase).duration_s >= MIN_PHRASE_S - 1e-9 for phrase in phrases)


@pytest.mark.parametrize(
    ("words", "length_s", "invented"),
    [
        ([], 5.0, False),
        (spoken("I am very happy with it."), 2.0, False),
        (spoken("I am very happy with it.", confidence=0.2), 2.0, True),
        (spoken("thank you for watching"), 2.0, True),
        (
            spoken("\u0421\u0443\u0431\u0442\u0438\u0442\u0440\u044b \u0441\u0434\u0435\u043b\u0430\u043b DimaTorzok"),
            2.0,
            True,
        ),
        (spoken("thank you"), 1.0, False),
        (spoken("no no no no no no no no no no no no no no no no no no no no"), 20.0, True),
        (spoken("one two three four five six seven eight nine ten"), 1.0, True),
    ],
    ids=["nothing", "speech", "unsure", "credits", "credits in Russian", "thanks", "a loop", "too fast"],
)
def test_what_is_made_up_is_told(words: list[Word], length_s: float, invented: bool) -> None:
    assert is_invented(words, length_s) == invented
