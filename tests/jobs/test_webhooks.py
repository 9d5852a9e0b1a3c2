"""Webhooks: who is told what, and who never is."""

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.webhooks import FIRST_PAUSE_S, MAX_TRIES, SIGNATURE, Webhooks, standard_headers
from emoclassify.jobs.worker import Worker
from emoclassify.settings import Options
from tests.support.findings import with_a_gap
from tests.support.serving import Clock, StandIn, settings_in
from tests.support.submitting import submit

URL, SECRET = "https://lab.example/done?x=1", "a secret of some length"


class Listener:
    """Takes what is told, and answers with the statuses given, 200 in the end."""

    def __init__(self, *statuses: int) -> None:
        self.statuses, self.requests = list(statuses), list[httpx.Request]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
def service(tmp_path: Path, clock: Clock) -> Iterator[Jobs]:
    with open_jobs(settings_in(tmp_path, webhook_hosts=("lab.example",), webhook_secret=SECRET), clock) as opened:
        submit(opened, webhook_url=URL)
        Worker(opened, StandIn(), "one").work_once()
        yield opened


def webhooks(service: Jobs, listener: Listener, *addresses: str) -> Webhooks:
    return Webhooks(service, lambda host, port: addresses, httpx.MockTransport(listener))


def test_the_end_of_a_job_is_told_once_and_signed(service: Jobs, clock: Clock) -> None:
    listener = Listener()
    told = webhooks(service, listener, "93.184.215.14")
    told.deliver()
    told.deliver()
    (request,) = listener.requests
    assert str(request.url) == "https://93.184.215.14/done?x=1"  # the address that was looked at
    assert request.headers["host"] == "lab.example"
    assert request.extensions["sni_hostname"] == "lab.example"
    assert set(json.loads(request.content)) == {"id", "state"}
    signed = f"{int(clock.now)}.".encode() + request.content
    expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert request.headers[SIGNATURE] == f"t={int(clock.now)},v1={expected}"


def test_the_message_of_a_job_with_rules_tells_its_episodes(tmp_path: Path, clock: Clock) -> None:
    """The made recording is happy for its first second, and sad from 2 to 4 s."""
    found = replace(with_a_gap(), options=Options(episodes="sad:0.5:0.4:1"))
    with open_jobs(settings_in(tmp_path, webhook_hosts=("lab.example",), webhook_secret=SECRET), clock) as service:
        job = submit(service, webhook_url=URL)
        Worker(service, StandIn(found), "one").work_once()
        listener = Listener()
        webhooks(service, listener, "93.184.215.14").deliver()
    (request,) = listener.requests
    episode = {"measure": "sad", "person": 1, "role": "", "start_s": 2.0, "end_s": 4.0}
    assert json.loads(request.content) == {"id": job.id, "state": "completed", "episodes": [episode]}
    signed = f"{request.headers['webhook-id']}.{int(clock.now)}.".encode() + request.content
    expected = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{expected}"


def test_it_is_signed_as_standard_webhooks_says(service: Jobs, clock: Clock) -> None:
    listener = Listener(500)
    told = webhooks(service, listener, "93.184.215.14")
    told.deliver()
    clock.now += FIRST_PAUSE_S
    told.deliver()
    first, again = listener.requests
    assert first.headers["webhook-id"] == again.headers["webhook-id"] != ""
    assert again.headers["webhook-timestamp"] == str(int(clock.now))
    signed = b".".join(again.headers[f"webhook-{name}"].encode() for name in ("id", "timestamp")) + b"." + again.content
    expected = base64.b64encode(hmac.digest(SECRET.encode(), signed, "sha256")).decode()
    assert again.headers["webhook-signature"] == f"v1,{expected}"


