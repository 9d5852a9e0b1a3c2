"""Pictures that need not be decoded: nobody looks at them, and no other picture is built on them.

A film with B-frames has about a half of these. They are counted and have their times like every other picture.
"""

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

CONTAINERS = ("mov", "matroska")
"""FFmpeg's names of the containers (each the beginning of a list) whose packets are one picture each and have a time.
What is broadcast loses packets, which is told by decoding all of them."""

_MOST_AHEAD = 32
"""Packets that are read before one is decoded, at most, to know which pictures are shown before its own."""

_H264_SLICES = (1, 2, 5)
"""Types of the units of H.264 that hold a picture; all others are about it."""


@dataclass(frozen=True)
class Passed:
    """A picture that was not decoded, with the timestamp that it would have."""

    pts: int
    time_base: Fraction


class Passing:
    """Judges the packets of one stream: which pictures are not looked at, and not needed for any other."""

    def __init__(self, stream: Any, is_looked_at: Callable[[int, float], bool], origin: Fraction) -> None:
        """Takes a stream of PyAV, of one of the CONTAINERS, and what chooses pictures.

        Args:
            stream: of a picture.
            is_looked_at: called with each picture's place in the order in which they are shown, from 0, and its time in
                seconds; in that order.
            origin: the file's own timestamp, in seconds, that counts as time 0.
        """
        self._time_base, self._origin, self._is_looked_at = stream.time_base, origin, is_looked_at
        self._length_bytes = _length_bytes(stream)
        self._shown_later: list[int] = []  # timestamps of which one before may still come; a heap
        self._reached: float = float("-inf")  # decoding time, before which nothing that is still to come is shown
        self._n_shown, self._last = 0, float("-inf")
        self._ignored: set[int] = set()  # timestamps of pictures that are not looked at

    def judge(self, packets: Iterable[Any]) -> Iterator[tuple[Any, bool]]:
        """Yields the packets in their order, each with whether its picture need not be decoded."""
        waiting: deque[tuple[Any, bool]] = deque()
        for packet in packets:
            self._place(packet)
            waiting.append((packet, self._is_unneeded(packet)))
            while waiting and (self._is_settled(*waiting[0]) or len(waiting) > _MOST_AHEAD):
                yield self._judged(*waiting.popleft())
        for packet, is_unneeded in waiting:
            yield self._judged(packet, is_unneeded)

    def _place(self, packet: Any) -> None:
        """Gives every picture its place among those that are shown, as soon as none before it can come."""
        if packet.pts is None or not packet.size or packet.is_discard:
            return
        heapq.heappush(self._shown_later, packet.pts)
        if packet.dts is not None:
            self._reached = max(self._reached, packet.dts)
        while self._shown_later and self._shown_later[0] <= self._reached:
            pts = heapq.heappop(self._shown_later)
            if pts <= self._last:  # twice the same: the second is dropped
                continue
            self._last = pts
            if not self._is_looked_at(self._n_shown, float(pts * self._time_base - self._origin)):
                self._ignored.add(pts)
            self._n_shown += 1

    def _is_unneeded(self, packet: Any) -> bool:
        """Whether no other picture is built on the packet's, and it is sound."""
        if packet.pts is None or not packet.size or packet.is_discard or packet.is_corrupt or packet.is_keyframe:
            return False
        if packet.has_sidedata("encryption_info"):
            return False
        return packet.is_disposable or (self._length_bytes > 0 and _refers_nobody(bytes(packet), self._length_bytes))

    def _is_settled(self, packet: Any, is_unneeded: bool) -> bool:
        return not is_unneeded or packet.pts <= self._reached

    def _judged(self, packet: Any, is_unneeded: bool) -> tuple[Any, bool]:
        is_ignored = packet.pts in self._ignored
        self._ignored.discard(packet.pts)
        return packet, is_unneeded and is_ignored


def _length_bytes(stream: Any) -> int:
    """Bytes of the length before each unit of H.264, as its header says; 0 for any other stream."""
    header = stream.codec_context.extradata or b""
    is_h264 = stream.codec_context.name == "h264" and len(header) > 4 and header[0] == 1
    return (header[4] & 3) + 1 if is_h264 else 0


def _refers_nobody(units: bytes, length_bytes: int) -> bool:
    """Whether the units of a packet of H.264 hold a picture, and each of its parts says that none is built on it."""
    at, n_slices = 0, 0
    while at + length_bytes < len(units):
        first = units[at + length_bytes]
        if first & 31 in _H264_SLICES:
            if first >> 5 & 3:
                return False
            n_slices += 1
        at += length_bytes + int.from_bytes(units[at : at + length_bytes], "big")
    return n_slices > 0
