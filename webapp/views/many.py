"""What can be done with several recordings at once: more files, labels, another try, one ZIP, deletion."""

from collections.abc import Callable, Sequence

import streamlit as st

from emoclassify.job_states import JobState
from emoclassify.remote.client import ApiAwayError, ApiError, Client, Job
from webapp.parts.confirming import ask_to_confirm
from webapp.parts.session import Visit, draw_safely, message_of, show_api_away
from webapp.parts.texts import in_words, plain
from webapp.server.relay import ARCHIVE_PATH
from webapp.views.afterwards import draw_outputs

_MOST_PACKED = 100


def draw_many(job_ids: Sequence[str], jobs: Sequence[Job], visit: Visit) -> None:
    """Draws the buttons for the chosen recordings.

    Args:
        job_ids: of the chosen ones; some may not be listed.
        jobs: those that are listed.
        visit: of the page.
    """
    texts = visit.texts
    jobs_by_id = {job["id"]: job for job in jobs}
    n_elsewhere = len([job_id for job_id in job_ids if job_id not in jobs_by_id])
    elsewhere = [texts["chosen_elsewhere"].format(n=n_elsewhere)] if n_elsewhere else []
    states = [jobs_by_id[one]["state"] for one in job_ids if one in jobs_by_id]
    has_failed = any(state in (JobState.FAILED, JobState.CANCELED) for state in states)
    n_without = len([state for state in states if state != JobState.COMPLETED])
    with st.container(horizontal=True, vertical_alignment="center", key="many"):
        st.markdown(", ".join([texts["chosen"].format(n=len(job_ids)), *elsewhere]), width="content")
        if st.button(texts["choose_none"], key="choose_none", type="tertiary"):
            _choose_none()
            st.rerun()
        if len(job_ids) <= _MOST_PACKED:
            st.link_button(texts["many_zip"], f"{ARCHIVE_PATH}?ids={','.join(job_ids)}&download=results.zip")
        for name, ask in (("many_files", _ask_for_files), ("many_describe", _ask_for_labels)):
            if st.button(texts[name], key=name):
                ask(job_ids, visit)
        if has_failed and st.button(texts["retry"], key="many_retry"):
            _each(job_ids, Client.retry, visit)
            st.rerun()
        if st.button(texts["many_delete"], key="many_delete", type="tertiary", icon=":material/delete:"):
            _ask_to_delete(job_ids, visit)
    if n_without:
        st.caption(texts["zip_left"].format(n=n_without))


def _ask_for_files(job_ids: Sequence[str], visit: Visit) -> None:
    @st.dialog(visit.texts["many_files"])
    def ask() -> None:
        st.write(visit.texts["later_lead"])
        fields = draw_outputs("", visit, has_recording=True)
        if fields and st.button(visit.texts["later_make"], type="primary", key="many_make"):
            _each_and_close(job_ids, lambda client, one: client.render(one, **fields), visit)

    ask()


def _ask_for_labels(job_ids: Sequence[str], visit: Visit) -> None:
    @st.dialog(visit.texts["many_describe"])
    def ask() -> None:
        st.write(visit.texts["many_kept_empty"])
        texts = {name: st.text_input(visit.texts[name], key=f"many-{name}").strip() for name in ("tag", "group")}
        labels = {name: text for name, text in texts.items() if text}
        if st.button(visit.texts["save"], type="primary", key="many_save", disabled=not labels):
            _each_and_close(job_ids, lambda client, one: client.describe(one, **labels), visit)

    ask()


def _ask_to_delete(job_ids: Sequence[str], visit: Visit) -> None:
    def delete(visit: Visit) -> None:
        _each(job_ids, Client.delete, visit)
        _choose_none()
        st.rerun()

    question = visit.texts["many_delete_sure"].format(recordings=visit.texts.several("recordings", len(job_ids)))
    ask_to_confirm("many_delete", visit.texts["many_delete"], question, delete, visit)


def _choose_none() -> None:
    """Takes back all ticks: the table is drawn as another one."""
    st.session_state["ticked"], st.session_state["ticks"] = [], st.session_state.get("ticks", 0) + 1


def _each_and_close(job_ids: Sequence[str], call: Callable[[Client, str], object], visit: Visit) -> None:
    def act(visit: Visit) -> None:
        _each(job_ids, call, visit)
        st.rerun()

    draw_safely(act, visit, on_away=show_api_away)


def _each(job_ids: Sequence[str], call: Callable[[Client, str], object], visit: Visit) -> None:
    """Calls for one recording after another, and keeps a sentence on how many were done and why others were not."""
    refusals, n_done = [], 0
    for job_id in job_ids:
        try:
            call(visit.client, job_id)
            n_done += 1
        except ApiAwayError:
            raise
        except ApiError as exc:
            refusals.append(in_words(message_of(exc), visit.language))
    done_text = visit.texts["many_done"].format(done=n_done, all=len(job_ids))
    st.session_state["notice"] = "  \n".join([plain(done_text), *dict.fromkeys(refusals)])
