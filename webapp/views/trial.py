"""Try it yourself: a study with one person, who is the visitor, from the film to the curve."""

import uuid
from importlib.resources import as_file, files
from typing import Any

import streamlit as st

from emoclassify.job_states import ACTIVE, JobState
from emoclassify.remote.client import ApiError, Job
from emoclassify.remote.study_calls import Study
from webapp import widgets
from webapp.parts.joining import begin_joining, is_joining, join
from webapp.parts.session import Visit, draw_safely, go, message_of, respondents_url, show_api_away, why_failed
from webapp.parts.study_chart import film_of, measure_text, person_chart
from webapp.parts.study_results import load_curves, load_panel
from webapp.parts.texts import in_words, plain
from webapp.views.new import draw_uploader, uploader_texts
from webapp.views.studies import job_of
from webapp.views.study_answer import video_of

_FILM, _YOU = "film", "you"
"""Ids of the film and of the person in the study."""

_DEMO = "demo.mp4"
_MEASURES = ("happy", "surprise", "negative", "valence")
_USUAL_LENGTH_S = 30.0
_REFRESH_S = 2.0
_NOT_FOUND = 404


def draw(visit: Visit) -> None:
    """Draws the choice of a film; or how far the study that the address names is, and the curve at its end."""
    study_id = st.query_params.get("id", "")
    st.title(visit.texts["trial_title"], anchor=False)
    if not study_id:
        _draw_choice(visit)
        return
    study = join(visit.client.study(study_id), visit)
    st.caption(plain(str(film_of(study["plan"], _FILM).get("title", ""))))
    _draw_sender(study, visit)
    stage = _stage_of(study, visit)
    st.session_state["trial_stage"] = stage
    st.fragment(_draw_stage, run_every=None if stage in _STILL else _REFRESH_S)(stage, study, visit)
    st.divider()
    st.caption(visit.texts["trial_keep"])
    if st.button(visit.texts["trial_delete"], key="trial_delete", icon=":material/delete:"):
        visit.client.delete_study(study_id)
        st.session_state["notice"] = visit.texts["trial_deleted"]
        go("studies")


# The film


def _draw_choice(visit: Visit) -> None:
    texts, limits = visit.texts, visit.client.limits()
    st.write(texts["trial_lead"])
    way = st.radio(
        texts["trial_film"], ("demo", "own"), format_func=lambda name: texts[f"trial_{name}"], key="trial_film"
    )
    films = draw_uploader(visit, limits)[:1] if way == "own" else []
    is_missing = way == "own" and not films
    if st.button(texts["trial_begin"], type="primary", key="trial_begin", disabled=is_missing):
        _begin(films, visit)
    st.caption(texts["trial_no_film"] if is_missing else texts["trial_keep"])


def _begin(films: list[dict[str, Any]], visit: Visit) -> None:
    """Makes the study with the visitor's film, which is sent then, or with that of the program."""
    name, length_s = (films[0]["name"], films[0]["length_s"]) if films else (_DEMO, None)
    film = {"id": _FILM, "title": name, "duration_s": round(float(length_s or _USUAL_LENGTH_S), 3)}
    try:
        if not films:
            with as_file(files("emoclassify") / "assets" / _DEMO) as path:
                film["file"] = visit.client.submit(path)["id"]
        plan = {"measures": list(_MEASURES), "stimulus": [film]}
        study = visit.client.make_study(visit.texts["trial_name"].format(film=name)[:200], plan)
    except ApiError as exc:
        if exc.status is None:
            raise
        st.error(visit.texts["refused"].format(detail=in_words(message_of(exc), visit.language)))
        return
    if films:
        token = uuid.uuid4().hex
        fields = {"lang": visit.language, "batch": token}
        st.session_state["sending"] = {"token": token, "n": 1, "fields": fields}
        begin_joining(study["id"], token, 1, {name: _FILM}, "0", visit=visit)
    go("trial", id=study["id"])


def _draw_sender(study: Study, visit: Visit) -> None:
    if is_joining(study):
        data = {"mode": "send", "texts": uploader_texts(visit), "start": st.session_state.get("sending")}
        widgets.uploader(data=data, key="study_sender", on_accepted_change=lambda: None)


# How far it is


_FILM_WAITS, _FILM_FAILED, _READY, _WATCHING, _READING, _READ, _COMPUTING, _ANSWER, _FAILED = (
    *("film_waits", "film_failed", "ready", "watching", "reading", "read", "computing", "answer", "failed"),
)
_STILL = (_FILM_FAILED, _ANSWER, _FAILED)
"""Stages that nothing leads out of by itself."""


def _stage_of(study: Study, visit: Visit) -> str:
    film = _film_job(study, visit)
    if film is None or film["state"] in ACTIVE:
        return _FILM_WAITS
    if film["state"] != JobState.COMPLETED:
        return _FILM_FAILED
    result = job_of(study, visit)
    if result is not None and result["state"] not in ACTIVE:
        return _ANSWER if result["state"] == JobState.COMPLETED else _FAILED
    if result is not None:
        return _COMPUTING
    recording = _recording_job(study, visit)
    if recording is None:
        return _WATCHING if _has_opened(study, visit) else _READY
    return _READING if recording["state"] in ACTIVE else _READ


