"""`emoclassify serve`: API, worker and page as processes. One that dies is started again; they all end together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import webbrowser
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emoclassify.errors import EmoClassifyError
from emoclassify.jobs.private import keep_files_private
from emoclassify.listen.hosts import is_loopback, url_host
from emoclassify.local_token import make_token

_TICK_S = 0.2
_PAUSE_S = 1.0
"""Before a process that failed is started again."""

_BROWSER_WAIT_S = 120.0
_GRACE_S = 10.0
_SETTLED_S = 10.0
"""A process that fails earlier than this after its start, three times in a row, cannot start: then all end."""

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


def serve(
    host: str,
    port: int,
    *,
    worker: bool = True,
    web_port: int | None,
    token_file: Path | None = None,
    open_page: str = "",
) -> int:
    """Runs the API, and a worker and the page where wanted, until Ctrl-C or SIGTERM.

    Args:
        host: the address that the API and the page listen at.
        port: of the API.
        worker: run a worker too; without one, workers run elsewhere.
        web_port: of the page; None: without it.
        token_file: where the token of the user is; None: without one, everybody on this machine may call where there
            are no keys.
        open_page: the path of a page to open in the user's browser as soon as the page answers; empty: none.

    Returns:
        The exit status: 0, or that of a program that must not be started again.
    """
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: stopping.append(number))
    keep_files_private()
    token = "" if token_file is None else make_token(token_file)
    server_programs = _programs(host, port, worker=worker, web_port=web_port, token_file=token_file)
    try:
        for program in server_programs:
            program.start()
        _tell(f"API: http://{url_host(host)}:{port}  (its calls: http://{url_host(host)}:{port}/docs)")
        if line := camera_line(host):
            _tell(line)
        if web_port is not None:
            page_url = f"http://{url_host(host)}:{web_port}"
            _tell(f"Page: {page_url}{_sign_in(token, open_page)}")
            if open_page:
                browsing = (page_url, _sign_in(token, open_page))
                threading.Thread(target=_open_in_browser, args=browsing, daemon=True).start()
        while not stopping:
            for program in server_programs:
                if (status := _restart_if_ended(program)) is not None:
                    return status
            time.sleep(_TICK_S)
        return 0
    finally:
        _end(server_programs)


def camera_line(host: str) -> str:
    """What to say where browsers of other machines call: they give no camera to pages without https; empty where none
    can."""
    if is_loopback(host):
        return ""
    return (
        "Links of studies (/r/...) and the live view have no camera on other machines: browsers give it to https "
        "addresses alone. Put a proxy with a certificate in front (docs/collect.md)."
    )


def _sign_in(token: str, page: str = "") -> str:
    """The path at which the page takes the token and leads to one of its pages; that itself where all are let in."""
    if not token or os.environ.get("EMOCLASSIFY_API_KEY"):
        return page
    return f"/key?token={token}{f'&to={page}' if page else ''}"


def _open_in_browser(page_url: str, path: str) -> None:
    """Opens a page as soon as its server answers; where there is no browser, the printed address is all."""
    until_s = time.monotonic() + _BROWSER_WAIT_S
    while time.monotonic() < until_s:
        with suppress(OSError), urllib.request.urlopen(f"{page_url}/_stcore/health", timeout=_TICK_S):
            webbrowser.open(page_url + path)
            return
        time.sleep(_TICK_S)


def _programs(host: str, port: int, *, worker: bool, web_port: int | None, token_file: Path | None) -> list[_Program]:
    python = [sys.executable, "-m"]
    asking = [] if token_file is None else ["--token-file", str(token_file)]
    server_programs = [_Program("API", [*python, "api", "--host", host, "--port", str(port), *asking])]
    if worker:
        name = f"{socket.gethostname()[:24]}-{os.getpid()}-1"  # the same after a restart: it gets its jobs back
        server_programs.append(_Program("worker", [*python, "emoclassify", "worker", "--name", name]))
    if web_port is not None:
        api = f"http://{'127.0.0.1' if host == '0.0.0.0' else url_host(host)}:{port}"
        page = ["webapp", "--host", host, "--port", str(web_port), "--api-url", api]
        server_programs.append(_Program("page", [*python, *page]))
    return server_programs


def _restart_if_ended(program: _Program) -> int | None:
    """Starts a process again that has ended. Its exit status where it must not be started again, else None.

    Raises:
        EmoClassifyError: it failed at its start several times in a row.
    """
    status = program.process.poll()
    if status is None:
        return None
    if status == 2:  # wrong settings or arguments: it has printed why
        return 2
    is_early = time.monotonic() - program.started_s < _SETTLED_S
    program.failures = program.failures + 1 if is_early and status > 0 else 0
    if program.failures >= _MOST_FAILURES:
        raise EmoClassifyError("program_not_started", program=program.name)
    _tell(f"The {program.name} ended ({status}) and is started again.")
    time.sleep(_PAUSE_S if program.failures else 0)
    program.start()
    return None


def _end(server_programs: list[_Program]) -> None:
    processes = [program.process for program in server_programs if program.process is not None]
    for process in processes:
        process.terminate()
    until_s = time.monotonic() + _GRACE_S
    for process in processes:
        try:
            process.wait(max(until_s - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _end_with_parent() -> None:
    # Runs in the new process: the kernel sends it SIGTERM when its parent dies, also by SIGKILL.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    os.setpgrp()  # Ctrl-C must reach `serve` only, which then ends them in order


def _tell(line: str) -> None:
    sys.stderr.write(f"emoclassify: {line}\n")
    sys.stderr.flush()
