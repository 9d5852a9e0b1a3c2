"""In which order films are shown, so that over all people each film stands equally often at each place."""

from collections import Counter
from collections.abc import Sequence


def orders_of(films: Sequence[str]) -> list[tuple[str, ...]]:
    """Orders in which each film stands equally often at each place, and before each other one.

    E. J. Williams 1949, "Experimental designs balanced for the estimation of residual effects of treatments": a Latin
    square, and for an odd number of films its mirror image too.
    """
    n = len(films)
    zigzag = [0, *(place for low in range(1, n // 2 + 1) for place in (low, n - low))][:n]
    square: list[tuple[str, ...]] = [tuple(films[(place + shift) % n] for place in zigzag) for shift in range(n)]
    return square if n % 2 == 0 or n == 1 else [*square, *(order[::-1] for order in square)]


def next_order(films: Sequence[str], n_each: int, earlier: Sequence[Sequence[str]]) -> list[str]:
    """The order for the next person: the one that the fewest people had so far.

    Args:
        films: the ids of all.
        n_each: how many the person sees.
        earlier: the orders of the people before.
    """
    counts = Counter(tuple(order) for order in earlier)
    orders: list[tuple[str, ...]] = [order[:n_each] for order in orders_of(films)]
    rarest = min(orders, key=lambda order: counts[order])
    return list(rarest)
