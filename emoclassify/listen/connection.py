"""One connection to a server of this project: uvicorn's, with deadlines, and refusals that callers can read."""

import http
import json
from asyncio import BaseTransport, Transport
from typing import Any, Protocol, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from emoclassify.listen.hosts import visitor_of
from emoclassify.listen.settings import ListenSettings
from emoclassify.words.messages import Message

_BODY_WINDOW_S = 10.0
"""The least rate of a body is that of every such time."""

_WHOLE_BODY_S = 6 * 3600.0
"""A body must come so fast that all of it would be here after this: the room for a large one is not held for days."""

_ANSWER_S = 120.0
"""An answer of which nothing is read for this long is given up: a video that is paused asks for the rest anew."""

_LINGER_S = 2.0
"""What a refused caller still sends is thrown away for this long: a connection that is closed at once looks broken."""

_RETRY_AFTER_S = 5
_BODY_HEADERS = (b"content-length", b"transfer-encoding")


class Keeper(Protocol):
    """Who keeps the connections of a server, and is told what each of them does."""

    settings: ListenSettings
    """The limits."""

    def clock(self) -> float:
        """Seconds."""

    def admit(self, connection: "Connection") -> None:
        """There is a new one."""

    def is_busy(self, connection: "Connection") -> None:
        """It has sent the headers of a call."""

    def is_idle(self, connection: "Connection") -> None:
        """It has its answer."""

    def remove(self, connection: "Connection") -> None:
        """It has ended."""


