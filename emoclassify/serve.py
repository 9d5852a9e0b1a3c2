"""`emoclassify serve`: API, worker and page as processes; one that dies is started again, all end together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emoclassify.errors import EmoClassifyError

_TICK_S = 0.2
_PAUSE_S = 1.0
"""Before a process that died is started again."""

_GRACE_S = 10.0
_SETTLED_S = 10.0
"""A process that dies earlier than this for the third time in a row cannot start: all end."""

_MOST_FAILURES = 3
_PR_SET_PDEATHSIG = 1


def programs() -> Path:
    """Where `api/` and `webapp/` are: inside the installed package, or in a checkout beside it."""
    package = Path(__file__).parent
    inside = package / "programs"
    return inside if inside.is_dir() else package.parent


@dataclass
class _Program:
    """One process of the server."""

    name: str
    command: list[str]
    process: Any = None
    started_s: float = 0.0
    failures: int = 0
    environ: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        paths = [str(programs()), *filter(None, [os.environ.get("PYTHONPATH")])]
        environ = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **self.environ}
        self.process = subprocess.Popen(
            self.command, env=environ, preexec_fn=_end_with_parent, stdin=subprocess.DEVNULL
        )
        self.started_s = time.monotonic()


def serve(host: str, port: int, *, worker: bool = True, web: bool, web_port: int) -> int:
    """Runs API and worker, and the page where asked, until Ctrl-C or SIGTERM.

    Args:
        host: the address that the API listens at.
        port: of the API.
        worker: whether a worker runs beside it; without one, others work elsewhere.
        web: whether the page runs too.
        web_port: of the page.

    Returns:
        0; or 1 or 2 as the program that cannot start ends.
    """
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: stopping.append(number))
    running = _programs(host, port, worker=worker, web=web, web_port=web_port)
    try:
        for program in running:
            program.start()
        _tell(f"API: http://{_shown(host)}:{port}  (its calls: http://{_shown(host)}:{port}/docs)")
        if web:
            _tell(f"Page: http://{_shown(host)}:{web_port}")
        while not stopping:
            for program in running:
                if (status := _looked_after(program)) is not None:
                    return status
            time.sleep(_TICK_S)
        return 0
    finally:
        _end(running)


def _programs(host: str, port: int, *, worker: bool, web: bool, web_port: int) -> list[_Program]:
    python = [sys.executable, "-m"]
    found = [_Program("API", [*python, "api", "--host", host, "--port", str(port)])]
    if worker:
        name = f"{socket.gethostname()[:24]}-{os.getpid()}-1"  # the same after a restart: it then takes up what it had
        found.append(_Program("worker", [*python, "emoclassify", "worker", "--name", name]))
    if web:
        api = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else _shown(host)}:{port}"
        page = ["webapp", "--host", host, "--port", str(web_port), "--api-url", api]
        found.append(_Program("page", [*python, *page]))
    return found


def _looked_after(program: _Program) -> int | None:
    """Starts a process that died again; its status where it cannot be started."""
    status = program.process.poll()
    if status is None:
        return None
    if status == 2:  # it said why it may not run as it was asked to
        return 2
    early = time.monotonic() - program.started_s < _SETTLED_S
    program.failures = program.failures + 1 if early and status > 0 else 0
    if program.failures >= _MOST_FAILURES:
        raise EmoClassifyError("program_not_started", program=program.name)
    _tell(f"The {program.name} ended ({status}) and is started again.")
    time.sleep(_PAUSE_S if program.failures else 0)
    program.start()
    return None


def _end(running: list[_Program]) -> None:
    started = [program.process for program in running if program.process is not None]
    for process in started:
        process.terminate()
    until_s = time.monotonic() + _GRACE_S
    for process in started:
        try:
            process.wait(max(until_s - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _end_with_parent() -> None:
    # In the new process: it is told to stop when the one that looks after it was killed.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    os.setpgrp()  # Ctrl-C is for `serve`, which then ends them in order


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _tell(line: str) -> None:
    sys.stderr.write(f"emoclassify: {line}\n")
    sys.stderr.flush()
