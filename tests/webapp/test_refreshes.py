"""A page's timed refreshes wait for what its reader does; and the messages of Streamlit that tell which is which."""

import asyncio
import inspect
from typing import Any

import streamlit as st
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from webapp.server.refreshes import RefreshFilter


def test_the_filter_hands_on_a_timed_refresh_only_where_no_page_is_awaited() -> None:
    now = [0.0]
    finished = sent(ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY))
    drawn = sent(ForwardMsg(delta=Delta()))
    others = [{"type": "websocket.connect"}, {"type": "websocket.receive", "bytes": b"\xff\xff", "text": None}]
    refresh, click = asked(timed=True), asked(timed=False)
    # What comes from the browser, what the page answers before the next is looked at, and when.
    course = [(refresh, finished, 0.0), *((message, drawn, 0.0) for message in others), (click, drawn, 1.0)]
    course += [(refresh, drawn, 5.0), (click, finished, 5.0), (refresh, drawn, 5.9), (refresh, drawn, 6.1)]
    handed_on: list[Any] = []
    place = [0]

    async def app(_: Any, receive: Any, send: Any) -> None:
        for _ in range(6):
            handed_on.append(await receive())
            await send(course[place[0] - 1][1])

    async def receive() -> Any:
        message, _, now[0] = course[place[0]]
        place[0] += 1
        return message

    async def send(_: Any) -> None:
        return

    asyncio.run(RefreshFilter(app, lambda: now[0])({"type": "websocket"}, receive, send))
    assert handed_on == [refresh, *others, click, click, refresh]
    assert now[0] == 6.1


def asked(*, timed: bool) -> Any:
    message = BackMsg(rerun_script=ClientState(is_auto_rerun=timed))
    return {"type": "websocket.receive", "bytes": message.SerializeToString()}


def sent(message: ForwardMsg) -> Any:
    return {"type": "websocket.send", "bytes": message.SerializeToString()}


def test_streamlit_still_says_which_requests_a_timer_sent_and_when_a_page_is_drawn() -> None:
    changed = f"Streamlit {st.__version__} has other messages: see webapp/server/refreshes.py"
    request, answer = BackMsg.DESCRIPTOR.fields_by_name, ForwardMsg.DESCRIPTOR.fields_by_name
    assert "rerun_script" in request, changed
    assert "is_auto_rerun" in request["rerun_script"].message_type.fields_by_name, changed
    assert "script_finished" in answer, changed
    assert "run_every" in inspect.signature(st.fragment).parameters, changed
