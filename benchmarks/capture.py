"""How far film and face lie apart in recordings of the respondent's page, in Chromium with a camera of a file.

Every picture of the film and of the camera carries its number. A script beside the page notes which picture of the
camera was there while which one of the film was shown: the truth. The recording holds the camera's pictures with their
times, and the viewing's clock gives the film's time at each: the difference is the error. How long a real camera needs
for a picture is not in it.
"""

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from benchmarks.capture_made import FILM_FPS, N_NUMBERS, READ_NUMBER, number_in, write_camera, write_film
from benchmarks.submits import server
from emoclassify.jobs.service import open_jobs
from emoclassify.jobs.settings import ServerSettings
from emoclassify.media.container import ReadCounts
from emoclassify.media.read import decoded_frames, probe
from emoclassify.remote.client import Client
from emoclassify.study.clock import Clock
from emoclassify.study.clock_by_sound import Abstention
from emoclassify.study.timecode import Witness, clock_by_timecode
from emoclassify.study_clocks import hear_chirps

if TYPE_CHECKING:
    from playwright.sync_api import Page

Times = npt.NDArray[np.float64]

CONDITIONS = ("plain", "stall", "muted", "slow", "hidden")
"""As it is; the film stands still for 1.2 s; without sound; a processor of a quarter of the speed; another tab in front
for 3 s."""

FILM_S, STALL_MS, HIDDEN_MS = 12.0, 1200, 3000
_PATIENCE_MS = 180_000
_CHROMIUM = "/usr/bin/chromium"

_WATCH = f"""
(() => {{
  const readNumber = {READ_NUMBER};
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const [camera, one, other] = ["video", "canvas", "canvas"].map((tag) => document.createElement(tag));
  camera.muted = true;
  window.truth = [];
  navigator.mediaDevices.getUserMedia = async (wanted) => {{
    const stream = await ask(wanted);
    if (wanted.video) {{
      camera.srcObject = stream.clone();
      camera.play();
      requestAnimationFrame(look);
    }}
    return stream;
  }};
  function look() {{
    const film = document.querySelector("#film");
    if (film && film.src && !film.paused && film.readyState > 2)
      window.truth.push([performance.now() / 1000, readNumber(camera, one), readNumber(film, other)]);
    requestAnimationFrame(look);
  }}
}})();
"""


@dataclass(frozen=True)
class Taken:
    """One recording.

    Attributes:
        condition: one of CONDITIONS.
        errors_s: film time by the clock minus the truth, float64 (n,); empty where there is no clock.
        residual_s: what the clock says of its own error.
        reason: why there is no clock; empty where there is one.
    """

    condition: str
    errors_s: Times
    residual_s: float | None
    reason: str

    def line(self) -> str:
        """For people."""
        if self.reason:
            return f"{self.condition}: no clock, {self.reason}"
        ms = 1000 * self.errors_s
        return (
            f"{self.condition}: systematic {np.median(ms):+.0f} ms, jitter {np.std(ms):.0f} ms, 95 % within "
            f"{np.quantile(np.abs(ms - np.median(ms)), 0.95):.0f} ms of it, {len(ms)} pictures, "
            f"residual {1000 * (self.residual_s or 0):.0f} ms"
        )


def lines(runs: int, conditions: tuple[str, ...] = CONDITIONS) -> Iterator[str]:
    """Each recording in a line, then all together."""
    medians = []
    with TemporaryDirectory(prefix="capture-") as name, place(Path(name)) as there:
        for number in range(runs):
            recording = there.take(conditions[number % len(conditions)])
            medians += [float(np.median(recording.errors_s))] if not recording.reason else []
            yield recording.line()
    if len(medians) > 1:
        yield (
            f"{len(medians)} recordings: systematic {1000 * statistics.mean(medians):+.0f} ms, between recordings "
            f"{1000 * statistics.stdev(medians):.0f} ms, worst {1000 * max(map(abs, medians)):.0f} ms"
        )


class Place:
    """A server with two studies of one film each, one of them without sound, and a browser with a made camera."""

    def __init__(self, client: Client, data_dir: Path, browser: Any, studies: dict[bool, str]) -> None:
        """All of it is there already.

        Args:
            client: of the server.
            data_dir: of the server.
            browser: Playwright's.
            studies: whether the film has no sound -> the id of the study.
        """
        self.client, self.data_dir, self.studies, self._browser = client, data_dir, studies, browser

    def take(self, condition: str) -> Taken:
        """Has one person take part."""
        study_id = self.studies[condition == "muted"]
        with self.visit(study_id) as page:
            pass_check(page)
            truth = _watch_film(page, condition)
            page.get_by_text("Everything has arrived").wait_for()
        return self._compared(study_id, condition, truth)

    @contextmanager
    def visit(self, study_id: str, lang: str = "en", **settings: Any) -> "Iterator[Page]":
        """The page of a new link of a study; settings are those of Playwright's context."""
        (invite,) = self.client.make_invites(study_id, most=1)
        context = self._browser.new_context(permissions=["camera"], **settings)
        try:
            page = context.new_page()
            page.set_default_timeout(_PATIENCE_MS)
            page.add_init_script(_WATCH)
            page.goto(f"{self.client.url}{invite['path']}?lang={lang}")
            yield page
        finally:
            context.close()

    def _compared(self, study_id: str, condition: str, truth: list[list[Any]]) -> Taken:
        with open_jobs(ServerSettings(data_dir=self.data_dir), lambda: 0.0) as service:
            sittings = service.sittings.find(study_id)
            witness = service.sittings.witnesses(study_id)[sittings[-1].id]
            with service.storage.upload_on_disk(sittings[-1].id, self.data_dir) as path:
                heard_s = hear_chirps(lambda *_: None, path)
                times_s, numbers = _numbers_in(path)
        clock = clock_by_timecode(Witness.from_dict(witness), heard_s, "A", FILM_S)
        if isinstance(clock, Abstention):
            return Taken(condition, np.zeros(0), None, clock.reason)
        return Taken(condition, errors_of(clock, times_s, numbers, truth), clock.residual_s, "")


