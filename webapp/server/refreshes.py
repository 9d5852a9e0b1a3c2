"""Drops a page's timed refreshes while the server answers an action of its visitor.

The list of jobs in progress is a Streamlit fragment that asks to be drawn again every two seconds. Where such a
request is on its way while the visitor opens another page, Streamlit runs it after that page was drawn, finds no such
fragment, and the browser then shows an empty page. So from a visitor's action until its page is drawn, timed requests
do not reach Streamlit; the next one follows two seconds later.

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
"""Time after a page was drawn in which the browser stops the timer of the page before."""


class RefreshFilter:
    """An ASGI middleware that reads the messages of a page's socket and drops timed refreshes at a bad time."""

    def __init__(self, app: ASGIApp, clock: Callable[[], float] = time.monotonic) -> None:
        """Wraps an application; `clock`, in seconds, is for tests."""
        self._app, self._clock = app, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes one request or connection to the application, without its timed refreshes at a bad time."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        connection = _Connection(self._clock)

        async def receive_filtered() -> Message:
            while connection.is_refresh_at_a_bad_time(message := await receive()):
                pass
            return message

        async def send_observed(message: Message) -> None:
            connection.note_answer(message)
            await send(message)

        await self._app(scope, receive_filtered, send_observed)


class _Connection:
    """The state of one browser's connection: whether it waits for a page."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._is_page_awaited = False
        self._refresh_from_s = 0.0

    def is_refresh_at_a_bad_time(self, message: Message) -> bool:
        """True for a timed refresh that comes while an action of the visitor is answered."""
        request = _parsed(BackMsg, message, "websocket.receive")
        if request is None or not request.HasField("rerun_script"):
            return False
        if request.rerun_script.is_auto_rerun:
            return self._is_page_awaited or self._clock() < self._refresh_from_s
        self._is_page_awaited = True
        return False

    def note_answer(self, message: Message) -> None:
        """Records when the page was drawn, which one of the server's messages says."""
        if not self._is_page_awaited and self._clock() >= self._refresh_from_s:
            return
        answer = _parsed(ForwardMsg, message, "websocket.send")
        if answer is not None and answer.HasField("script_finished"):
            self._is_page_awaited, self._refresh_from_s = False, self._clock() + _SETTLE_S


def _parsed(kind: Any, message: Message, message_type: str) -> Any:
    """The BackMsg or ForwardMsg in a message of the socket; None where there is none."""
    if message["type"] != message_type or not message.get("bytes"):
        return None
    content = kind()
    try:
        content.ParseFromString(message["bytes"])
    except Exception:  # protobuf's errors differ from build to build; Streamlit reports the message itself
        return None
    return content
