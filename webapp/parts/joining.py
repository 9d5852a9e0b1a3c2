"""Puts recordings that were sent for a study into it, as they arrive, whoever looks at the study meanwhile."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from emoclassify.remote.client import ApiAwayError, ApiError
from emoclassify.remote.study_calls import Study
from emoclassify.study_content import BY_SOUND
from webapp.parts.session import Visit
from webapp.parts.study_plan import place_of

Parcel = Mapping[str, Any]
"""Recordings on their way, as the study tells them."""

_PAGE = 200
_WAIT = timedelta(days=1)  # what did not come by then was broken off


def begin_joining(
    study_id: str,
    token: str,
    n: int,
    films: dict[str, str],
    start_s: str,
    job_ids: Sequence[str] = (),
    film: str = "",
    *,
    visit: Visit,
) -> None:
    """Notes in a study what is sent for it, so that it joins also where this page is loaded anew. Raises ApiError.

    Args:
        study_id: of the study.
        token: what all of it is sent with, as `batch`.
        n: how many files.
        films: name of the file of a film -> id of the film.
        start_s: of the film in the recordings: a number, or BY_SOUND.
        job_ids: of recordings that were here before, and join too.
        film: that all of them saw; empty where the names of the files say it.
        visit: of the page.
    """
    parcel = {"token": token, "n": n, "films": films, "start_s": start_s, "film": film, "job_ids": list(job_ids)}
    visit.client.add_parcel(study_id, parcel)


def is_joining(study: Study) -> bool:
    """Whether recordings that were sent for the study are still on their way."""
    return bool(_awaited(study))


def _awaited(study: Study) -> list[Parcel]:
    oldest = datetime.now(UTC) - _WAIT
    return [parcel for parcel in study["parcels"] if datetime.fromisoformat(parcel["at"]) > oldest]


def join(study: Study, visit: Visit) -> Study:
    """Puts the recordings that have arrived meanwhile into the study, films into its plan; the study then. Raises
    ApiError."""
    for parcel in _awaited(study):
        study = _join_parcel(study, parcel, visit)
    return study


def _join_parcel(study: Study, parcel: Parcel, visit: Visit) -> Study:
    jobs = list(visit.client.list(batch=parcel["token"], limit=_PAGE))
    study = _join_films(study, jobs, parcel["films"], visit)
    viewings = list(visit.client.viewings(study["id"]))
    joined_ids = {row["recording"] for row in viewings}
    recordings = [job for job in reversed(jobs) if job["name"] not in parcel["films"]]
    recordings += _here_before(parcel, joined_ids, visit)
    rows = [_row(job, study, parcel) for job in recordings if job["id"] not in joined_ids]
    new_rows = [row for row in rows if _can_join(row, study)]
    are_all_here = len(jobs) >= parcel["n"] and len(new_rows) == len(rows)
    if new_rows:
        try:
            visit.client.set_viewings(study["id"], [*viewings, *new_rows])
        except ApiAwayError:
            raise
        except ApiError:  # a recording was deleted a moment ago: the next time is in a moment
            return study
    if are_all_here:  # who is taken out from now on stays out
        visit.client.remove_parcel(study["id"], parcel["token"])
    return visit.client.study(study["id"]) if new_rows or are_all_here else study


def _here_before(parcel: Parcel, joined_ids: set[str], visit: Visit) -> list[dict[str, Any]]:
    return [visit.client.get(job_id) for job_id in parcel["job_ids"] if job_id not in joined_ids]


def _join_films(study: Study, jobs: list[dict[str, Any]], films: dict[str, str], visit: Visit) -> Study:
    plan, job_of_film = study["plan"], {films[job["name"]]: job["id"] for job in jobs if job["name"] in films}
    stimuli = [
        {**one, "file": job_of_film[one["id"]]} if one["id"] in job_of_film and not one.get("file") else one
        for one in plan["stimulus"]
    ]
    if stimuli == plan["stimulus"]:
        return study
    return visit.client.change_study(study["id"], study["title"], {**plan, "stimulus": stimuli})


def _row(job: dict[str, Any], study: Study, parcel: Parcel) -> dict[str, str]:
    films = [parcel["film"]] if parcel["film"] else [str(film["id"]) for film in study["plan"]["stimulus"]]
    return {"recording": job["id"], **vars(place_of(job["name"], films)), "start_s": parcel["start_s"]}


def _can_join(row: dict[str, str], study: Study) -> bool:
    """A film that is found by its sound must be there first."""
    has_file = any(film["id"] == row["stimulus"] and film.get("file") for film in study["plan"]["stimulus"])
    return has_file or row["start_s"] != BY_SOUND
