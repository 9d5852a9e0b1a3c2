"""Whether two sequences agree more often than by chance: Cohen's kappa, and a test by shifting one along the other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

MIN_PAIRS = 20
"""Of fewer pairs no overall number is told: it would be mostly chance, and the test could not reach ALPHA."""

ALPHA = 0.05
"""Agreement is called more than chance where the test's p value is not above this."""


@dataclass(frozen=True)
class BeyondChance:
    """How often two sequences are the same, beside how often chance makes them so.

    Attributes:
        n_same: pairs that are the same.
        n_same_by_chance: the mean of that number over all shifts.
        kappa: Cohen's, -1..1: 0 is chance, 1 is always the same.
        p_value: of the test, 0..1.
    """

    n_same: int
    n_same_by_chance: float
    kappa: float
    p_value: float

    @property
    def is_more(self) -> bool:
        """True where they agree more often than by chance (see ALPHA)."""
        return self.p_value <= ALPHA


def beyond_chance(a: Sequence[str], b: Sequence[str]) -> BeyondChance | None:
    """Tests whether two sequences agree more often than chance makes them.

    One sequence is shifted along the other, around its end, by every possible number of places. The p value is the
    share of all places, the true one among them, with at least as many equal pairs as the true one. A shift keeps the
    order within each sequence, so that neighbours may be alike, as emotions near in time are. Drawing pairs anew, as
    the usual permutation does, takes such neighbours for agreement: tests/library/test_chance.py measures both.

    Args:
        a: names in order of time.
        b: the names beside them, as many.

    Returns:
        None for fewer than MIN_PAIRS, and where kappa has no value.
    """
    kappa_of_all = kappa(a, b) if len(a) >= MIN_PAIRS else None
    if kappa_of_all is None:
        return None
    n_same = _same_by_shift(a, b)
    return BeyondChance(
        n_same=int(n_same[0]),
        n_same_by_chance=float(n_same[1:].mean()),
        kappa=kappa_of_all,
        p_value=float((n_same >= n_same[0]).mean()),
    )


def kappa(a: Sequence[str], b: Sequence[str]) -> float | None:
    """Cohen's kappa of two sequences: how much more often they are the same than by chance (Cohen 1960).

    Returns:
        -1..1; None where there is nothing to compare, and where both hold one and the same name only.
    """
    if not a:
        return None
    same = np.mean([x == y for x, y in zip(a, b, strict=True)])
    chance = sum(a.count(name) * b.count(name) for name in {*a, *b}) / len(a) ** 2
    return None if chance == 1 else float((same - chance) / (1 - chance))


def _same_by_shift(a: Sequence[str], b: Sequence[str]) -> npt.NDArray[np.int64]:
    """The number of equal pairs with `b` shifted by 0 to n - 1 places, int64 (n,)."""
    names_a, names_b = np.array(a), np.array(b)
    return np.array([(names_a == np.roll(names_b, shift)).sum() for shift in range(len(a))], dtype=np.int64)
