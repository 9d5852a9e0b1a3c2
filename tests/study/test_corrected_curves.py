"""Tests of whole curves are corrected over all comparisons and measures of the plan."""

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from emoclassify.study.contrasts import Contrast, with_curves_corrected
from emoclassify.study.plan import Comparison, Side
from emoclassify.study.statistics.bands import Band
from emoclassify.study.statistics.clusters import ClusterTest

pytestmark = pytest.mark.whole

EMPTY = Band(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0, np.int64), 2.0, 0.95)


def contrast(p: float | None, other: str = "B", measure: str = "happy") -> Contrast:
    """A comparison of a film with A, whose curves differ with this p; None: they cannot be compared."""
    test = None if p is None else ClusterTest(p, 3.0, (), 5000, is_exact=False)
    comparison = Comparison(Side("A"), Side(other))
    return Contrast(comparison, measure, True, (12, 12), 0, test, (), (1.0, 1.0), (EMPTY, EMPTY), None)


def test_all_comparisons_and_measures_are_corrected_together() -> None:
    p_values = [0.01, 0.04, 0.02, 0.6]
    contrasts = [
        contrast(p, other, measure) for p, other, measure in zip(p_values, "BBCC", ["happy", "sad"] * 2, strict=True)
    ]
    expected = multipletests(p_values, method="holm")[1]
    assert [one.curves_p_holm for one in with_curves_corrected(contrasts)] == pytest.approx(list(expected))


def test_one_test_alone_needs_no_correction_and_none_gets_none() -> None:
    alone, missing = with_curves_corrected([contrast(0.03), contrast(None, "C")])
    assert (alone.curves_p_holm, missing.curves_p_holm) == (0.03, None)
    assert with_curves_corrected([contrast(None)])[0].curves_p_holm is None
