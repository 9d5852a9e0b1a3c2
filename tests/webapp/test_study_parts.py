"""What the pages of studies are made of: typed plans, names of files, curves, people and tables."""

import csv
import io
from typing import Any

import numpy as np
import pytest

from emoclassify.study_folder import table_lines
from tests.support.pages import visit
from webapp.parts.study_chart import (
    difference_chart,
    film_chart,
    group_columns,
    groups_chart,
    person_chart,
    sides_chart,
)
from webapp.parts.study_plan import (
    LineError,
    Place,
    comparisons_of,
    groups_in,
    marks_in,
    marks_text,
    place_of,
    scenes_in,
    scenes_text,
    time_in,
)
from webapp.views.study import State
from webapp.views.study_files import in_order
from webapp.views.study_people import cards, csv_of, moment_of, states_of
from webapp.views.study_people import in_order as people_in_order

BAND = {
    "mean": [0.1, 0.5, None, 0.2],
    "low": [0.0, 0.4, None, 0.1],
    "high": [0.2, 0.6, None, 0.3],
    "n_seen": [4, 4, 1, 2],
}
SHARES = {"share": [0.0, 0.75, None, 0.5], "low": [0.0] * 4, "high": [1.0] * 4}


def told(text: str) -> dict[str, str]:
    return {"en": text, "ru": f"{text} (ru)"}


def person(name: str, distance: float | None, is_outlier: bool = False) -> dict[str, Any]:
    facts = {"respondent": name, "stimulus": "A", "measure": "happy", "peak_s": 0.5}
    return {**facts, "distance": distance, "is_outlier": is_outlier}


def viewing(name: str, used: bool = True) -> dict[str, Any]:
    pieces = [
        {"film_start_s": 0.0, "film_end_s": 1.0, "offset_s": 4.0},
        {"film_start_s": 1.0, "film_end_s": 2.0, "offset_s": 5.5},
    ]
    facts = {"recording": f"job of {name}", "respondent": name, "stimulus": "A", "coverage": 0.75, "used": used}
    return {**facts, "clock": {"method": "sound", "pieces": pieces}, "reason": None if used else told("not heard")}


def panel(**changes: Any) -> dict[str, Any]:
    film = {"stimulus": "A", "measure": "happy", "n": 4, "band": BAND, "shares": SHARES, "told": told("A is high.")}
    rule = {"measure": "happy", "share": 0.5, "for_s": 0.5}
    return {
        "bin_s": 0.5,
        "films": [film],
        "contrasts": [],
        "people": [person("near", 0.1), person("unknown", None), person("far", 0.4, is_outlier=True)],
        "episodes": [{"stimulus": "A", "rule": rule, "start_s": 0.5, "end_s": 1.0, "highest": 0.75}],
        "viewings": [viewing("near"), viewing("far"), viewing("lost", used=False)],
        **changes,
    }


PLAN = {
    "share_above": 0.4,
    "stimulus": [
        {
            "id": "A",
            "duration_s": 2.0,
            "scene": [{"id": "joke", "start_s": 0.5, "end_s": 1.0}],
            "mark": [{"name": "brand", "time_s": 1.5}],
        }
    ],
}


@pytest.mark.parametrize(
    ("text", "time_s"),
    [("12", 12.0), ("12.5", 12.5), ("12,5", 12.5), ("0:12.5", 12.5), ("1:02:03", 3723.0), ("joke", None), ("", None)],
)
def test_times_are_read_as_people_write_them(text: str, time_s: float | None) -> None:
    assert time_in(text) == time_s


@pytest.mark.parametrize(
    "line",
    [
        "0:10 0:13 the joke",
        "the joke;10;13",
        "the joke,10.0,13.0",
        "10\t13\tthe joke",
        "0:10-0:13 the joke",
        "10 \N{EN DASH} 13 the joke",
    ],
)
def test_a_scene_is_read_from_a_line_or_from_a_table(line: str) -> None:
    scene = {"id": "the joke", "start_s": 10.0, "end_s": 13.0}
    assert scenes_in(line) == [scene]
    assert scenes_in(f"id,start_s,end_s\n\n{line}\n") == [scene]
    assert scenes_in(scenes_text([scene])) == [scene]


@pytest.mark.parametrize("line", ["joke", "10 13", "13 10 joke", "10 joke", "10 11 12 joke"])
def test_a_line_that_is_no_scene_is_named(line: str) -> None:
    with pytest.raises(LineError) as caught:
        scenes_in(f"0:01 0:02 start\n{line}")
    assert caught.value.line == 2


