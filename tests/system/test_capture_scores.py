"""A study that keeps scores and no recordings, in a real browser whose camera is a file: its clock, and no trace."""

import threading
from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest
from playwright.sync_api import Route

from benchmarks.capture import FILM_S, Place, pass_check, place
from benchmarks.capture_made import FILM_FPS
from emoclassify.analysis import Analysis
from emoclassify.capture.texts import texts_in
from emoclassify.jobs.service import open_jobs
from emoclassify.judging import usability_of
from emoclassify.study.clock import Clock
from emoclassify.study.timecode import Witness, clock_by_pictures
from tests.support.browsing import chromium
from tests.support.media_bytes import media_in
from tests.support.serving import settings_in

SYSTEMATIC_S, JITTER_S, RESIDUAL_S = 0.2, 0.1, 0.15

pytestmark = [
    pytest.mark.slow,
    pytest.mark.model,
    pytest.mark.process,
    pytest.mark.timeout(900),
    pytest.mark.skipif(chromium() is None, reason="chromium is not installed (apt-get install chromium)"),
]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with place(tmp_path_factory.mktemp("scores")) as made:
        yield made


def films(there: Place) -> list[bytes]:
    """The files that are shown: the only films that may lie there."""
    return [path.read_bytes() for path in there.data_dir.parent.glob("film-*.mp4")]


def test_a_film_is_watched_and_read_and_nothing_is_recorded(there: Place) -> None:
    study_id, places, is_over = there.studies[False], list[str](), threading.Event()
    there.client.set_fieldwork(study_id, {"title": "Made", "contact": "nobody", "scores_only": True})

    def look() -> None:
        while not is_over.wait(0.5):
            places.extend(media_in(there.data_dir, known=films(there)))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        with there.visit(study_id) as page:
            page.get_by_text("forgets the picture").wait_for()
            pass_check(page)
            page.wait_for_function("() => document.querySelector('#film').ended")
            page.get_by_text(texts_in("en")["thanks_hint"]).wait_for()
            truth = page.evaluate("() => window.truth")
        (viewing,) = there.client.viewings(study_id)
        job = there.client.wait(viewing["recording"])
    finally:
        is_over.set()
        looking.join()
    assert places == []
    assert job["upload_kept"] is False
    assert {file["name"] for file in there.client.artifacts(job["id"])}.isdisjoint({"recording", "preview.mp4"})
    analysis = Analysis.from_dict(there.client.result(job["id"]))
    assert len(analysis.frames) >= 10
    assert analysis.counts.with_face > 0.9 * len(analysis.frames)
    assert analysis.voice is None
    clock, start_s = clock_of(there, study_id)
    assert clock.residual_s is not None
    assert clock.residual_s <= RESIDUAL_S
    noted = [(page_s - start_s, film / FILM_FPS) for page_s, _, film in truth if film is not None]
    times_s, film_s = np.array(noted).T
    errors_s = clock.film_times_s(times_s) - film_s
    errors_s = errors_s[~np.isnan(errors_s)]
    assert len(errors_s) >= 30
    assert abs(np.median(errors_s)) <= SYSTEMATIC_S
    assert np.std(errors_s) <= JITTER_S


def test_a_server_that_is_too_busy_is_told_as_the_cause_and_not_the_camera(there: Place) -> None:
    """Nothing reads while the film runs from 2 to 8 s: what is sent then waits, and is not read at last."""
    study_id = there.studies[True]
    there.client.set_fieldwork(study_id, {"title": "Made", "contact": "nobody", "scores_only": True})
    held: list[Route] = []
    server = SimpleNamespace(is_busy=True)

    def hold(route: Route) -> None:
        if server.is_busy:
            held.append(route)
        else:
            route.fallback()

    with there.visit(study_id) as page:
        pass_check(page)
        page.wait_for_function("() => document.querySelector('#film').currentTime > 2")
        page.route("**/sitting/reading", hold)
        page.wait_for_function("() => document.querySelector('#film').currentTime > 8")
        server.is_busy = False
        (late,) = held  # the next picture is sent when the answer is there
        late.fulfill(json={"reading": None})
        page.get_by_text(texts_in("en")["thanks_hint"]).wait_for()
    (viewing,) = there.client.viewings(study_id)
    analysis = Analysis.from_dict(there.client.result(there.client.wait(viewing["recording"])["id"]))
    shares = {reason.name: reason.share for reason in usability_of(analysis).reasons}
    assert "frozen" not in shares
    assert shares["read_late"] * analysis.end_s > 4
    unread_s = [frame.time_s for frame in analysis.frames if frame.unread]
    assert max(unread_s) - min(unread_s) > 3


def clock_of(there: Place, study_id: str) -> tuple[Clock, float]:
    """The film's clock, and the page's time at which its readings began."""
    with open_jobs(settings_in(there.data_dir), lambda: 0.0) as service:
        (content,) = service.sittings.witnesses(study_id).values()
    witness = Witness.from_dict(content)
    clock = clock_by_pictures(witness, "A", FILM_S)
    assert isinstance(clock, Clock)
    return clock, float(witness.ticks_s[0, 0])
