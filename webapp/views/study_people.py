"""The people of a study: who is in it, how far each is, and what each showed; added, described and deleted here."""

import csv
import io
import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from emoclassify.job_states import JobState
from emoclassify.remote.client import ApiAwayError, ApiError, Job
from emoclassify.remote.study_calls import Study
from emoclassify.study_content import BY_SOUND, SCENE_COLUMNS, VIEWING_COLUMNS
from emoclassify.usability import Verdict, usability_from_dict
from emoclassify.words.names import as_cell
from webapp import widgets
from webapp.parts.confirming import ask_to_confirm
from webapp.parts.curves import plain_values
from webapp.parts.joining import begin_joining
from webapp.parts.session import Visit, go, message_of
from webapp.parts.study_chart import SIGNED, colour_of, findings_of
from webapp.parts.study_results import Curves, Panel, load_curves, load_panel
from webapp.parts.tables import draw_choice
from webapp.parts.texts import in_words, plain
from webapp.views.new import draw_uploader
from webapp.views.study_answer import choose_film, choose_measure

Cells = Mapping[str, str]

_MOST_CARDS, _PAGE = 60, 200
_SHORT_ROWS, _LONG_PX = 12, 520
"""A table with more rows scrolls in a frame of this height."""


def draw_people(study: Study, visit: Visit, *, has_results: bool) -> None:
    """Draws the people with their state, their curves where there are results, and ways to add and describe more."""
    viewings = visit.client.viewings(study["id"])
    panel = load_panel(study, visit) if has_results else None
    if not viewings:
        st.info(visit.texts["no_people"])
    else:
        _draw_table(study, viewings, panel, visit)
    if panel is not None:
        _draw_cards(study, panel, visit)
    with st.expander(visit.texts["add_recordings"], icon=":material/add:"):
        _draw_adding(study, visit)
    with st.expander(visit.texts["tables"], icon=":material/table:"):
        _draw_tables(study, viewings, visit)


def _draw_table(study: Study, viewings: Sequence[Cells], panel: Panel | None, visit: Visit) -> None:
    texts = visit.texts
    key = f"people-{study['id']}-{st.session_state.get('people_ticks', 0)}"
    chosen_ids = list(st.session_state.get(key, {}).get("chosen") or [])
    are_all_told = panel is not None and len(panel["viewings"]) >= len(viewings)
    recordings = [] if are_all_told else list(visit.client.list(study=study["id"], limit=_PAGE))
    states = states_of(viewings, recordings, panel, visit)
    n_usable = sum(is_usable for _, is_usable in states)
    st.write(texts.several("people_usable", n_usable, all=len(viewings)))
    rows = [
        {"id": _id_of(row), "name": row["respondent"], "shares": [], "cells": [row["stimulus"], state]}
        for row, (state, _) in zip(viewings, states, strict=True)
    ]
    names = dict.fromkeys(one.rsplit("/", 1)[-1] for one in chosen_ids)
    if names and st.button(texts["delete_people"].format(n=len(names)), key="delete_people"):
        _ask_to_delete(study, list(names), visit)
    with st.container(height=_LONG_PX if len(rows) > _SHORT_ROWS else "content", border=False):
        columns = [texts[name] for name in ("respondent", "film", "state")]
        table = draw_choice(columns, rows, chosen_ids, key, visit)
    if table.opened:
        go("result", job=str(table.opened).split("/", 1)[0])


def _id_of(row: Cells) -> str:
    """Recording, person in it, and respondent, last since a name may have any letters."""
    return f"{row['recording']}/{row.get('person') or 1}/{row['respondent'].replace('/', ' ')}"


def states_of(
    viewings: Sequence[Cells], recordings: Sequence[Job], panel: Panel | None, visit: Visit
) -> list[tuple[str, bool]]:
    """How far each viewing is in words, and whether it counts, as far as is known: in the results, else by its
    recording."""
    jobs = {job["id"]: job for job in recordings}
    results = {(one["recording"], one["respondent"]): one for one in (panel or {}).get("viewings", [])}
    return [
        _state(jobs.get(row["recording"]), results.get((row["recording"], row["respondent"])), visit)
        for row in viewings
    ]


