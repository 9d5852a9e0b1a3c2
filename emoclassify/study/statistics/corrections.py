"""p values of several questions at once.

Holm 1979 for what was asked beforehand: one false answer among all in 5 of 100 studies. Benjamini and Hochberg 1995 for
what was found by looking: 5 of 100 answers are false.
"""

import numpy as np

from emoclassify.study.statistics.arrays import Values


def holm(p_values: Values) -> Values:
    """The corrected p values, float64 (k,), in the order given."""
    order = np.argsort(p_values)
    steps = np.maximum.accumulate(p_values[order] * np.arange(len(p_values), 0, -1))
    return _in_order(np.minimum(steps, 1.0), order)


def benjamini_hochberg(p_values: Values) -> Values:
    """The corrected p values, float64 (k,), in the order given."""
    order = np.argsort(p_values)
    steps = p_values[order] * len(p_values) / np.arange(1, len(p_values) + 1)
    return _in_order(np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0), order)


def _in_order(steps: Values, order: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Values:
    corrected = np.empty_like(steps)
    corrected[order] = steps
    return corrected
