"""How much of what only a few calls can have at once each owner takes: nobody has all of it."""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


class Turns:
    """The calls of one kind that are under way, by their owners."""

    def __init__(self) -> None:
        """Without any call."""
        self._lock = threading.Lock()
        self._n_under_way: Counter[str] = Counter()

    @contextmanager
    def take(self, most_of: Mapping[str, int]) -> Iterator[bool]:
        """Counts a call as long as it lasts, for each of its owners.

        Args:
            most_of: owner -> how many calls they may have under way at once.

        Yields:
            Whether the call has its turn; else one of the owners has as many, and it is not counted.
        """
        with self._lock:
            is_free = all(self._n_under_way[owner] < most for owner, most in most_of.items())
            self._n_under_way.update(list(most_of) if is_free else ())
        try:
            yield is_free
        finally:
            with self._lock:
                for owner in most_of if is_free else ():
                    self._n_under_way[owner] -= 1
                self._n_under_way = +self._n_under_way  # who has none is forgotten
