"""The film's clock by its sound, in made recordings whose truth is known: `benchmarks.sound_clock` makes them."""

import numpy as np
import pytest

from benchmarks import sound_clock
from benchmarks.sound_clock import KINDS, REFUSED, STALL_S, film, trial
from emoclassify.study.clock import Clock, Method
from emoclassify.study.clock_by_sound import HOP_S, LEAST_SCORE, RATE_HZ, Abstention, clock_by_sound

pytestmark = pytest.mark.whole

MEDIAN_ERROR_S, LARGEST_ERROR_S = 0.01, 0.05
"""A half second of a curve is fifty times as long as the one."""


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 4))], ids="film {}".format
)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in REFUSED])
def test_the_film_is_found_at_its_time(kind: str, seed: int) -> None:
    found = trial(kind, seed)
    assert found.reason == ""
    assert found.score > 2 * LEAST_SCORE
    assert np.median(np.abs(found.errors_s)) <= MEDIAN_ERROR_S
    assert np.max(np.abs(found.errors_s)) <= LARGEST_ERROR_S


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 4))], ids="film {}".format
)
@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_told_is_not_told_with_the_reason(kind: str, seed: int) -> None:
    found = trial(kind, seed)
    assert (found.reason, found.errors_s) == (REFUSED[kind], ())


def test_a_stop_of_the_film_is_a_border_between_two_pieces() -> None:
    shown = film(5)
    first = int(10.25 * RATE_HZ)
    silence = np.zeros(int(STALL_S * RATE_HZ), np.float32)
    found = clock_by_sound(shown, np.concatenate([silence, shown[:first], silence, shown[first:]]))
    assert isinstance(found, Clock)
    one, other = found.pieces
    assert one.offset_s == pytest.approx(STALL_S, abs=HOP_S / 2)
    assert other.offset_s == pytest.approx(2 * STALL_S, abs=HOP_S / 2)
    assert other.film_start_s == pytest.approx(10.25, abs=0.5)  # no better than the notes beside it tell
    assert found.stalled_s == pytest.approx(STALL_S, abs=HOP_S)
    assert found.method is Method.SOUND


@pytest.mark.parametrize(("start_s", "stop_s"), [(0.0, 20.0), (12.5, 30.0), (6.0, 24.0)])
def test_a_recording_of_a_part_has_a_clock_of_that_part(start_s: float, stop_s: float) -> None:
    shown = film(6)
    heard = shown[int(start_s * RATE_HZ) : int(stop_s * RATE_HZ)]
    found = clock_by_sound(shown, heard)
    assert isinstance(found, Clock)
    (piece,) = found.pieces
    assert (piece.film_start_s, piece.film_end_s) == pytest.approx((start_s, stop_s), abs=0.03)
    assert piece.offset_s == pytest.approx(-start_s, abs=HOP_S)
    assert found.residual_s is not None
    assert found.residual_s < HOP_S


def test_too_short_a_sound_has_no_clock() -> None:
    shown = film(7)
    assert clock_by_sound(shown, shown[: 4 * RATE_HZ]) == Abstention("too short", 0.0)
    assert clock_by_sound(shown[: 4 * RATE_HZ], shown) == Abstention("too short", 0.0)


@pytest.mark.parametrize("level", [1e-4, 1.0, 30.0])
def test_how_loud_it_was_recorded_changes_nothing(level: float) -> None:
    shown = film(8)
    silence = np.zeros(3 * RATE_HZ, np.float32)
    found = clock_by_sound(shown, np.concatenate([silence, shown]) * np.float32(level))
    assert isinstance(found, Clock)
    assert found.start_s == pytest.approx(3.0, abs=HOP_S)


@pytest.mark.slow
def test_the_table_has_a_row_for_each_kind() -> None:
    assert len(list(sound_clock.table(1))) == 2 + len(KINDS)
