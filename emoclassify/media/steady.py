"""Places blocks of sound by their timestamps, of which single ones may be late, early or in bursts.

Sound itself is the better clock from one block to the next; timestamps tell where something is missing, and how the
clock drifts. What a recorder received from a network carries the time of arrival: late by as much as the network held
it back, never early. So the least delay among the blocks of the next seconds is the delay of the sound itself, and only
where that changes has something been lost, or come twice.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from emoclassify.media.channels import Samples

WOBBLE_S = 0.015
"""Delays of the sound itself that differ by less are rounding; the shortest packet that is usual holds 20 ms."""

PAUSE_S = 0.4
"""A shorter gap in the sound is a lost packet, and is filled with silence; a longer one is a pause of the recording.
As long as the silence between two words of one stretch of speech."""

_AHEAD_S = 2.0
"""Sound looked ahead at: a delay that lasts so long is no delay of a network."""


@dataclass(frozen=True)
class Block:
    """Samples with the timestamp that they carry."""

    time_s: float | None
    """None where they carry none."""
    samples: Samples
    """float32 (n,) of mono, (n, 2) of stereo sound."""
    rate_hz: int

    @property
    def length_s(self) -> float:
        """How long they sound."""
        return len(self.samples) / self.rate_hz


@dataclass(frozen=True)
class Placed:
    """Samples with their place in time."""

    start_s: float
    samples: Samples
    rate_hz: int


def steadied(blocks: Iterable[Block]) -> Iterator[Placed]:
    """Yields the blocks with their places, of which two may leave a gap between them, or overlap.

    The first place is the first timestamp; where that one is late among those that follow, it is earlier, but not below
    0.
    """
    waiting: deque[_Delayed] = deque()
    least = _Least()
    shift_s: float | None = None

    def place(block: _Delayed) -> Placed:
        nonlocal shift_s
        delay_s = least.from_(block.counted_s)
        if shift_s is None:
            late_s = block.delay_s - delay_s
            shift_s = late_s if late_s <= WOBBLE_S else max(-delay_s, 0.0)
        return Placed(block.counted_s + delay_s + shift_s, block.block.samples, block.block.rate_hz)

    for block in _without_dips(_delayed(blocks)):
        least.add(block)
        waiting.append(block)
        while block.counted_s - waiting[0].counted_s >= _AHEAD_S:
            yield place(waiting.popleft())
    yield from map(place, waiting)


@dataclass(frozen=True)
class _Delayed:
    """A block with the length of the sound before it, and how much later it comes than that."""

    block: Block
    counted_s: float
    delay_s: float


def _delayed(blocks: Iterable[Block]) -> Iterator[_Delayed]:
    counted_s, delay_s = 0.0, 0.0
    for block in blocks:
        if block.time_s is not None:
            delay_s = block.time_s - counted_s
        yield _Delayed(block, counted_s, delay_s)
        counted_s += block.length_s


def _without_dips(blocks: Iterable[_Delayed]) -> Iterator[_Delayed]:
    """The same blocks; a single one that comes much earlier than both beside it has a damaged timestamp."""
    before: _Delayed | None = None
    current: _Delayed | None = None
    for after in blocks:
        if current is not None:
            yield _undamaged(current, before or current, after)
        before, current = current, after
    if current is not None:
        yield _undamaged(current, before or current, before or current)


def _undamaged(block: _Delayed, before: _Delayed, after: _Delayed) -> _Delayed:
    beside_s = min(before.delay_s, after.delay_s)
    return replace(block, delay_s=beside_s) if block.delay_s < beside_s - PAUSE_S else block


class _Least:
    """The least delay among the blocks ahead, of a queue that moves on."""

    def __init__(self) -> None:
        self._blocks: deque[_Delayed] = deque()
        """Of the blocks ahead those that come before all that follow them."""

    def add(self, block: _Delayed) -> None:
        while self._blocks and self._blocks[-1].delay_s >= block.delay_s:
            self._blocks.pop()
        self._blocks.append(block)

    def from_(self, counted_s: float) -> float:
        """The least delay of the block at `counted_s` and of those after it."""
        while self._blocks[0].counted_s < counted_s:
            self._blocks.popleft()
        return self._blocks[0].delay_s
