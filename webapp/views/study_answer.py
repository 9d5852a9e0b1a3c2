"""The answer of a study: the film above the panel's curve, and the planned comparisons in sentences."""

from typing import Any

import streamlit as st

from emoclassify.outputs.names import PREVIEW, RECORDING
from emoclassify.remote.client import ApiError, Job
from emoclassify.remote.study_calls import Study
from webapp import widgets
from webapp.parts.session import Visit
from webapp.parts.study_chart import (
    difference_chart,
    film_chart,
    film_of,
    findings_of,
    group_columns,
    groups_chart,
    measure_text,
    sides_chart,
)
from webapp.parts.study_results import Panel, load_panel
from webapp.parts.texts import plain
from webapp.views.study_norms import draw_figures
from webapp.views.study_waves import draw_waves

_NOT_FOUND = 404


def draw_answer(study: Study, job: Job, visit: Visit) -> None:
    """Draws the main answer, the curves with the film, and each comparison; the job computed the results."""
    panel = load_panel(study, visit)
    if job["options"]["plan_sha256"] != study["plan_sha256"]:
        st.warning(visit.texts["plan_newer"])
    if panel.get("are_scenes_late"):
        st.warning(visit.texts["scenes_late"])
    with st.container(key="answer"):
        st.markdown(plain(panel["headline"][visit.language]))
    measure = choose_measure(panel, visit)
    films = _choose_films(panel, measure, visit)
    column = _choose_column(panel, films[0], measure, visit)
    video = video_of(study, films[0], visit)
    if column:
        chart = groups_chart(panel, study["plan"], films[0], column, measure, video, visit)
    else:
        chart = film_chart(panel, study["plan"], films, measure, video, visit)
    widgets.player(data=chart, key="study_player")
    if column:
        st.caption(visit.texts["study_groups_help"])
    if video is None:
        st.caption(visit.texts["no_film_here"])
    for film in films:
        if (findings := findings_of(panel, film, measure)) is not None:
            sentences = [item["told"][visit.language] for item in (findings, *findings.get("scenes", []))]
            st.markdown("\n".join(f"- {plain(sentence)}" for sentence in sentences))
    draw_figures(study, panel, films, measure, visit)
    _draw_contrasts(panel, measure, visit)
    draw_waves(study, panel, measure, visit)
    _draw_outcomes(panel, measure, visit)


def choose_measure(panel: Panel, visit: Visit) -> str:
    """Draws the choice of the measure."""
    measures = list(dict.fromkeys(one["measure"] for one in panel["films"]))
    measure = st.segmented_control(
        visit.texts["measure"],
        measures,
        format_func=lambda name: measure_text(name, visit),
        default=measures[0],
        required=True,
        wrap=True,
        key="study_measure",
    )
    return str(measure) if measure in measures else measures[0]


def choose_film(panel: Panel, visit: Visit) -> str:
    """Draws the choice of one film, where there are several."""
    films = _films_in(panel)
    if len(films) == 1:
        return films[0]
    film = st.segmented_control(
        visit.texts["film"], films, default=films[0], required=True, wrap=True, key="study_film"
    )
    return str(film) if film in films else films[0]


def _films_in(panel: Panel) -> list[str]:
    return list(dict.fromkeys(one["stimulus"] for one in panel["films"]))


def _choose_films(panel: Panel, measure: str, visit: Visit) -> list[str]:
    """Draws the choice of films to show together; the first that is chosen plays."""
    films = _films_in(panel)
    if len(films) == 1:
        return films
    selection = st.segmented_control(
        visit.texts["films"], films, selection_mode="multi", default=films, wrap=True, key="study_films"
    )
    return [film for film in films if film in selection] or films


def _choose_column(panel: Panel, film: str, measure: str, visit: Visit) -> str:
    """Draws the choice whether all people of a film are shown together, or by groups; the column, empty for all."""
    columns = group_columns(panel, film, measure)
    if not columns:
        return ""
    all_text = visit.texts["study_groups_all"]
    column = st.selectbox(
        visit.texts["study_groups"], ["", *columns], format_func=lambda name: name or all_text, key="study_groups"
    )
    return str(column) if column in columns else ""


def _draw_outcomes(panel: Panel, measure: str, visit: Visit) -> None:
    """Draws what people answered or did, and how it goes with what they showed; nothing of older results."""
    levels = [one for one in panel["outcome_levels"] if "told" in one]
    if not levels:
        return
    st.header(visit.texts["study_outcomes"], anchor=False)
    st.markdown("\n".join(f"- {plain(one['told'][visit.language])}" for one in levels))
    links = [one for one in panel["outcome_links"] if one["measure"] == measure and one["correlation"]]
    if links:
        st.markdown(visit.texts["outcome_links"])
        st.markdown("\n".join(f"- {plain(one['told'][visit.language])}" for one in links))
        st.caption(visit.texts["outcome_links_help"])


def video_of(study: Study, film: str, visit: Visit) -> str | None:
    """Where the film plays from; None where its file is not here."""
    job_id = film_of(study["plan"], film).get("file")
    if not job_id:
        return None
    try:
        names = {file["name"] for file in visit.client.artifacts(job_id)}
    except ApiError as exc:
        if exc.status != _NOT_FOUND:
            raise
        return None
    name = next((name for name in (PREVIEW, RECORDING) if name in names), None)
    return f"/files/{job_id}/{name}" if name else None


def _draw_contrasts(panel: Panel, measure: str, visit: Visit) -> None:
    contrasts = [one for one in panel["contrasts"] if one["measure"] == measure]
    if not contrasts:
        return
    st.header(visit.texts["comparisons"], anchor=False)
    place = 0
    if len(contrasts) > 1:
        place = st.selectbox(
            visit.texts["comparison"],
            range(len(contrasts)),
            format_func=lambda i: _pair(contrasts[i], visit),
            key=f"contrast-{measure}",
        )
    contrast = contrasts[place]
    whole, *scenes = contrast["scenes"]
    sentences = [item["told"][visit.language] for item in (*scenes, whole, contrast)]
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in sentences))
    _draw_sides(contrast, panel, visit)


def _draw_sides(contrast: dict[str, Any], panel: Panel, visit: Visit) -> None:
    """Draws both curves, and their difference; nothing of results without them."""
    if "sides" not in contrast:
        return
    labels = _labels(contrast)
    widgets.player(data=sides_chart(contrast, panel, labels, visit), key="study_sides")
    chart = difference_chart(contrast, panel, labels, visit)
    if chart is not None:
        st.caption(visit.texts["difference_help"])
        widgets.player(data=chart, key="study_difference")


def _pair(contrast: dict[str, Any], visit: Visit) -> str:
    """A comparison in a few words."""
    if "pair" in contrast:
        return str(contrast["pair"][visit.language])
    first, second = _labels(contrast)
    return visit.texts["against"].format(first=first, second=second)


def _labels(contrast: dict[str, Any]) -> tuple[str, str]:
    """Both sides for people; of older results, which have no names of them, by their columns."""
    comparison = contrast["comparison"]
    first, second = contrast.get("side_names") or (
        _label(comparison[side], comparison["base"]) for side in ("first", "second")
    )
    return first, second


def _label(side: dict[str, str], base: str) -> str:
    film = f"{side['stimulus']} - {base}" if base else side["stimulus"]
    return f"{film}, {side['column']} {side['value']}" if side["column"] else film
