"""Measures how long the page of a large study takes from the click on its name to the panel's curve.

The study is made and computed by a server with a stand-in for the analysis (`tests/support/made_studies.py`); the page
and the browser are real. The first click finds nothing in memory; the others find what the page keeps.
"""

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_MOST_S = 120.0


def measure(n_people: int, n_clicks: int) -> str:
    """One line: viewings, seconds from the first click to the curve, and the median of the further ones.

    Args:
        n_people: in the study; each sees two films of 30 s.
        n_clicks: at least 2.
    """
    from tests.support.browsing import browser, place
    from tests.support.made_studies import FILMS, fill
    from tests.support.screenshots import opened

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder / "data", folder / "made", n_people)
        with place(folder, worker=False) as served, browser() as started:
            page = opened(started, "en", "light", "wide")
            first_s, *further_s = (_click_s(page, served.url) for _ in range(n_clicks))
    load = os.getloadavg()[0]
    return (
        f"{n_people * len(FILMS)} viewings: {first_s:.1f} s from the first click to the curve, then "
        f"{statistics.median(further_s):.1f} s (median of {len(further_s)}); load {load:.0f}"
    )


def _click_s(page: "Page", url: str) -> float:
    """From the click on the study's name in the list until its curve is drawn."""
    page.goto(url)
    name = page.get_by_role("button", name="Spring ad")
    name.wait_for(timeout=_MOST_S * 1000)
    page.wait_for_timeout(1000)  # the list is drawn: its last words come after the first
    started_s = time.perf_counter()
    name.click()
    page.locator("svg.chart path.curve").first.wait_for(state="attached", timeout=_MOST_S * 1000)
    return time.perf_counter() - started_s