def _state(job: Job | None, result: Mapping[str, Any] | None, visit: Visit) -> tuple[str, bool]:
    texts = visit.texts
    if result is not None:
        if result["used"]:
            return texts["viewing_used"].format(share=visit.percent(result["coverage"])), True
        return texts["viewing_left_out"].format(why=result["reason"][visit.language]), False
    if job is None:
        return texts["viewing_gone"], False
    if job["state"] != JobState.COMPLETED or job["usability"] is None:
        return texts[f"state_{job['state']}"], job["state"] == JobState.COMPLETED
    usability = usability_from_dict(job["usability"])
    return usability.told_shortly(visit.language), usability.verdict is not Verdict.NOT_USABLE


def _draw_cards(study: Study, panel: Panel, visit: Visit) -> None:
    """Draws the curve of each person, those farthest from the panel first."""
    texts = visit.texts
    st.header(texts["people_curves"], anchor=False)
    st.caption(texts["people_curves_help"])
    measure, film = choose_measure(panel, visit), choose_film(panel, visit)
    people = in_order(panel, film, measure)
    n_shown = st.session_state.get("cards_shown", _MOST_CARDS)
    data = cards(panel, load_curves(study, visit), film, measure, people[:n_shown], visit)
    opened = widgets.people(data=data, key="study_people", on_opened_change=lambda: None).opened
    if len(people) > n_shown and st.button(texts["show_more"], key="more_cards"):
        st.session_state["cards_shown"] = n_shown + _MOST_CARDS
        st.rerun()
    if opened:
        moment = moment_of(panel, opened["id"], film, opened["film_s"])
        if moment is not None:
            go("result", job=moment[0], at=f"{moment[1]:.1f}")


def in_order(panel: Panel, film: str, measure: str) -> list[dict[str, Any]]:
    """The people of a film, those farthest from the mean of all others first."""
    people = [one for one in panel["people"] if (one["stimulus"], one["measure"]) == (film, measure)]
    return sorted(people, key=lambda one: -1.0 if one["distance"] is None else one["distance"], reverse=True)


def cards(
    panel: Panel, curves: Curves, film: str, measure: str, people: Sequence[dict[str, Any]], visit: Visit
) -> dict[str, Any]:
    """The data of the widget of people."""
    values = curves.get((film, measure), {})
    findings = findings_of(panel, film, measure)
    mean = findings["band"]["mean"] if findings else []
    missing = np.full(len(mean), np.nan)
    return {
        "people": [
            {
                "id": one["respondent"],
                "name": one["respondent"],
                "peak_s": one["peak_s"],
                "notes": [visit.texts["outlier"]] if one["is_outlier"] else [],
                "values": plain_values(values.get(one["respondent"], missing)),
            }
            for one in people
        ],
        "mean": mean,
        "domain": _domain([values.get(one["respondent"], missing) for one in people], measure),
        "colour": colour_of(measure) or "currentColor",
        "step_s": panel["bin_s"],
        "texts": {"peak": visit.texts["highest_at"]},
    }


def _domain(rows: Sequence[npt.NDArray[np.float64]], measure: str) -> list[float]:
    """From the lowest to the highest value of all, so that the small pictures can be told apart; at least 0.5."""
    values = np.concatenate([np.zeros(1), *rows])
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return [min(low, -0.25) if measure in SIGNED else 0.0, max(high, 0.25 if measure in SIGNED else 0.5)]


def moment_of(panel: Panel, respondent: str, film: str, film_s: float | None) -> tuple[str, float] | None:
    """The recording of a person with a film, and its time at a moment of the film; the film's beginning in it where
    the film did not run then."""
    for viewing in panel["viewings"]:
        if (viewing["respondent"], viewing["stimulus"], viewing["used"]) == (respondent, film, True):
            pieces = viewing["clock"]["pieces"]
            moment_s = 0.0 if film_s is None else film_s
            here = [one for one in pieces if one["film_start_s"] <= moment_s < one["film_end_s"]]
            return str(viewing["recording"]), max(moment_s + (here or pieces)[0]["offset_s"], 0.0)
    return None