@contextmanager
def place(folder: Path) -> Iterator[Place]:
    """Starts all of it in a folder, and ends it."""
    import skimage.data
    from playwright.sync_api import sync_playwright

    data_dir = folder / "data"
    data_dir.mkdir()
    write_camera(folder / "camera.mjpeg", np.ascontiguousarray(skimage.data.astronaut()[0:300, 90:360]))
    arguments = [
        *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--use-fake-ui-for-media-stream"),
        *("--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={folder / 'camera.mjpeg'}"),
    ]
    with server(data_dir) as client, sync_playwright() as player:
        studies = {is_muted: _study(client, folder, is_muted=is_muted) for is_muted in (False, True)}
        browser = player.chromium.launch(executable_path=_CHROMIUM, args=arguments)
        try:
            yield Place(client, data_dir, browser, studies)
        finally:
            browser.close()


def _study(client: Client, folder: Path, *, is_muted: bool) -> str:
    path = folder / f"film-{is_muted}.mp4"
    write_film(path, FILM_S, has_sound=not is_muted)
    job = client.wait(client.submit(path)["id"])
    plan = {"measures": ["happy"], "stimulus": [{"id": "A", "duration_s": FILM_S, "file": job["id"]}]}
    study_id = str(client.make_study("Made", plan)["id"])
    client.set_fieldwork(study_id, {"title": "Made", "contact": "nobody"})
    return study_id


def pass_check(page: "Page") -> None:
    """From the consent to the first cross."""
    page.get_by_role("button", name="I agree").click()
    page.get_by_role("button", name="I have written it down").click()
    page.get_by_role("button", name="Play a sound").click()
    page.get_by_role("button", name="I hear it").click()
    page.get_by_role("button", name="Start").click()


def _watch_film(page: "Page", condition: str) -> list[list[Any]]:
    """Lets the film run, and disturbs it; what was seen when."""
    if condition == "slow":
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.wait_for_function("() => document.querySelector('#film').currentTime > 4")
    if condition == "stall":
        page.evaluate(f"const f = document.querySelector('#film'); f.pause(); setTimeout(() => f.play(), {STALL_MS})")
    if condition == "hidden":
        other = page.context.new_page()
        other.bring_to_front()
        page.evaluate(
            "() => { Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
            "document.dispatchEvent(new Event('visibilitychange')); }"
        )
        other.wait_for_timeout(HIDDEN_MS)
        other.close()
        page.evaluate("() => { delete document.hidden; document.dispatchEvent(new Event('visibilitychange')); }")
    page.wait_for_function("() => document.querySelector('#film').ended")
    truth: list[list[Any]] = page.evaluate("() => window.truth")
    return truth


def _numbers_in(path: Path) -> tuple[Times, Times]:
    """Time and number of each picture of a recording; numbers go on where the camera's file begins anew."""
    rows, n_rounds, last = [], 0, 0
    for frame, time_s in decoded_frames(path, probe(path), ReadCounts()):
        number = number_in(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8))
        if number is not None:
            n_rounds += number < last - N_NUMBERS // 2
            last = number
            rows.append((time_s, number + n_rounds * N_NUMBERS))
    values = np.array(rows, dtype=np.float64).reshape(-1, 2)
    return values[:, 0], values[:, 1]


def errors_of(clock: Clock, times_s: Times, numbers: Times, truth: list[list[Any]]) -> Times:
    """Film time by the clock minus that by the numbers, for each picture of the camera that was noted, seconds.

    Args:
        clock: of the recording.
        times_s: of its pictures, float64 (n,).
        numbers: theirs, float64 (n,).
        truth: page's time, number of the camera's picture and of the film's, in the order in which they were noted.
    """
    errors_s, noted = [], set()
    for _, camera, film in truth:
        if camera is None or film is None or camera in noted:
            continue
        noted.add(camera)
        film_s = clock.film_times_s(times_s[(numbers.astype(np.int64) % N_NUMBERS) == camera])
        differences_s = film_s[~np.isnan(film_s)] - film / FILM_FPS
        if len(differences_s):
            errors_s.append(differences_s[np.abs(differences_s).argmin()])
    return np.array(errors_s)