def _film_job(study: Study, visit: Visit) -> Job | None:
    """The job of the film; None where it is on its way."""
    job_id = film_of(study["plan"], _FILM).get("file")
    return visit.client.get(job_id) if job_id else None


def _recording_job(study: Study, visit: Visit) -> Job | None:
    """The job of what the camera recorded; None where it has not arrived."""
    viewings = visit.client.viewings(study["id"])
    return visit.client.get(viewings[0]["recording"]) if viewings else None


def _has_opened(study: Study, visit: Visit) -> bool:
    """Whether the visitor agreed in the other tab, and is still there."""
    try:
        counts = visit.client.funnel(study["id"])
    except ApiError as exc:
        if exc.status != _NOT_FOUND:
            raise
        return False
    n_stopped = sum(sum(reasons.values()) for reasons in counts["reasons"].values())
    n_active = sum(reasons.get("active", 0) for reasons in counts["reasons"].values())
    return bool(counts["steps"]["consented"]) and n_stopped == n_active


def _draw_stage(stage: str, study: Study, visit: Visit) -> None:
    """Draws what is to be done now; the whole page where the stage has changed meanwhile."""

    def draw_now(visit: Visit) -> None:
        joined = join(visit.client.study(study["id"]), visit)
        if _stage_of(joined, visit) != st.session_state.get("trial_stage"):
            st.rerun()
        _draw(stage, joined, visit)

    draw_safely(draw_now, visit, on_away=show_api_away)


def _draw(stage: str, study: Study, visit: Visit) -> None:
    texts = visit.texts
    if stage == _FILM_FAILED:
        film = _film_job(study, visit)
        detail = why_failed(film["error"], visit) if film and film["error"] else ""
        st.error(texts["trial_film_failed"].format(detail=detail))
    elif stage == _READY:
        _draw_link(study, visit)
    elif stage == _READ:
        visit.client.compute_study(study["id"], lang=visit.language)
        st.rerun()
    elif stage == _ANSWER:
        _draw_answer(study, visit)
    elif stage == _FAILED:
        job = job_of(study, visit)
        st.error(why_failed(job["error"], visit) if job and job["error"] else texts["study_failed"])
    else:
        st.info(texts[f"trial_{stage}"], icon=":material/hourglass_top:")


# The camera


def _draw_link(study: Study, visit: Visit) -> None:
    """Draws the way to the page with the camera; its link is told once, so this visit keeps it."""
    links = st.session_state.setdefault("trial_links", {})
    if study["id"] not in links:
        _let_in(study, visit)
        (invite,) = visit.client.make_invites(study["id"], [_YOU], days=1)
        links[study["id"]] = f"{respondents_url()}{invite['path']}"
    st.write(visit.texts["trial_ready"])
    address = f"{links[study['id']]}?lang={visit.language}"
    st.link_button(visit.texts["trial_open"], address, type="primary", icon=":material/videocam:")


def _let_in(study: Study, visit: Visit) -> None:
    """Has the study collect, with the length that the film really has."""
    film, film_job = film_of(study["plan"], _FILM), _film_job(study, visit)
    if film_job and film_job["duration_s"] and film_job["duration_s"] != film["duration_s"]:
        plan = {**study["plan"], "stimulus": [{**film, "duration_s": film_job["duration_s"]}]}
        visit.client.change_study(study["id"], study["title"], plan)
    settings = {"title": study["title"], "contact": visit.texts["trial_contact"], "keep_days": 1}
    visit.client.set_fieldwork(study["id"], settings)


# The answer


def _draw_answer(study: Study, visit: Visit) -> None:
    """Draws the visitor's own curve beside the film; nothing of it is a figure of a panel."""
    texts, curves = visit.texts, load_curves(study, visit)
    own_curves = {measure: people[_YOU] for (_, measure), people in curves.items() if _YOU in people}
    st.header(texts["trial_answer"], anchor=False)
    if not own_curves:
        reasons = [one["reason"][visit.language] for one in load_panel(study, visit)["viewings"] if not one["used"]]
        st.warning(plain(texts["trial_unread"].format(why=", ".join(reasons))))
    else:
        measure = st.segmented_control(
            texts["measure"],
            list(own_curves),
            format_func=lambda name: measure_text(name, visit),
            default=next(iter(own_curves)),
            required=True,
            wrap=True,
            key="trial_measure",
        )
        name = str(measure) if measure in own_curves else next(iter(own_curves))
        chart = person_chart(own_curves[name], study["plan"], _FILM, name, video_of(study, _FILM, visit), visit)
        widgets.player(data=chart, key="trial_player")
        st.caption(texts["trial_of_one"])
    viewings = visit.client.viewings(study["id"])
    if viewings and st.button(texts["trial_recording"], key="trial_recording"):
        go("result", job=viewings[0]["recording"])
