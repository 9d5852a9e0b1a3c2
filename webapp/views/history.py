"""Results: a table of all recordings, to search, sort, open and compare."""

from datetime import date
from typing import Any

import numpy as np
import streamlit as st

from emoclassify.colours import GROUP_COLOURS
from emoclassify.findings import Shares
from emoclassify.groups import APART, GROUPS
from emoclassify.job_states import SHOWN, JobState
from emoclassify.jobs.shares import shares_in
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.names import PREVIEW, RECORDING
from emoclassify.remote.client import Job
from emoclassify.settings import Options
from emoclassify.usability import Verdict, usability_from_dict
from emoclassify.words.numbers import day, percents, whole_clock
from emoclassify.words.texts import translation
from webapp.parts.bars import BarPart, BarRow, draw_bars
from webapp.parts.outcome import MOST_COMPARED
from webapp.parts.session import Visit, go, local_minute
from webapp.parts.tables import draw_choice
from webapp.parts.terms import term_links
from webapp.parts.texts import GROUP_TEXTS
from webapp.views.many import draw_many

_STATES = ("", *SHOWN)
SORTS = ("-created_at", "created_at", "name", "-name", "-size_bytes", "size_bytes")

_PAGE_SIZE = 50


def draw(visit: Visit) -> None:
    """Draws the search, the table, and the shares by day."""
    texts = visit.texts
    st.title(texts["history_title"], anchor=False)
    if "notice" in st.session_state:
        st.success(st.session_state.pop("notice"))
    query = _draw_search(visit)
    jobs = _load_jobs(query, visit)
    if not jobs:
        st.info(
            texts["nothing_found"]
            if any(query[name] for name in ("q", "state", "tag", "usability"))
            else texts["nothing_yet"]
        )
        if st.button(texts["to_new"], key="to_new"):
            go("new")
        return
    _draw_table(jobs, visit)
    days = visit.client.stats(tag=query["tag"])
    if days:
        st.header(texts["by_day"], anchor=False)
        legend = [BarPart(label, 0.0, colour, "") for _, label, colour in _groups(visit)]
        draw_bars(texts["by_day"], day_rows(list(days), visit), legend)
        st.caption(texts["by_day_help"])


def _draw_search(visit: Visit) -> dict[str, str]:
    texts = visit.texts
    with st.container(horizontal=True, key="search_bar"):
        q = st.text_input(texts["search"], key="q", width=220)
        tag = st.text_input(texts["tag"], key="search_tag", width=130)
        state = st.selectbox(
            texts["state"],
            _STATES,
            format_func=lambda name: texts[f"state_{name}"] if name else texts["any"],
            key="state",
            width=150,
        )
        usability = st.selectbox(
            texts["usability"],
            ("", *Verdict),
            format_func=lambda name: translation(visit.language).gettext(name) if name else texts["any"],
            key="usability",
            width=170,
        )
        sort = st.selectbox(texts["sort"], SORTS, format_func=lambda name: texts[f"sort_{name}"], key="sort", width=180)
    return {"q": q.strip(), "tag": tag.strip(), "state": state, "usability": usability, "sort": sort}


def _load_jobs(query: dict[str, str], visit: Visit) -> list[Job]:
    """The jobs that fit a search: the first page of them, and more where "show more" was clicked."""
    pages = st.session_state.get("pages_shown", {"query": query, "n": 1})
    n_pages = pages["n"] if pages["query"] == query else 1
    jobs: list[Job] = []
    cursor: str | None = ""
    for _ in range(n_pages):
        page = visit.client.page(limit=_PAGE_SIZE, cursor=cursor, **query)
        jobs += page["jobs"]
        cursor = page["next_cursor"]
        if not cursor:
            break
    st.session_state["pages_shown"] = {"query": query, "n": n_pages, "more": bool(cursor)}
    return jobs


def _draw_table(jobs: list[Job], visit: Visit) -> None:
    texts = visit.texts
    key = f"jobs-{st.session_state.get('ticks', 0)}"  # a new one where all ticks are taken away
    # The widget forgets its ticks where a search shows no table.
    chosen_ids = list(st.session_state.get(key, {}).get("chosen") or st.session_state.get("ticked", []))
    completed_ids = {job["id"] for job in jobs if job["state"] == JobState.COMPLETED}
    ids_to_compare = [job_id for job_id in chosen_ids if job_id in completed_ids]
    is_too_many = len(ids_to_compare) > MOST_COMPARED
    with st.container(horizontal=True, vertical_alignment="center"):
        label = texts["compare_chosen"].format(n=len(ids_to_compare))
        if st.button(label, disabled=len(ids_to_compare) < 2 or is_too_many, key="compare", type="primary"):
            st.session_state["compared"] = ids_to_compare
            go("compare")
        st.caption(texts["compare_hint"])
    if chosen_ids:
        draw_many(chosen_ids, jobs, visit)
    st.caption(term_links(("usable", "positive", "negative", "readable"), visit))
    if n_left := len(chosen_ids) - len(ids_to_compare):
        st.caption(texts["compare_left"].format(n=n_left))
    if is_too_many:
        st.warning(texts["compare_too_many"].format(most=MOST_COMPARED))
    columns = [texts[name] for name in ("name", "state", "duration", "created", "tag", "group", "mood", "expires")]
    table = draw_choice(columns, table_rows(jobs, visit), chosen_ids, key, visit)
    st.session_state["ticked"] = list(table.chosen or [])
    if table.opened:
        go("result", job=table.opened)
    if st.session_state["pages_shown"]["more"] and st.button(texts["show_more"], key="show_more"):
        st.session_state["pages_shown"]["n"] += 1
        st.rerun()


