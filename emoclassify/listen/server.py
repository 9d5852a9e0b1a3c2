"""A server for one ASGI application: uvicorn, with the connections of this project."""

import asyncio
import resource
import socket
from functools import partial
from typing import Any, cast

import uvicorn

from emoclassify.listen.connection import CloseUnread, Connection
from emoclassify.listen.connections import Connections
from emoclassify.listen.settings import ListenSettings

_IDLE_S = 65
"""A connection without a call is closed after this long, a little later than most proxies give theirs up."""

_ACCEPTED_AT_ONCE = 100
"""Connections taken up before any of them is read: fewer than one address may have, so that none is closed unread."""

_STOP_S, _STOP_AT_LAST_S = 1.0, 5
"""How long answers under way may take when the server stops, and the threads that make them."""

_MOST_MESSAGE_BYTES = 1024**2
"""Of a message that a browser sends by websocket."""

_OPEN_FILES, _FILES_FOR_OTHERS = 16_384, 256
_FILES_OF_A_CALL = 2
"""A connection, and the file that it sends or receives."""


class Server:
    """A server that listens. `run` it in one thread; `stop` it from any."""

    def __init__(
        self, app: Any, *, host: str, port: int, settings: ListenSettings, has_websockets: bool = False
    ) -> None:
        """Listens; no call is answered before `run`.

        Args:
            app: the ASGI application.
            host: the address to listen at.
            port: 0 for any that is free.
            settings: the limits of its connections.
            has_websockets: whether the application has websockets, and is told of start and end (ASGI's lifespan).

        Raises:
            OSError: the address cannot be listened at.
        """
        self._sockets = _listening(host, port)
        self.port = int(self._sockets[0].getsockname()[1])
        """The port that it listens at."""
        self.connections = Connections(settings, _most_connections())
        config = uvicorn.Config(
            CloseUnread(app),
            http=cast(Any, partial(Connection, self.connections)),
            ws="websockets-sansio" if has_websockets else "none",
            ws_max_size=_MOST_MESSAGE_BYTES,
            ws_per_message_deflate=False,
            lifespan="on" if has_websockets else "off",
            loop="asyncio",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=_ACCEPTED_AT_ONCE,
            timeout_keep_alive=_IDLE_S,
            timeout_graceful_shutdown=_STOP_AT_LAST_S,
            callback_notify=self.connections.sweep,
            timeout_notify=0,
        )
        self._server = _Ending(config, self.connections)

    def run(self) -> None:
        """Answers until `stop`, or a signal to the main thread, which it passes on at its end."""
        self._server.run(sockets=self._sockets)

    def stop(self) -> None:
        """Ends `run`."""
        self._server.should_exit = True


class _Ending(uvicorn.Server):
    """Ends the connections that do not end by themselves when it stops."""

    def __init__(self, config: uvicorn.Config, connections: Connections) -> None:
        super().__init__(config)
        self._all_connections = connections

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().call_later(_STOP_S, self._all_connections.end_all)
        await super().shutdown(sockets)


def _listening(host: str, port: int) -> list[socket.socket]:
    """A socket for each address of a host, all at one port."""
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    sockets: list[socket.socket] = []
    try:
        for family, address in dict.fromkeys((family, address) for family, _, _, _, address in addresses):
            sockets.append(_bound(family, (address[0], port, *address[2:]), host))
            port = port or sockets[0].getsockname()[1]
    except OSError:
        for opened in sockets:
            opened.close()
        raise
    return sockets


def _bound(family: int, address: tuple[Any, ...], host: str) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, host != "::")  # :: is every address of both
        opened.bind(address)
        opened.listen(_ACCEPTED_AT_ONCE)
        opened.setblocking(False)
    except OSError:
        opened.close()
        raise
    return opened


def _most_connections() -> int:
    """How many connections the open files that this process may have are enough for; asks for more files first."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most_files = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most_files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, hard))
        soft = most_files
    n_files = _OPEN_FILES if soft == resource.RLIM_INFINITY else soft
    return max((n_files - _FILES_FOR_OTHERS) // _FILES_OF_A_CALL, _ACCEPTED_AT_ONCE)