def test_marks_are_lines_too() -> None:
    marks = [{"name": "first sight", "time_s": 75.5}]
    assert marks_in("1:15.5 first sight") == marks == marks_in(marks_text(marks))
    with pytest.raises(LineError):
        marks_in("1:15 1:16 a scene")


@pytest.mark.parametrize(
    ("name", "films", "place"),
    [
        ("anna_B.mp4", ["A", "B"], Place("anna", "B")),
        ("B-anna.webm", ["A", "B"], Place("anna", "B")),
        ("anna spot two.mp4", ["spot one", "spot_two"], Place("anna", "spot_two")),
        ("anna.mp4", ["A", "B"], Place("anna", "A")),
        ("B.mp4", ["A", "B"], Place("B", "A")),  # a film's name alone is nobody's
        ("Bernd.mp4", ["B"], Place("Bernd", "B")),
    ],
)
def test_a_recordings_name_says_whose_it_is_and_of_which_film(name: str, films: list[str], place: Place) -> None:
    assert place_of(name, films) == place


def test_films_are_compared_in_pairs_and_groups_are_columns_with_few_values() -> None:
    assert comparisons_of(["A"]) == []
    assert comparisons_of(["A", "B", "C"]) == [{"films": pair} for pair in (["A", "B"], ["A", "C"], ["B", "C"])]
    rows = [{"respondent": str(i), "sex": "women" if i % 2 else "men", "wave": "1", "age": str(i)} for i in range(20)]
    assert groups_in(rows) == {"sex": ["men", "women"]}


def test_the_chart_tells_how_many_show_it_under_the_cursor() -> None:
    chart = film_chart(panel(), PLAN, ["A"], "happy", "/files/x/preview.mp4", visit())
    assert chart["notes"] == [
        ["A: 0 of 4 people are above 0.4 here"],
        ["A: 3 of 4 people are above 0.4 here"],
        [],
        ["A: 1 of 2 people is above 0.4 here"],
    ]
    (curve,) = chart["curves"]
    assert (curve["values"], curve["low"], curve["high"]) == (BAND["mean"], BAND["low"], BAND["high"])
    seen, scenes, episodes = chart["strips"]
    assert seen["profile"] == [1.0, 1.0, 0.25, 0.5]
    assert [(one["start_s"], one["end_s"], one["name"]) for one in scenes["segments"]] == [(0.5, 1.0, "joke")]
    assert episodes["segments"][0]["text"] == "episode: up to 75% of the panel"
    assert chart["moments"] == [{"time_s": 1.5, "title": "0:01.5", "text": "brand"}]
    assert (chart["end_s"], chart["video"]) == (2.0, "/files/x/preview.mp4")


def test_the_episodes_of_older_results_are_shown_too() -> None:
    episode = panel()["episodes"][0]
    older = {"alert" if name == "rule" else name: value for name, value in episode.items()}
    charts = [film_chart(panel(episodes=[one]), PLAN, ["A"], "happy", None, visit()) for one in (episode, older)]
    assert charts[0]["strips"] == charts[1]["strips"]


def test_the_people_of_a_film_are_shown_by_groups() -> None:
    facts = {"stimulus": "A", "measure": "happy", "column": "sex", "n": 2, "band": BAND, "shares": SHARES}
    groups = [{**facts, "value": name, "told": told(name)} for name in ("men", "women")]
    content = panel(groups=[*groups, {**groups[0], "column": "city"}, {**groups[0], "measure": "sad"}])
    assert group_columns(content, "A", "happy") == ["sex", "city"]
    assert group_columns(panel(), "A", "happy") == []  # of results before there were any
    chart = groups_chart(content, PLAN, "A", "sex", "happy", None, visit())
    assert [curve["label"] for curve in chart["curves"]] == ["A, men (n 2)", "A, women (n 2)"]
    assert len({curve["colour"] for curve in chart["curves"]}) == 2
    assert chart["notes"][1] == [f"A, {name}: 3 of 4 people are above 0.4 here" for name in ("men", "women")]


def test_of_few_people_there_is_no_band() -> None:
    nothing = {**BAND, "low": [None] * 4, "high": [None] * 4}
    film = {**panel()["films"][0], "band": nothing}
    (curve,) = film_chart(panel(films=[film]), PLAN, ["A"], "happy", None, visit())["curves"]
    assert "low" not in curve


