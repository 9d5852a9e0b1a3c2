"""A call is refused when its headers are complete: not a byte of its body is waited for, or kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.services import until
from tests.support.serving import MP4, Served, StandIn, served
from tests.support.wire import Wire, WireAnswer, form_of

pytestmark = pytest.mark.process

MB = 1024**2
FORM, _ = form_of(b"")
SMALL_BYTES = 64 * 1024
"""What a call that is no upload may have."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path, StandIn(), max_upload_mb=2, receiving_mb=4) as running:
        yield running


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path, StandIn(), max_upload_mb=2, receiving_mb=4, require_keys=True) as running:
        yield running


def answer_to_head(server: Served, call: str, **headers: str) -> WireAnswer:
    """What is answered to the headers alone, of a call that announces a body."""
    with Wire(server.url) as wire:
        wire.send_head(call, **headers)
        return wire.answer()


@pytest.mark.parametrize(
    ("call", "headers", "status"),
    [
        ("POST /nowhere", {}, 404),
        ("POST /nowhere", {"Transfer_Encoding": "chunked"}, 404),
        ("PUT /v1/jobs", {}, 405),
        ("POST /v1/jobs", {"Content_Type": FORM, "Content_Length": str(3 * MB)}, 413),
        ("POST /v1/jobs", {"Content_Type": FORM, "Content_Length": "9" * 18}, 413),
        ("POST /v1/jobs", {"Content_Type": FORM, "Content_Length": "1000", "Host": "evil.test"}, 400),
        ("POST /v1/jobs", {"Content_Type": FORM, "Content_Length": "1000", "Origin": "http://evil.test"}, 403),
        ("POST /v1/jobs", {"Content_Type": "text/plain", "Content_Length": "1000"}, 415),
        ("POST /v1/jobs", {"Content_Type": FORM, "Content_Length": "1000", "Idempotency_Key": "x" * 256}, 422),
        (f"POST /v1/jobs/{'0' * 32}/cancel", {"Content_Length": str(SMALL_BYTES + 1)}, 413),
        (f"DELETE /v1/jobs/{'0' * 32}", {"Content_Length": str(SMALL_BYTES + 1)}, 413),
        ("GET /v1/jobs", {"Content_Length": str(SMALL_BYTES + 1)}, 413),
        ("GET /healthz", {"Content_Length": str(100 * MB)}, 413),
    ],
)
@pytest.mark.parametrize("expects", [False, True])
def test_the_headers_are_enough(server: Served, call: str, headers: dict[str, str], status: int, expects: bool) -> None:
    length = {} if "Transfer_Encoding" in headers else {"Content_Length": str(100 * MB)}
    asked = length | headers | ({"Expect": "100-continue"} if expects else {})
    answer = answer_to_head(server, call, **asked)
    assert (answer.status, answer.problem["status"]) == (status, status)
    assert answer.headers["connection"] == "close"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("call", ["POST /v1/jobs", "POST /nowhere", "DELETE /v1/jobs/x", "GET /metrics"])
def test_without_a_key_nothing_is_received(guarded: Served, call: str) -> None:
    for key in ({}, {"Authorization": "Bearer wrong"}):
        asked = {"Content_Type": FORM, "Content_Length": str(MB), "Expect": "100-continue"} | key
        answer = answer_to_head(guarded, call, **asked)
        assert answer.status == 401
        assert "www-authenticate" in answer.headers


def test_who_sends_on_is_still_told_why(guarded: Served) -> None:
    """A whole body that nobody wants is thrown away while it comes, and the answer is there to be read."""
    with Wire(guarded.url) as wire:
        wire.send_head("POST /v1/jobs", Content_Type=FORM, Content_Length=str(8 * MB))
        wire.send(bytes(8 * MB))
        assert wire.answer().status == 401
        assert wire.is_ended()


def test_who_asks_is_told_to_go_on_only_when_all_is_well(guarded: Served) -> None:
    _, key = guarded.service.keys.add("Anna")
    kind, body = form_of(MP4)
    with Wire(guarded.url) as wire:
        asked = {"Content_Type": kind, "Content_Length": str(len(body)), "Expect": "100-continue"}
        wire.send_head("POST /v1/jobs", Authorization=f"Bearer {key}", **asked)
        assert wire.answer().status == 100
        wire.send(body)
        assert wire.answer().status == 202
        wire.send_head("GET /v1/jobs", Authorization=f"Bearer {key}")  # the connection goes on
        assert wire.answer().status == 200


