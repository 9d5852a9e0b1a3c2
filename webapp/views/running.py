"""In progress: every job with its stage, its progress, and buttons to cancel, retry or open it."""

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from emoclassify.job_states import ENDED, JobState
from emoclassify.remote.client import ApiError, Client, Job
from webapp import widgets
from webapp.parts.earlier import draw_earlier
from webapp.parts.session import Visit, draw_safely, go, local_minute, message_of, show_api_away, why_failed
from webapp.parts.texts import Texts, in_words, plain
from webapp.views.new import uploader_texts

_REFRESH_S = 2.0
_MOST_JOBS = 100
_MOST_OF_BATCH = 200
_LATELY_S = 24 * 3600.0
_MOST_ENDED = 10
_EARLY = 0.03
"""Below this share of a job's work no remaining time is shown: it could not be estimated."""


def draw(visit: Visit) -> None:
    """Draws the uploads in progress, then the jobs."""
    texts = visit.texts
    st.title(texts["running_title"], anchor=False)
    st.write(texts["running_lead"])
    widgets.uploader(
        data={"mode": "send", "texts": uploader_texts(visit), "start": st.session_state.get("sending")},
        key="sender",
        on_accepted_change=lambda: None,
    )
    _refresh_jobs(visit)


@st.fragment(run_every=_REFRESH_S)
def _refresh_jobs(visit: Visit) -> None:
    draw_safely(_draw_jobs, visit, on_away=show_api_away)


def _draw_jobs(visit: Visit) -> None:
    running, waiting = (
        visit.client.page(state=state, limit=_MOST_JOBS, sort="created_at")
        for state in (JobState.RUNNING, JobState.QUEUED)
    )
    _draw_batch(visit)
    active = [*running["jobs"], *waiting["jobs"]]
    jobs = visit.client.page(limit=_MOST_JOBS, sort="-created_at")["jobs"]
    ended = [job for job in jobs if job["state"] in ENDED and _seconds_since(job["ended_at"]) < _LATELY_S]
    for job in active:
        _draw_active(job, _ahead(job, active), visit)
    if waiting["next_cursor"]:
        st.caption(visit.texts["more_waiting"].format(n=_MOST_JOBS))
    if not active:
        st.info(visit.texts["nothing_running"])
        if st.button(visit.texts["to_new"], key="to_new"):
            go("new")
    if ended:
        st.header(visit.texts["finished"], anchor=False)
        for job in ended[:_MOST_ENDED]:
            _draw_ended(job, visit)
        if len(ended) > _MOST_ENDED:
            st.caption(visit.texts["more_ended"].format(n=len(ended) - _MOST_ENDED))
        if st.button(visit.texts["all_results"], key="all_results", type="tertiary"):
            go("history")


def _draw_batch(visit: Visit) -> None:
    """Draws how many of the recordings that were sent together last are done; nothing of a single one."""
    sending, texts = st.session_state.get("sending"), visit.texts
    if sending is None or sending["n"] < 2:
        return
    jobs = visit.client.page(batch=sending["token"], limit=_MOST_OF_BATCH)["jobs"]
    n_all, states = max(sending["n"], len(jobs)), [job["state"] for job in jobs]
    n_done, n_failed = states.count(JobState.COMPLETED), states.count(JobState.FAILED)
    failed_texts = [texts["batch_failed"].format(n=n_failed)] if n_failed else []
    done_text = texts["batch_done"].format(done=n_done, all=n_all)
    st.progress(n_done / n_all, text=" · ".join([f"{texts['batch']}: {done_text}", *failed_texts]))


def _draw_active(job: Job, ahead: int, visit: Visit) -> None:
    texts, job_id = visit.texts, job["id"]
    with st.container(border=True):
        st.markdown(f"**{plain(job['name'])}**")
        st.progress(min(max(job["progress"]["fraction"], 0.0), 1.0), text=status_text(job, ahead, visit))
        if job["cancel_requested"]:
            st.caption(texts["canceling"])
        elif st.button(texts["cancel"], key=f"cancel-{job_id}"):
            _call_and_refresh(visit, Client.cancel, job_id)
        draw_earlier(job, visit)


def _draw_ended(job: Job, visit: Visit) -> None:
    texts, job_id, state = visit.texts, job["id"], job["state"]
    facts = (texts[f"state_{state}"], local_minute(job["ended_at"], visit.language))
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(" · ".join((f"**{plain(job['name'])}**", *map(plain, facts))), width="stretch")
            if state == JobState.FAILED and job["error"]:
                st.error(why_failed(job["error"], visit))
            if state == JobState.COMPLETED and st.button(texts["show_result"], key=f"show-{job_id}", type="primary"):
                go("result", job=job_id)
            if state != JobState.COMPLETED and job["upload_kept"] and st.button(texts["retry"], key=f"retry-{job_id}"):
                _call_and_refresh(visit, Client.retry, job_id)
        draw_earlier(job, visit)


def _call_and_refresh(visit: Visit, call: Any, job_id: str) -> None:
    try:
        call(visit.client, job_id)
    except ApiError as exc:  # the job has ended meanwhile; the list shows how
        st.toast(in_words(message_of(exc), visit.language))
    st.rerun()


def status_text(job: Job, ahead: int, visit: Visit) -> str:
    """Stage, percent and time left of a job; of a waiting one, how many jobs are before it."""
    texts, progress = visit.texts, job["progress"]
    if job["state"] == JobState.QUEUED:
        parts = [texts["stage_"], texts["ahead"].format(n=ahead) if ahead else ""]
    else:
        stage = texts.get(f"stage_{progress['stage']}", texts["state_running"])
        parts = [stage, visit.percent(progress["fraction"]), time_left(progress, texts)]
    return " · ".join(filter(None, parts))


def time_left(progress: dict[str, Any], texts: Texts) -> str:
    """How long a job will still run, at the speed it had so far; empty while that cannot be estimated."""
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


def _seconds_since(utc_iso: str | None) -> float:
    if utc_iso is None:
        return 0.0
    return (datetime.now(UTC) - datetime.fromisoformat(utc_iso)).total_seconds()
