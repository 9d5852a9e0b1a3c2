"""overview.json: the findings of a recording and its curves, without the readings of single frames.

Made once, when the results are written. The page, comparisons and merged tables read it: the whole analysis of an hour
is a hundred times as large.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from emoclassify import __version__
from emoclassify.analysis import SERIES_BIN_S, Analysis, Counts
from emoclassify.analysis_parts import (
    rounded,
    scores_from_list,
    scores_to_list,
    segment_from_dict,
    segment_to_dict,
    source_from_dict,
    source_to_dict,
)
from emoclassify.crosscheck import Agreement, summarize
from emoclassify.curves import Curve, curves_of, role_curves
from emoclassify.episodes import Episode
from emoclassify.errors import ResultError
from emoclassify.findings import Findings, findings_of
from emoclassify.findings_parts import findings_from_dict, findings_to_dict
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.media.nouns import Source
from emoclassify.networks.nouns import ModelUsed
from emoclassify.settings import Options
from emoclassify.spoken_parts import (
    episode_from_dict,
    episode_to_dict,
    role_from_dict,
    role_to_dict,
    talk_to_dict,
    transcript_from_dict,
    transcript_to_dict,
)
from emoclassify.timeline import Bins, Span
from emoclassify.transcript.transcript import Transcript
from emoclassify.turns import RoleTalk, Talk, talk_of
from emoclassify.words.messages import Message

SCHEMA = 2
"""Counts the changes of overview.json that a reader would notice."""

STEP_S = SERIES_BIN_S
"""Length of a step of the curves."""

Spans = tuple[tuple[float, float], ...]
"""(start, end) in seconds, in order of time."""

_LEAST_GAP_S = 0.1  # the sound often ends a little after the last picture, which is no gap worth showing


@dataclass(frozen=True)
class OverviewCurve:
    """The scores of one person, or of the voice of a recording without a picture.

    Attributes:
        person: whose face it is; None for the voice.
        scores: as read, on the grid of series.csv: float32 (n, 7), one row for each STEP_S from 0 to the end of the
            recording; NaN in gaps, and where no frame was looked at.
        bin_s: width of the bins of `drawn`, seconds: the longer the recording, the wider.
        drawn: smoothed, as every chart draws them and as key moments are searched: float32 (m, 7); NaN in gaps.
        gaps: where nothing can be read.
        doubtful: where the face is seen too badly to count.
        shown: the stretches in which one emotion is shown of the face, in order; the shares count their lengths.
        role: whose voice it is, among `Overview.role_curves`; else empty.
    """

    person: int | None
    scores: Scores
    bin_s: float
    drawn: Scores
    gaps: Spans
    doubtful: Spans
    shown: tuple[tuple[Span, str], ...] = ()
    role: str = ""

    @property
    def drawn_on_steps(self) -> Scores:
        """The line through the middles of the drawn bins, on the grid of `scores`, float32 (n, 7); NaN in its gaps."""
        is_scored = ~np.isnan(self.drawn[:, 0])
        lines = np.full_like(self.scores, np.nan)
        if is_scored.any():
            middles_s = (np.flatnonzero(is_scored) + 0.5) * self.bin_s
            steps_s = (np.arange(len(self.scores)) + 0.5) * STEP_S
            columns = [np.interp(steps_s, middles_s, column) for column in self.drawn[is_scored].T]
            lines = np.stack(columns, axis=1).astype(np.float32)
        for start_s, end_s in self.gaps:
            lines[round(start_s / STEP_S) : int(np.ceil(end_s / STEP_S))] = np.nan
        return lines


@dataclass(frozen=True)
class Overview:
    """One recording's findings and curves.

    Attributes:
        source: the recording.
        options: of the analysis.
        models: those used.
        end_s: where the recording ends.
        counts: of frames, faces, stretches of speech and so on.
        timings_s: seconds by stage.
        warnings: what a reader should know before trusting the figures.
        findings: the figures that sentences and charts are made of.
        curves: one for each person, the main person's first; the voice's alone where there is no picture.
        was_heard: whether the voice was read.
        segments: the stretches of speech, each with the face beside it.
        transcript: what was said; None where that was not asked for.
        roles: the sides of a call; empty where no roles were named.
        episodes: the stretches that the rules of the options mark, in order of time.
        role_curves: one for each role whose voice was read.
    """

    source: Source
    options: Options
    models: tuple[ModelUsed, ...]
    end_s: float
    counts: Counts
    timings_s: dict[str, float]
    warnings: tuple[Message, ...]
    findings: Findings
    curves: tuple[OverviewCurve, ...]
    was_heard: bool
    segments: tuple[Agreement, ...]
    transcript: Transcript | None = None
    roles: tuple[RoleTalk, ...] = ()
    episodes: tuple[Episode, ...] = ()
    role_curves: tuple[OverviewCurve, ...] = ()

    @classmethod
    def of(cls, analysis: Analysis) -> "Overview":
        """The overview of an analysis, its figures rounded as they are saved, so that the file says the same."""
        findings = findings_of(analysis)
        return cls(
            source=analysis.source,
            options=analysis.options,
            models=analysis.models,
            end_s=analysis.end_s,
            counts=analysis.counts,
            timings_s=analysis.timings_s,
            warnings=analysis.warnings,
            findings=findings_from_dict(findings_to_dict(findings), findings.crosscheck),
            curves=tuple(_curves(analysis)),
            was_heard=analysis.voice is not None,
            segments=analysis.segments,
            transcript=analysis.transcript,
            roles=analysis.roles,
            episodes=analysis.episodes,
            role_curves=tuple(_role_curves(analysis)),
        )

    @cached_property
    def was_compared(self) -> bool:
        """True where face and voice were compared."""
        return self.options.double_check and self.was_heard

    @cached_property
    def talk(self) -> Talk | None:
        """Who speaks when; None where no roles were named."""
        return talk_of(self.roles, self.end_s) if self.roles else None

    def to_dict(self) -> dict[str, Any]:
        """The content of overview.json: strict JSON, numbers or null, never NaN."""
        return {
            "schema": SCHEMA,
            "program": {"name": "emoclassify", "version": __version__},
            "source": source_to_dict(self.source),
            "options": self.options.to_dict(),
            "models": [model.to_dict() for model in self.models],
            "labels": list(EMOTIONS),
            "end_s": self.end_s,
            "counts": asdict(self.counts),
            "timings_s": self.timings_s,
            "warnings": [message.to_dict() for message in self.warnings],
            "findings": findings_to_dict(self.findings),
            "step_s": STEP_S,
            "curves": [_curve_to_dict(curve) for curve in self.curves],
            "segments": [segment_to_dict(segment) for segment in self.segments] if self.was_heard else None,
            **({"transcript": transcript_to_dict(self.transcript)} if self.transcript else {}),
            **({"episodes": list(map(episode_to_dict, self.episodes))} if self.options.episodes else {}),
            **({"roles": list(map(role_to_dict, self.roles))} if self.roles else {}),
            **({"talk": talk_to_dict(self.talk)} if self.talk else {}),
            **({"role_curves": list(map(_curve_to_dict, self.role_curves))} if self.role_curves else {}),
        }

    @classmethod
    def if_current(cls, content: dict[str, Any] | None) -> "Overview | None":
        """The Overview in the content of an overview.json; None where an older version wrote it, or none.

        The overview is then made of the analysis.

        Raises:
            ResultError: a newer version wrote it, or it is no overview at all.
        """
        is_older = content is not None and isinstance(content.get("schema"), int) and content["schema"] < SCHEMA
        return None if content is None or is_older else cls.from_dict(content)

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> "Overview":
        """The Overview that `to_dict` wrote.

        Raises:
            ResultError: written by another schema, or no overview at all.
        """
        if content.get("schema") != SCHEMA:
            raise ResultError("schema_unknown", schema=str(content.get("schema")), wanted_schema=SCHEMA)
        try:
            return cls._from_fields(content)
        except (KeyError, TypeError, ValueError) as exc:
            raise ResultError("analysis_damaged", why=repr(exc)) from exc

    @classmethod
    def _from_fields(cls, content: dict[str, Any]) -> "Overview":
        segments = tuple(segment_from_dict(item) for item in content["segments"] or ())
        options, was_heard = Options.from_dict(content["options"]), content["segments"] is not None
        crosscheck = summarize(segments) if options.double_check and was_heard else None
        return cls(
            source=source_from_dict(content["source"]),
            options=options,
            models=tuple(map(ModelUsed.from_dict, content["models"])),
            end_s=content["end_s"],
            counts=Counts(**content["counts"]),
            timings_s=content["timings_s"],
            warnings=tuple(map(Message.from_dict, content["warnings"])),
            findings=findings_from_dict(content["findings"], crosscheck),
            curves=tuple(map(_curve_from_dict, content["curves"])),
            was_heard=was_heard,
            segments=segments,
            transcript=transcript_from_dict(content.get("transcript")),
            roles=tuple(map(role_from_dict, content.get("roles", ()))),
            episodes=tuple(map(episode_from_dict, content.get("episodes", ()))),
            role_curves=tuple(map(_curve_from_dict, content.get("role_curves", ()))),
        )


def _curves(analysis: Analysis) -> Iterator[OverviewCurve]:
    for curve in curves_of(analysis):
        if curve.person is None:
            yield _overview_curve(curve, analysis.voice_series(), analysis.end_s, ())
        else:
            doubtful = _doubtful_spans(analysis, curve.person)
            line = _overview_curve(curve, analysis.series(curve.person), analysis.end_s, doubtful)
            stretches = analysis.shown_timeline(curve.person).stretches(analysis.picture_end_s)
            yield replace(line, shown=tuple(stretches))


def _role_curves(analysis: Analysis) -> Iterator[OverviewCurve]:
    voices = {role.name: role.voice for role in analysis.roles}
    for curve in role_curves(analysis):
        series = replace(analysis, voice=voices[curve.role]).voice_series()
        yield replace(_overview_curve(curve, series, analysis.end_s, ()), role=curve.role)


def _overview_curve(curve: Curve, series: Bins, end_s: float, doubtful: Spans) -> OverviewCurve:
    n_steps = max(1, int(np.ceil(end_s / STEP_S - 1e-9)))
    scores = np.full((n_steps, len(EMOTIONS)), np.nan, np.float32)
    n_scored = min(n_steps, len(series.scores))
    scores[:n_scored] = series.scores[:n_scored]
    # A step that no frame falls into is no gap where the wider bin around it has scores: it was only not looked at.
    was_skipped = np.zeros(n_steps, dtype=bool)
    was_skipped[:n_scored] = series.n_samples[:n_scored] == 0
    bins = np.minimum((np.arange(n_steps) * STEP_S / curve.bin_s + 1e-9).astype(int), len(curve.gaps) - 1)
    gaps = _spans(np.isnan(scores[:, 0]) & ~(was_skipped & ~curve.gaps[bins]), end_s)
    return OverviewCurve(curve.person, scores, curve.bin_s, curve.drawn_scores, gaps, doubtful)


def _doubtful_spans(analysis: Analysis, person: int) -> Spans:
    """The spans from each doubtful reading to the next sampled frame, joined where they touch."""
    times_s = [sampled.time_s for sampled in analysis.frames] + [analysis.picture_end_s]
    index_of_frame = {sampled.frame: i for i, sampled in enumerate(analysis.frames)}
    faces = [face for face in analysis.faces if face.person == person and not face.quality_ok]
    spans: list[tuple[float, float]] = []
    for i in sorted(index_of_frame[face.frame] for face in faces):
        start_s, end_s = times_s[i], times_s[i + 1]
        if spans and spans[-1][1] == start_s:
            start_s = spans.pop()[0]
        spans.append((start_s, end_s))
    return tuple(spans)


def _spans(steps: npt.NDArray[np.bool_], end_s: float) -> Spans:
    """Runs of steps that are True; bool (n,) -> (start, end) in seconds."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], steps, [False])).astype(np.int8)))
    return tuple(
        (float(start * STEP_S), float(min(end * STEP_S, end_s)))
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        if end_s - start * STEP_S >= _LEAST_GAP_S
    )


