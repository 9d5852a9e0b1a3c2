"""Connections that do nothing, or little: they end in time, and keep nobody from being answered."""

import io
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from emoclassify.jobs.store import JobStore
from emoclassify.remote.client import Client
from tests.support.services import until
from tests.support.serving import MP4, Served, StandIn, served
from tests.support.wire import Wire, form_of

pytestmark = pytest.mark.process

MB = 1024**2
FORM, _ = form_of(b"")
MANY = 600
"""More than the server had room for when it could be silenced so."""

AT_ONCE_S = 10.0
"""An answer on a busy machine that waits for no deadline of 60 s or more."""


@contextmanager
def held(url: str, n: int, source: str = "") -> Iterator[list[Wire]]:
    """Connections of three kinds: that say nothing, half a head, or a body that never ends."""
    with ExitStack() as stack:
        wires = []
        for number in range(n):
            wire = stack.enter_context(Wire(url, source))
            try:
                if number % 3 == 1:
                    wire.send(b"GET /healthz HTTP/1.1\r\nHost: local")
                if number % 3 == 2:
                    wire.send_head("POST /v1/jobs", Content_Type=FORM, Content_Length=str(MB))
            except ConnectionError:
                pass  # it made room for another one already
            wires.append(wire)
        yield wires


def seconds_to_health(url: str, source: str = "") -> float:
    started_s = time.monotonic()
    with Wire(url, source) as wire:
        wire.send_head("GET /healthz")
        assert wire.answer().status == 200
    return time.monotonic() - started_s


def work(server: Served) -> None:
    with Client(server.url, key="") as client:
        assert client.wait(client.submit(io.BytesIO(MP4), name="talk.mp4")["id"])["state"] == "completed"


@pytest.fixture
def lasting() -> dict[str, Any]:
    """Deadlines that do not come within a test."""
    return {"header_s": 600.0, "connections_per_address": 100, "max_connections": 250}


def test_idle_and_slow_connections_silence_nobody(tmp_path: Path, lasting: dict[str, Any]) -> None:
    with served(tmp_path, StandIn(), receiving_mb=4096, **lasting) as server, held(server.url, MANY) as wires:
        assert seconds_to_health(server.url) < AT_ONCE_S
        work(server)
        assert seconds_to_health(server.url, source="127.0.0.3") < AT_ONCE_S
        assert len(wires) == MANY


def test_who_has_called_before_stays_while_strangers_are_closed(tmp_path: Path, lasting: dict[str, Any]) -> None:
    with served(tmp_path, StandIn(), **lasting) as server, Wire(server.url) as caller:
        for _ in range(3):
            caller.send_head("GET /healthz")
            assert caller.answer().status == 200
            with held(server.url, 150):
                pass


def test_an_address_with_many_connections_loses_its_own(tmp_path: Path, lasting: dict[str, Any]) -> None:
    few = lasting | {"max_connections": 60}
    with (
        served(tmp_path, StandIn(), **few) as server,
        Wire(server.url, source="127.0.0.2") as quiet,
        held(server.url, 150, source="127.0.0.4"),
    ):
        assert seconds_to_health(server.url, source="127.0.0.5") < AT_ONCE_S
        quiet.send_head("GET /healthz")  # a stranger, and the oldest of all
        assert quiet.answer().status == 200


