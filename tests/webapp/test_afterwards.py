"""What is made of a result afterwards, what is done with many at once, and what lasts while pages change."""

import pytest

from emoclassify.remote.client import Client
from emoclassify.settings import REPORT_FORMATS
from tests.support.app_pages import click, everything, opened, posted
from tests.support.serving import Served
from webapp.parts.texts import texts_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("nothing_kept_in_memory"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]


def test_files_are_made_afterwards_from_the_result_page(server: Served) -> None:
    job = posted(server)
    at = opened("result", job=job["id"])
    assert at.button(key="later_make").disabled
    at._page_hash = at._finished_page_script_hash
    at.checkbox(key="later-xlsx").check().run()
    at.button_group(key="later-report").set_value(["html"]).run()
    click(at, "later_make")
    with Client(server.url, key="") as client:
        made = client.wait(job["id"])
        assert (made["options"]["xlsx"], made["options"]["report"]) == (True, "html")
        assert "report.xlsx" in [file["name"] for file in client.artifacts(job["id"])]


def test_ticks_outlive_a_search_that_finds_nothing(server: Served) -> None:
    ids = [posted(server, name=name)["id"] for name in ("first.mp4", "second.mp4")]
    at = opened("history")
    at.session_state["ticked"] = ids
    at._page_hash = at._finished_page_script_hash
    at.text_input(key="q").set_value("third").run()
    assert texts_in("en")["nothing_found"] in everything(at)
    at.text_input(key="q").set_value("firs").run()
    said = everything(at)
    assert texts_in("en")["chosen"].format(n=2) in said
    assert texts_in("en")["chosen_elsewhere"].format(n=1) in said
    assert "deleted for good" in everything(click(at, "many_delete"))


def test_what_was_sent_together_is_counted(server: Served) -> None:
    for _ in range(2):
        posted(server, batch="b1")
    at = opened("new")
    at.session_state["sending"] = {"token": "b1", "n": 3, "fields": {}}
    at._page_hash = next(key for key, info in at._registered_pages.items() if info.get("url_pathname") == "running")
    at.run()
    assert "Sent together: 2 of 3 done" in [item.proto.text for item in at.get("progress")]


def test_options_outlive_a_visit_of_another_page(server: Served) -> None:
    at = opened()
    assert (at.radio(key="sample_fps").value, at.button_group(key="report").value) == (5, list(REPORT_FORMATS))
    at.checkbox(key="graph").check().run()
    at.button_group(key="report").set_value(["pdf", "pptx"]).run()
    hashes = {info.get("url_pathname"): key for key, info in at._registered_pages.items()}
    for page in ("history", "new"):
        at._page_hash = hashes[page]
        at.run()
        assert not at.exception
    assert (at.checkbox(key="graph").value, at.button_group(key="report").value) == (True, ["pdf", "pptx"])


def test_when_recordings_go_is_told_before_the_start(server: Served) -> None:
    assert "deleted after 7 days" in everything(opened()).replace("\\", "")
