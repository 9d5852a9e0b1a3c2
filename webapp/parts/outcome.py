"""What the page needs of an analysis: its figures and curves, without the reading of every single frame."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from emoclassify.analysis import SERIES_BIN_S, Analysis, Counts
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.networks.nouns import ModelUsed
from emoclassify.outputs.report.key_moments import Moment, key_moments, peaks
from emoclassify.outputs.tracks import Track, end_of, tracks_of
from emoclassify.remote.client import Client, Job
from emoclassify.timeline import Bins

Spans = tuple[tuple[float, float], ...]

_SEEN_S = 0.1  # what sound there is beyond the last picture is no gap that anybody could see
_KEPT_S, _MOST_KEPT = 600, 40


@dataclass(frozen=True)
class Curve:
    """One person's scores over time, or the voice's where there is no picture."""

    person: int | None
    scores: Scores
    """float32 (n, 7), a row every half second; NaN in gaps."""
    mean: Scores | None
    """float32 (7,), of the whole recording."""
    coverage: float
    """Share of the recording that it stands for, 0..1."""
    gaps: Spans
    doubtful: Spans
    """Where the face is seen too badly to be counted."""
    moments: tuple[Moment, ...]
    lowest: Moment | None
    highest: Moment | None
    """Of the smoothed valence, as the report tells them."""


@dataclass(frozen=True)
class Findings:
    """One recording's result."""

    name: str
    still: bool
    end_s: float
    curves: tuple[Curve, ...]
    heard: bool
    """Whether the voice was listened to."""
    compared: bool
    segments: tuple[dict[str, Any], ...]
    voice: dict[str, Any] | None
    """Of all speech: speech_s, coverage, scores, dominant."""
    crosscheck: dict[str, Any] | None
    counts: Counts
    models: tuple[ModelUsed, ...]
    warnings: tuple[str, ...]


def load(client: Client, job: Job, owner: str) -> Findings:
    """The findings of a completed job; those seen lately are kept in memory for ten minutes.

    Raises:
        ApiError: there is no result.
        ResultError: it was written by another version.
    """
    found: Findings = _load(job["id"], job["ended_at"], owner, client)
    return found


def forget(job: Job, owner: str) -> None:
    """Keeps nothing of a job in memory."""
    _load.clear(job["id"], job["ended_at"], owner)


@st.cache_data(ttl=_KEPT_S, max_entries=_MOST_KEPT, show_spinner=False)
def _load(job_id: str, ended_at: str, owner: str, _client: Client) -> Findings:
    return findings(_client.result(job_id))


def findings(content: dict[str, Any]) -> Findings:
    """What the page needs of the content of analysis.json.

    Raises:
        ResultError: it was written by another version.
    """
    analysis = Analysis.from_dict(content)
    means = content["echo_mean"]
    return Findings(
        name=analysis.source.name,
        still=analysis.source.still,
        end_s=analysis.end_s,
        curves=_curves(analysis, means),
        heard=analysis.voice is not None,
        compared=analysis.options.double_check,
        segments=tuple(content["segments"] or ()),
        voice=means["voice"],
        crosscheck=content["crosscheck"],
        counts=analysis.counts,
        models=analysis.models,
        warnings=analysis.warnings,
    )


def _curves(analysis: Analysis, means: dict[str, Any]) -> tuple[Curve, ...]:
    tracks = {track.person: track for track in tracks_of(analysis)}
    if not analysis.frames:
        voice = means["voice"]
        return () if voice is None else (_curve(analysis, None, analysis.heard_series(), voice, tracks.get(None)),)
    by_person = {mean["person"]: mean for mean in means["faces"]}
    return tuple(
        _curve(analysis, person, analysis.series(person), by_person.get(person), tracks.get(person))
        for person in analysis.persons
    )


def _curve(
    analysis: Analysis, person: int | None, series: Bins, mean: dict[str, Any] | None, track: Track | None
) -> Curve:
    end_s = analysis.end_s
    scores = np.full((max(1, int(np.ceil(end_s / SERIES_BIN_S - 1e-9))), len(EMOTIONS)), np.nan, np.float32)
    n = min(len(scores), len(series.scores))
    scores[:n] = series.scores[:n]
    lowest, highest = (track and peaks(track, end_of(analysis))) or (None, None)
    return Curve(
        person=person,
        scores=scores,
        mean=None if mean is None else np.array(mean["scores"], np.float32),
        coverage=0.0 if mean is None else float(mean["coverage"]),
        gaps=_spans(np.isnan(scores[:, 0]), end_s),
        doubtful=() if person is None else _doubtful(analysis, person),
        moments=tuple(key_moments(track, end_of(analysis))) if track else (),
        lowest=lowest,
        highest=highest,
    )


def _doubtful(analysis: Analysis, person: int) -> Spans:
    """From each bad reading to the next sampled frame, joined where they touch."""
    times_s = [sampled.time_s for sampled in analysis.frames] + [analysis.picture_end_s]
    place = {sampled.frame: i for i, sampled in enumerate(analysis.frames)}
    bad = sorted(place[face.frame] for face in analysis.faces if face.person == person and not face.quality_ok)
    spans: list[tuple[float, float]] = []
    for i in bad:
        start_s, end_s = times_s[i], times_s[i + 1]
        if spans and spans[-1][1] == start_s:
            start_s = spans.pop()[0]
        spans.append((start_s, end_s))
    return tuple(spans)


def _spans(chosen: npt.NDArray[np.bool_], end_s: float) -> Spans:
    """Runs of chosen half seconds; bool (n,) -> (start, end) in seconds."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], chosen, [False])).astype(np.int8)))
    return tuple(
        (float(start * SERIES_BIN_S), float(min(end * SERIES_BIN_S, end_s)))
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        if end_s - start * SERIES_BIN_S >= _SEEN_S
    )
