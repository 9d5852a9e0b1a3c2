"""The respondent's page in a real browser, whose camera is a file: film and face on one clock, and nothing lost."""

import io
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import Page

from benchmarks.capture import CONDITIONS, Place, pass_check, place
from emoclassify.capture.texts import texts_in
from emoclassify.media.channels import Samples
from emoclassify.media.container import ReadCounts
from emoclassify.media.read import probe
from emoclassify.media.sound import read_sound
from emoclassify.study.clock_by_sound import RATE_HZ
from tests.support.browsing import chromium

SYSTEMATIC_S, JITTER_S = 0.2, 0.1
"""Bins are half a second; faces answer within 0.3 to 0.7 s."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.model,
    pytest.mark.process,
    pytest.mark.timeout(900),
    pytest.mark.skipif(chromium() is None, reason="chromium is not installed (apt-get install chromium)"),
]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with place(tmp_path_factory.mktemp("capture")) as made:
        yield made


@pytest.mark.parametrize("condition", [one for one in CONDITIONS if one != "hidden"])
def test_film_and_face_are_on_one_clock(there: Place, condition: str) -> None:
    taken = there.take(condition)
    assert taken.reason == ""
    assert len(taken.errors_s) >= 30
    assert abs(np.median(taken.errors_s)) <= SYSTEMATIC_S
    assert np.std(taken.errors_s) <= JITTER_S
    assert taken.residual_s is not None
    assert taken.residual_s < SYSTEMATIC_S


def test_who_looks_at_another_tab_does_not_count(there: Place) -> None:
    assert there.take("hidden").reason == "the page was not in view"


def recording_of(there: Place, study_id: str) -> bytes:
    """The last recording of a study, as it is stored."""
    viewings = there.client._call("GET", f"/v1/studies/{study_id}/viewings").json()["viewings"]
    return there.client._call("GET", f"/v1/jobs/{viewings[-1]['recording']}/artifacts/recording").content


def picture_times_s(there: Place, study_id: str) -> list[float]:
    """Of the last recording of a study."""
    with av.open(io.BytesIO(recording_of(there, study_id)), "r") as container:
        return [float(frame.time) for frame in container.decode(video=0) if frame.time is not None]


def right_channel(there: Place, study_id: str, folder: Path) -> Samples:
    """The sound of the last recording on the right: that of the microphone."""
    path = folder / "recording.webm"
    path.write_bytes(recording_of(there, study_id))
    blocks = read_sound(path, probe(path), rate_hz=RATE_HZ, counts=ReadCounts(), layout="stereo")
    return np.concatenate([block.samples[:, 1] for block in blocks])


@pytest.mark.parametrize("is_allowed", [False, True])
def test_a_microphone_is_recorded_of_those_alone_who_allow_it(there: Place, is_allowed: bool, tmp_path: Path) -> None:
    """The browser's microphone beeps every second."""
    study_id = there.studies[True]
    settings = {"title": "Made", "contact": "nobody", "microphone": True}
    there.client.set_fieldwork(study_id, settings)
    with there.visit(study_id) as page:
        if is_allowed:
            page.get_by_role("checkbox").check()
        pass_check(page)
        uploaded(page)
    there.client.set_fieldwork(study_id, settings | {"microphone": False})
    there.client.wait(there.client.page()["jobs"][0]["id"])
    loudest = float(np.abs(right_channel(there, study_id, tmp_path)).max())
    assert loudest > 0.05 if is_allowed else loudest < 0.001


def uploaded(page: Page) -> None:
    page.get_by_text(texts_in("en")["thanks_hint"]).wait_for()


def test_without_network_for_a_while_nothing_is_lost(there: Place) -> None:
    study_id = there.studies[False]
    with there.visit(study_id) as page:
        pass_check(page)
        page.wait_for_function("() => document.querySelector('#film').currentTime > 2")
        page.context.set_offline(True)
        page.wait_for_function("() => document.querySelector('#film').currentTime > 8")
        page.context.set_offline(False)
        uploaded(page)
    there.client.wait(there.client.page()["jobs"][0]["id"])
    times_s = picture_times_s(there, study_id)
    assert times_s[-1] > 22  # ten seconds of a cross, and the film
    assert np.diff(times_s).max() < 1


def test_while_the_server_has_no_room_the_page_says_so_and_keeps_the_recording(there: Place) -> None:
    study_id = there.studies[False]
    before = there.client.funnel(study_id)["steps"]["uploaded"]
    with there.visit(study_id) as page:
        page.route("**/chunks/*", lambda route: route.fulfill(status=507, json={"code": "disk_full"}))
        pass_check(page)
        page.get_by_text(texts_in("en")["no_room"]).wait_for()
        assert there.client.funnel(study_id)["steps"]["uploaded"] == before
        page.unroute("**/chunks/*")
        uploaded(page)
    there.client.wait(there.client.page()["jobs"][0]["id"])
    times_s = picture_times_s(there, study_id)
    assert times_s[-1] > 22  # ten seconds of a cross, and the film
    assert np.diff(times_s).max() < 1


def test_a_page_that_is_loaded_anew_sends_what_there_was(there: Place) -> None:
    study_id = there.studies[False]
    before = there.client.funnel(study_id)["steps"]["uploaded"]
    with there.visit(study_id) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        pass_check(page)
        page.wait_for_function("() => document.querySelector('#film').currentTime > 5")
        page.reload()
        uploaded(page)
    there.client.wait(there.client.page()["jobs"][0]["id"])
    assert there.client.funnel(study_id)["steps"]["uploaded"] == before + 1
    times_s = picture_times_s(there, study_id)
    assert 10 < times_s[-1] < 20  # the cross and the beginning of the film


def test_the_page_calls_nobody_else_and_breaks_no_rule_of_its_own(there: Place, tmp_path: Path) -> None:
    with there.visit(there.studies[False], "ru") as page:
        addresses: list[str] = []
        messages: list[str] = []
        page.on("request", lambda request: addresses.append(request.url))
        page.on("console", lambda message: messages.append(message.text))
        page.reload()
        page.get_by_role("button", name=texts_in("ru")["agree"]).click()
        page.get_by_role("button", name=texts_in("ru")["code_go_on"]).click()
        page.get_by_text(texts_in("ru")["check_good"]).wait_for()
        assert page.locator("html").get_attribute("lang") == "ru"
    assert addresses
    assert all(address.startswith((there.client.url, "blob:")) for address in addresses)
    assert not [message for message in messages if "Content Security Policy" in message]
