"""The made panels: what is put in is found as often as the guide says."""

import re

import numpy as np
import pytest

from benchmarks import panels, power
from tests.support.sources import ROOT

pytestmark = pytest.mark.whole

N_PANELS = 200
MOST_SDS = 4.0
"""How far the share found in so few panels may lie from the guide's: of ten shares none does by chance."""


def guide_rows() -> dict[int, list[float]]:
    """Viewers of each film -> the shares of the guide's table."""
    rows = re.findall(
        r"^\| (\d+) \| ((?:\d+(?: \| | \|$)){6})", (ROOT / "docs" / "marketers.md").read_text(), re.MULTILINE
    )
    return {int(n): [int(percent) / 100 for percent in re.findall(r"\d+", percents)] for n, percents in rows}


def test_the_guide_has_a_row_for_each_size() -> None:
    assert tuple(guide_rows()) == power.PANEL_SIZES


@pytest.mark.parametrize("n_per_film", [20, pytest.param(100, marks=pytest.mark.slow)])
@pytest.mark.parametrize("position", range(len(power.DIFFERENCES)))
def test_panels_find_as_much_as_the_guide_says(n_per_film: int, position: int) -> None:
    measured = power.measure(n_per_film, power.DIFFERENCES[position], n_panels=N_PANELS, n_permutations=200, seed=1)
    told = guide_rows()[n_per_film][2 * position : 2 * position + 2]
    for share, told_share in zip((measured.in_scene, measured.in_film), told, strict=True):
        assert abs(share - told_share) <= MOST_SDS * np.sqrt(told_share * (1 - told_share) / N_PANELS)


def test_the_curves_are_as_described() -> None:
    rng = np.random.default_rng(0)
    curves, levels = panels.panel(8000, rng, 0.4)
    assert curves.shape == (8000, panels.N_BINS)
    quiet = curves[:, 30:]
    usual = quiet.mean(axis=1)
    assert np.std(curves[:, 50] - levels) == pytest.approx(np.sqrt(0.15**2 + np.var(levels - usual)), rel=0.15)
    assert np.std(quiet[:, 0]) == pytest.approx(0.15 * np.sqrt(2), rel=0.05)
    steps = np.diff(quiet, axis=1)
    assert np.var(steps) == pytest.approx(2 * 0.15**2 * (1 - 0.8), rel=0.05)
    lifts = curves.mean(axis=0) - curves[:, :20].mean()
    assert lifts == pytest.approx(panels.true_curve(0.4), abs=0.02)
    assert lifts[20:26] == pytest.approx(0.4 * 0.5, abs=0.02)
