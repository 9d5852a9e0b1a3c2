"""The transcript on the result page: its data, and in a real browser the recording that follows a click on a word."""

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from emoclassify.overview import Overview
from emoclassify.remote.client import Client
from emoclassify.settings import Options
from tests.support.browsing import PATIENCE_S, browser, chromium, place
from tests.support.findings import with_a_gap
from tests.support.recognizers import write_onnx_model
from tests.support.transcripts import ANGRY, HAPPY, phrase, with_words
from webapp.parts.said import has_words, transcript
from webapp.parts.session import Visit
from webapp.parts.texts import texts_in
from webapp.server.connections import client_of


def visit(language: str = "en") -> Visit:
    return Visit(language, texts_in(language), client_of("http://127.0.0.1:1", ""), "")


def test_the_widget_is_given_phrases_words_and_emotions() -> None:
    said = [phrase(HAPPY, 0.4, 1.0, "happy", "customer"), phrase(ANGRY, 2.4, 3.6, role="agent")]
    data = transcript(Overview.of(with_words(*said)), visit())
    first, second = data["phrases"]
    assert (first["clock"], first["role"], first["side"], first["emotion"]) == ("0:00.4", "customer", 0, "happy")
    assert first["label"] == "voice: happy, face: happy"
    assert [word["text"] for word in first["words"]] == list(HAPPY)
    assert (second["side"], second["emotion"], second["label"], second["colour"]) == (1, "", "", None)
    assert [item["name"] for item in data["emotions"]] == ["happy"]


def test_the_widget_speaks_the_language_of_the_page() -> None:
    data = transcript(Overview.of(with_words()), visit("ru"))
    assert data["phrases"][0]["label"] == "голос: радость, лицо: радость"
    assert not [text for text in data["texts"].values() if not re.search("[\u0430-\u044f]", text)]


def test_without_words_there_is_no_tab() -> None:
    assert not has_words(Overview.of(with_a_gap()))
    assert has_words(Overview.of(with_words()))
    hidden = Overview.of(with_words(phrase(("", ""), 0.4, 1.0)))
    assert not has_words(hidden)
    assert Options(anonymize=True, transcribe=True).anonymize


@pytest.mark.slow
@pytest.mark.process
@pytest.mark.model
@pytest.mark.timeout(1200)
@pytest.mark.skipif(chromium() is None, reason="chromium is not installed (apt-get install chromium)")
def test_a_click_on_a_word_moves_the_recording_there(
    espeak: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = write_onnx_model(tmp_path / "models" / "made")
    monkeypatch.setenv("EMOCLASSIFY_TRANSCRIBE_MODEL", str(model))
    speech = tmp_path / "talk.wav"
    subprocess.run([espeak, "-w", str(speech), "Good morning. It is a pleasure to see you again."], check=True)
    with place(tmp_path / "place") as served, browser() as started:
        with Client(served.api_url, key="") as client:
            job = client.submit(speech, transcribe_focus=True)
            client.wait(job["id"])
            content = client.overview(job["id"])
        assert content is not None
        words = [word for one in content["transcript"]["phrases"] for word in one["words"]]
        page = started.new_context(locale="en-US").new_page()
        page.set_default_timeout(1000 * PATIENCE_S)
        page.goto(f"{served.url}/result?job={job['id']}")
        page.get_by_role("tab", name=texts_in("en")["tab_words"]).click()
        page.locator(".word").last.click()
        expect(page.locator(".word").last).to_have_attribute("aria-current", "true")
        time_s = page.locator("video").evaluate("element => element.currentTime")
        assert time_s == pytest.approx(words[-1]["start_s"], abs=0.05)
        page.get_by_placeholder(texts_in("en")["words_search"]).fill("no such word")
        expect(page.get_by_text(texts_in("en")["words_nothing"])).to_be_visible()
        expect(page.locator(".phrase:visible")).to_have_count(0)