def chunked(*blocks: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(block), block) for block in (*blocks, b""))


def test_a_body_without_a_length_is_counted_while_it_comes(server: Served) -> None:
    kind, body = form_of(MP4 + bytes(3 * MB))
    for call, headers, content in (
        ("POST /v1/jobs", {"Content_Type": kind}, body),
        (f"POST /v1/jobs/{'0' * 32}/retry", {}, bytes(SMALL_BYTES + 1)),
    ):
        with Wire(server.url) as wire:
            wire.send_head(call, Transfer_Encoding="chunked", **headers)
            wire.send(chunked(content))
            assert wire.answer().status == 413
    with Wire(server.url) as wire:
        kind, body = form_of(MP4 + bytes(MB))
        wire.send_head("POST /v1/jobs", Transfer_Encoding="chunked", Content_Type=kind)
        wire.send(chunked(body[:1000], body[1000:]))
        assert wire.answer().status == 202
    until(lambda: not list(server.service.settings.scratch.iterdir()))


def begun(server: Served, key: str = "", size: int = 2 * MB) -> Wire:
    """An upload of which half an announced body has come."""
    wire = Wire(server.url)
    authorized = {"Authorization": f"Bearer {key}"} if key else {}
    wire.send_head("POST /v1/jobs", Content_Type=FORM, Content_Length=str(size), Expect="100-continue", **authorized)
    if wire.answer().status == 100:
        wire.send(bytes(size // 2))
    return wire


def status_of_an_upload(server: Served, key: str = "") -> Any:
    authorized = {"Authorization": f"Bearer {key}"} if key else {}
    kind, body = form_of(MP4 + bytes(MB))
    with Wire(server.url) as wire:
        wire.send_head("POST /v1/jobs", Content_Type=kind, Content_Length=str(len(body)), **authorized)
        wire.send(body)
        answer = wire.answer()
        assert answer.status == 202 or int(answer.headers["retry-after"]) > 0
        return answer.status


def test_all_that_is_received_at_once_has_one_limit(server: Served) -> None:
    with begun(server), begun(server):
        assert status_of_an_upload(server) == 503
        assert answer_to_head(server, "GET /healthz").status == 200
        kind, small = form_of(MP4)
        with Wire(server.url) as wire:  # it needs no room there
            wire.send_head("POST /v1/jobs", Content_Type=kind, Content_Length=str(len(small)))
            wire.send(small)
            assert wire.answer().status == 202
    until(lambda: status_of_an_upload(server) == 202)


def test_one_key_does_not_take_it_all(guarded: Served) -> None:
    anna, boris = (guarded.service.keys.add(name)[1] for name in ("Anna", "Boris"))
    with begun(guarded, anna):
        assert status_of_an_upload(guarded, anna) == 503
        assert status_of_an_upload(guarded, boris) == 202
    until(lambda: status_of_an_upload(guarded, anna) == 202)


def test_an_archive_is_packed_in_the_same_room(server: Served) -> None:
    kind, body = form_of(MP4)
    with Wire(server.url) as wire:
        wire.send_head("POST /v1/jobs", Content_Type=kind, Content_Length=str(len(body)), Prefer="wait=60")
        wire.send(body)
        job = wire.answer()
    path = f"{job.headers['location']}/artifacts.zip"
    with begun(server), begun(server):
        assert answer_to_head(server, f"GET {path}").status == 503
    until(lambda: answer_to_head(server, f"GET {path}").status == 200)


def test_too_many_uploads_are_refused_unread(tmp_path: Path) -> None:
    with served(tmp_path, StandIn(), submits_per_minute=1) as server:
        kind, body = form_of(MP4)
        with Wire(server.url) as wire:  # counted once, though it is checked before its body and after
            wire.send_head("POST /v1/jobs", Content_Type=kind, Content_Length=str(len(body)))
            wire.send(body)
            assert wire.answer().status == 202
        assert answer_to_head(server, "POST /v1/jobs", Content_Type=kind, Content_Length=str(MB)).status == 429


@pytest.mark.parametrize(
    "content",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 100_000,
        b"GET /healthz\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
def test_what_is_no_http_is_a_problem_too(server: Served, content: bytes) -> None:
    with Wire(server.url) as wire:
        wire.send(content)
        answer = wire.answer()
        assert (answer.status, answer.problem["code"]) == (400, "request_unread")
        assert wire.is_ended()
    assert answer_to_head(server, "GET /healthz").status == 200
