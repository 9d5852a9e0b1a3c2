"""The result of a job as the page shows it: its overview, kept in memory for a while."""

from dataclasses import dataclass

import streamlit as st

from emoclassify.analysis import Analysis
from emoclassify.client import Client, Job
from emoclassify.findings import CurveFindings
from emoclassify.labels import Scores
from emoclassify.overview import Overview, OverviewCurve

_KEPT_S, _MOST_KEPT = 600, 40


@dataclass(frozen=True)
class Curve:
    """One person's scores over time, or the voice's where there is no picture, and what is told of them."""

    line: OverviewCurve
    findings: CurveFindings

    @property
    def person(self) -> int | None:
        """Whose face it is; None for the voice."""
        return self.line.person

    @property
    def scores(self) -> Scores:
        """float32 (n, 7), a row every half second; NaN in gaps."""
        return self.line.scores

    @property
    def mean(self) -> Scores | None:
        """float32 (7,), of the whole recording; None where nothing was read."""
        return self.findings.mean


def curves_of(overview: Overview) -> tuple[Curve, ...]:
    """The curves of a recording, the main person's first."""
    findings = {curve.person: curve for curve in overview.findings.curves}
    return tuple(Curve(line, findings[line.person]) for line in overview.curves)


def load(client: Client, job: Job, owner: str) -> Overview:
    """The overview of a completed job; those seen lately are kept in memory for ten minutes.

    Raises:
        ApiError: there is no result.
        ResultError: it was written by a version that is not read here.
    """
    overview: Overview = _load(job["id"], job["ended_at"], owner, client)
    return overview


def forget(job: Job, owner: str) -> None:
    """Keeps nothing of a job in memory."""
    _load.clear(job["id"], job["ended_at"], owner)


@st.cache_data(ttl=_KEPT_S, max_entries=_MOST_KEPT, show_spinner=False)
def _load(job_id: str, ended_at: str, owner: str, _client: Client) -> Overview:
    content = _client.overview(job_id)
    if content is None:  # a job of an older version
        return Overview.of(Analysis.from_dict(_client.result(job_id)))
    return Overview.from_dict(content)
