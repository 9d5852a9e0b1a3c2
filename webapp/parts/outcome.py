"""The overview of a job's result, cached in memory, and its curves with their findings."""

from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from emoclassify.analysis import Analysis
from emoclassify.client import Client, Job
from emoclassify.findings import CurveFindings
from emoclassify.labels import Scores
from emoclassify.overview import Overview, OverviewCurve

MOST_COMPARED = 100
"""Recordings in one comparison; more take long to load."""

_CACHE_S, _MOST_CACHED = 600, 2 * MOST_COMPARED


@dataclass(frozen=True)
class CurveWithFindings:
    """Scores over time with the findings from them: of one person, or of the voice where there is no picture."""

    line: OverviewCurve
    findings: CurveFindings

    @property
    def person(self) -> int | None:
        """Number of the person; None for the voice."""
        return self.line.person

    @property
    def role(self) -> str:
        """Whose voice it is in a call; else empty."""
        return self.line.role

    @property
    def scores(self) -> Scores:
        """As read: float32 (n, 7), 0..1, a row for every half second; NaN in gaps."""
        return self.line.scores

    @cached_property
    def drawn_scores(self) -> Scores:
        """The same, smoothed, as they are drawn boldly and as key moments are searched."""
        return self.line.drawn_on_steps

    @property
    def mean(self) -> Scores | None:
        """Mean over the whole recording, float32 (7,), 0..1; None where nothing could be read."""
        return self.findings.mean


def curves_of(overview: Overview) -> tuple[CurveWithFindings, ...]:
    """The curves of a recording, the main person's first; of a call those of its roles, after any faces."""
    findings = {curve.person: curve for curve in overview.findings.curves}
    faces = tuple(CurveWithFindings(line, findings[line.person]) for line in overview.curves)
    voices = {curve.role: curve for curve in overview.findings.roles}
    roles = tuple(CurveWithFindings(line, voices[line.role]) for line in overview.role_curves)
    return roles if roles and not overview.counts.sampled else (*faces, *roles)


def load(client: Client, job: Job, owner: str) -> Overview:
    """The overview of a completed job; it is cached for ten minutes.

    Raises:
        ApiError: there is no result.
        ResultError: a version wrote it whose results this version cannot read.
    """
    if job["rendering"]:  # what is kept without a time of its end may be of before
        forget(job, owner)
    overview: Overview = _load(job["id"], job["ended_at"], owner, client)
    return overview


def forget(job: Job, owner: str) -> None:
    """Removes a job from the cache."""
    _load.clear(job["id"], job["ended_at"], owner)


@st.cache_data(ttl=_CACHE_S, max_entries=_MOST_CACHED, show_spinner=False)
def _load(job_id: str, ended_at: str, owner: str, _client: Client) -> Overview:
    overview = Overview.if_current(_client.overview(job_id))
    return overview or Overview.of(Analysis.from_dict(_client.result(job_id)))  # an older version ran the job
