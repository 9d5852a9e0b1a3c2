"""Result: the sentences on top, the recording with its timeline, and tabs with tables, report and files."""

import html

import streamlit as st

from emoclassify.errors import ResultError
from emoclassify.job_states import ACTIVE, JobState
from emoclassify.outputs.document.words import printable
from emoclassify.outputs.names import ANNOTATED, PREVIEW, RECORDING
from emoclassify.overview import Overview
from emoclassify.remote.client import Job
from emoclassify.usability import Usability, Verdict
from webapp import widgets
from webapp.parts.confirming import ask_to_confirm
from webapp.parts.curves import MEASURES, timeline
from webapp.parts.earlier import draw_earlier
from webapp.parts.figures import Figure, figures
from webapp.parts.outcome import CurveWithFindings, curves_of, forget, load
from webapp.parts.said import has_words
from webapp.parts.sentences import sentences
from webapp.parts.session import Visit, go, why_failed
from webapp.parts.terms import linked, term_path, word_link
from webapp.parts.texts import in_words, plain
from webapp.views import result_tabs
from webapp.views.afterwards import draw_afterwards

_FIGURE_WIDTH_PX = 150


def draw(visit: Visit) -> None:
    """Draws the result of the job that the address names."""
    texts = visit.texts
    job_id = st.query_params.get("job", "")
    if not job_id:
        st.info(texts["choose_result"])
        if st.button(texts["all_results"], key="all_results"):
            go("history")
        return
    job = visit.client.get(job_id)
    st.title(plain(job["name"]), anchor=False)
    draw_earlier(job, visit)
    if job["state"] != JobState.COMPLETED and not job["rendering"]:
        _draw_without_result(job, visit)
        return
    try:
        overview = load(visit.client, job, visit.owner)
    except ResultError as exc:
        st.error(texts["refused"].format(detail=in_words(exc.message, visit.language)))
        return
    files = {file["name"]: file["size_bytes"] for file in visit.client.artifacts(job_id)}
    _draw_result(overview, job, files, visit)
    draw_afterwards(job, visit)
    _draw_delete(job, visit)


def _draw_without_result(job: Job, visit: Visit) -> None:
    texts, state = visit.texts, visit.texts[f"state_{job['state']}"]
    if job["error"]:
        st.error(why_failed(job["error"], visit))
    else:
        st.info(texts["not_done" if job["state"] in ACTIVE else "no_result"].format(state=state))
    can_retry = job["state"] in (JobState.FAILED, JobState.CANCELED) and job["upload_kept"]
    with st.container(horizontal=True):
        if can_retry and st.button(texts["retry"], key="retry"):
            visit.client.retry(job["id"])
            go("running")
        if st.button(texts["nav_running"], key="to_running"):
            go("running")
    _draw_delete(job, visit)


def _draw_result(overview: Overview, job: Job, files: dict[str, int], visit: Visit) -> None:
    _draw_verdict(overview.findings.usability, visit)
    if answer := sentences(overview, visit):
        with st.container(key="answer"):
            st.markdown(linked(answer, visit))
    curve = _choose_curve(overview, visit)
    if not overview.source.still:
        _draw_timeline(overview, curve, job["id"], files, visit)
    elif RECORDING in files:
        name = html.escape(job["name"])
        st.html(f'<img src="/files/{job["id"]}/{RECORDING}" alt="{name}" style="max-width: 100%; max-height: 26rem">')
    _draw_metrics(overview, curve, visit)
    texts = visit.texts
    parts = {"call": bool(overview.roles), "words": has_words(overview)}
    own_parts = [name for name, is_there in parts.items() if is_there]
    names = ["shares", "speech", *own_parts, "report", "downloads", "about"]
    tabs = dict(zip(names, st.tabs([texts[f"tab_{name}"] for name in names]), strict=True))
    with tabs["shares"]:
        result_tabs.draw_shares(overview, curve, visit)
    with tabs["speech"]:
        result_tabs.draw_speech(overview, visit)
    if "call" in tabs:
        with tabs["call"]:
            result_tabs.draw_call(overview, visit)
    if "words" in tabs:
        with tabs["words"]:
            result_tabs.draw_words(overview, visit)
    with tabs["report"]:
        result_tabs.draw_report(job["id"], files, visit)
    with tabs["downloads"]:
        result_tabs.draw_downloads(job, files, visit)
    with tabs["about"]:
        result_tabs.draw_about(overview, visit)


