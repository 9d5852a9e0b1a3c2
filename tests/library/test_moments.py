"""The key moments of a recording, on lines that are known, and on noise in which there is none."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from benchmarks.moments import curve_with, false_share, planted_share, share_at_ends
from emoclassify.curves import Curve, curves_of
from emoclassify.groups import DEFAULT
from emoclassify.labels import Scores, sum_of, valence
from emoclassify.moments import FALLS, HIGHEST, LEAST_CHANGE, LOWEST, RISES, highest_time_s, key_moments
from emoclassify.noise import noise_limit
from tests.support.reported import KINDS

BIN_S = 0.5


def positive(scores: Scores) -> npt.NDArray[np.float32]:
    """As marketers use the word."""
    return sum_of(scores, DEFAULT["positive"])


def moments_of(values: list[float]) -> list[tuple[str, float]]:
    """Kind and time of each key moment of a line of half seconds; NaN is a gap."""
    moments = key_moments(curve_with(np.array(values)), BIN_S * len(values))
    return [(moment.kind, moment.time_s) for moment in moments]


def bump(n_bins: int, middle: int, height: float) -> list[float]:
    """A line at 0 with one smile of 3 s, whose middle is the middle of a bin."""
    line = np.zeros(n_bins)
    line[middle - 3 : middle + 4] = height * np.array([0.5, 1, 1, 1, 1, 1, 0.5])
    return line.tolist()


@pytest.mark.parametrize("values", [[0.5] * 20, [np.nan] * 20, [0.4], [-0.8] * 3 + [np.nan] * 3 + [0.8] * 3])
def test_no_moment_where_nothing_changes_or_too_little_is_seen(values: list[float]) -> None:
    assert moments_of(values) == []


@pytest.mark.parametrize("middle", [4, 10, 30, 50, 55])
@pytest.mark.parametrize("height", [0.4, 0.8, -0.4, -0.8])
def test_a_planted_moment_is_found_within_one_bin(middle: int, height: float) -> None:
    ((kind, time_s),) = moments_of(bump(60, middle, height))
    assert kind == (HIGHEST if height > 0 else LOWEST)
    assert time_s == pytest.approx(BIN_S * (middle + 0.5), abs=BIN_S)


def test_a_smile_smaller_than_the_least_change_is_no_moment() -> None:
    assert moments_of(bump(60, 30, 0.9 * LEAST_CHANGE)) == []


def test_the_middle_of_a_plateau_is_its_time() -> None:
    assert moments_of([0.0] * 40 + [0.7] * 21 + [0.0] * 40) == [(HIGHEST, BIN_S * (50 + 0.5))]


def test_a_turn_is_where_the_sign_changes() -> None:
    assert moments_of([-0.8] * 20 + [0.8] * 20) == [(LOWEST, 4.25), (RISES, 10.25), (HIGHEST, 15.25)]
    there_and_back = moments_of([-0.6] * 20 + [0.8] * 20 + [-0.8] * 20)
    assert [kind for kind, _ in there_and_back] == [RISES, HIGHEST, FALLS]


def test_after_a_change_during_a_gap_the_turn_is_the_first_bin_behind_the_gap() -> None:
    moments = moments_of([-0.8] * 8 + [np.nan] * 4 + [0.8] * 8)
    assert [time_s for kind, time_s in moments if kind in (RISES, FALLS)] == [BIN_S * 12.5]


def test_a_swing_that_does_not_stand_out_is_no_turn() -> None:
    kinds = [kind for kind, _ in moments_of([0.6] * 20 + [-0.15] * 8 + [0.6] * 20)]
    assert kinds == [LOWEST]


def test_the_end_of_a_smile_is_no_turn_to_a_faint_frown_long_after() -> None:
    line = np.array(bump(80, 20, 0.8)) - 0.08
    line[60:66] -= 0.15
    assert [kind for kind, _ in moments_of(line.tolist())] == [HIGHEST]


def test_the_usual_level_is_that_of_most_of_the_time() -> None:
    """A smile of nearly half of the recording: its rest is no lowest point."""
    assert [kind for kind, _ in moments_of([0.0] * 9 + [0.8] * 14 + [0.0] * 9)] == [HIGHEST]


def test_no_more_than_eight_in_order_of_time() -> None:
    times_s = [time_s for _, time_s in moments_of(([-0.8] * 12 + [0.8] * 12) * 10)]
    assert len(times_s) == 8
    assert times_s == sorted(times_s)


def test_the_searched_line_is_the_drawn_one() -> None:
    curve = curve_with(np.array(bump(60, 20, 0.8)))
    (moment,) = key_moments(curve, 30.0)
    assert moment.scores == pytest.approx(curve.drawn_scores[moment.bin])
    assert moment.valence == pytest.approx(valence(curve.drawn_scores).max())


def test_a_moment_is_never_after_the_end() -> None:
    moments = key_moments(curve_with(np.array([0.0] * 20 + [0.8] * 5)), 12.1)
    assert moments
    assert max(moment.time_s for moment in moments) <= 12.1


def test_another_measure_has_its_own_highest_time() -> None:
    curve = curve_with(np.array(bump(60, 20, 0.8)))
    assert highest_time_s(curve, positive, 30.0) == pytest.approx(BIN_S * 20.5, abs=BIN_S)
    assert highest_time_s(curve_with(np.zeros(60)), positive, 30.0) is None


def test_curves_have_moments_only_where_something_was_read() -> None:
    assert curves_of(KINDS["neither"]) == []


FALSE_MOMENTS = 0.05
"""Of the curves of noise, the share that may have any moment."""

TOLERANCE = 0.03
"""Two standard errors of a share of 5 % in 200 curves."""


@pytest.mark.whole
@pytest.mark.parametrize(("n_bins", "memory"), [(16, 0.9), (30, 0.0), (30, 0.9), (60, 0.5), (60, 0.9), (120, 0.7)])
def test_noise_has_hardly_ever_a_moment(n_bins: int, memory: float) -> None:
    """200 curves each; `python -m benchmarks moments` has the whole table."""
    assert false_share(200, n_bins, memory) <= FALSE_MOMENTS + TOLERANCE


@pytest.mark.whole
@pytest.mark.parametrize(
    ("n_bins", "memory", "height", "least"),
    [(60, 0.0, 0.6, 0.9), (60, 0.3, 0.8, 0.85), (120, 0.5, 0.8, 0.9), (120, 0.0, 0.4, 0.7), (30, 0.9, 0.8, 0.75)],
)
def test_smiles_in_noise_are_found_within_one_bin(n_bins: int, memory: float, height: float, least: float) -> None:
    share = planted_share(200, n_bins, memory, height)
    assert share.within_one_bin >= least
    assert share.within_one_bin >= 0.9 * share.found


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.8])
def test_the_extremes_of_noise_do_not_pile_up_at_the_ends(memory: float) -> None:
    """An even share is 1; with the mean of fewer and fewer bins towards an end it was 2 to 3."""
    assert share_at_ends(200, 120, memory) == pytest.approx(1, abs=0.25)


def test_the_limit_grows_with_the_noise_and_with_gaps_stays_finite() -> None:
    noise = np.random.default_rng(0).standard_normal(120)
    assert noise_limit(0.2 * noise) == pytest.approx(2 * noise_limit(0.1 * noise))
    with_gap = np.where(np.arange(120) // 10 == 4, np.nan, noise)
    assert noise_limit(noise) == pytest.approx(noise_limit(with_gap), rel=0.3)
    assert noise_limit(np.full(120, 0.3)) == 0.0
    assert noise_limit(noise[:9]) == np.inf


def test_the_same_curve_has_the_same_moments() -> None:
    values = 0.15 * np.random.default_rng(4).standard_normal(60)
    limits = [noise_limit(values) for _ in range(2)]
    assert limits[0] == limits[1]


def test_a_still_picture_has_one_bin_and_no_moment() -> None:
    (curve,) = curves_of(KINDS["a still"])
    assert isinstance(curve, Curve)
    assert key_moments(curve, BIN_S) == []
    assert key_moments(replace(curve, person=2), BIN_S) == []
