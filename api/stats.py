"""The call that sums up the results of many jobs."""

from typing import Any

from apiflask import APIBlueprint

from api.access import caller
from api.schemas import StatsOut, StatsQuery, datetime_of, seconds_of
from emoclassify.groups import APART, GROUPS
from emoclassify.jobs.job import usability_in
from emoclassify.jobs.queries import Search
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.shares import shares_in
from emoclassify.usability import Verdict


def stats_calls(service: Jobs) -> APIBlueprint:
    """GET of /v1/stats."""
    calls = APIBlueprint("stats", __name__, url_prefix="/v1", tag="jobs")

    @calls.get("/stats")
    @calls.input(StatsQuery, location="query", arg_name="query")
    @calls.output(StatsOut)
    @calls.doc(summary="Shares by day", operation_id="stats")
    def stats(query: dict[str, Any]) -> dict[str, Any]:
        """Shares of positive, neutral, negative and surprise of the caller's completed jobs, by the day they came in.

        Each is a share of the time in which the face can be read (without a picture: of the speech), 0 to 1, and the
        mean of the jobs of the day (UTC). The groups are those of each job (`groups`); surprise is a part of its group.
        Recordings that are not usable count for nothing, nor do jobs that an older version ran: it had other figures.
        """
        search = Search(
            owner=caller().owner,
            **{name: query[name] for name in ("tag", "group")},
            from_s=seconds_of(query.get("from_")),
            to_s=seconds_of(query.get("to")),
        )
        return {"days": _days(service.store.summaries(search))}

    return calls


def _days(summaries: list[tuple[float, dict[str, Any]]]) -> list[dict[str, Any]]:
    """A row for each day and what was read; one mean of faces and voices would be of neither."""
    rows_by_day: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for created_at, summary in summaries:
        if not _counts(summary):
            continue
        day = datetime_of(created_at)
        assert day is not None
        shares = {**{group: summary[group] for group in GROUPS}, APART: summary["shares"][APART]}
        rows_by_day.setdefault((day.date().isoformat(), summary["of"]), []).append(shares)
    return [
        {"day": day, "of": of, "jobs": len(rows)}
        | {name: round(sum(row[name] for row in rows) / len(rows), 6) for name in (*GROUPS, APART)}
        for (day, of), rows in sorted(rows_by_day.items())
    ]


def _counts(summary: dict[str, Any]) -> bool:
    """Whether a recording has figures, and is not known to be unusable."""
    usability = usability_in(summary)
    is_unusable = usability is not None and usability["verdict"] == Verdict.NOT_USABLE
    return shares_in(summary) is not None and not is_unusable