def test_where_all_are_at_work_one_more_is_told_to_come_again(tmp_path: Path, lasting: dict[str, Any]) -> None:
    few = lasting | {"connections_per_address": 8, "max_connections": 16}
    with served(tmp_path, StandIn(), receiving_mb=4096, **few) as server, ExitStack() as stack:
        for _ in range(8):
            wire = stack.enter_context(Wire(server.url))
            wire.send_head("POST /v1/jobs", Content_Type=FORM, Content_Length=str(MB), Expect="100-continue")
            assert wire.answer().status == 100
            wire.send(bytes(MB // 2))
        with Wire(server.url) as more:
            answer = more.answer()
            assert (answer.status, answer.problem["code"]) == (503, "connections_too_many")
            assert int(answer.headers["retry-after"]) > 0
            assert more.is_ended()
        assert seconds_to_health(server.url, source="127.0.0.2") < AT_ONCE_S


def test_headers_have_a_deadline_and_a_silent_caller_has_one_too(tmp_path: Path) -> None:
    with served(tmp_path, StandIn(), header_s=0.5) as server, held(server.url, 2) as wires, Wire(server.url) as caller:
        caller.send_head("GET /healthz")
        assert caller.answer().status == 200
        assert all(wire.is_ended() for wire in wires)
        caller.send_head("GET /healthz")  # one that is between two calls is not in a hurry
        assert caller.answer().status == 200
        caller.send(b"GET /healthz HTTP/1.1\r\n")
        assert caller.is_ended()


def test_a_body_has_a_least_rate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emoclassify.listen.connection._BODY_WINDOW_S", 0.5)
    with served(tmp_path, StandIn(), least_kb_per_s=100.0) as server, Wire(server.url) as slow:
        slow.send_head("POST /v1/jobs", Content_Type=FORM, Content_Length=str(MB), Expect="100-continue")
        assert slow.answer().status == 100
        slow.send(bytes(200_000))  # a good begin does not count for the rest
        assert slow.is_ended()
        kind, body = form_of(MP4 + bytes(MB))
        with Wire(server.url) as steady:
            steady.send_head("POST /v1/jobs", Content_Type=kind, Content_Length=str(len(body)))
            for at in range(0, len(body), len(body) // 8):
                steady.send(body[at : at + len(body) // 8])
                time.sleep(0.2)  # at half a megabyte a second
            assert steady.answer().status == 202
        assert not list(server.service.settings.scratch.iterdir())


@pytest.mark.parametrize(("length_mb", "ends"), [(1, False), (2000, True)])
def test_a_large_body_has_a_higher_least_rate(
    length_mb: int, ends: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emoclassify.listen.connection._BODY_WINDOW_S", 0.5)
    room: dict[str, Any] = {"max_upload_mb": 2048, "receiving_mb": 8192, "least_kb_per_s": 0.001}
    with served(tmp_path, StandIn(), **room) as server, Wire(server.url) as slow:
        slow.send_head("POST /v1/jobs", Content_Type=FORM, Content_Length=str(length_mb * MB), Expect="100-continue")
        assert slow.answer().status == 100
        has_ended = False
        for _ in range(16):  # 10 KB/s for four seconds; the large one needs 95
            try:
                slow.send(bytes(2_500))
            except ConnectionError:
                has_ended = True
                break
            time.sleep(0.25)
        assert has_ended is ends


class Talkative(StandIn):
    """Its results are larger than what the systems of both sides keep for a reader who does not read."""

    def analyze(self, path: Path, folder: Path, *arguments: Any, **named: Any) -> list[Path]:
        written = super().analyze(path, folder, *arguments, **named)
        (folder / "annotated.mp4").write_bytes(bytes(24 * MB))
        return written


def is_open(name: str) -> bool:
    """Whether a file of that name is open in this process, in which the server runs."""
    links = []
    for place in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            links.append(place.readlink().name)
    return name in links


def test_an_answer_that_nobody_reads_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emoclassify.listen.connection._ANSWER_S", 0.5)
    with served(tmp_path, Talkative()) as server, Client(server.url, key="") as client:
        job = client.wait(client.submit(io.BytesIO(MP4), name="talk.mp4")["id"])
        with Wire(server.url, receive_bytes=4096) as idle:
            idle.send_head(f"GET /v1/jobs/{job['id']}/artifacts/annotated.mp4")
            head = idle.read_some()
            assert head.startswith(b"HTTP/1.1 200 ")
            until(lambda: not is_open("annotated.mp4"))  # it reads nothing for longer than it may
            with pytest.raises(ConnectionError):
                idle.read_to_the_end(24 * MB)
        assert client.read(job["id"], "annotated.mp4") == bytes(24 * MB)


def test_health_is_told_while_every_thread_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As 16 of them did for a database that was locked."""
    may_end, find = threading.Event(), JobStore.find

    def find_later(store: JobStore, *arguments: Any) -> Any:
        may_end.wait(60)
        return find(store, *arguments)

    monkeypatch.setattr(JobStore, "find", find_later)
    with served(tmp_path, StandIn(), threads=4) as server, ExitStack() as stack:
        waiting = [stack.enter_context(Wire(server.url)) for _ in range(8)]
        for wire in waiting:
            wire.send_head("GET /v1/jobs")
        assert seconds_to_health(server.url) < AT_ONCE_S
        may_end.set()
        assert [wire.answer().status for wire in waiting] == [200] * 8


def test_a_server_that_stops_waits_for_nobody(tmp_path: Path) -> None:
    with ExitStack() as stack:
        with served(tmp_path, StandIn(), header_s=600.0) as server:
            stack.enter_context(held(server.url, 30))
            started_s = time.monotonic()
        assert time.monotonic() - started_s < AT_ONCE_S
