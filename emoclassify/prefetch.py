"""Makes items ahead of their use, in another thread."""

from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def prefetch(items: Iterable[T], count: int) -> Generator[T, None, None]:
    """Yields the same items in the same order, while another thread already makes the next ones.

    Args:
        items: made one after another, never two at once; an error of theirs is raised here, at the same item.
        count: how many items may be ready, at least 1.
    """
    iterator, end = iter(items), object()
    pool = ThreadPoolExecutor(1, thread_name_prefix="prefetch")
    try:
        ready = deque(pool.submit(next, iterator, end) for _ in range(count))
        while (item := ready.popleft().result()) is not end:
            ready.append(pool.submit(next, iterator, end))
            yield item  # type: ignore[misc]  # `end` is no T, and never comes here
    finally:
        pool.shutdown(cancel_futures=True)