def test_the_signature_that_standard_webhooks_publishes() -> None:
    secret, message_id = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    headers = standard_headers(secret, message_id, b'{"test": 2432232314}', 1614265330.9)
    assert headers == {
        "webhook-id": message_id,
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_secret_that_only_looks_like_base64_is_taken_by_its_letters() -> None:
    headers = standard_headers("whsec_no base64!", "1", b"", 0.0)
    expected = base64.b64encode(hmac.digest(b"whsec_no base64!", b"1.0.", "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_a_failure_is_tried_again_later(service: Jobs, clock: Clock) -> None:
    listener = Listener(500, 302)
    told = webhooks(service, listener, "93.184.215.14")
    for expected in (1, 1):
        told.deliver()
        assert len(listener.requests) == expected
    clock.now += FIRST_PAUSE_S
    told.deliver()
    clock.now += 2 * FIRST_PAUSE_S
    told.deliver()
    clock.now += 1e6
    told.deliver()
    assert len(listener.requests) == 3


def test_it_is_given_up_in_the_end(service: Jobs, clock: Clock) -> None:
    listener = Listener(*[503] * 20)
    told = webhooks(service, listener, "93.184.215.14")
    for _ in range(20):
        told.deliver()
        clock.now += 1e6
    assert len(listener.requests) == MAX_TRIES


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["192.168.1.1"],
        ["169.254.169.254"],
        ["100.64.0.1"],
        ["0.0.0.0"],
        ["::1"],
        ["fd00::1"],
        ["fe80::1%eth0"],
        ["::ffff:127.0.0.1"],
        ["2002:7f00:1::"],
        ["64:ff9b::127.0.0.1"],
        ["64:ff9b::93.184.215.14"],
        ["64:ff9b:1::10.0.0.1"],
        ["::127.0.0.1"],
        ["::93.184.215.14"],
        ["::ffff:0:127.0.0.1"],
        ["2002:5db8:d70e::1"],
        ["2001:0:4136:e378:8000:63bf:f5ff:fffe"],
        ["2a02:6b8::5efe:10.0.0.1"],
        ["2a02:6b8::200:5efe:10.0.0.1"],
        ["5f00::1"],
        ["ff0e::1"],
        ["fec0::1"],
        ["100::1"],
        ["224.0.0.1"],
        ["93.184.215.14", "10.0.0.1"],
        [],
    ],
)
def test_addresses_of_this_network_are_never_called(service: Jobs, addresses: list[str]) -> None:
    listener = Listener()
    webhooks(service, listener, *addresses).deliver()
    assert listener.requests == []


@pytest.mark.parametrize("address", ["93.184.215.14", "2a02:6b8::2:242", "2606:4700::6810:85e5"])
def test_public_addresses_are_called(service: Jobs, address: str) -> None:
    listener = Listener()
    webhooks(service, listener, address).deliver()
    assert len(listener.requests) == 1


class Dripping(httpx.HTTPTransport):
    """Leads every message to a host that answers a byte at a time and never ends."""

    def __init__(self) -> None:
        super().__init__()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._drip)
        self._thread.start()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host, port = self._listening.getsockname()
        request.url = request.url.copy_with(scheme="http", host=host, port=port)
        return super().handle_request(request)

    def _drip(self) -> None:
        connected, _ = self._listening.accept()
        with self._listening, connected, suppress(OSError):  # until nobody listens
            connected.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while True:
                connected.sendall(b"a")
                threading.Event().wait(0.01)

    def wait(self) -> None:
        """For its end."""
        self._thread.join(30)
        assert not self._thread.is_alive()


@pytest.mark.process
def test_a_host_that_answers_a_byte_at_a_time_keeps_no_other_message_waiting(
    service: Jobs, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emoclassify.jobs.webhooks._LONGEST_S", 0.3)
    dripping, listener = Dripping(), Listener()
    Webhooks(service, lambda host, port: ["93.184.215.14"], dripping).deliver()
    dripping.wait()
    clock.now += FIRST_PAUSE_S
    webhooks(service, listener, "93.184.215.14").deliver()  # it counts as one that failed
    assert len(listener.requests) == 1
