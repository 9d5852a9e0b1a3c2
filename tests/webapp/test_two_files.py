"""A call of two recordings, from the page to its result, in a real browser before a real API and worker."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from emoclassify.remote.client import ApiError, Client
from tests.support.browsing import PATIENCE_S, Place, browser, chromium, place
from tests.support.sides import spoken_call, write_call
from webapp.parts.texts import texts_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.model,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(chromium() is None, reason="chromium is not installed (apt-get install chromium)"),
]
MS = PATIENCE_S * 1000
VIEWS = {"en": "en-US", "ru": "ru-RU"}


@pytest.fixture(scope="module")
def sides(espeak: str, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """What the agent's and what the customer's telephone recorded: A-law at 8 kHz; the agent hangs up 3 s earlier."""
    folder = tmp_path_factory.mktemp("sides")
    samples, spans = spoken_call(espeak, folder)
    lengths = (len(samples) - 3 * 8_000, len(samples))
    return [
        write_call(folder / f"{name}.wav", [samples[:n, i]], "pcm_alaw")
        for i, (name, n) in enumerate(zip(spans, lengths, strict=True))
    ]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, Browser]]:
    with place(tmp_path_factory.mktemp("running")) as served, browser() as started:
        yield served, started


def handed_in(page: Page, sides: list[Path], language: str) -> None:
    """Chooses both, says which of them is the agent's, and starts."""
    texts = texts_in(language)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=texts["pick"]).click()
    chooser.value.set_files(sides)
    expect(page.get_by_text(re.compile("^0:1[58] "))).to_have_count(2)
    page.get_by_text(texts["is_call"], exact=True).click()
    page.get_by_label(texts["call_places"]).click()
    names = {"file": sides[0].name, "file2": sides[1].name}
    page.get_by_role("option", name=texts["places_agent_file"].format(**names)).click()
    expect(page.get_by_text(texts["call_law"])).to_be_visible()
    page.get_by_text(texts["consent"], exact=True).click()
    page.get_by_role("button", name=texts["start"]).click()


@pytest.mark.parametrize("language", VIEWS)
def test_two_recordings_are_chosen_as_sides_and_become_one_result(
    running: tuple[Place, Browser], sides: list[Path], language: str
) -> None:
    (served, started), texts = running, texts_in(language)
    context = started.new_context(locale=VIEWS[language], viewport={"width": 1280, "height": 1600})
    context.set_default_timeout(MS)
    page = context.new_page()
    page.goto(f"{served.url}/new?lang={language}")
    handed_in(page, sides, language)
    page.get_by_role("button", name=texts["show_result"]).first.click(timeout=MS)
    expect(page.get_by_role("heading", name="agent.wav + customer.wav")).to_be_visible(timeout=MS)
    page.get_by_role("tab", name=texts["tab_call"]).click()
    expect(page.locator("svg.chart")).to_be_visible(timeout=MS)
    sound = page.locator("video, audio").first
    page.wait_for_function("sound => sound.duration > 17 && !sound.error", arg=sound.element_handle())
    with Client(served.api_url, key="") as client:
        (job,) = client.list()
        overview = client.overview(job["id"])
        assert overview is not None
        codes = [warning["code"] for warning in overview["warnings"]]
        assert {"sides_joined", "sides_differ"} <= set(codes)
        assert [role["name"] for role in overview["roles"]] == [texts["role_customer"], texts["role_agent"]]
        assert [one["name"] for one in client.artifacts(job["id"])].count("recording") == 1
        page.get_by_role("button", name=texts["delete"]).click()
        page.get_by_role("button", name=texts["delete_yes"]).click()
        name = "agent.wav + customer.wav"
        expect(page.get_by_text(texts["deleted"].format(name=name))).to_be_visible()
        with pytest.raises(ApiError):
            client.get(job["id"])
    stored = [path.name for path in (served.folder).rglob(job["id"] + "*")]
    assert stored == []
    context.close()
