"""Keeps a page's own refreshing out of the way of what its reader does.

The list of what is in progress asks for itself anew every other second. Where such a request is on its way while the
reader opens another page, Streamlit answers it after that page was drawn, and the browser then shows an empty one. So
from a reader's action until the page is drawn, those requests are not handed on; the next one comes soon enough.
"""

import time
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

_SETTLE_S = 1.0
"""After a page was drawn: by then the browser has stopped the refreshing of the one before."""


class Calm:
    """An ASGI middleware; looks at what goes through a page's socket."""

    def __init__(self, app: ASGIApp, clock: Callable[[], float] = time.monotonic) -> None:
        """Wraps an application; `clock` is for tests."""
        self._app, self._clock = app, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands on one request or connection."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        talk = _Talk(self._clock)

        async def heard() -> Message:
            while talk.is_in_the_way(message := await receive()):
                pass
            return message

        async def said(message: Message) -> None:
            talk.note_answer(message)
            await send(message)

        await self._app(scope, heard, said)


class _Talk:
    """One browser's connection."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._waiting = False
        self._calm_from_s = 0.0

    def is_in_the_way(self, message: Message) -> bool:
        """True for a refreshing that comes while the reader's own action is answered."""
        asked = _read(BackMsg, message, "websocket.receive")
        if asked is None or not asked.HasField("rerun_script"):
            return False
        if asked.rerun_script.is_auto_rerun:
            return self._waiting or self._clock() < self._calm_from_s
        self._waiting = True
        return False

    def note_answer(self, message: Message) -> None:
        """Sees when a page was drawn."""
        if not self._waiting and self._clock() >= self._calm_from_s:
            return
        told = _read(ForwardMsg, message, "websocket.send")
        if told is not None and told.HasField("script_finished"):
            self._waiting, self._calm_from_s = False, self._clock() + _SETTLE_S


def _read(kind: Any, message: Message, wanted: str) -> Any:
    """The content of a message of the socket, a BackMsg or a ForwardMsg; None where it is none."""
    if message["type"] != wanted or not message.get("bytes"):
        return None
    found = kind()
    try:
        found.ParseFromString(message["bytes"])
    except Exception:  # protobuf's own errors differ by how it is built; Streamlit will say what is wrong
        return None
    return found
