"""How a study collects recordings by links: what people are told and asked, the links, and who came how far."""

from typing import Any

import streamlit as st

from emoclassify.capture.questions import SCALES
from emoclassify.job_states import ACTIVE, FUNNEL, FieldworkState
from emoclassify.remote.client import ApiAwayError, ApiError
from emoclassify.remote.study_calls import Study
from webapp.parts.joining import is_joining
from webapp.parts.session import Visit, local_minute, message_of, respondents_url
from webapp.parts.texts import in_words, plain
from webapp.views.study_cells import draw_cells, draw_wanted

_NOT_FOUND = 404
_QUESTIONS = (*SCALES, "recall")
"""Kinds of questions that can be chosen here, each with the page's own words; others are for the API."""

_OF_EACH_FILM = ("liking", "intent", "recall")
"""Those of them that are asked of each film."""


def draw_collect(study: Study, visit: Visit) -> None:
    """Draws the links and how far people came, where the study collects; what people are told and asked."""
    texts, settings = visit.texts, _settings_of(study, visit)
    st.write(texts["collect_lead"])
    if settings is not None:
        _draw_state(study, settings, visit)
        _draw_links(study, settings, visit)
        counts = visit.client.funnel(study["id"])
        _draw_funnel(counts, visit)
        draw_cells(counts["cells"], visit)
        st.subheader(texts["collect_page"], anchor=False)
    if settings is None and (why := _why_not_yet(study, visit)):
        st.info(texts[why])
        return
    _draw_settings(study, settings, visit)
    if settings is not None:
        draw_wanted(settings, lambda changes: _set(study, {**settings, **changes}, visit), visit)


def _why_not_yet(study: Study, visit: Visit) -> str:
    """The text that says why it cannot begin to collect; empty where it can. Each film has to be here to be shown."""
    job_ids = [film.get("file") for film in study["plan"]["stimulus"]]
    if not all(job_ids):
        return "collect_film" if is_joining(study) else "collect_no_film"
    try:
        return "collect_film" if any(visit.client.get(job_id)["state"] in ACTIVE for job_id in job_ids) else ""
    except ApiError as exc:
        if exc.status != _NOT_FOUND:
            raise
        return "collect_no_film"


def _settings_of(study: Study, visit: Visit) -> dict[str, Any] | None:
    """How the study collects; None where it does not yet."""
    try:
        return visit.client.fieldwork(study["id"])
    except ApiError as exc:
        if exc.status != _NOT_FOUND:
            raise
        return None


def _draw_state(study: Study, settings: dict[str, Any], visit: Visit) -> None:
    texts, state = visit.texts, settings["state"]
    st.write(f"**{texts[f'collect_{state}']}**")
    others = {
        FieldworkState.OPEN: (FieldworkState.PAUSED, FieldworkState.CLOSED),
        FieldworkState.PAUSED: (FieldworkState.OPEN, FieldworkState.CLOSED),
        FieldworkState.CLOSED: (FieldworkState.OPEN,),
    }[FieldworkState(state)]
    with st.container(horizontal=True):
        for other in others:
            if st.button(texts[f"collect_to_{other}"], key=f"collect_to_{other}"):
                _set(study, {**settings, "state": other.value}, visit)


def _set(study: Study, settings: dict[str, Any], visit: Visit) -> None:
    changes = {name: value for name, value in settings.items() if value is not None}
    if _asked(lambda: visit.client.set_fieldwork(study["id"], changes), visit):
        st.rerun()


def _asked(call: Any, visit: Visit) -> Any:
    """What the API answers; None where it refuses, which is shown."""
    try:
        return call()
    except ApiAwayError:
        raise
    except ApiError as exc:
        st.error(visit.texts["refused"].format(detail=in_words(message_of(exc), visit.language)))
        return None


