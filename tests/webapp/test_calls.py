"""A call on the page: the fields of a new analysis, and what the result shows."""

from pathlib import Path

import pytest

from api.fields import read_fields
from api.sides import fields_of_sides
from emoclassify.episode_rules import EpisodeRule
from emoclassify.jobs.settings import ServerSettings
from emoclassify.settings import Options
from tests.support.app_pages import everything, opened, posted
from tests.support.calls import made_call
from tests.support.pages import found, visit
from tests.support.serving import Served, StandIn, served
from webapp.parts.calls import call_notes, call_sentences, call_table, turn_strips
from webapp.parts.curves import timeline
from webapp.parts.outcome import curves_of
from webapp.parts.sentences import sentences
from webapp.parts.texts import texts_in
from webapp.views.new_call import _MEASURES, _PLACES, _SCORED, FILE_PLACES, call_fields, rule_of

BOTH = ("agent", "customer")


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("places", [*_PLACES, *FILE_PLACES])
@pytest.mark.parametrize("scored", _SCORED)
def test_the_api_takes_every_choice_of_roles(language: str, places: str, scored: str) -> None:
    n_files = 2 if places in FILE_PLACES else 1
    fields = fields_of_sides(call_fields(places, scored, visit(language)), n_files)
    options = read_fields(fields, Options(), ServerSettings()).options
    assert next(iter(options.role_places)) == texts_in(language)["role_customer"]  # of whom the recording is told
    agent, customer = (texts_in(language)[name] for name in ("role_agent", "role_customer"))
    of_files = {"agent_file": ("track1", "track2"), "agent_file2": ("track2", "track1")}
    assert options.role_places == dict(zip((agent, customer), (_PLACES | of_files)[places], strict=True))
    assert set(options.scored_roles) == {"customer": {customer}, "both": {agent, customer}, "none": set()}[scored]


@pytest.mark.parametrize("measure", _MEASURES)
def test_the_api_takes_every_rule(measure: str) -> None:
    options = read_fields({"episodes": rule_of(measure, 0.5, 3.0)}, Options(), ServerSettings()).options
    assert options.episode_rules == (EpisodeRule(measure, 0.5, 0.45, 3.0),)


def test_each_role_has_a_strip_of_turns_with_its_interruptions() -> None:
    agent, customer = turn_strips(found(made_call()), visit())
    assert (agent["label"], customer["label"]) == (
        "agent speaks: 48% of the speech", "customer speaks: 52% of the speech",
    )  # fmt: skip
    assert [(one["start_s"], one["end_s"]) for one in agent["segments"]] == [(0, 8), (20, 26), (38, 46), (55, 59)]
    assert [bool(one["pattern"]) for one in customer["segments"]] == [False, True, False]
    assert customer["segments"][1]["text"] == "customer begins while another speaks"
    assert (len(agent["keys"]), len(customer["keys"])) == (1, 2)


def test_each_scored_role_has_a_curve_with_its_own_episodes() -> None:
    overview = found(made_call(scored=BOTH, episodes="happy:0.5:0.4:3"))
    curves = curves_of(overview)
    assert [curve.role for curve in curves] == list(BOTH)
    marks = []
    for curve in curves:
        strips = timeline(overview, curve, "valence", None, visit())["strips"]
        (episodes,) = (strip for strip in strips if strip["label"] == "Episodes")
        marks.append([(one["start_s"], one["end_s"]) for one in episodes["segments"]])
    assert marks == [[(38, 46), (55, 59)], [(48, 54)]]


def test_a_recording_without_roles_has_none_of_it() -> None:
    assert turn_strips(found(), visit()) == []
    assert all(curve.role == "" for curve in curves_of(found()))


def test_the_table_and_the_sentences_are_those_of_the_report() -> None:
    overview = found(made_call())
    table = call_table(overview, visit())
    assert table["who"].tolist() == list(BOTH)
    assert table["voice"].tolist()[0] == "not scored"
    most, customer = call_sentences(overview, visit())
    assert most == "Most of the speech: customer (52%)."
    assert sentences(overview, visit()) == f"{most} {customer}"
    at_once, law = call_notes(overview, visit())
    assert at_once == "Both speak at once for 2.0\N{NO-BREAK SPACE}s; nobody speaks for 8.0\N{NO-BREAK SPACE}s."
    assert customer.startswith("customer: the voice sounds most often like “angry” (")
    assert "5(1)(f)" in law


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_kept_in_memory")
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_the_page_asks_for_roles_and_shows_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = StandIn(made_call(scored=BOTH))
    with served(tmp_path / "data", stand_in) as running:
        monkeypatch.setenv("EMOCLASSIFY_API_URL", running.url)
        _ask_and_look(running)
        stand_in.may_end.set()


def _ask_and_look(server: Served) -> None:
    texts = texts_in("en")
    at = opened()
    assert texts["call_law"] not in everything(at)
    at.checkbox(key="is_call").check().run()
    assert at.radio(key="call_scored").value == "customer"
    assert "5\\(1\\)" in everything(at) or texts["call_law"] in everything(at)
    at.checkbox(key="has_marks").check().run()
    assert at.number_input(key="marks_up").value == 0.5
    job = posted(server)
    result = opened("result", job=job["id"])
    assert "Both speak at once" in everything(result)
    assert texts["tab_call"] in [tab.label for tab in result.tabs]
