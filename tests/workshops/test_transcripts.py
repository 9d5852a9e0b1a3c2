"""The figures of the benchmark of transcription, on words with known errors."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.espeak import Espeak
from benchmarks.transcripts import aligned, figures_of_speech, grid_clips, in_a_row, noises, ravdess_clips
from emoclassify.speech.find import SpeechFinder
from emoclassify.speech.silero import RATE_HZ
from tests.support.recognizers import Scripted


@pytest.mark.parametrize(
    ("said", "written", "n_errors", "pairs"),
    [
        ("a b c", "A, b c.", 0, [(0, 0), (1, 1), (2, 2)]),
        ("a b c", "a c", 1, [(0, 0), (2, 1)]),
        ("a b c", "a x b c", 1, [(0, 0), (1, 2), (2, 3)]),
        ("a b c", "a x c", 1, [(0, 0), (2, 2)]),
        ("a b c", "", 3, []),
        ("", "a", 1, []),
    ],
)
def test_errors_are_the_fewest_words_to_change(
    said: str, written: str, n_errors: int, pairs: list[tuple[int, int]]
) -> None:
    assert aligned(said.split(), written.split()) == (n_errors, pairs)


def test_names_of_recordings_say_what_is_said() -> None:
    paths = [Path("grid_bbaf2n.mpg"), Path("grid_pwij3p.mpg"), Path("lwbzzs.mpg"), Path("talk.mp4")]
    assert list(grid_clips(paths).values()) == [
        "bin blue at f two now", "place white in j three please", "lay white by z zero soon",
    ]  # fmt: skip


def test_recordings_of_ravdess_are_spread_over_all(tmp_path: Path) -> None:
    for actor in range(1, 9):
        for statement in ("01", "02"):
            (tmp_path / f"03-01-05-01-{statement}-01-{actor:02}.wav").write_bytes(b"")
    texts = ravdess_clips(tmp_path, 4)
    assert len(texts) == 4
    assert set(texts.values()) <= {"kids are talking by the door", "dogs are sitting by the door"}
    assert ravdess_clips(None, 4) == {}


def test_noises_are_loud_but_for_silence() -> None:
    levels = {name: float(np.abs(samples).max()) for name, samples in noises(1.0).items()}
    assert levels.pop("silence") == 0
    assert all(0.1 < level < 1 for level in levels.values())


@pytest.mark.model
def test_made_speech_tells_its_words_and_their_times(espeak: str) -> None:
    spoken = Espeak().say("Good morning, my name is Anna.", "en-us")
    assert [text for text, _ in spoken.words] == ["Good", "morning", "my", "name", "is", "Anna"]
    starts_s = [span.start_s for _, span in spoken.words]
    assert starts_s == sorted(starts_s)
    assert 1.0 < spoken.length_s < 4.0
    assert spoken.words[-1][1].end_s <= spoken.length_s + 0.05
    row = in_a_row([spoken, spoken])
    assert len(row.samples) / RATE_HZ == pytest.approx(2 * (spoken.length_s + 0.8), abs=0.001)
    assert row.words[6][1].start_s == pytest.approx(spoken.words[0][1].start_s + spoken.length_s + 0.8)
    figures = figures_of_speech(Scripted(), SpeechFinder(), "en", ["Good morning."])
    assert (figures.n_words, figures.n_errors, figures.start_errors_s) == (2, 2, ())
