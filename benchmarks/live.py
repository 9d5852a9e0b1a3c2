"""The live view in Chromium with a camera of a file: readings a second, and from the picture to its bars."""

import statistics
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

VIEWERS = (1, 3)
WARM_S, MEASURE_S = 10.0, 20.0
_LOOK_MS = 250
_PATIENCE_MS = 240_000.0


def speeds(camera: Path, folder: Path, n_viewers: int) -> list[tuple[float, float]]:
    """Readings a second, and milliseconds from picture to bars, of each of several viewers at once: medians.

    Args:
        camera: a film of JPEGs that the browser shows as its camera.
        folder: for the data of the server.
        n_viewers: tabs that are open at once.
    """
    from tests.support.browsing import browser, camera_of, place

    in_front = ("--disable-background-timer-throttling", "--disable-renderer-backgrounding")
    hidden = ("--disable-backgrounding-occluded-windows",)
    with place(folder) as at, browser(*camera_of(camera), *in_front, *hidden) as started, ExitStack() as stack:
        pages = [started.new_context(locale="en-US").new_page() for _ in range(n_viewers)]
        for page in pages:
            stack.callback(page.close)
            page.set_default_timeout(_PATIENCE_MS)
            page.goto(f"{at.url}/live")
            page.locator("#camera").click()
            page.locator("body[data-leading]").wait_for(state="attached")
        pages[0].wait_for_timeout(1000 * WARM_S)
        looks: list[list[tuple[float, float]]] = [[] for _ in pages]
        for _ in range(round(1000 * MEASURE_S / _LOOK_MS)):
            pages[0].wait_for_timeout(_LOOK_MS)
            for page, samples in zip(pages, looks, strict=True):
                samples.append(_speed(page))
        return [_medians(samples) for samples in looks]


def _speed(page: Any) -> tuple[float, float]:
    body = page.locator("body")
    return float(body.get_attribute("data-per-s")), float(body.get_attribute("data-delay-ms"))


def _medians(samples: list[tuple[float, float]]) -> tuple[float, float]:
    rates, delays = zip(*samples, strict=True)
    return statistics.median(rates), statistics.median(delays)


def report(camera: Path | None = None) -> str:
    """A table: viewers, the least and the most readings a second of one, the longest median delay."""
    rows = ["| viewers | readings a second of each | picture to bars, ms |", "|---|---|---|"]
    with TemporaryDirectory() as folder:
        film = camera or _portrait_film(Path(folder) / "camera.mjpeg")
        for n_viewers in VIEWERS:
            each = speeds(film, Path(folder) / f"with-{n_viewers}", n_viewers)
            rates, delays = sorted(rate for rate, _ in each), sorted(delay for _, delay in each)
            rows.append(f"| {n_viewers} | {rates[0]:.1f} to {rates[-1]:.1f} | {delays[0]:.0f} to {delays[-1]:.0f} |")
    return "\n".join(rows)


def _portrait_film(path: Path) -> Path:
    """Five seconds of one portrait, 640 x 480."""
    from io import BytesIO

    from PIL import Image

    from tests.support.made import portrait

    content = BytesIO()
    Image.fromarray(portrait(480, 640, at_xy=(120, 0))).save(content, "JPEG", quality=90)
    path.write_bytes(150 * content.getvalue())
    return path
