"""In progress: every job with its stage, its progress and what can be done with it."""

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from emoclassify.job_states import ACTIVE, ENDED, JobState
from emoclassify.remote.client import ApiError, Client, Job
from webapp import widgets
from webapp.parts.session import Visit, go, guarded, message_of, moment, tell_away, why_failed
from webapp.parts.texts import Texts, in_words, plain
from webapp.views.new import uploader_texts

_EVERY_S = 2.0
_SHOWN = 100
_LATELY_S = 24 * 3600.0
_MOST_ENDED = 10
_EARLY = 0.03
"""Before this share of a job is done, what is left of it is not told."""


def draw(visit: Visit) -> None:
    """The uploads under way, then the jobs."""
    texts = visit.texts
    st.title(texts["running_title"], anchor=False)
    st.write(texts["running_lead"])
    widgets.uploader(
        data={"mode": "send", "texts": uploader_texts(visit), "start": st.session_state.get("sending")},
        key="sender",
        on_accepted_change=lambda: None,
    )
    _jobs(visit)


@st.fragment(run_every=_EVERY_S)
def _jobs(visit: Visit) -> None:
    guarded(_draw_jobs, visit, away=tell_away)


def _draw_jobs(visit: Visit) -> None:
    found = visit.client.page(limit=_SHOWN, sort="-created_at")["jobs"]
    active = [job for job in reversed(found) if job["state"] in ACTIVE]
    active.sort(key=lambda job: job["state"] != JobState.RUNNING)
    ended = [job for job in found if job["state"] in ENDED and _seconds_since(job["ended_at"]) < _LATELY_S]
    for job in active:
        _draw_active(job, _ahead(job, active), visit)
    if not active:
        st.info(visit.texts["nothing_running"])
        if st.button(visit.texts["to_new"], key="to_new"):
            go("new")
    if ended:
        st.header(visit.texts["finished"], anchor=False)
        for job in ended[:_MOST_ENDED]:
            _draw_ended(job, visit)
        if st.button(visit.texts["all_results"], key="all_results", type="tertiary"):
            go("history")


def _draw_active(job: Job, ahead: int, visit: Visit) -> None:
    texts, job_id = visit.texts, job["id"]
    with st.container(border=True):
        st.markdown(f"**{plain(job['name'])}**")
        st.progress(min(max(job["progress"]["fraction"], 0.0), 1.0), text=told(job, ahead, visit))
        if job["cancel_requested"]:
            st.caption(texts["canceling"])
        elif st.button(texts["cancel"], key=f"cancel-{job_id}"):
            _call(visit, Client.cancel, job_id)


def _draw_ended(job: Job, visit: Visit) -> None:
    texts, job_id, state = visit.texts, job["id"], job["state"]
    told = (texts[f"state_{state}"], moment(job["ended_at"], visit.language))
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(" · ".join((f"**{plain(job['name'])}**", *map(plain, told))), width="stretch")
        if state == JobState.FAILED and job["error"]:
            st.error(why_failed(job["error"], visit))
        if state == JobState.COMPLETED and st.button(texts["show_result"], key=f"show-{job_id}", type="primary"):
            go("result", job=job_id)
        if state != JobState.COMPLETED and job["upload_kept"] and st.button(texts["retry"], key=f"retry-{job_id}"):
            _call(visit, Client.retry, job_id)


def _call(visit: Visit, call: Any, job_id: str) -> None:
    try:
        call(visit.client, job_id)
    except ApiError as exc:  # it ended meanwhile; the list shows how
        st.toast(in_words(message_of(exc), visit.language))
    st.rerun()


def told(job: Job, ahead: int, visit: Visit) -> str:
    """Where a job is: stage, percent, time left; or how many are before it."""
    texts, progress = visit.texts, job["progress"]
    if job["state"] == JobState.QUEUED:
        parts = [texts["stage_"], texts["ahead"].format(n=ahead) if ahead else ""]
    else:
        stage = texts.get(f"stage_{progress['stage']}", texts["state_running"])
        parts = [stage, visit.percent(progress["fraction"]), left(progress, texts)]
    return " · ".join(filter(None, parts))


def left(progress: dict[str, Any], texts: Texts) -> str:
    """How long a job will go on, as far as it went evenly; empty while that cannot be told."""
    fraction, elapsed_s = progress["fraction"], progress["elapsed_s"]
    if fraction < _EARLY or fraction >= 1 or not elapsed_s:
        return ""
    left_s = elapsed_s * (1 - fraction) / fraction
    if left_s < 90:
        return texts["left_seconds"].format(n=max(5, 5 * round(left_s / 5)))
    if left_s < 5400:
        return texts["left_minutes"].format(n=round(left_s / 60))
    return texts["left_hours"].format(n=round(left_s / 3600))


def _ahead(job: Job, active: list[Job]) -> int:
    return (
        sum(other["state"] == JobState.RUNNING or other["created_at"] < job["created_at"] for other in active)
        if (job["state"] == JobState.QUEUED)
        else 0
    )


def _seconds_since(moment: str | None) -> float:
    if moment is None:
        return 0.0
    return (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds()