class Connection(H11Protocol):
    """Tells its keeper it does, and is ended by it where it takes too long.

    uvicorn calls the application as soon as the headers of a call are complete, and reads the body only as far as the
    application asks for it.
    """

    def __init__(self, keeper: Keeper, **arguments: Any) -> None:
        """As uvicorn makes it, with its keeper."""
        super().__init__(**arguments)
        self._keeper = keeper
        self.visitor = ""
        """Who calls, by the address."""
        self._n_received_bytes = self._n_body_bytes = 0
        self._is_upgraded = self._is_lingering = self._is_head_due = False
        self._begin_window()

    def connection_made(self, transport: BaseTransport) -> None:
        """A caller has connected: the headers of its first call are due."""
        super().connection_made(cast(Transport, _Lingering(cast(Transport, transport), self)))
        self.visitor = visitor_of(self.client[0]) if self.client else ""
        self._is_head_due = True
        self._begin_window()
        self._keeper.admit(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The caller has gone, or was ended."""
        self._keeper.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Hands on what has come in; what follows a refusal is thrown away."""
        if self._is_lingering:
            return
        self._n_received_bytes += len(data)
        cycle = self.cycle
        if not self._is_in_call and not self._is_head_due:
            self._is_head_due = True
            self._begin_window()
        super().data_received(data)
        if self.cycle is not cycle:
            self._begin_call()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """The connection becomes a websocket: from here on, uvicorn's pings end it where nobody answers."""
        self._is_upgraded = True
        self._keeper.is_busy(self)
        super().handle_websocket_upgrade(event)

    def on_response_complete(self) -> None:
        """The answer is given: the connection is idle."""
        if self._is_lingering:
            return
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if self._is_in_call:  # the next call had come in already
            self._begin_call()
        else:
            self._is_head_due = self.conn.trailing_data[0] != b""  # a part of the next one has come in already
            self._begin_window()
            self._keeper.is_idle(self)

    def resume_writing(self) -> None:
        """The caller reads its answer."""
        self._begin_window()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Refuses what is no HTTP."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.write(_problem_answer(400, Message("request_unread"), {"Connection": "close"}))
        self.transport.close()

    def refuse(self) -> None:
        """Says that there are too many connections, and ends this one."""
        headers = {"Connection": "close", "Retry-After": str(_RETRY_AFTER_S)}
        self.transport.write(_problem_answer(503, Message("connections_too_many"), headers))
        self.transport.close()

    def end(self) -> None:
        """Ends the connection at once."""
        self.transport.abort()

    @property
    def is_over(self) -> bool:
        """Whether a websocket has ended, which the connection that became one is not told."""
        return self._is_upgraded and self.transport.is_closing()

    def is_late(self) -> bool:
        """Whether it takes too long for what it does; begins a new span of time where it is fast enough."""
        if self._is_upgraded:
            return False
        if self.transport.is_closing() or self.flow.write_paused:
            return self.window_s > _ANSWER_S
        if self._is_receiving and not self.flow.read_paused:
            return self._is_body_late()
        if self._is_in_call or not self._is_head_due:
            self._begin_window()
            return False
        return self.window_s > self._keeper.settings.header_s

    def body_rate_kb_per_s(self, least_s: float) -> float | None:
        """How fast its body has arrived lately; None without a body under way, or within so many seconds."""
        if not self._is_receiving or self.window_s < least_s:
            return None
        return (self._n_received_bytes - self._n_bytes_before) / 1024 / self.window_s

    def _is_body_late(self) -> bool:
        rate_kb_per_s = self.body_rate_kb_per_s(_BODY_WINDOW_S)
        if rate_kb_per_s is None:
            return False
        self._begin_window()
        return rate_kb_per_s < self.least_kb_per_s

    @property
    def least_kb_per_s(self) -> float:
        """How fast its body has to arrive: a large one faster than a small one."""
        return max(self._keeper.settings.least_kb_per_s, self._n_body_bytes / 1024 / _WHOLE_BODY_S)

    @property
    def _is_in_call(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def _is_receiving(self) -> bool:
        return self._is_in_call and self.conn.their_state is h11.SEND_BODY

    @property
    def window_s(self) -> float:
        """Seconds since it connected, began its call, or was last seen to be fast enough."""
        return self._keeper.clock() - self._window_from_s

    def _begin_window(self) -> None:
        self._window_from_s, self._n_bytes_before = self._keeper.clock(), self._n_received_bytes

    def _begin_call(self) -> None:
        self._is_head_due = False
        self._n_body_bytes = int(dict(self.headers).get(b"content-length", b"0"))
        self._begin_window()
        self._keeper.is_busy(self)
        if self._is_receiving:
            self.flow.pause_reading()  # until the application asks for the body

    def linger(self, transport: Transport) -> bool:
        """Whether the caller still sends a body that was refused: then its connection is closed a little later."""
        if self._is_lingering or self.conn.their_state is not h11.SEND_BODY or not transport.can_write_eof():
            return False
        self._is_lingering = True
        self.flow.resume_reading()
        transport.write_eof()
        self.loop.call_later(_LINGER_S, transport.close)
        return True


class _Lingering:
    """The transport of a connection, which waits a little with closing it where its caller still sends."""

    def __init__(self, transport: Transport, connection: Connection) -> None:
        self._transport, self._connection = transport, connection

    def close(self) -> None:
        if not self._connection.linger(self._transport):
            self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class CloseUnread:
    """An ASGI middleware: an answer to a call whose body is not read says that the connection ends with it."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Passes one call on."""
        is_unread = scope["type"] == "http" and any(name in _BODY_HEADERS for name, _ in scope["headers"])
        if not is_unread:
            await self._app(scope, receive, send)
            return

        async def receive_noting_the_end() -> Any:
            nonlocal is_unread
            message = await receive()
            is_unread = is_unread and message.get("more_body", False)
            return message

        async def send_closing(message: Any) -> None:
            if message["type"] == "http.response.start" and is_unread:
                message = {**message, "headers": [*message.get("headers", []), (b"connection", b"close")]}
            await send(message)

        await self._app(scope, receive_noting_the_end, send_closing)


def _problem_answer(status: int, message: Message, headers: dict[str, str]) -> bytes:
    """A whole answer with a problem object (RFC 9457)."""
    title = http.HTTPStatus(status).phrase
    body = json.dumps({"title": title, "status": status, **message.to_problem()}).encode()
    headers = {**headers, "Content-Type": "application/problem+json", "Content-Length": str(len(body))}
    lines = [f"HTTP/1.1 {status} {title}", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + body
