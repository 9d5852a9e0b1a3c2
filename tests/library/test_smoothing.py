"""What is shown of the readings: scores still, gaps still, no flicker, and a change of expression at its own time."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoclassify.labels import EMOTIONS
from emoclassify.pipeline import analyze
from emoclassify.settings import Options
from emoclassify.smoothing import READING_REACH_S, smoothed_readings
from emoclassify.timeline import Timeline, Times
from tests.support.findings import mostly, times_every

ROUNDING = 1e-6
NEUTRAL, SURPRISE = mostly("neutral", 1.0), mostly("surprise", 1.0)

LONGEST_RISE_S = 0.5
"""A change of expression is shown at nine tenths of its height no later than this."""

SHORTEST_S = 0.5
"""Expressions that are no micro-expressions last this long at least (Yan et al. 2013, "How fast are the leaked facial
expressions")."""

Mask = npt.NDArray[np.bool_]


def surprised(times_s: Times, is_open: Mask) -> Timeline:
    """Surprise where the mask is true, else neutral."""
    return Timeline(times_s, np.where(is_open[:, None], SURPRISE, NEUTRAL))


def one_shot(timeline: Timeline) -> npt.NDArray[np.int64]:
    return np.zeros(len(timeline.times_s), np.int64)


def is_shown(timeline: Timeline) -> Mask:
    """Where surprise is what is shown."""
    shown_timeline = smoothed_readings(timeline, one_shot(timeline))
    return np.array([emotion == "surprise" for emotion in shown_timeline.leading])


@st.composite
def readings(draw: st.DrawFn) -> tuple[Timeline, npt.NDArray[np.int64]]:
    """Any scores at uneven times, with gaps and cuts."""
    steps_s = draw(st.lists(st.floats(0.01, 1.5), min_size=1, max_size=40))
    seed = draw(st.integers(0, 2**32 - 1))
    source = np.random.default_rng(seed)
    scores = source.dirichlet(np.full(len(EMOTIONS), 0.3), len(steps_s)).astype(np.float32)
    scores[source.random(len(steps_s)) < 0.2] = np.nan
    return Timeline(np.cumsum(steps_s), scores), np.cumsum(source.random(len(steps_s)) < 0.1)


@given(readings())
def test_it_is_the_kernel_mean_of_the_readings_near_in_the_same_shot(
    made: tuple[Timeline, npt.NDArray[np.int64]],
) -> None:
    timeline, shots = made
    shown_scores = smoothed_readings(timeline, shots).scores
    assert (np.isnan(shown_scores).any(axis=1) == ~timeline.valid).all(), "a gap stays a gap, and nothing else is one"
    for i in np.flatnonzero(timeline.valid):
        kernel = np.clip(1 - np.abs(timeline.times_s - timeline.times_s[i]) / READING_REACH_S, 0, None)
        kernel *= timeline.valid & (shots == shots[i])
        near_scores = timeline.scores[kernel > 0].astype(float)
        mean = np.average(near_scores, axis=0, weights=kernel[kernel > 0])
        np.testing.assert_allclose(shown_scores[i], mean, atol=ROUNDING)
        assert shown_scores[i].sum() == pytest.approx(1, abs=1e-5)
        assert (shown_scores[i] >= near_scores.min(axis=0) - ROUNDING).all()
        assert (shown_scores[i] <= near_scores.max(axis=0) + ROUNDING).all()


def test_a_cut_is_as_sharp_as_it_was() -> None:
    times_s = times_every(0.2, 20)
    timeline = surprised(times_s, times_s > 1.9)
    shown_timeline = smoothed_readings(timeline, (times_s > 1.9).astype(np.int64))
    np.testing.assert_allclose(shown_timeline.scores, timeline.scores, atol=ROUNDING)


@pytest.mark.parametrize("n", [0, 1])
def test_a_still_picture_and_nothing_at_all_stay_as_they_are(n: int) -> None:
    timeline = surprised(times_every(0.2, n), np.ones(n, bool))
    np.testing.assert_array_equal(smoothed_readings(timeline, one_shot(timeline)).scores, timeline.scores)


@pytest.mark.parametrize("fps", [5, 10, 25])
def test_a_change_of_expression_is_shown_when_it_comes_and_soon_at_its_height(fps: int) -> None:
    times_s = times_every(1 / fps, 4 * fps)
    is_open = times_s >= 2
    timeline = surprised(times_s, is_open)
    assert (is_shown(timeline) == is_open).all(), "the label changes with the very reading that does"
    rise = smoothed_readings(timeline, one_shot(timeline)).scores[:, EMOTIONS.index("surprise")]
    assert times_s[rise >= 0.9][0] - 2 <= LONGEST_RISE_S


@pytest.mark.parametrize("start_s", np.linspace(2, 2.2, 5))
def test_an_expression_of_half_a_second_is_shown(start_s: float) -> None:
    times_s = times_every(0.04, 100)
    is_open = (times_s >= start_s) & (times_s < start_s + SHORTEST_S)
    assert is_shown(surprised(times_s, is_open)).any()


def test_at_five_frames_a_second_three_readings_are_an_expression_and_two_are_a_flicker() -> None:
    times_s = times_every(0.2, 20)
    for n, expected in ((1, 0), (2, 0), (3, 3), (4, 4)):
        is_open = (np.arange(20) >= 8) & (np.arange(20) < 8 + n)
        assert is_shown(surprised(times_s, is_open)).sum() == pytest.approx(expected, abs=2 if n > 2 else 0), n


@pytest.mark.parametrize("syllables_hz", [2, 3, 4, 5, 6, 8])
@pytest.mark.parametrize("phase", np.linspace(0, 0.9, 4))
def test_a_mouth_that_opens_and_closes_does_not_flicker(syllables_hz: float, phase: float) -> None:
    """Open for a third of each syllable. The ends of a recording have neighbours on one side only."""
    times_s = times_every(0.04, 200)
    is_open = (times_s * syllables_hz + phase) % 1 < 0.35
    assert not is_shown(surprised(times_s, is_open))[25:-25].any()


@pytest.mark.clips
@pytest.mark.model
@pytest.mark.parametrize("sample_fps", [5.0, 10.0])
def test_sentences_without_expression_are_neutral_and_a_smile_stays_a_smile(clips: Path, sample_fps: float) -> None:
    """Looked at by eye: the speakers of the GRID corpus show nothing; the man smiles from 0.6 s on."""
    for name in ("grid_bbaf2n.mpg", "grid_brbk7n.mpg", "grid_lwbsza.mpg", "grid_pwij3p.mpg"):
        analysis = analyze(clips / name, Options(sample_fps=sample_fps))
        assert {*analysis.shown_timeline(1).leading} == {"neutral"}, name
    smile = analyze(clips / "pyfeat_single_face.mp4", Options(sample_fps=sample_fps)).shown_timeline(1)
    onset = smile.leading.index("happy")
    assert smile.times_s[onset] == pytest.approx(0.6, abs=0.15)
    assert {*smile.leading[onset:]} == {"happy"}