def _curve_to_dict(curve: OverviewCurve) -> dict[str, Any]:
    return {
        "person": curve.person,
        "scores": _rows_to_list(curve.scores),
        "bin_s": curve.bin_s,
        "drawn": _rows_to_list(curve.drawn),
        "gaps": [list(span) for span in curve.gaps],
        "doubtful": [list(span) for span in curve.doubtful],
        "shown": [
            {"start_s": rounded(span.start_s), "end_s": rounded(span.end_s), "emotion": emotion}
            for span, emotion in curve.shown
        ],
        **({"role": curve.role} if curve.role else {}),
    }


def _curve_from_dict(item: dict[str, Any]) -> OverviewCurve:
    gaps, doubtful = (tuple((start, end) for start, end in item[name]) for name in ("gaps", "doubtful"))
    stretches = tuple((Span(stretch["start_s"], stretch["end_s"]), stretch["emotion"]) for stretch in item["shown"])
    return OverviewCurve(
        person=item["person"],
        scores=_rows_from_list(item["scores"]),
        bin_s=item["bin_s"],
        drawn=_rows_from_list(item["drawn"]),
        gaps=gaps,
        doubtful=doubtful,
        shown=stretches,
        role=item.get("role", ""),
    )


def _rows_to_list(scores: Scores) -> list[list[float] | None]:
    return [None if np.isnan(row).any() else scores_to_list(row) for row in scores]


def _rows_from_list(rows: list[list[float] | None]) -> Scores:
    gap = np.full(len(EMOTIONS), np.nan, np.float32)
    return np.stack([gap if row is None else scores_from_list(row) for row in rows])
