"""The median of numbers that come one after another, each for as little work as there are digits in their count."""

import heapq


class RunningMedian:
    """The median of the numbers so far, as numpy tells it."""

    def __init__(self) -> None:
        """Of no number yet."""
        self._lower: list[float] = []  # the smaller half, each with its sign changed: the largest of them comes first
        self._upper: list[float] = []

    def add(self, value: float) -> None:
        """One more number, which is finite."""
        heapq.heappush(self._lower, -heapq.heappushpop(self._upper, value))
        if len(self._lower) > len(self._upper) + 1:
            heapq.heappush(self._upper, -heapq.heappop(self._lower))

    @property
    def value(self) -> float:
        """The median.

        Raises:
            IndexError: there is no number yet.
        """
        middle = -self._lower[0]
        return middle if len(self._lower) > len(self._upper) else (middle + self._upper[0]) / 2
