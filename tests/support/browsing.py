"""API, worker and page as processes, and a real browser before them: for tests and screenshots."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.support.sources import ROOT
from tests.support.watching import write_watch

PATIENCE_S = 240.0
"""How long a busy machine may take for anything."""


def chromium() -> str | None:
    """The system's browser; None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass
class Place:
    """Three programs that serve one page."""

    folder: Path
    api_port: int
    page_port: int
    environ: dict[str, str]
    running: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.page_port}"

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.api_port}"

    @property
    def sent_away(self) -> str:
        """What the page's server tried to reach beyond this machine, a line each."""
        path = self.folder / "sent_away.txt"
        return path.read_text() if path.exists() else ""

    def start(self, name: str) -> None:
        """Starts api, worker or page, and waits until it answers."""
        command = {
            "api": ["-m", "api", "--port", str(self.api_port)],
            "worker": ["-m", "emoclassify", "worker", "--name", "one"],
            "page": ["-m", "webapp", "--port", str(self.page_port), "--api-url", self.api_url],
        }[name]
        environ = self.environ
        if name == "page":
            write_watch(self.folder / "watch", self.folder / "sent_away.txt")
            environ = environ | {"PYTHONPATH": f"{self.folder / 'watch'}{os.pathsep}{ROOT}"}
        with (self.folder / f"{name}.log").open("ab") as log:
            given = [sys.executable, *command]
            self.running[name] = subprocess.Popen(
                given, env=environ, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        if name != "worker":
            wait_for(f"{self.api_url}/healthz" if name == "api" else f"{self.url}/_stcore/health")

    def stop(self, name: str) -> None:
        process = self.running.pop(name)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(url: str) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        try:
            if httpx.get(url, trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)  # another process is starting: there is nothing else to wait on
    raise TimeoutError(url)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def camera_of(path: Path) -> tuple[str, ...]:
    """Arguments with which the browser has a camera, which shows a film (MJPEG) again and again, and may be used."""
    fake = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    return (*fake, f"--use-file-for-fake-video-capture={path}")


@contextmanager
def place(folder: Path, *, worker: bool = True, settings: Mapping[str, str] | None = None) -> Iterator[Place]:
    """API, worker and page with data and settings (of the environment) of their own, until the end of the block."""
    folder.mkdir(parents=True, exist_ok=True)
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "EMOCLASSIFY_DATA_DIR": str(folder / "data"),
        "OMP_NUM_THREADS": "1",
        **(settings or {}),
    }
    made = Place(folder, free_port(), free_port(), environ)
    try:
        for name in ("api", *(["worker"] if worker else []), "page"):
            made.start(name)
        yield made
    finally:
        for name in list(made.running):
            made.stop(name)


@contextmanager
def browser(*more: str, name: str = "") -> Iterator[Browser]:
    """The system's Chromium, without a window, with more arguments; it finds no other machine, and this one by `name`
    too."""
    arguments = (
        "--no-sandbox --disable-gpu --disable-background-networking --disable-quic --disable-dev-shm-usage".split()
    )
    arguments.extend(more)
    named = f"MAP {name} 127.0.0.1, " if name else ""
    arguments.append(f"--host-resolver-rules={named}MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
    with sync_playwright() as player:
        started = player.chromium.launch(executable_path=chromium(), args=arguments)
        try:
            yield started
        finally:
            started.close()


def pick_option(page: Page, box: Locator, name: str) -> None:
    """Opens a list of choices until it stays open, and takes one: a page that is drawn anew closes it."""
    option = page.get_by_role("option", name=name, exact=True)
    until_s = time.monotonic() + PATIENCE_S
    while not option.is_visible():
        assert time.monotonic() < until_s
        box.click()
        page.wait_for_timeout(500)
    option.click()


def choose(page: Page, button: str, paths: Sequence[Path]) -> None:
    """Chooses files by a button that asks for them."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button).click()
    chooser.value.set_files(paths)


def tick(page: Page, label: str) -> None:
    """Ticks a box, again where the page moved under the click: other options appear beside it."""
    until_s, box = time.monotonic() + PATIENCE_S, page.get_by_role("checkbox", name=label, exact=True)
    while not box.is_checked():
        assert time.monotonic() < until_s, label
        page.get_by_text(label, exact=True).click()
        with suppress(AssertionError):
            expect(box).to_be_checked(timeout=5000)


_IS_STILL = """() => !document.querySelector('[data-stale=true]') && document.getAnimations().every(
    (one) => one.playState !== 'running' || one.effect.getComputedTiming().iterations === Infinity)"""


def wait_for_stillness(page: Page) -> None:
    """Waits until nothing of the page is being drawn anew, and nothing fades in or out; a spinner may go on."""
    page.wait_for_function(_IS_STILL)