def test_both_sides_and_their_difference_are_drawn() -> None:
    contrast = {"measure": "happy", "sides": [BAND, BAND], "difference": {**BAND, "low": [-0.1, 0.4, None, 0.1]}}
    sides = sides_chart(contrast, panel(), ("A", "B"), visit())
    assert [curve["label"] for curve in sides["curves"]] == ["A", "B"]
    assert sides["curves"][0]["dash"] != sides["curves"][1]["dash"]
    difference = difference_chart(contrast, panel(), ("A", "B"), visit())
    assert difference is not None
    assert difference["domain"] == pytest.approx([-1.02, 1.02])  # of values up to 0.6
    assert difference_chart({**contrast, "difference": None}, panel(), ("A", "B"), visit()) is None


def test_people_are_told_apart_by_their_distance_and_lead_to_their_recording() -> None:
    content = panel()
    people = people_in_order(content, "A", "happy")
    assert [one["respondent"] for one in people] == ["far", "near", "unknown"]
    curves = {("A", "happy"): {"far": np.array([0.9, np.nan, 0.1, 0.2])}}
    data = cards(content, curves, "A", "happy", people, visit())
    assert data["people"][0]["values"] == [0.9, None, 0.1, 0.2]
    assert data["people"][0]["notes"] == ["far from the others"]
    assert data["domain"] == [0.0, 0.9]
    assert moment_of(content, "far", "A", 0.5) == ("job of far", 4.5)
    assert moment_of(content, "far", "A", 1.5) == ("job of far", 7.0)  # after the stop
    assert moment_of(content, "lost", "A", 0.5) is None


def test_each_viewing_has_its_state_in_words() -> None:
    rows = [
        {"recording": f"job of {name}", "respondent": name, "stimulus": "A"} for name in ("near", "lost", "new", "gone")
    ]
    jobs = [{"id": "job of new", "state": "running", "usability": None}]
    assert states_of(rows, jobs, panel(), visit()) == [
        ("counts; 75% of the film readable", True),
        ("left out: not heard", False),
        ("being analyzed", False),
        ("the recording is gone", False),
    ]
    assert states_of(rows[1:2], [], panel(), visit("ru"))[0][0] == "не учитывается: not heard (ru)"


def test_a_film_is_no_recording_of_a_person() -> None:
    study = {"plan": {"stimulus": [{"id": "A", "file": "film"}, {"id": "B"}]}}
    jobs = [{"id": name, "state": state} for name, state in (("film", "completed"), ("r1", "failed"), ("r2", "queued"))]
    state = State(study, 1, tuple(jobs), None)
    assert (state.n_done, len(state.of_people)) == (1, 2)


def test_a_table_of_the_page_is_no_formula_and_comes_back() -> None:
    rows = [{"respondent": "=cmd()", "liking": "-3"}, {"respondent": "r, 2"}, {"respondent": "'=x", "@SUM(A1)": ";+1"}]
    content = csv_of(["respondent", "liking", "@SUM(A1)"], rows).decode()
    head, *lines = csv.reader(io.StringIO(content))
    assert head == ["respondent", "liking", "'@SUM(A1)"]
    assert [line[:2] for line in lines] == [["'=cmd()", "-3"], ["r, 2", ""], ["''=x", ""]]
    cells = [row for _, row in table_lines(io.StringIO(content), "participants.csv", ("respondent",))]
    assert [{name: cell for name, cell in row.items() if cell} for row in cells] == rows


def test_slides_and_reports_are_listed_first() -> None:
    names = ["a.csv", "panel.json", "report.docx", "x.bin", "report.pptx", "a.parquet"]
    assert in_order(names) == ["report.pptx", "report.docx", "a.csv", "a.parquet", "panel.json", "x.bin"]


def test_the_curve_of_one_person_has_nothing_of_a_panel() -> None:
    plan = {"stimulus": [{"id": "film", "duration_s": 2.0}]}
    values = np.array([0.25, np.nan, 0.75, 0.5])
    chart = person_chart(values, plan, "film", "happy", "/files/1/preview.mp4", visit())
    (curve,) = chart["curves"]
    assert curve["values"] == [0.25, None, 0.75, 0.5]
    assert not curve.keys() & {"low", "high"}
    assert (chart["end_s"], chart["step_s"], chart["video"]) == (2.0, 0.5, "/files/1/preview.mp4")
    assert chart["strips"] == chart["moments"] == []
