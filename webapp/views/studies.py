"""Studies: the first page, with every study and its answer in a sentence."""

import streamlit as st

from emoclassify.job_states import JobState
from emoclassify.remote.client import ApiError, Job
from emoclassify.remote.study_calls import Study
from webapp.parts.session import Visit, go
from webapp.parts.study_results import load_panel
from webapp.parts.texts import plain

_AT_ONCE = 20


def draw(visit: Visit) -> None:
    """Draws the way to a new study, and all studies, the newest first."""
    texts = visit.texts
    studies = visit.client.studies()  # first, so that an API that needs a key is shown before anything else
    st.title(texts["studies_title"], anchor=False)
    st.write(texts["studies_lead"])
    if "notice" in st.session_state:
        st.success(st.session_state.pop("notice"))
    with st.container(horizontal=True):
        if st.button(texts["nav_newstudy"], type="primary", key="to_newstudy"):
            go("newstudy")
        if st.button(texts["to_recordings"], key="to_new"):
            go("new")
        if st.button(texts["nav_trial"], key="to_trial", icon=":material/videocam:"):
            go("trial")
    if not studies:
        st.info(texts["studies_none"])
        return
    n_shown = st.session_state.get("studies_shown", _AT_ONCE)
    for study in studies[:n_shown]:
        _draw_study(study, visit)
    if len(studies) > n_shown and st.button(texts["show_more"], key="more_studies"):
        st.session_state["studies_shown"] = n_shown + _AT_ONCE
        st.rerun()


def _draw_study(study: Study, visit: Visit) -> None:
    job = job_of(study, visit)
    with st.container(border=True, gap="xsmall"):
        if st.button(f"**{plain(study['title'])}**", key=f"open-{study['id']}", type="tertiary"):
            go("study", id=study["id"])
        st.caption(plain(" · ".join([facts_text(study, visit), state_text(job, visit)])))
        if answer := _answer(study, job, visit):
            st.markdown(plain(answer))


def facts_text(study: Study, visit: Visit) -> str:
    """The films of a study, and how many people are in it."""
    films = ", ".join(str(film["id"]) for film in study["plan"]["stimulus"])
    people = visit.texts.several("people", study["respondents"])
    return f"{visit.texts['films']}: {films} · {people}"


def state_text(job: Job | None, visit: Visit) -> str:
    """Whether the results of a study are there."""
    if job is None:
        return visit.texts["study_open"]
    return visit.texts[f"study_{job['state']}"]


def job_of(study: Study, visit: Visit) -> Job | None:
    """The job that computes the results of a study; None where there is none."""
    if not study["job_id"]:
        return None
    try:
        return visit.client.get(study["job_id"])
    except ApiError as exc:
        if exc.status != 404:  # it was deleted a moment ago
            raise
        return None


def _answer(study: Study, job: Job | None, visit: Visit) -> str:
    """The answer of a study whose results somebody has looked at: a list must not be the first look."""
    if job is None or job["state"] != JobState.COMPLETED or not study["locked_at"]:
        return ""
    return str(load_panel(study, visit)["headline"][visit.language])
