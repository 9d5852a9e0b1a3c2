"""Every page by Streamlit's own AppTest, over the real API with a stand-in for the analysis."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from emoclassify.networks.models import voice_model
from emoclassify.remote.client import Client, Job
from emoclassify.settings import Options
from emoclassify.words.messages import Message
from tests.support.app_pages import click, everything, opened, posted
from tests.support.findings import analysis, face, with_a_gap
from tests.support.serving import BROKEN, MP4, SLOW, Served, StandIn, served
from webapp.parts.texts import texts_in
from webapp.views import compare, history, running

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("nothing_kept_in_memory"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]


def test_a_new_analysis_waits_for_a_recording_and_a_tick(server: Served) -> None:
    at = opened()
    assert at.button(key="start").disabled
    assert texts_in("en")["missing_files"] in everything(at)
    assert texts_in("en")["law"] in everything(at)


def test_covering_faces_is_offered_with_the_video_only(server: Served) -> None:
    at = opened()
    assert "anonymize" not in [box.key for box in at.checkbox]
    at.checkbox(key="annotate").check().run()
    assert "anonymize" in [box.key for box in at.checkbox]


def test_what_the_server_takes_is_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(tmp_path / "data", keep_days=2, max_keep_days=5) as running:
        monkeypatch.setenv("EMOCLASSIFY_API_URL", running.url)
        keep = opened().selectbox(key="keep")
    assert keep.options == [texts_in("en")["keep_0"], "1 day"]
    assert keep.placeholder == "2 days"


def test_what_is_not_for_commercial_use_is_told_beside_the_tick(server: Served) -> None:
    licence = voice_model().licence
    assert len([caption for caption in opened().caption if licence in caption.value]) == 1


def test_a_voice_that_is_switched_off_is_not_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMOCLASSIFY_VOICE", "off")
    with served(tmp_path / "data", defaults=Options.read({})) as running:
        monkeypatch.setenv("EMOCLASSIFY_API_URL", running.url)
        at = opened()
    assert at.checkbox(key="double_check").disabled
    assert texts_in("en")["switched_off"] in everything(at)
    assert "commercial" not in everything(at)


@pytest.mark.parametrize("page", ["new", "running", "history", "compare"])
def test_russian_pages_are_russian(server: Served, page: str) -> None:
    posted(server)
    said = everything(opened(page, "ru"))
    assert not [text for text in texts_in("en").values() if len(text) > 20 and text in said]
    assert texts_in("ru")["new_title" if page == "new" else f"{page}_title"] in said


def test_jobs_in_progress_can_be_canceled_and_tried_again(server: Served, stand_in: StandIn) -> None:
    job = posted(server, SLOW, wait=False)
    waiting = posted(server, name="second.mp4", wait=False)
    assert stand_in.started.wait(10)
    at = opened("running")
    said = everything(at)
    assert "talk\\.mp4" in said
    assert [item.proto.text for item in at.get("progress")][1] == "Waits its turn · 1 before it"
    click(at, f"cancel-{waiting['id']}")
    with Client(server.url, key="") as client:
        assert client.get(waiting["id"])["state"] == "canceled"
        at = opened("running")
        click(at, f"retry-{waiting['id']}")
        stand_in.may_end.set()
        assert client.wait(waiting["id"])["state"] == "completed"
        assert client.wait(job["id"])["state"] == "completed"
    assert texts_in("en")["nothing_running"] in everything(opened("running"))


def test_a_recording_that_was_handed_in_before_leads_to_the_earlier_one(server: Served) -> None:
    first, second = posted(server), posted(server)
    at = opened("running")
    assert f"earlier-{second['id']}" in [button.key for button in at.button]
    assert texts_in("en")["same_as"] in everything(opened("result", job=second["id"]))
    assert texts_in("en")["same_as"] not in everything(opened("result", job=first["id"]))


def test_a_failure_says_why(server: Served) -> None:
    with Client(server.url, key="") as client:
        job = posted(server, BROKEN, wait=False)
        with pytest.raises(Exception, match="made for a test"):
            client.wait(job["id"])
    said = everything(opened("running"))
    assert "It could not be analyzed" in said
    assert "made for a test" in said
    russian = everything(opened("running", "ru")).replace("\\", "")
    failed = Message("file_unknown_format", {"why": "made for a test"})
    assert failed.in_language("ru") in russian
    at = opened("result", "ru", job=job["id"])
    assert failed.in_language("ru") in everything(at).replace("\\", "")
    assert not at.info  # none of a result that will come


def test_a_canceled_recording_has_no_result(server: Served, stand_in: StandIn) -> None:
    posted(server, SLOW, wait=False)
    assert stand_in.started.wait(10)
    waiting = posted(server, wait=False)["id"]
    assert [box.value for box in opened("result", job=waiting).info] == [
        "This recording is waiting. Its result will be here when it is done."
    ]
    with Client(server.url, key="") as client:
        client.cancel(waiting)
    assert [box.value for box in opened("result", job=waiting).info] == [
        "This recording is canceled: it has no result."
    ]


def test_what_the_analysis_noted_is_told_in_russian(server: Served, stand_in: StandIn) -> None:
    noted = Message("no_speech")
    stand_in._analysis = replace(with_a_gap(), warnings=(noted,))
    said = everything(opened("result", "ru", job=posted(server)["id"])).replace("\\", "")
    assert noted.in_language("ru") in said
    assert noted.text not in said


def test_the_result_tells_what_was_found(server: Served) -> None:
    job = posted(server)
    at = opened("result", job=job["id"])
    said = everything(at)
    assert "The face reads mostly as sad" in said.replace("\\", "")
    labels = [re.sub(r"\[(.*)\]\(.*\)", r"\1", metric.label) for metric in at.metric]  # the words are links
    assert labels[:4] == ["Positive", "of it surprise", "Neutral", "Negative"]
    assert "A warning" in said
    assert [tab.label for tab in at.tabs] == ["Shares", "Speech", "Report", "Downloads", "How sure is this?"]
    assert len(at.table[0].value) == 2


@pytest.mark.parametrize("still", [False, True])
def test_a_recording_without_a_face_has_a_page(server: Served, stand_in: StandIn, still: bool) -> None:
    made = analysis([], [0.0, 0.2], None if still else [])
    stand_in._analysis = replace(made, source=replace(made.source, still=still))
    said = everything(opened("result", job=posted(server, name="nobody.jpg" if still else "talk.mp4")["id"]))
    assert texts_in("en")["says_no_face"] in said.replace("\\", "")
    assert texts_in("en")["broken"] not in said


def test_of_several_persons_the_main_one_comes_first(server: Served, stand_in: StandIn) -> None:
    times_s = [0.2 * i for i in range(20)]
    faces = [face(i, t, e, n) for i, t in enumerate(times_s) for n, e in ((1, "sad"), (2, "happy"))]
    stand_in._analysis = analysis(faces, times_s)
    at = opened("result", job=posted(server)["id"])
    assert "1 of 2" in everything(at).replace("\\", "")
    assert [metric.value for metric in at.metric][:4] == ["0%", "0%", "0%", "100%"]  # person 1 is sad all the time


def test_a_result_that_is_not_there(server: Served) -> None:
    assert texts_in("en")["choose_result"] in everything(opened("result"))
    assert texts_in("en")["gone"] in everything(opened("result", job="0" * 32))


def test_a_result_that_is_not_there_yet(server: Served, stand_in: StandIn) -> None:
    job = posted(server, SLOW, wait=False)
    said = everything(opened("result", job=job["id"]))
    stand_in.may_end.set()
    assert "being analyzed" in said


def test_a_recording_is_deleted_after_asking(server: Served) -> None:
    job = posted(server)
    at = click(opened("result", job=job["id"]), "delete")
    assert "deleted for good" in everything(at)


def test_a_fault_of_the_page_is_told_in_its_language(
    server: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(history, "_load_jobs", lambda *_: 1 / 0)
    said = everything(opened("history", "ru"))
    assert texts_in("ru")["broken"] in said
    assert "ZeroDivisionError" not in said
    assert "ZeroDivisionError" in caplog.text
    caplog.clear()


def test_the_history_is_searched(server: Served) -> None:
    for name, tag in (("first.mp4", "spring"), ("second.mp4", "")):
        posted(server, name=name, tag=tag)
    at = opened("history")
    assert texts_in("en")["by_day"] in everything(at)
    at._page_hash = at._finished_page_script_hash
    at.text_input(key="q").set_value("third").run()
    assert texts_in("en")["nothing_found"] in everything(at)


def test_a_long_history_comes_in_parts(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "_PAGE_SIZE", 2)
    for i in range(3):
        posted(server, name=f"{i}.mp4")
    at = opened("history")
    shown = at.session_state["pages_shown"]
    assert (shown["n"], shown["more"]) == (1, True)
    shown = click(at, "show_more").session_state["pages_shown"]
    assert (shown["n"], shown["more"]) == (2, False)
    assert "show_more" not in [button.key for button in at.button]


def test_a_long_history_costs_two_calls_and_one_part_of_it(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    job = posted(server)
    calls: list[str] = []
    drawn: list[int] = []

    def page(_: Client, **asked: Any) -> dict[str, Any]:
        calls.append(f"page of {asked['limit']}")
        return {"jobs": [job | {"id": f"{i:032}"} for i in range(asked["limit"])], "next_cursor": "more"}

    def stats(_: Client, **asked: Any) -> list[Any]:
        calls.append("stats")
        return []

    def rows(jobs: list[Job], _: object) -> list[Any]:
        drawn.append(len(jobs))
        return []

    monkeypatch.setattr(Client, "page", page)
    monkeypatch.setattr(Client, "stats", stats)
    monkeypatch.setattr(history, "table_rows", rows)
    opened("history")
    assert calls == ["page of 50", "stats"]
    assert drawn == [50]


def test_shares_by_day_are_of_one_tag_or_of_all(server: Served) -> None:
    for tag in ("spring", "spring", "autumn"):
        posted(server, tag=tag)
    with Client(server.url, key="") as client:
        assert [day["jobs"] for day in client.stats()] == [3]
        assert [day["jobs"] for day in client.stats(tag="spring")] == [2]
        assert list(client.stats(tag="winter")) == []


def test_comparing_needs_two(server: Served) -> None:
    posted(server)
    assert texts_in("en")["compare_none"] in everything(opened("compare"))


def test_two_recordings_are_compared(server: Served) -> None:
    jobs = [posted(server, name=name) for name in ("first.mp4", "second.mp4")]
    at = opened("compare")
    at._page_hash = at._finished_page_script_hash
    at.multiselect(key="which").set_value([job["id"] for job in jobs]).run()
    assert not at.exception
    assert set(at.table[0].value["Name"].str.replace("\\", "")) == {"first.mp4", "second.mp4"}


def test_all_that_are_chosen_are_compared(server: Served) -> None:
    at = opened("history")
    at.session_state["compared"] = [posted(server, MP4 + bytes([n]), f"{n}.mp4")["id"] for n in range(15)]
    at = click_to_compare(at)
    assert set(at.table[0].value["Name"].str.replace("\\", "")) == {f"{n}.mp4" for n in range(15)}


def click_to_compare(at: AppTest) -> AppTest:
    """The page "Compare", as after a click on its button."""
    at._page_hash = next(key for key, info in at._registered_pages.items() if info.get("url_pathname") == "compare")
    at.run()
    assert not at.exception
    return at


def test_more_than_can_be_compared_is_refused_with_the_reason(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "MOST_COMPARED", 2)
    at = opened("history")
    at.session_state["compared"] = [posted(server, name=f"{n}.mp4")["id"] for n in range(3)]
    at = click_to_compare(at)
    assert texts_in("en")["compare_too_many"].format(most=2) in everything(at)
    assert not at.table


def test_a_recording_beyond_those_listed_is_compared_too(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    job_ids = [posted(server, name=f"{n}.mp4")["id"] for n in range(4)]
    monkeypatch.setattr(compare, "_MOST_LISTED", 2)
    at = opened("history")
    at.session_state["compared"] = [job_ids[0], job_ids[3], "0" * 32]
    at = click_to_compare(at)
    assert list(at.table[0].value["Name"].str.replace("\\", "")) == ["0.mp4", "3.mp4"]
    texts = texts_in("en")
    for text in (texts["compare_listed"].format(n=2), texts["gone"], texts["compare_repeated"].partition("{")[0]):
        assert text in everything(at)


def test_what_is_not_shown_in_progress_is_counted(
    server: Served, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        posted(server, name=f"{n}.mp4")
    posted(server, SLOW, wait=False)
    assert stand_in.started.wait(10)
    for n in range(2):
        posted(server, name=f"waiting {n}.mp4", wait=False)
    monkeypatch.setattr(running, "_MOST_ENDED", 2)
    assert texts_in("en")["more_ended"].format(n=1) in everything(opened("running"))
    monkeypatch.setattr(running, "_MOST_JOBS", 1)
    said = everything(opened("running"))
    assert texts_in("en")["more_waiting"].format(n=1) in said
    assert "talk\\.mp4" in said  # the one that runs, though three were handed in after the others


def test_a_failed_recording_of_any_age_is_tried_again_or_deleted_on_its_page(server: Served) -> None:
    with Client(server.url, key="") as client:
        job = posted(server, BROKEN, wait=False)
        with pytest.raises(Exception, match="made for a test"):
            client.wait(job["id"])
        at = click(opened("result", job=job["id"]), "delete")
        assert "deleted for good" in everything(at)
        click(opened("result", job=job["id"]), "retry")
        with pytest.raises(Exception, match="made for a test"):
            client.wait(job["id"])
        assert len(client.page()["jobs"]) == 1


def test_the_api_is_away_and_comes_back(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMOCLASSIFY_API_URL", "http://127.0.0.1:1")
    at = opened("history")
    assert "does not answer" in everything(at)
    monkeypatch.setenv("EMOCLASSIFY_API_URL", server.url)
    assert "does not answer" not in everything(at.run())


def test_a_key_is_asked_for_where_one_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(tmp_path / "data", StandIn(), require_keys=True) as server:
        monkeypatch.setenv("EMOCLASSIFY_API_URL", server.url)
        assert texts_in("en")["key_title"] in everything(opened())
