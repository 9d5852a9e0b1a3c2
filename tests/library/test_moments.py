"""The key moments of a recording, on lines that are known."""

import numpy as np
import pytest

from emoclassify.curves import Curve, curves_of
from emoclassify.labels import valence
from emoclassify.moments import FALLS, HIGHEST, LOWEST, RISES, key_moments
from emoclassify.timeline import Timeline
from tests.support.findings import mostly, times_every
from tests.support.reported import KINDS


def line_of(values: list[float]) -> Curve:
    """A curve of bins of half a second with this valence; NaN is a gap."""
    scores = np.array([(1 + v) / 2 * mostly("happy", 1.0) + (1 - v) / 2 * mostly("sad", 1.0) for v in values])
    times_s = 0.25 + times_every(0.5, len(values))
    return Curve(1, Timeline(times_s, scores.astype(np.float32)).bins(0.5, 0.5 * len(values)))


def test_the_key_moments_of_known_lines() -> None:
    assert key_moments(line_of([0.5] * 20), 10.0) == []
    assert key_moments(line_of([np.nan] * 20), 10.0) == []
    up = key_moments(line_of([-0.8] * 10 + [0.8] * 10), 10.0)
    assert [moment.kind for moment in up] == [LOWEST, RISES, HIGHEST]
    assert up[1].time_s == pytest.approx(5.25, abs=0.5)
    there_and_back = key_moments(line_of([-0.6] * 10 + [0.8] * 10 + [-0.8] * 10), 15.0)
    assert [moment.kind for moment in there_and_back] == [RISES, HIGHEST, FALLS, LOWEST]
    over_a_gap = key_moments(line_of([-0.8] * 4 + [np.nan] * 4 + [0.8] * 4), 6.0)
    assert [moment.kind for moment in over_a_gap if moment.kind in (RISES, FALLS)] == [RISES]
    assert [moment.time_s for moment in over_a_gap if moment.kind == RISES] == [4.25]
    many = key_moments(line_of(([-0.8] * 8 + [0.8] * 8) * 20), 160.0)
    assert len(many) == 8
    assert [moment.time_s for moment in many] == sorted(moment.time_s for moment in many)


def test_the_emotion_of_a_moment_is_that_of_its_valence() -> None:
    curve = line_of([0.2, 0.1, 0.9, 0.3, -0.4, np.nan, 0.1])
    assert valence(curve.smoothed_scores) == pytest.approx(curve.smoothed_valence, abs=1e-6, nan_ok=True)


def test_a_moment_is_never_after_the_end() -> None:
    moments = key_moments(line_of([-0.8] * 10 + [0.8]), 5.1)
    assert max(moment.time_s for moment in moments) <= 5.1


def test_curves_have_moments_only_where_something_was_read() -> None:
    assert curves_of(KINDS["neither"]) == []
