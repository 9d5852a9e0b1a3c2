"""Speech in a recording: every part of a stretch is heard, and one result for the whole counts what lasts longer."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoclassify.labels import Scores
from emoclassify.media.nouns import Sound
from emoclassify.speech.find import SpeechFinder
from emoclassify.speech.silero import CHUNK, RATE_HZ, Samples
from emoclassify.speech.stretch import Speech
from emoclassify.timeline import Span
from emoclassify.voice.read import HOP_S, WINDOW_S, read_voice, windows
from emoclassify.voice.reading import Heard, VoiceRead
from tests.support.findings import laughter, mostly, voice


@given(samples=st.integers(1, 10 * RATE_HZ))
def test_every_part_of_a_stretch_is_heard_in_windows_of_one_length(samples: int) -> None:
    speech = Sound(5.0, np.arange(samples, dtype=np.float32))
    heard = list(windows(speech))
    starts = [round((part.start_s - 5.0) * RATE_HZ) for part in heard]
    for part, start in zip(heard, starts, strict=True):
        assert part.samples[0] == start
        assert len(part.samples) == min(samples, WINDOW_S * RATE_HZ)
    assert starts[0] == 0
    assert heard[-1].samples[-1] == samples - 1
    assert all(0 < step <= HOP_S * RATE_HZ for step in np.diff(starts))


class Told:
    """Takes the place of silero-vad: says of each chunk what it is told to; counts how often it is asked."""

    def __init__(self, chances: list[float]) -> None:
        self._chances, self._at, self.asked = chances, 0, 0

    def reset(self) -> None:
        self._at = 0

    def chances(self, samples: Samples) -> Samples:
        before, self._at, self.asked = self._at, self._at + len(samples) // CHUNK, self.asked + 1
        return np.array(self._chances[before : self._at], dtype=np.float32)


def spans_s(told: Told, n_chunks: int, block: int = 700) -> list[tuple[float, float]]:
    """Where speech is found in chunks of 32 ms, read in blocks of so many samples."""
    finder = SpeechFinder()
    finder._silero = cast(Any, told)
    samples = np.arange(n_chunks * CHUNK, dtype=np.float32)
    found = list(finder.find(Sound(i / RATE_HZ, samples[i : i + block]) for i in range(0, len(samples), block)))
    for speech in found:
        assert speech.sound.samples[0] == round(speech.sound.start_s * RATE_HZ)
        assert (np.diff(speech.sound.samples) == 1).all()
        heard_s = (speech.sound.start_s, speech.sound.start_s + len(speech.sound.samples) / RATE_HZ)
        assert speech.span.start_s - heard_s[0] == pytest.approx(min(0.1, speech.span.start_s), abs=1e-6)
        assert speech.span.end_s <= heard_s[1] <= speech.span.end_s + 0.1 + 1e-6
    return [(round(s.span.start_s, 3), round(s.span.end_s, 3)) for s in found]


def heard_in(chances: list[float], block: int = 700) -> list[tuple[float, float]]:
    return spans_s(Told(chances), len(chances), block)


@pytest.mark.parametrize("block", [100, 700, 50_000])
def test_a_short_pause_belongs_to_speech_and_a_long_one_does_not(block: int) -> None:
    speech, pause = [0.9] * 20, [0.1] * 40
    start_s, end_s = 40 * 0.032 - 0.06, 60 * 0.032 + 0.06
    assert heard_in([*pause, *speech, *pause], block) == [(round(start_s, 3), round(end_s, 3))]
    assert len(heard_in([*pause, *speech, *pause[:10], *speech, *pause], block)) == 1
    assert len(heard_in([*pause, *speech, *pause, *speech, *pause], block)) == 2


def test_what_is_hardly_speech_goes_on_but_does_not_start() -> None:
    assert heard_in([0.45] * 60) == []
    assert heard_in([0.9] * 10 + [0.45] * 50) == [(0.0, 60 * 0.032)]


def test_a_click_is_no_speech_and_long_speech_is_cut() -> None:
    assert heard_in([0.1] * 20 + [0.9] * 2 + [0.1] * 20) == []
    spans = heard_in([0.9] * 2000)
    assert len(spans) == 3
    assert spans[0][1] == spans[1][0]
    assert spans[-1][1] == 64.0


def test_the_network_is_asked_once_a_second() -> None:
    told = Told([0.1] * 200)
    assert spans_s(told, 200, block=300) == []
    assert told.asked <= 200 * CHUNK / RATE_HZ + 1


def test_the_recording_as_a_whole_is_the_mean_of_its_stretches_by_their_length() -> None:
    stretches = (voice(0.0, 3.0, "sad", 0.8), voice(5.0, 6.0, "happy", 0.8))
    mean = VoiceRead((), stretches).mean
    assert mean is not None
    assert mean.speech_s == 4.0
    assert mean.dominant == "sad"
    assert mean.scores == pytest.approx(0.75 * mostly("sad", 0.8) + 0.25 * mostly("happy", 0.8), abs=1e-6)


def test_the_recording_as_a_whole_may_be_beyond_telling() -> None:
    assert VoiceRead((), ()).mean is None
    short, torn = VoiceRead((), (voice(0.0, 0.4),)).mean, VoiceRead((), (voice(0, 1, "sad"), voice(2, 3, "angry"))).mean
    assert short is not None
    assert torn is not None
    assert short.dominant is None
    assert torn.dominant is None
    assert torn.confidence == pytest.approx(0.375)


class Ear:
    """Takes the place of the finder and of the model: one stretch of 6 s, and a sound for each of its four windows."""

    def __init__(self, *sounds: str) -> None:
        self._sounds = sounds

    def find(self, sounds: Iterable[Sound]) -> Iterator[Speech]:
        (sound,) = sounds
        yield Speech(Span(0.0, 6.0), sound)

    def predict(self, windows: Sequence[Samples]) -> Scores:
        return np.stack([mostly("sad" if i < 2 else "happy") for i in range(len(windows))])

    def hear(self, windows: Sequence[Samples]) -> Heard:
        return Heard(self.predict(windows), self._sounds)


def read_by(ear: Ear) -> VoiceRead:
    return read_voice([Sound(0.0, np.ones(6 * RATE_HZ, dtype=np.float32))], ear, ear)


def test_a_laugh_within_speech_is_a_gap_and_the_speech_around_it_counts() -> None:
    read = read_by(Ear("", "", "laughter", "no words"))
    assert [window.answer for window in read.windows] == ["sad", "sad", "laughter", "no words"]
    assert all(np.isnan(window.scores).all() for window in read.windows[2:])
    (stretch,) = read.stretches
    assert stretch.scores == pytest.approx(mostly("sad"), abs=1e-6)
    assert read.mean is not None
    assert read.mean.dominant == "sad"


def test_a_stretch_without_any_speech_is_the_sound_that_it_mostly_is() -> None:
    read = read_by(Ear("laughter", "no words", "laughter", "laughter"))
    (stretch,) = read.stretches
    assert (stretch.answer, stretch.dominant, stretch.is_speech) == ("laughter", None, False)
    assert read.mean is None


def test_a_laugh_has_no_part_in_the_recording_as_a_whole() -> None:
    mean = VoiceRead((), (voice(0.0, 1.0, "sad"), laughter(1.0, 9.0))).mean
    assert mean is not None
    assert (mean.dominant, mean.speech_s) == ("sad", 1.0)