def _draw_adding(study: Study, visit: Visit) -> None:
    """Draws the choice of more recordings of a film."""
    texts, films = visit.texts, study["plan"]["stimulus"]
    limits = visit.client.limits()
    ids = [str(film["id"]) for film in films]
    film = st.selectbox(texts["of_film"], ids, key="add_film") if len(ids) > 1 else ids[0]
    has_file = any(str(one["id"]) == film and one.get("file") for one in films)
    ways = ["sound", "number"] if has_file else ["number"]
    way = st.radio(texts["film_start"], ways, format_func=lambda name: texts[f"filmstart_{name}"], key="add_start")
    start_s = st.number_input(
        texts["film_start_s"], min_value=0.0, value=0.0, step=0.5, format="%.1f", key="add_start_s"
    )
    files = draw_uploader(visit, limits)
    has_consent = st.checkbox(texts["consent"], key="add_consent")
    if st.button(texts["add"], type="primary", disabled=not (files and has_consent), key="add"):
        token = uuid.uuid4().hex
        fields = {"lang": visit.language, "batch": token}
        st.session_state["sending"] = {"token": token, "n": len(files), "fields": fields}
        start_text = BY_SOUND if way == "sound" else f"{start_s:g}"
        begin_joining(study["id"], token, len(files), {}, start_text, film=film, visit=visit)
        st.rerun()


def _draw_tables(study: Study, viewings: Sequence[Cells], visit: Visit) -> None:
    """Draws the tables to take away, and ways to take in changed ones."""
    texts, client = visit.texts, visit.client
    st.write(texts["tables_help"])
    participants = visit.client.participants(study["id"]) or [{"respondent": name} for name in _names(viewings)]
    columns = list(dict.fromkeys(column for row in participants for column in row)) or ["respondent"]
    tables = {
        "viewings": csv_of(VIEWING_COLUMNS, viewings),
        "participants": csv_of(columns, participants),
        "scenes": csv_of(SCENE_COLUMNS, client.scenes(study["id"])),
    }
    calls = {"viewings": client.set_viewings, "participants": client.set_participants, "scenes": client.set_scenes}
    for name, content in tables.items():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.download_button(
                texts[f"save_{name}"], content, f"{name}.csv", "text/csv", key=f"save_{name}", on_click="ignore"
            )
            data = {"label": texts[f"take_{name}"], "too_large": texts["too_large"]}
            text = widgets.table(data=data, key=f"take_{name}", on_text_change=lambda: None).text
        if text:
            _take_in(partial(calls[name], study["id"], str(text)), visit)


def csv_of(columns: Sequence[str], rows: Sequence[Cells]) -> bytes:
    """A table as a file for a spreadsheet and for the API. UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(as_cell, columns))
    writer.writerows([as_cell(row.get(column, "")) for column in columns] for row in rows)
    return text.getvalue().encode()


def _names(viewings: Sequence[Cells]) -> list[str]:
    return list(dict.fromkeys(row["respondent"] for row in viewings))


def _take_in(call: Callable[[], None], visit: Visit) -> None:
    try:
        call()
    except ApiAwayError:
        raise
    except ApiError as exc:
        st.error(visit.texts["refused"].format(detail=in_words(message_of(exc), visit.language)))
    else:
        st.rerun()


def _ask_to_delete(study: Study, names: list[str], visit: Visit) -> None:
    texts = visit.texts

    def delete(visit: Visit) -> None:
        for name in names:
            visit.client.delete_respondent(study["id"], name)
        st.session_state["people_ticks"] = st.session_state.get("people_ticks", 0) + 1
        st.rerun()

    question = texts["delete_people_sure"].format(names=plain(", ".join(names)))
    ask_to_confirm("delete_people", texts["delete_people_title"], question, delete, visit)
