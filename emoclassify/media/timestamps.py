"""Timestamps that never start anew: each later piece of a recording is moved to the end of the piece before.

A file may hold several pieces, one after another (of a camera or a browser's recorder that stopped and started), and
the timestamps of each piece begin at 0 again.
"""

import heapq
from collections.abc import Iterable, Iterator
from typing import Any

BACK_S = 1.0
"""A piece is at least this long: timestamps that go back by less are out of order, not a new piece."""


class PacketClock:
    """Moves the timestamps of the packets of picture and sound, so that they never start anew."""

    def __init__(self) -> None:
        self.restarts = 0
        self._offset_s, self._end_s = 0.0, 0.0
        self._last_s: dict[int, float] = {}
        """Decoding time of the newest packet of each stream, as stored in the file."""

    def adjust(self, packets: Iterable[Any]) -> Iterator[Any]:
        """Yields packets of PyAV in their order, with timestamps that never start anew.

        One timestamp that goes back is a fault of the file; two of one stream, one after the other, are a new piece.
        """
        undecided: list[Any] = []
        for packet in packets:
            if not undecided and not self._goes_back(packet):
                yield self._moved(packet)
                continue
            undecided.append(packet)
            if len(undecided) > 1 and packet.stream.index == undecided[0].stream.index:
                if self._goes_back(packet):
                    self._start_anew(undecided)
                yield from map(self._moved, undecided)
                undecided = []
        yield from map(self._moved, undecided)

    def _goes_back(self, packet: Any) -> bool:
        last_s = self._last_s.get(packet.stream.index)
        return last_s is not None and packet.dts is not None and packet.dts * float(packet.time_base) < last_s - BACK_S

    def _start_anew(self, first: list[Any]) -> None:
        starts_s = [packet.pts * float(packet.time_base) for packet in first if packet.pts is not None]
        self._offset_s, self._last_s = self._end_s - min(starts_s, default=0.0), {}
        self.restarts += 1

    def _moved(self, packet: Any) -> Any:
        if packet.dts is None or packet.pts is None:
            return packet
        tick_s, stream = float(packet.time_base), packet.stream.index
        decoded_s = packet.dts * tick_s
        length_s = packet.duration * tick_s if packet.duration else decoded_s - self._last_s.get(stream, decoded_s)
        self._end_s = max(self._end_s, packet.pts * tick_s + length_s + self._offset_s)
        self._last_s[stream] = max(decoded_s, self._last_s.get(stream, decoded_s))
        if self._offset_s:
            ticks = round(self._offset_s / tick_s)
            packet.pts, packet.dts = packet.pts + ticks, packet.dts + ticks
        return packet


class ShownTimes:
    """Timestamps of the pictures of an AVI file, which stores when each is decoded, and not when it is shown.

    What FFmpeg makes of that goes back in time where pictures are stored in another order than they are shown in. But
    both orders have the same times: the next picture that is shown has the earliest one that is left.
    """

    def __init__(self) -> None:
        self._decoding_times: list[int] = []

    def add(self, packet: Any) -> None:
        """A packet went into the decoder, which took it."""
        if packet.dts is not None and packet.size:
            heapq.heappush(self._decoding_times, packet.dts)

    def set(self, frame: Any) -> None:
        """A picture comes out of the decoder: its `pts` becomes the time at which it is shown."""
        if self._decoding_times:
            frame.pts = heapq.heappop(self._decoding_times)
