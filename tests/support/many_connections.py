"""Eight clients at work while somebody holds thousands of connections that are idle or slow.

    python -m tests.support.many_connections [N_CONNECTIONS] [SECONDS]

Starts the API as a process, and prints a line of JSON for each of: alone; connections from 40 addresses; from the
one of the clients. Who is closed connects again, and who is slow sends a byte, for as long as the clients work.
"""

import io
import json
import os
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from emoclassify.remote.client import ApiError, Client
from tests.support.browsing import free_port, wait_for
from tests.support.serving import MP4
from tests.support.sources import ROOT
from tests.support.wire import Wire

CLIENTS = 8
HALF_A_HEAD = b"GET /healthz HTTP/1.1\r\nHost: local"
BODY_TO_COME = b"POST /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"


@contextmanager
def api() -> Iterator[str]:
    """The address of an API of its own."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environ = {**os.environ, "PYTHONPATH": str(ROOT), "EMOCLASSIFY_DATA_DIR": folder}
        environ |= {"EMOCLASSIFY_SUBMITS_PER_MINUTE": "100000", "EMOCLASSIFY_MAX_QUEUED": "100000"}
        command = [sys.executable, "-m", "api", "--port", str(port)]
        process = subprocess.Popen(command, env=environ, cwd=ROOT, stderr=subprocess.DEVNULL)
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


class Holder:
    """Holds connections of three kinds: silent, with half a head, with a body of which hardly anything comes."""

    def __init__(self, url: str, n: int, n_addresses: int) -> None:
        self._address = ("127.0.0.1", int(url.rsplit(":", 1)[1]))
        self._n_addresses = n_addresses
        self.n_reconnected = 0
        self._sockets = [self._connected(number) for number in range(n)]

    def _connected(self, number: int) -> socket.socket:
        made = socket.socket()
        made.settimeout(5)
        with suppress(OSError):  # refused: it tries again later
            made.bind((f"127.0.1.{1 + number % self._n_addresses}" if self._n_addresses > 1 else "127.0.0.1", 0))
            made.connect(self._address)
            made.sendall((b"", HALF_A_HEAD, BODY_TO_COME + b"Content-Length: 1000000\r\n\r\n")[number % 3])
        made.setblocking(False)
        return made

    def hold(self, over: threading.Event) -> None:
        while not over.wait(0.5):
            for number, held in enumerate(self._sockets):
                try:
                    if number % 3:
                        held.send(b"a")
                    if held.recv(100):
                        continue
                except BlockingIOError:
                    continue
                except OSError:
                    pass
                held.close()
                self._sockets[number] = self._connected(number)
                self.n_reconnected += 1
        for held in self._sockets:
            held.close()


def work(url: str, seconds: float, rounds_s: list[float], errors: list[str]) -> None:
    """Hands in, shows, lists and deletes, again and again."""
    until_s = time.monotonic() + seconds
    with Client(url, key="") as client:
        while (started_s := time.monotonic()) < until_s:
            try:
                job = client.submit(io.BytesIO(MP4 + bytes(200_000)), name="a.mp4")
                client.get(job["id"])
                client.page(limit=5)
                client.delete(job["id"])
                rounds_s.append(time.monotonic() - started_s)
            except ApiError as exc:
                errors.append(str(exc))


def seconds_to_health(url: str) -> float:
    started_s = time.monotonic()
    with Wire(url) as wire:
        wire.send_head("GET /healthz")
        assert wire.answer().status == 200
    return time.monotonic() - started_s


def measure(url: str, what: str, seconds: float) -> dict[str, object]:
    rounds_s, errors, health_s = list[float](), list[str](), list[float]()
    threads = [threading.Thread(target=work, args=(url, seconds, rounds_s, errors)) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        health_s.append(seconds_to_health(url))
        time.sleep(0.25)
    return {
        **{"what": what, "rounds": len(rounds_s), "errors": errors[:3], "n_errors": len(errors)},
        "median_s": round(statistics.median(rounds_s), 3),
        "p99_s": round(statistics.quantiles(rounds_s, n=100)[98], 3),
        "health_most_s": round(max(health_s), 3),
    }


def run(n: int, seconds: float) -> Iterator[dict[str, object]]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 2 * n + 1000)), hard))
    with api() as url:
        yield measure(url, "alone", seconds)
        for n_addresses in (40, 1):
            over, holder = threading.Event(), Holder(url, n, n_addresses)
            thread = threading.Thread(target=holder.hold, args=(over,))
            thread.start()
            try:
                row = measure(url, f"{n} held, from {n_addresses} addresses", seconds)
            finally:
                over.set()
                thread.join()
            yield row | {"reconnected": holder.n_reconnected}


if __name__ == "__main__":
    n, seconds = [*map(int, sys.argv[1:]), *(2000, 20)[len(sys.argv) - 1 :]]
    for row in run(n, seconds):
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()
