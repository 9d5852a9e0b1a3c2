"""All connections of a server: how many there may be, and how long each may take for what it does."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from emoclassify.listen.connection import Connection
from emoclassify.listen.settings import ListenSettings

_OLD_ENOUGH_S = 1.0
"""Time for a call to arrive, before it is taken for idle or slow where room is needed."""


@dataclass
class _Held:
    """The connections of one visitor."""

    connections: set[Connection] = field(default_factory=set)
    strangers: dict[Connection, None] = field(default_factory=dict)
    """Those that have never sent a whole call, the oldest first."""
    callers: dict[Connection, None] = field(default_factory=dict)
    """Those that have, and are idle now, the longest first."""


class Connections:
    """The connections of one server. It lives in the loop of that server, and in no other thread."""

    def __init__(
        self, settings: ListenSettings, most: int | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Without any connection.

        Args:
            settings: the limits.
            most: connections at once, where the machine allows fewer than the settings.
            clock: seconds, for tests.
        """
        self.settings, self._clock = settings, clock
        self._most = min(settings.max_connections, most or settings.max_connections)
        self._held_of_visitor: dict[str, _Held] = {}
        self._n = 0

    def __len__(self) -> int:
        return self._n

    def clock(self) -> float:
        """Seconds, from any beginning."""
        return self._clock()

    def admit(self, connection: Connection) -> None:
        """Takes up a new connection; ends another for it, or refuses it, where there are too many."""
        held = self._held_of_visitor.setdefault(connection.visitor, _Held())
        held.connections.add(connection)
        held.strangers[connection] = None
        self._n += 1
        if len(held.connections) > self.settings.connections_per_address:
            self._make_room_for(connection, [held])
        elif self._n > self._most:
            crowded_first = sorted(self._held_of_visitor.values(), key=lambda each: -len(each.connections))
            self._make_room_for(connection, crowded_first)

    def is_busy(self, connection: Connection) -> None:
        """Notes that a connection has sent the headers of a call."""
        if held := self._held_of_visitor.get(connection.visitor):
            held.strangers.pop(connection, None)
            held.callers.pop(connection, None)

    def is_idle(self, connection: Connection) -> None:
        """Notes that a connection has its answer."""
        held = self._held_of_visitor.get(connection.visitor)
        if held and connection in held.connections:
            held.callers[connection] = None

    def remove(self, connection: Connection) -> None:
        """Forgets a connection that has ended; one that it does not know, too."""
        held = self._held_of_visitor.get(connection.visitor)
        if held is None or connection not in held.connections:
            return
        held.connections.remove(connection)
        self.is_busy(connection)
        self._n -= 1
        if not held.connections:
            del self._held_of_visitor[connection.visitor]

    async def sweep(self) -> None:
        """Ends what takes too long; to be called every second or so."""
        for connection in self._all():
            if connection.is_over:
                self.remove(connection)
            elif connection.is_late():
                self._end(connection)

    def end_all(self) -> None:
        """Ends every connection, whatever it does."""
        for connection in self._all():
            self._end(connection)

    def _all(self) -> list[Connection]:
        return [connection for held in self._held_of_visitor.values() for connection in held.connections]

    def _make_room_for(self, newcomer: Connection, helds: Iterable[_Held]) -> None:
        for held in helds:
            if other := self._least_of(held, newcomer):
                self._end(other)
                return
        self.remove(newcomer)
        newcomer.refuse()

    def _least_of(self, held: _Held, newcomer: Connection) -> Connection | None:
        """The one of a visitor that is missed least: who had time to make a call, and did not, goes first."""
        stranger = next((each for each in held.strangers if each is not newcomer), None)
        is_old = stranger is not None and stranger.window_s >= _OLD_ENOUGH_S
        return (stranger if is_old else self._slowest(held)) or stranger or next(iter(held.callers), None)

    def _slowest(self, held: _Held) -> Connection | None:
        """The one whose body arrives slowest, where it is slower than it must be."""
        rates = {each: each.body_rate_kb_per_s(_OLD_ENOUGH_S) for each in held.connections}
        slow = {each: rate for each, rate in rates.items() if rate is not None}
        slowest = min(slow, key=lambda each: slow[each], default=None)
        return slowest if slowest and slow[slowest] < slowest.least_kb_per_s else None

    def _end(self, connection: Connection) -> None:
        self.remove(connection)
        connection.end()
