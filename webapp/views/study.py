"""One study: how far it is, and its answer, people, plan and files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

import streamlit as st

from emoclassify.job_states import ACTIVE, JobState
from emoclassify.remote.client import ApiAwayError, ApiError, Job
from emoclassify.remote.study_calls import Study
from emoclassify.settings import REPORT_FORMATS
from webapp import widgets
from webapp.parts.confirming import ask_to_confirm
from webapp.parts.joining import is_joining, join
from webapp.parts.session import (
    Visit,
    draw_safely,
    go,
    local_minute,
    message_of,
    show_api_away,
    why_failed,
)
from webapp.parts.texts import in_words, plain
from webapp.views.new import uploader_texts
from webapp.views.studies import facts_text, job_of
from webapp.views.study_answer import draw_answer
from webapp.views.study_collect import draw_collect
from webapp.views.study_decisions import draw_decisions
from webapp.views.study_files import draw_files
from webapp.views.study_people import draw_people

_REFRESH_S = 2.0
_PAGE = 200
_OUTPUTS: dict[str, Any] = {"report": ",".join(REPORT_FORMATS), "make_graph": True, "xlsx": True}
"""What is made of the results: everything that people read."""
_SECTIONS = ("answer", "people", "plan", "collect", "files")


@dataclass(frozen=True)
class State:
    """How far a study is.

    Attributes:
        study: the study.
        n_active: recordings and films that wait or are being analyzed, as far as one page of the API lists them.
        recordings: the jobs of all of them; none are asked for where all have ended and there are results.
        job: that computes its results; None where there is none.
    """

    study: Study
    n_active: int
    recordings: tuple[Job, ...]
    job: Job | None

    @property
    def of_people(self) -> tuple[Job, ...]:
        """The jobs of recordings of people; a film is looked through too, and is none."""
        films = {film.get("file") for film in self.study["plan"].get("stimulus", [])}
        return tuple(job for job in self.recordings if job["id"] not in films)

    @property
    def n_done(self) -> int:
        """How many recordings of people have ended, in whatever way."""
        return sum(job["state"] not in ACTIVE for job in self.of_people)

    @property
    def is_busy(self) -> bool:
        """Whether recordings are on their way or being analyzed, or results computed."""
        is_computing = self.job is not None and self.job["state"] in ACTIVE
        return is_joining(self.study) or is_computing or self.n_active > 0

    @property
    def stage(self) -> tuple[str, bool, bool]:
        """What the page is drawn by: where it changes, another page is to be drawn."""
        return self.study["job_id"] or "", self.is_busy, self.has_results

    @property
    def has_results(self) -> bool:
        """Whether there are results to look at."""
        return self.job is not None and self.job["state"] == JobState.COMPLETED


def draw(visit: Visit) -> None:
    """Draws the study that the address names."""
    texts, study_id = visit.texts, st.query_params.get("id", "")
    if not study_id:
        st.info(texts["choose_study"])
        if st.button(texts["all_studies"], key="all_studies"):
            go("studies")
        return
    state = _state_of(study_id, visit)
    st.title(plain(state.study["title"]), anchor=False)
    st.caption(plain(facts_text(state.study, visit)))
    _draw_sender(state.study, visit)
    st.session_state["stage"] = state.stage
    st.fragment(_draw_progress, run_every=_REFRESH_S if state.is_busy else None)([state], visit)
    _draw_changes(state.study, visit)
    sections = _SECTIONS if _may_look(state) else _SECTIONS[1:4]
    if _may_look(state) and st.session_state.get("answer_of") == study_id:
        del st.session_state["answer_of"]
        st.session_state["section"] = "answer"
    section = _choose_section(sections, visit)
    if section == "answer" and state.job is not None:
        draw_answer(state.study, state.job, visit)
    elif section == "people":
        draw_people(state.study, visit, has_results=_may_look(state))
    elif section == "plan":
        draw_decisions(state.study, visit)
    elif section == "collect":
        draw_collect(state.study, visit)
    else:
        draw_files(state.study, visit)
    _draw_delete(state.study, visit)


def _state_of(study_id: str, visit: Visit) -> State:
    study = join(visit.client.study(study_id), visit)
    job = job_of(study, visit)
    n_active = sum(len(visit.client.page(study=study_id, state=one, limit=_PAGE)["jobs"]) for one in ACTIVE)
    is_over = not n_active and job is not None and job["state"] == JobState.COMPLETED
    recordings = () if is_over else tuple(visit.client.list(study=study_id, limit=_PAGE))
    return State(study, n_active, recordings, job)


def _choose_section(sections: Sequence[str], visit: Visit) -> str:
    if st.session_state.get("section") not in sections:
        st.session_state["section"] = sections[0]
    section = st.segmented_control(
        visit.texts["section"],
        sections,
        format_func=lambda name: visit.texts[f"section_{name}"],
        label_visibility="collapsed",
        required=True,
        key="section",
    )
    return str(section)


def _may_look(state: State) -> bool:
    """Whether the results are drawn: somebody looked at them before, or this visitor asked for them."""
    is_asked_for = st.session_state.get("look") == state.study["id"]
    return state.has_results and bool(state.study["locked_at"] or is_asked_for)


def _draw_sender(study: Study, visit: Visit) -> None:
    if is_joining(study):
        data = {"mode": "send", "texts": uploader_texts(visit), "start": st.session_state.get("sending")}
        widgets.uploader(data=data, key="study_sender", on_accepted_change=lambda: None)


def _draw_progress(states: list[State], visit: Visit) -> None:
    """Draws how far recordings and results are, and what can be done next; the whole page where that changes.

    Args:
        states: of the page that is being drawn; asked for again where this part alone is drawn later.
        visit: of the page.
    """
    study_id = st.query_params.get("id", "")

    def draw_now(visit: Visit) -> None:
        state = states.pop() if states else _state_of(study_id, visit)
        if state.stage != st.session_state.get("stage"):
            st.rerun()
        _draw_state(state, visit)

    draw_safely(draw_now, visit, on_away=show_api_away)


def _draw_state(state: State, visit: Visit) -> None:
    texts, n_all = visit.texts, len(state.of_people)
    if state.n_done < n_all:
        st.progress(state.n_done / n_all, text=texts["study_analyzed"].format(done=state.n_done, all=n_all))
    if n_failed := sum(job["state"] == JobState.FAILED for job in state.recordings):
        st.warning(texts["study_failed_n"].format(n=n_failed))
    if state.job is not None and state.job["state"] in ACTIVE:
        st.progress(state.job["progress"]["fraction"], text=texts["study_running"])
        return
    if state.job is not None and state.job["error"]:
        st.error(why_failed(state.job["error"], visit))
    _draw_next(state, visit)


def _draw_next(state: State, visit: Visit) -> None:
    """Draws the button for the next step."""
    texts, is_any_read = visit.texts, any(job["state"] == JobState.COMPLETED for job in state.recordings)
    if not ((is_any_read and state.study["viewings"]) or state.has_results):
        return
    if state.has_results and not _may_look(state):
        st.info(texts["look_help"])
        if st.button(texts["look"], type="primary", key="look_now"):
            _look_at(state.study)
    is_first = not state.has_results and not state.is_busy
    kind: Literal["primary", "tertiary"] = "primary" if is_first else "tertiary"
    label = texts["compute" if is_first else "compute_again" if state.has_results else "compute_now"]
    icon = ":material/refresh:" if state.has_results else None
    if st.button(label, type=kind, icon=icon, key="compute", disabled=not state.study["viewings"]):
        _compute(state.study, visit)
    if not state.has_results:
        st.caption(texts["look_help"])


def _compute(study: Study, visit: Visit) -> None:
    try:
        visit.client.compute_study(study["id"], **_OUTPUTS, lang=visit.language)
    except ApiAwayError:
        raise
    except ApiError as exc:
        st.error(visit.texts["refused"].format(detail=in_words(message_of(exc), visit.language)))
        return
    _look_at(study)


def _look_at(study: Study) -> NoReturn:
    """Draws the results as soon as they are there, the answer first."""
    st.session_state["look"] = st.session_state["answer_of"] = study["id"]
    st.rerun()


def _draw_changes(study: Study, visit: Visit) -> None:
    """Draws that the plan was changed after somebody had looked at results."""
    if not study["changes"]:
        return
    times = ", ".join(local_minute(change["at"], visit.language) for change in study["changes"])
    looked = local_minute(study["locked_at"], visit.language)
    st.warning(visit.texts["plan_changed"].format(looked=plain(looked), times=plain(times)))


def _draw_delete(study: Study, visit: Visit) -> None:
    st.divider()
    if st.button(visit.texts["delete_study"], key="delete_study", icon=":material/delete:"):
        _ask_to_confirm(study, visit)


def _ask_to_confirm(study: Study, visit: Visit) -> None:
    texts = visit.texts

    def delete(visit: Visit) -> None:
        visit.client.delete_study(study["id"])
        st.session_state["notice"] = texts["deleted"].format(name=plain(study["title"]))
        go("studies")

    question = texts["delete_study_sure"].format(name=plain(study["title"]))
    ask_to_confirm("delete_study", texts["delete_study"], question, delete, visit)
