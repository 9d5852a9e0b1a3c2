"""Results: every recording that was handed in, to be searched, sorted, opened and compared."""

from datetime import date
from typing import Any

import streamlit as st

from emoclassify.job_states import SHOWN, JobState
from emoclassify.labels import GROUP_COLOURS
from emoclassify.remote.client import Job
from emoclassify.words.numbers import day, whole_clock
from webapp import widgets
from webapp.parts.bars import Part, Row, draw_bars
from webapp.parts.session import Visit, go, moment

STATES = ("", *SHOWN)
SORTS = ("-created_at", "created_at", "name", "-name", "-size_bytes", "size_bytes")

_PAGE = 50


def draw(visit: Visit) -> None:
    """The search, the table, and the shares by day."""
    texts = visit.texts
    st.title(texts["history_title"], anchor=False)
    if "told" in st.session_state:
        st.success(st.session_state.pop("told"))
    asked = _ask(visit)
    jobs = _found(asked, visit)
    if not jobs:
        st.info(texts["nothing_found"] if any(asked[name] for name in ("q", "state", "tag")) else texts["nothing_yet"])
        if st.button(texts["to_new"], key="to_new"):
            go("new")
        return
    _draw_table(jobs, visit)
    days = visit.client.stats(tag=asked["tag"])
    if days:
        st.header(texts["by_day"], anchor=False)
        legend = [Part(label, 0.0, colour, "") for _, label, colour in _groups(visit)]
        draw_bars(texts["by_day"], day_rows(list(days), visit), legend)
        st.caption(texts["by_day_help"])


def _ask(visit: Visit) -> dict[str, str]:
    texts = visit.texts
    with st.container(horizontal=True, key="search_bar"):
        q = st.text_input(texts["search"], key="q", width=260)
        tag = st.text_input(texts["tag"], key="search_tag", width=160)
        state = st.selectbox(
            texts["state"],
            STATES,
            format_func=lambda name: texts[f"state_{name}"] if name else texts["any"],
            key="state",
            width=170,
        )
        sort = st.selectbox(texts["sort"], SORTS, format_func=lambda name: texts[f"sort_{name}"], key="sort", width=190)
    return {"q": q.strip(), "tag": tag.strip(), "state": state, "sort": sort}


def _found(asked: dict[str, str], visit: Visit) -> list[Job]:
    """As many pages of jobs as were asked for."""
    pages = st.session_state.get("pages_shown", {"asked": asked, "n": 1})
    n = pages["n"] if pages["asked"] == asked else 1
    jobs: list[Job] = []
    cursor: str | None = ""
    for _ in range(n):
        page = visit.client.page(limit=_PAGE, cursor=cursor, **asked)
        jobs += page["jobs"]
        cursor = page["next_cursor"]
        if not cursor:
            break
    st.session_state["pages_shown"] = {"asked": asked, "n": n, "more": bool(cursor)}
    return jobs


def _draw_table(jobs: list[Job], visit: Visit) -> None:
    texts = visit.texts
    chosen = list(st.session_state.get("jobs", {}).get("chosen") or [])
    completed = {job["id"] for job in jobs if job["state"] == JobState.COMPLETED}
    ready = [job_id for job_id in chosen if job_id in completed]
    with st.container(horizontal=True, vertical_alignment="center"):
        label = texts["compare_chosen"].format(n=len(ready))
        if st.button(label, disabled=len(ready) < 2, key="compare", type="primary"):
            st.session_state["compared"] = ready
            go("compare")
        st.caption(texts["compare_hint"])
    columns = [texts[name] for name in ("name", "state", "duration", "created", "tag", "group", "mood", "expires")]
    found = widgets.jobs(
        data={"columns": columns, "rows": rows(jobs, visit), "chosen": chosen, "texts": {"choose": texts["choose"]}},
        default={"chosen": []},
        key="jobs",
        on_chosen_change=lambda: None,
        on_opened_change=lambda: None,
    )
    if found.opened:
        go("result", job=found.opened)
    if st.session_state["pages_shown"]["more"] and st.button(texts["show_more"], key="show_more"):
        st.session_state["pages_shown"]["n"] += 1
        st.rerun()


def rows(jobs: list[Job], visit: Visit) -> list[dict[str, Any]]:
    """What the table shows of each job."""
    return [
        {
            "id": job["id"],
            "name": job["name"],
            "cells": [
                visit.texts[f"state_{job['state']}"].replace(" ", "\N{NO-BREAK SPACE}"),
                whole_clock(job["duration_s"]) if job["duration_s"] else "",
                moment(job["created_at"], visit.language),
                job["tag"],
                job["group"],
                _mood(job["summary"], visit),
                moment(job["expires_at"], visit.language),
            ],
        }
        for job in jobs
    ]


def _mood(summary: dict[str, Any] | None, visit: Visit) -> str:
    if summary is None:
        return ""
    return " / ".join(visit.percent(summary[group]) for group in ("positive", "neutral", "negative"))


def day_rows(days: list[dict[str, Any]], visit: Visit) -> list[Row]:
    """A row a day, the latest first, made of the three shares."""
    return [
        Row(
            day(date.fromisoformat(row["day"]), visit.language),
            tuple(
                Part(label, row[group], colour, visit.percent(row[group])) for group, label, colour in _groups(visit)
            ),
            f"{_mood(row, visit)} · {visit.texts.several('recordings', row['jobs'])}",
        )
        for row in reversed(days)
    ]


def _groups(visit: Visit) -> list[tuple[str, str, str]]:
    """Each group of emotions: its name in the API's answers, its name for the reader, its colour."""
    labels = {"positive": "positive", "neutral": "neutral_group", "negative": "negative"}
    return [(group, visit.texts[label], GROUP_COLOURS[group]) for group, label in labels.items()]