def table_rows(jobs: list[Job], visit: Visit) -> list[dict[str, Any]]:
    """The rows of the table: id, name and cells of each job."""
    return [
        {
            "id": job["id"],
            "name": job["name"],
            **_picture(job),
            "shares": _bar(job, visit),
            "cells": [
                visit.texts[f"state_{job['state']}"].replace(" ", "\N{NO-BREAK SPACE}"),
                whole_clock(job["duration_s"]) if job["duration_s"] else "",
                local_minute(job["created_at"], visit.language),
                job["tag"],
                job["group"],
                _outcome(job, visit),
                local_minute(job["expires_at"], visit.language),
            ],
        }
        for job in jobs
    ]


def _picture(job: Job) -> dict[str, str]:
    """Where the first picture of a recording comes from; nothing where it has none, or is not kept."""
    is_seen = (job["summary"] or {}).get("of") == "face"
    if not job["upload_kept"] or job["state"] != JobState.COMPLETED or not is_seen:
        return {}
    folder = f"/files/{job['id']}"
    return {"picture": f"{folder}/{RECORDING}"} if job["duration_s"] == 0 else {"video": f"{folder}/{PREVIEW}"}


def _bar(job: Job, visit: Visit) -> list[dict[str, Any]]:
    """The shares of the groups as parts of a bar, where the recording is usable."""
    usability = job.get("usability")
    is_told = usability is None or usability["verdict"] != Verdict.NOT_USABLE
    if shares_in(job["summary"]) is None or not is_told:
        return []
    return [
        {"label": f"{label} {visit.percent(job['summary'][group])}", "share": job["summary"][group], "colour": colour}
        for group, label, colour in _groups(visit)
    ]


def _outcome(job: Job, visit: Visit) -> str:
    """The shares of the three groups, after what stands against the recording; of one that is not usable no shares."""
    content, mood = job.get("usability"), _mood(job, visit)
    if content is None:  # before the end, or of an older version
        return mood
    usability = usability_from_dict(content)
    if usability.is_usable:
        return mood
    shares = "" if usability.verdict is Verdict.NOT_USABLE else mood
    return "; ".join(filter(None, (usability.told_shortly(visit.language), shares)))


def _mood(job: Job, visit: Visit) -> str:
    """The shares of a job; of a still picture, which has no time, its emotion.

    Empty before its end, and where an older version wrote none.
    """
    share_of = shares_in(job["summary"])
    if share_of is None:
        return ""
    if job["duration_s"] == 0:
        return f"{visit.texts['picture']}: {visit.texts[job['summary']['dominant']]}"
    shares = Shares(np.array([share_of[emotion] for emotion in EMOTIONS]), 0.0)
    in_words = shares.in_words(Options.from_dict(job["options"]).emotion_groups, visit.language)
    text = _mood_text(list(in_words.groups.values()), in_words.emotions[APART])
    return f"{visit.texts['heard']}: {text}" if job["summary"]["of"] == "voice" else text


def _mood_of_day(row: dict[str, Any], visit: Visit) -> str:
    return _mood_text(percents([row[group] for group in GROUPS], visit.language), visit.percent(row[APART]))


def _mood_text(group_texts: list[str], surprise_text: str) -> str:
    return f"{' / '.join(group_texts)} · {surprise_text}"


def day_rows(days: list[dict[str, Any]], visit: Visit) -> list[BarRow]:
    """A row for each day, the latest first, with the shares of the three groups; another for voices without a face."""
    return [
        BarRow(
            _label_of(row, visit),
            tuple(
                BarPart(label, row[group], colour, visit.percent(row[group])) for group, label, colour in _groups(visit)
            ),
            f"{_mood_of_day(row, visit)} · {visit.texts.several('recordings', row['jobs'])}",
        )
        for row in sorted(days, key=lambda row: row["day"], reverse=True)  # of one day in the order of the API
    ]


def _label_of(row: dict[str, Any], visit: Visit) -> str:
    label = day(date.fromisoformat(row["day"]), visit.language)
    return f"{label} · {visit.texts['heard']}" if row["of"] == "voice" else label


def _groups(visit: Visit) -> list[tuple[str, str, str]]:
    """Each group of emotions: its name in the API's answers, its name for the reader, its colour."""
    return [(group, visit.texts[text], GROUP_COLOURS[group]) for group, text in GROUP_TEXTS.items()]
