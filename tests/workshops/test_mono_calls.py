"""The figures of the benchmark of mono calls, on calls and voices with known errors."""

import numpy as np
import pytest

from benchmarks.mono_calls import Call, Errors, by_telephone, errors_of, two_groups

pytestmark = pytest.mark.model  # the benchmark needs torch

NOBODY = -1


def sides(*runs: tuple[int, int]) -> np.ndarray:
    """Who speaks for how many hundredths of a second, int64 (n,)."""
    return np.concatenate([np.full(n, side, np.int64) for side, n in runs])


def call(*runs: tuple[int, int]) -> Call:
    return Call(np.zeros(0, np.float32), sides(*runs))


def test_the_names_of_the_groups_do_not_matter() -> None:
    made = call((0, 300), (NOBODY, 100), (1, 200))
    assert errors_of(made, sides((1, 300), (NOBODY, 100), (0, 200))) == Errors(5.0, 0.0, 0.0, 0.0)


def test_errors_are_counted_apart() -> None:
    made = call((0, 300), (NOBODY, 100), (1, 200))
    errors = errors_of(made, sides((0, 250), (NOBODY, 50), (0, 100), (1, 150), (0, 50)))
    assert errors == Errors(speech_s=5.0, missed_s=0.5, added_s=1.0, confused_s=0.5)
    assert errors.rate == pytest.approx(0.4)
    assert errors + errors == Errors(10.0, 1.0, 2.0, 1.0)


def test_voices_that_differ_are_two_groups() -> None:
    rng = np.random.default_rng(1)
    centres = np.eye(2, 256, dtype=np.float32)
    truth = np.array([0, 0, 1, 0, 1, 1, 1, 0])
    voices = centres[truth] + 0.02 * np.abs(rng.normal(size=(8, 256))).astype(np.float32)
    voices /= np.linalg.norm(voices, axis=1, keepdims=True)
    groups = two_groups(voices)
    assert (groups == truth).all() or (groups == 1 - truth).all()


def test_a_telephone_carries_a_voice_and_no_high_tone() -> None:
    times_s = np.arange(16_000) / 16_000
    low, high = (0.5 * np.sin(2 * np.pi * hz * times_s).astype(np.float32) for hz in (440.0, 6_000.0))
    middle = slice(2_000, -2_000)
    assert np.abs(by_telephone(low) - low)[middle].max() < 0.05
    assert np.abs(by_telephone(high))[middle].max() < 0.05
