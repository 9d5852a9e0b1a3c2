from collections.abc import Iterator
from threading import Event, current_thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoclassify.prefetch import prefetch

WAIT_S = 30  # far more than it takes; a test that waits so long has failed


@given(st.lists(st.integers() | st.none()), st.integers(1, 5))
def test_all_items_come_in_their_order(items: list[int | None], count: int) -> None:
    assert list(prefetch(items, count)) == items


def test_the_next_item_is_made_while_the_first_is_worked_on() -> None:
    second = Event()

    def items() -> Iterator[int]:
        yield 1
        second.set()
        yield 2

    ready = prefetch(items(), 2)
    assert next(ready) == 1
    assert second.wait(WAIT_S)
    assert list(ready) == [2]


def test_no_more_than_asked_lie_ready() -> None:
    made = []

    def items() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            yield number

    ready = prefetch(items(), 3)
    next(ready)
    ready.close()
    assert len(made) <= 4


def test_an_error_is_raised_in_its_place() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    ready = prefetch(items(), 4)
    assert next(ready) == 1
    with pytest.raises(ValueError, match="broken"):
        next(ready)


def test_it_is_another_thread() -> None:
    assert next(prefetch((current_thread().name for _ in range(1)), 1)) != current_thread().name
