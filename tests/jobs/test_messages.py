"""Which messages of the broker reach a worker: those that say which job it is to run, and no others."""

import base64
import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection

from emoclassify.jobs.broker import JOBS, _make_app
from emoclassify.jobs.messages import TASK, Transport, is_ours
from emoclassify.jobs.storage import new_id
from tests.support.serving import settings_in

Message = dict[str, Any]


@pytest.fixture
def message(tmp_path: Path) -> Message:
    """One as it lies in the broker, written by Celery itself."""
    app = _make_app(settings_in(tmp_path, broker_url="memory://"))
    app.send_task(TASK, args=[new_id()], queue=JOBS, priority=3)
    with app.connection_for_read() as connection:
        raw: Message = connection.default_channel._get(JOBS)
    return raw


def body(*parts: Any) -> str:
    return base64.b64encode(json.dumps(parts).encode()).decode()


def changed(message: Message, *keys: str, to: Any) -> Message:
    copied = copy.deepcopy(message)
    place = copied
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = to
    return copied


def test_what_celery_writes_is_ours(message: Message) -> None:
    assert is_ours(message)


BREAKS: dict[str, Callable[[Message], Any]] = {
    "no object": lambda message: [message],
    "nothing": lambda message: None,
    "empty": lambda message: {},
    "no headers": lambda message: changed(message, "headers", to=None),
    "no id": lambda message: {**message, "headers": {"task": TASK}},
    "another task": lambda message: changed(message, "headers", "task", to="os.system"),
    "for later": lambda message: changed(message, "headers", "eta", to="2999-01-01T00:00:00"),
    "packed": lambda message: changed(message, "headers", "compression", to="gzip"),
    "no properties": lambda message: changed(message, "properties", to=None),
    "no tag": lambda message: changed(message, "properties", "delivery_tag", to=None),
    "a pickle": lambda message: changed(message, "content-type", to="application/x-python-serialize"),
    "another code": lambda message: changed(message, "content-encoding", to="binary"),
    "no base64": lambda message: changed(message, "body", to="%%%"),
    "no text": lambda message: changed(message, "body", to=7),
    "no JSON": lambda message: changed(message, "body", to=base64.b64encode(b"\xff").decode()),
    "too deep": lambda message: changed(message, "body", to=base64.b64encode(b"[" * 100_000).decode()),
    "no arguments": lambda message: changed(message, "body", to=body([], {}, {})),
    "two arguments": lambda message: changed(message, "body", to=body([new_id(), new_id()], {}, {})),
    "named arguments": lambda message: changed(message, "body", to=body([new_id()], {"a": 1}, {})),
    "no id of a job": lambda message: changed(message, "body", to=body(["../up"], {}, {})),
    "a number": lambda message: changed(message, "body", to=body([7], {}, {})),
}


@pytest.mark.parametrize("break_it", BREAKS.values(), ids=BREAKS)
def test_what_is_broken_is_not(message: Message, break_it: Callable[[Message], Any]) -> None:
    assert not is_ours(break_it(message))


@pytest.mark.parametrize("scheme", ["redis", "rediss"])
def test_every_address_of_redis_goes_through_it(tmp_path: Path, scheme: str) -> None:
    app = _make_app(settings_in(tmp_path, broker_url=f"{scheme}://:secret@127.0.0.1:1/0"))
    for connection in (app.connection_for_read(), app.connection_for_write()):
        assert isinstance(connection.transport, Transport)
        assert secures(connection) == (scheme == "rediss")


def secures(connection: Connection) -> bool:
    """Whether it would speak TLS."""
    channel = object.__new__(connection.transport.Channel)
    channel.connection = connection.transport
    return "SSL" in channel._connparams()["connection_class"].__name__
