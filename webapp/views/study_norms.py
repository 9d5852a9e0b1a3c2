"""A film in single figures, where each lies among the films of earlier studies, and what those films are."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from emoclassify.outputs.names import NORMS
from emoclassify.remote.client import ApiAwayError, ApiError
from emoclassify.remote.study_calls import Study
from emoclassify.words.norm_figures import NORM_FIGURES, figure_in_words
from webapp import widgets
from webapp.parts.confirming import ask_to_confirm
from webapp.parts.session import Visit, message_of
from webapp.parts.study_chart import findings_of
from webapp.parts.study_results import Panel
from webapp.parts.tables import draw_table
from webapp.parts.texts import in_words, plain

_NO_LINES = 409
"""The results are of a version before norms."""

_SHARES = ("ever", "highest")
"""Figures that are shares of people."""

_NO_FIGURE = "\N{EN DASH}"


def draw_figures(study: Study, panel: Panel, films: Sequence[str], measure: str, visit: Visit) -> None:
    """Draws the figures of films with the share of other films below each, and what may be done with norms."""
    standings = _standings(study, visit)
    rows = figure_rows(panel, films, measure, standings, visit)
    if not rows:
        return
    st.header(visit.texts["figures_head"], anchor=False)
    draw_table(pd.DataFrame(rows))
    if standings is None:
        return
    st.caption(visit.texts["norms_help"])
    with st.expander(visit.texts["norms"], icon=":material/leaderboard:"):
        _draw_norms(study, visit)


def _standings(study: Study, visit: Visit) -> Mapping[str, Any] | None:
    try:
        return visit.client.standings(study["id"], _category(study))
    except ApiError as exc:
        if exc.status != _NO_LINES:
            raise
        return None


def _category(study: Study) -> str:
    return str(st.session_state.get(f"norms-{study['id']}", ""))


def figure_rows(
    panel: Panel, films: Sequence[str], measure: str, standings: Mapping[str, Any] | None, visit: Visit
) -> list[dict[str, str]]:
    """The rows of the table of figures; without the column on other films where nothing is known of them."""
    texts, rows = visit.texts, []
    for film in films:
        findings = findings_of(panel, film, measure)
        if findings is None or findings["metrics"] is None:
            continue
        for figure in NORM_FIGURES:
            row = {
                texts["film"]: film,
                texts["figures_figure"]: figure_in_words(figure, visit.language),
                texts["figures_value"]: _value(findings["metrics"], figure, visit),
            }
            if standings is not None:
                row[texts["figures_below"]] = _below(standings, film, measure, figure, visit)
            rows.append(row)
    return rows


def _value(metrics: Mapping[str, Any], figure: str, visit: Visit) -> str:
    value = metrics["ever"]["share"] if figure == "ever" else metrics[figure]
    if value is None:
        return _NO_FIGURE
    return visit.percent(value) if figure in _SHARES else visit.number(value)


def _below(standings: Mapping[str, Any], film: str, measure: str, figure: str, visit: Visit) -> str:
    """The share of other films that are below; how many there are where they are too few."""
    texts = visit.texts
    own = next((one for one in standings["films"] if one["stimulus"] == film), None)
    if own is None:
        return texts["norms_no_line"]
    for one in own["standings"]:
        if (one["measure"], one["figure"]) == (measure, figure):
            return texts["norms_share"].format(share=visit.percent(one["percentile"]), n=one["n_films"])
    return texts["norms_few"].format(n=own["n_films"], least=standings["least_films"])


def _draw_norms(study: Study, visit: Visit) -> None:
    """Draws what is in the norms, and ways to put films in, take them out, and exchange them with others."""
    texts, client = visit.texts, visit.client
    lines = client.norms()
    notice = st.session_state.pop("norms_notice", "")  # inside, since one above would close what is opened
    st.write(f"{notice} {texts.several('norms_films', len(lines))}")
    st.text_input(texts["norms_category"], max_chars=100, key=f"norms-{study['id']}")
    if st.button(texts["norms_add"], type="primary", key="norms_add"):
        _add(lambda: client.add_study_to_norms(study["id"], _category(study)), visit)
    with st.container(horizontal=True, vertical_alignment="center"):
        content = client.norms_file() if lines else ""
        st.download_button(
            *(texts["norms_save"], content, NORMS, "application/x-ndjson"),
            key="norms_save",
            on_click="ignore",
            disabled=not lines,
        )
        data = {"label": texts["norms_take"], "too_large": texts["too_large"], "accept": ".jsonl,.txt"}
        text = widgets.table(data=data, key="norms_take", on_text_change=lambda: None).text
    if text:
        _add(lambda: client.add_norms(str(text)), visit)
    if lines:
        _draw_deleting(lines, visit)


def _add(call: Any, visit: Visit) -> None:
    try:
        n = call()
    except ApiAwayError:
        raise
    except ApiError as exc:
        st.error(visit.texts["refused"].format(detail=in_words(message_of(exc), visit.language)))
        return
    st.session_state["norms_notice"] = visit.texts.several("norms_added", n)
    st.rerun()


def _draw_deleting(lines: Sequence[Mapping[str, Any]], visit: Visit) -> None:
    texts, line_of = visit.texts, {str(line["film"]): line for line in reversed(lines)}
    film = st.selectbox(
        texts["norms_which"], list(line_of), format_func=lambda name: _name(line_of[name], visit), key="norms_which"
    )
    if film and st.button(texts["norms_delete"], icon=":material/delete:", key="norms_delete"):

        def delete(visit: Visit) -> None:
            visit.client.delete_norm(film)
            st.rerun()

        question = texts["norms_delete_sure"].format(film=plain(_name(line_of[film], visit)))
        ask_to_confirm("norms_delete", texts["norms_delete"], question, delete, visit)


def _name(line: Mapping[str, Any], visit: Visit) -> str:
    film = line["film"].partition(":")[2] or line["film"]
    people = visit.texts.several("people", line["n"])
    return ", ".join((film, people, line["category"] or visit.texts["norms_no_category"]))
