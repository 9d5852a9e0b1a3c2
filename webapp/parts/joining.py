"""Puts recordings that were sent for a study into it, as they arrive."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from emoclassify.remote.study_calls import Study
from emoclassify.study_content import BY_SOUND
from webapp.parts.session import Visit
from webapp.parts.study_plan import place_of

_PAGE = 200


def begin_joining(
    study_id: str, token: str, n: int, films: dict[str, str], start_s: str, job_ids: Sequence[str] = (), film: str = ""
) -> None:
    """Notes what was sent for a study.

    Args:
        study_id: of the study.
        token: what all of it is sent with, as `batch`.
        n: how many files.
        films: name of the file of a film -> id of the film.
        start_s: of the film in the recordings: a number, or BY_SOUND.
        job_ids: of recordings that were here before, and join too.
        film: that all of them saw; empty where the names of the files say it.
    """
    parcel = {"study": study_id, "token": token, "n": n, "films": films, "start_s": start_s, "film": film}
    st.session_state["joining"] = {**parcel, "job_ids": list(job_ids)}


def is_joining(study: Study) -> bool:
    """Whether recordings that were sent for the study are still on their way."""
    joining = st.session_state.get("joining")
    return joining is not None and joining["study"] == study["id"]


def join(study: Study, visit: Visit) -> Study:
    """Puts the recordings that have arrived meanwhile into the study, films into its plan; the study then. Raises
    ApiError."""
    joining = st.session_state.get("joining")
    if joining is None or joining["study"] != study["id"]:
        return study
    jobs = list(visit.client.list(batch=joining["token"], limit=_PAGE))
    study = _join_films(study, jobs, joining["films"], visit)
    viewings = list(visit.client.viewings(study["id"]))
    joined_ids = {row["recording"] for row in viewings}
    recordings = [job for job in reversed(jobs) if job["name"] not in joining["films"]]
    recordings += [visit.client.get(job_id) for job_id in joining["job_ids"] if job_id not in joined_ids]
    rows = [_row(job, study, joining) for job in recordings if job["id"] not in joined_ids]
    new_rows = [row for row in rows if _can_join(row, study)]
    if len(jobs) >= joining["n"] and len(new_rows) == len(rows):
        del st.session_state["joining"]  # all are there: who is taken out from now on stays out
    if not new_rows:
        return study
    visit.client.set_viewings(study["id"], [*viewings, *new_rows])
    return visit.client.study(study["id"])


def _join_films(study: Study, jobs: list[dict[str, Any]], films: dict[str, str], visit: Visit) -> Study:
    plan, job_of_film = study["plan"], {films[job["name"]]: job["id"] for job in jobs if job["name"] in films}
    stimuli = [
        {**one, "file": job_of_film[one["id"]]} if one["id"] in job_of_film and not one.get("file") else one
        for one in plan["stimulus"]
    ]
    if stimuli == plan["stimulus"]:
        return study
    return visit.client.change_study(study["id"], study["title"], {**plan, "stimulus": stimuli})


def _row(job: dict[str, Any], study: Study, joining: dict[str, Any]) -> dict[str, str]:
    films = [joining["film"]] if joining["film"] else [str(film["id"]) for film in study["plan"]["stimulus"]]
    return {"recording": job["id"], **vars(place_of(job["name"], films)), "start_s": joining["start_s"]}


def _can_join(row: dict[str, str], study: Study) -> bool:
    """A film that is found by its sound must be there first."""
    has_file = any(film["id"] == row["stimulus"] and film.get("file") for film in study["plan"]["stimulus"])
    return has_file or row["start_s"] != BY_SOUND
