"""Stretches of speech become a transcript on the recording's clock."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from emoclassify.crosscheck import EQUAL
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.media.nouns import Sound
from emoclassify.speech.cut import cut
from emoclassify.speech.silero import RATE_HZ, Samples
from emoclassify.speech.stretch import Speech
from emoclassify.timeline import Span, Timeline
from emoclassify.transcript.read import read_words
from emoclassify.transcript.transcript import Transcript
from emoclassify.transcript.word import Word
from emoclassify.voice.reading import LAUGHTER, Heard
from tests.support.findings import mostly
from tests.support.recognizers import Scripted

MARGIN_S = 0.1
"""Around each stretch, as the finder of speech gives it."""
SAMPLE_S = 1 / RATE_HZ


def speech(start_s: float, end_s: float, value: float = 0.0) -> Speech:
    length = round((end_s - start_s + 2 * MARGIN_S) * RATE_HZ)
    return Speech(Span(start_s, end_s), Sound(start_s - MARGIN_S, np.full(length, value, np.float32)))


def word(start_s: float, end_s: float, text: str = "word", confidence: float = 0.9) -> Word:
    return Word(Span(start_s, end_s), text, confidence)


class Loudness:
    """A voice that is happy where the samples are above 0, sad below, and laughs at 0."""

    def hear(self, windows: Sequence[Samples]) -> Heard:
        means = [float(window.mean()) for window in windows]
        scores = np.stack([mostly("happy" if mean > 0 else "sad") for mean in means])
        return Heard(scores, tuple(LAUGHTER if mean == 0 else "" for mean in means))

    def predict(self, windows: Sequence[Samples]) -> Scores:
        return self.hear(windows).scores


def test_times_are_those_of_the_recording() -> None:
    recognizer = Scripted(word(0.3, 0.6, "one"), word(0.6, 1.0, "two."))
    transcript = read_words([speech(2.0, 4.0), speech(10.0, 12.0)], recognizer, language="en")
    assert [each.text for each in transcript.words] == ["one", "two.", "one", "two."]
    assert [each.span.start_s for each in transcript.words] == pytest.approx([2.2, 2.5, 10.2, 10.5])
    assert [each.span.end_s for each in transcript.words] == pytest.approx([2.5, 2.9, 10.5, 10.9])
    assert [seconds for seconds, _ in recognizer.calls] == pytest.approx([2.2, 2.2])
    assert [phrase.emotion for phrase in transcript.phrases] == [None, None]


def test_stretches_that_are_read_together_keep_their_own_times() -> None:
    """Two stretches of 1.2 s with half a second between them: the second begins at 1.7 s of what the model is given."""
    recognizer = Scripted(word(0.2, 1.0, "first."), word(1.9, 2.7, "second."), window_s=28.0)
    transcript = read_words([speech(5.0, 6.0), speech(60.0, 61.0)], recognizer, language="en")
    assert [seconds for seconds, _ in recognizer.calls] == pytest.approx([2.9])
    assert [each.text for each in transcript.words] == ["first.", "second."]
    assert [each.span.start_s for each in transcript.words] == pytest.approx([5.1, 60.1])


def test_a_window_is_never_longer_than_the_model_reads() -> None:
    recognizer = Scripted(window_s=28.0)
    read_words([speech(20.0 * i, 20.0 * i + 9.8) for i in range(7)], recognizer, language="en")
    assert [seconds for seconds, _ in recognizer.calls] == pytest.approx([20.5, 20.5, 20.5, 10.0])


@pytest.mark.parametrize("window_s", [0.0, 28.0])
@pytest.mark.parametrize("n", [1, 9])
def test_the_language_is_asked_once_of_the_first_speech(window_s: float, n: int) -> None:
    recognizer = Scripted(word(0.2, 1.2), window_s=window_s, language="ru")
    transcript = read_words([speech(6.0 * i, 6.0 * i + 4.8) for i in range(n)], recognizer)
    assert transcript.language == "ru"
    assert {language for _, language in recognizer.calls} == {"ru"}
    assert sum(seconds for seconds, _ in recognizer.calls) >= 5.0 * n - 0.01


def test_no_speech_is_an_empty_transcript() -> None:
    assert read_words([], Scripted()) == Transcript("", (), 0)


def test_what_is_made_up_is_left_out_and_counted() -> None:
    recognizer = Scripted(word(0.2, 1.2, "hm", confidence=0.1))
    transcript = read_words([speech(0.1, 2.0), speech(4.0, 6.0)], recognizer, language="en")
    assert (transcript.phrases, transcript.n_invented) == ((), 2)


def test_words_follow_each_other_on_one_line() -> None:
    odd = [word(0.2, 0.9, "one\n\x00"), word(0.7, 0.8, "two"), word(0.9, 1.5, "\u202ethree"), word(1.5, 1.6, "\x07")]
    words = read_words([speech(0.1, 2.0)], Scripted(*odd), language="en").words
    assert [each.text for each in words] == ["one", "two", "three"]
    assert all(one.span.end_s <= two.span.start_s + SAMPLE_S for one, two in itertools.pairwise(words))


@pytest.mark.parametrize(("value", "answer"), [(0.5, "happy"), (-0.5, "sad"), (0.0, LAUGHTER)])
def test_each_phrase_has_the_emotion_of_its_own_sound(value: float, answer: str) -> None:
    recognizer = Scripted(word(0.2, 1.5, "one."), word(2.0, 3.5, "two."))
    stretch = speech(0.1, 4.0)
    stretch.sound.samples[: round(1.8 * RATE_HZ)] = value
    stretch.sound.samples[round(1.8 * RATE_HZ) :] = 0.5
    transcript = read_words([stretch], recognizer, language="en", voice=Loudness())
    assert [phrase.answer for phrase in transcript.phrases] == [answer, "happy"]
    for phrase in transcript.phrases:
        assert phrase.emotion is not None
        assert phrase.emotion.voice.span == phrase.span


def test_the_face_counts_from_a_quarter_of_a_second_before_to_one_after() -> None:
    recognizer = Scripted(word(2.1, 3.1, "one."))
    transcript = read_words([speech(0.0 + MARGIN_S, 4.0)], recognizer, language="en", voice=Loudness())
    (phrase,) = transcript.phrases
    times_s = np.arange(50) / 10
    span = phrase.span
    inside = (times_s >= span.start_s - 0.25) & (times_s < span.end_s + 0.25)
    scores = np.where(inside[:, None], mostly("happy"), mostly("angry")).astype(np.float32)
    face = Timeline(times_s, scores)
    (beside,) = transcript.with_faces(1, face, np.ones(50, np.int64), EQUAL).phrases
    assert beside.emotion is not None
    assert beside.emotion.face_scores == pytest.approx(mostly("happy"), abs=1e-6)
    assert beside.emotion.voice.span == span
    gone = Timeline(times_s, np.full((50, len(EMOTIONS)), np.nan, np.float32))
    (alone,) = transcript.with_faces(1, gone, np.ones(50, np.int64), EQUAL).phrases
    assert alone.emotion is not None
    assert (alone.emotion.face_scores, alone.emotion.verdict) == (None, "cannot tell")


def blocks(samples: Samples, length: int) -> Iterator[Sound]:
    for first in range(0, len(samples), length):
        yield Sound(first / RATE_HZ, samples[first : first + length])


@pytest.mark.parametrize("length", [160, 4_000, 100_000])
def test_known_stretches_are_cut_out_to_the_sample(length: int) -> None:
    samples = np.arange(5 * RATE_HZ, dtype=np.float32)
    spans = [Span(0.05, 0.5), Span(1.0, 2.0), Span(2.05, 3.0), Span(4.5, 5.0)]
    stretches = list(cut(blocks(samples, length), spans))
    assert [stretch.span for stretch in stretches] == spans
    for stretch in stretches:
        first = max(0, round((stretch.span.start_s - MARGIN_S) * RATE_HZ))
        last = min(len(samples), round((stretch.span.end_s + MARGIN_S) * RATE_HZ))
        np.testing.assert_array_equal(stretch.sound.samples, samples[first:last])
        assert stretch.sound.start_s == pytest.approx(first / RATE_HZ)


def test_a_stretch_beyond_the_sound_is_left_out() -> None:
    assert list(cut(blocks(np.zeros(RATE_HZ, np.float32), 4_000), [Span(3.0, 4.0)])) == []


def test_a_transcript_without_emotions_has_none_beside_a_face() -> None:
    transcript = read_words([speech(0.1, 2.0)], Scripted(word(0.2, 1.4)), language="en")
    face = Timeline(np.arange(3.0), np.stack([mostly("happy")] * 3))
    assert transcript.with_faces(1, face, np.ones(3, np.int64), EQUAL) == replace(transcript)
