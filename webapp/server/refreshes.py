"""Holds a page's timed refreshes back while the server answers what its reader does.

The list of jobs in progress is a Streamlit fragment that asks to be drawn again every other second. Where such a
request is on its way while the reader opens another page, Streamlit runs it after that page was drawn, finds no such
fragment, and the browser then shows an empty page. So from a reader's action until its page is drawn, timed requests
are not handed on; the next one comes soon enough.

Streamlit has no public way to do this: `st.fragment(run_every=...)` cannot be paused, and a timer of our own in a
widget would send its requests through the same queue. So Streamlit's private messages are read here. With Streamlit
1.67, a refresh made to arrive 0 or 20 ms after a click emptied 14 of 16 pages without this filter, and none of 16 with
it. `tests/webapp/test_refreshes.py` tells when the messages change.
"""

import time
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

_SETTLE_S = 1.0
"""After a page was drawn: by then the browser has stopped the timer of the page before."""


class RefreshFilter:
    """An ASGI middleware that reads the messages of a page's socket and leaves out timed refreshes at a bad time."""

    def __init__(self, app: ASGIApp, clock: Callable[[], float] = time.monotonic) -> None:
        """Wraps an application; `clock`, in seconds, is for tests."""
        self._app, self._clock = app, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands on one request or connection."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        connection = _Connection(self._clock)

        async def receive_wanted() -> Message:
            while connection.is_refresh_at_a_bad_time(message := await receive()):
                pass
            return message

        async def send_noted(message: Message) -> None:
            connection.note_answer(message)
            await send(message)

        await self._app(scope, receive_wanted, send_noted)


class _Connection:
    """Whether one browser waits for a page."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._is_page_awaited = False
        self._refresh_from_s = 0.0

    def is_refresh_at_a_bad_time(self, message: Message) -> bool:
        """True for a timed refresh that comes while the reader's own action is answered."""
        request = _parsed(BackMsg, message, "websocket.receive")
        if request is None or not request.HasField("rerun_script"):
            return False
        if request.rerun_script.is_auto_rerun:
            return self._is_page_awaited or self._clock() < self._refresh_from_s
        self._is_page_awaited = True
        return False

    def note_answer(self, message: Message) -> None:
        """Notes when the page was drawn."""
        if not self._is_page_awaited and self._clock() >= self._refresh_from_s:
            return
        answer = _parsed(ForwardMsg, message, "websocket.send")
        if answer is not None and answer.HasField("script_finished"):
            self._is_page_awaited, self._refresh_from_s = False, self._clock() + _SETTLE_S


def _parsed(kind: Any, message: Message, message_type: str) -> Any:
    """The BackMsg or ForwardMsg in a message of the socket; None where it holds none."""
    if message["type"] != message_type or not message.get("bytes"):
        return None
    content = kind()
    try:
        content.ParseFromString(message["bytes"])
    except Exception:  # protobuf's own errors differ by how it is built; Streamlit will say what is wrong
        return None
    return content