def _draw_links(study: Study, settings: dict[str, Any], visit: Visit) -> None:
    texts = visit.texts
    st.subheader(texts["links"], anchor=False)
    if settings["state"] == FieldworkState.OPEN:
        _draw_new_links(study, visit)
    links = visit.client.invites(study["id"])
    for link in links:
        with st.container(horizontal=True, vertical_alignment="center"):
            whose = plain(link["respondent"]) or texts["link_anybody"].format(n=link["n"], most=link["most"])
            until = local_minute(link["expires_at"], visit.language)
            is_closed = link["closed_at"] is not None
            st.write(
                f"{whose} · {plain(texts['link_closed'] if is_closed else texts['link_until'].format(time=until))}"
            )
            if not is_closed and st.button(texts["link_close"], key=f"close_{link['id']}"):
                visit.client.close_invite(study["id"], link["id"])
                st.rerun()
    if any(not link["respondent"] for link in links):
        st.caption(texts["link_places"])


def _draw_new_links(study: Study, visit: Visit) -> None:
    texts = visit.texts
    with st.form("new_links"):
        most = st.number_input(texts["link_most"], min_value=1, max_value=100_000, value=100)
        names = st.text_area(texts["link_names"], help=texts["link_names_help"])
        days = st.number_input(texts["link_days"], min_value=1, max_value=365, value=30)
        is_sent = st.form_submit_button(texts["link_make"], type="primary")
    if not is_sent:
        return
    people = [line.strip() for line in names.splitlines() if line.strip()]
    links = _asked(lambda: visit.client.make_invites(study["id"], people, most=int(most), days=int(days)), visit)
    if links:
        lines = [f"{link['respondent']} {respondents_url()}{link['path']}".strip() for link in links]
        st.success(texts["link_once"])
        st.code("\n".join(lines), language=None, wrap_lines=True)
        if not people:
            st.caption(texts["link_open"])


def _draw_funnel(counts: dict[str, Any], visit: Visit) -> None:
    texts = visit.texts
    st.subheader(texts["funnel"], anchor=False)
    if not counts["steps"][FUNNEL[0]]:
        st.write(texts["funnel_nobody"])
        return
    for step in FUNNEL:
        reasons = counts["reasons"].get(step, {})
        why = ", ".join(f"{_reason(name, visit)} {n}" for name, n in sorted(reasons.items(), key=lambda one: -one[1]))
        st.write(f"**{counts['steps'][step]}** {texts[f'funnel_{step}']}{f' ({plain(why)})' if why else ''}")
    if counts["seen_at"]:
        st.caption(texts["funnel_seen"].format(time=plain(local_minute(counts["seen_at"], visit.language))))


def _reason(name: str, visit: Visit) -> str:
    """Why somebody came no further; a recording that is of no use has the words of its verdict elsewhere."""
    text = f"reason_{name}"
    return visit.texts[text if text in visit.texts else "reason_unusable"]


def _draw_settings(study: Study, settings: dict[str, Any] | None, visit: Visit) -> None:
    texts, now = visit.texts, settings or {"title": study["title"], "contact": "", "state": FieldworkState.OPEN.value}
    kinds = [question["kind"] for question in now.get("questions") or ()]
    with st.form("collect"):
        title = st.text_input(texts["collect_title"], value=now["title"], max_chars=200)
        contact = st.text_input(texts["collect_contact"], value=now["contact"], max_chars=300)
        about = st.text_area(texts["collect_about"], value=now.get("about") or "", max_chars=2000)
        questions = st.multiselect(
            texts["collect_questions"],
            _QUESTIONS,
            default=[kind for kind in _QUESTIONS if kind in kinds],
            format_func=lambda kind: texts[f"collect_{kind}"],
            placeholder=texts["collect_no_question"],
        )
        keep_days = st.number_input(texts["collect_keep"], 1, 3650, value=now.get("keep_days") or 90)
        microphone = st.checkbox(texts["collect_microphone"], value=bool(now.get("microphone")))
        scores_only = st.checkbox(texts["collect_scores"], value=bool(now.get("scores_only")))
        st.caption(texts["collect_scores_help"])
        is_sent = st.form_submit_button(texts["collect_save" if settings else "collect_begin"], type="primary")
    if not is_sent:
        return
    others = [question for question in now.get("questions") or () if question["kind"] not in _QUESTIONS]
    own_questions = [{"id": kind, "kind": kind, "each_film": kind in _OF_EACH_FILM} for kind in questions]
    changes = {"title": title, "contact": contact, "about": about, "scores_only": scores_only}
    changes["microphone"] = microphone and not scores_only
    _set(study, {**now, **changes, "keep_days": int(keep_days), "questions": [*own_questions, *others]}, visit)