def _draw_verdict(usability: Usability, visit: Visit) -> None:
    """Draws what stands against the recording, and what to do; nothing where it is usable."""
    if usability.is_usable:
        return
    draw = st.warning if usability.verdict is Verdict.NOT_USABLE else st.info
    reasons = (f"- {linked(reason.message.in_language(visit.language), visit)}" for reason in usability.reasons)
    with st.container(key="verdict"):
        draw("\n".join([f"**{linked(usability.told(visit.language), visit)}**", "", *reasons]))


def _choose_curve(overview: Overview, visit: Visit) -> CurveWithFindings | None:
    curves = curves_of(overview)
    if len(curves) < 2:
        return curves[0] if curves else None
    by_person: dict[int | str, CurveWithFindings] = {curve.role or curve.person or 0: curve for curve in curves}
    person = st.segmented_control(
        visit.texts["whose_voice" if curves[0].role else "person"],
        list(by_person),
        format_func=lambda whose: _name_of(whose, visit),
        default=next(iter(by_person)),
        required=True,
        key="person",
    )
    return by_person[person if person in by_person else next(iter(by_person))]


def _name_of(whose: int | str, visit: Visit) -> str:
    """A person by number, a role of a call by its name."""
    return plain(printable(whose)) if isinstance(whose, str) else visit.texts["person_n"].format(n=whose)


def _draw_metrics(overview: Overview, curve: CurveWithFindings | None, visit: Visit) -> None:
    with st.container(horizontal=True, key="figures"):
        for figure in figures(overview, curve, visit):
            st.metric(
                word_link(figure.label, figure.term),
                figure.value,
                figure.base,
                help=_meaning(figure, visit),
                delta_color="off",
                delta_arrow="off",
                width=_FIGURE_WIDTH_PX,
            )


def _meaning(figure: Figure, visit: Visit) -> str:
    link = f" [{visit.texts['term_more']}]({term_path(figure.term)})" if figure.term else ""
    return f"{plain(figure.meaning)}{link}"


def _draw_timeline(
    overview: Overview, curve: CurveWithFindings | None, job_id: str, files: dict[str, int], visit: Visit
) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="choices"):
        measure = _choose_measure(visit) if curve else MEASURES[0]
        picture = _choose_picture(files, visit)
    if picture is None:
        st.caption(visit.texts["no_video_here"])
    video = f"/files/{job_id}/{picture}" if picture else None
    # A link from a study leads to a moment of the recording.
    at_s = float(moment) if (moment := st.query_params.get("at", "")).replace(".", "", 1).isdecimal() else 0.0
    widgets.player(data=timeline(overview, curve, measure, video, visit) | {"at_s": at_s}, key="player")


def _choose_measure(visit: Visit) -> str:
    measure = st.segmented_control(
        visit.texts["measure"],
        MEASURES,
        format_func=lambda name: visit.texts[f"measure_{name}"],
        default=MEASURES[0],
        required=True,
        wrap=True,
        key="measure",
    )
    return measure or MEASURES[0]


def _choose_picture(files: dict[str, int], visit: Visit) -> str | None:
    """Draws the choice of the picture, where there is one, and returns the name of the file to play."""
    videos = [name for name in (PREVIEW, ANNOTATED) if name in files]
    if len(videos) < 2:
        return next((name for name in (*videos, RECORDING) if name in files), None)
    return st.segmented_control(
        visit.texts["picture"],
        videos,
        format_func=lambda name: visit.texts["picture_plain" if name == PREVIEW else "picture_annotated"],
        default=PREVIEW,
        required=True,
        key="picture",
    )


def _draw_delete(job: Job, visit: Visit) -> None:
    texts = visit.texts
    st.divider()
    if st.button(texts["delete"], key="delete", icon=":material/delete:"):
        _ask_to_confirm(job, visit)


def _ask_to_confirm(job: Job, visit: Visit) -> None:
    texts = visit.texts

    def delete(visit: Visit) -> None:
        visit.client.delete(job["id"])
        forget(job, visit.owner)
        st.session_state["notice"] = texts["deleted"].format(name=plain(job["name"]))
        go("history")

    question = texts["delete_sure"].format(name=plain(job["name"]))
    ask_to_confirm("delete", texts["delete"], question, delete, visit)
