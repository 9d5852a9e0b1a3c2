"""The results in short, stored with the job: statistics are made without opening result files."""

from typing import Any

from emoclassify.jobs.job import USABILITY
from emoclassify.labels import EMOTIONS, NEGATIVE, POSITIVE
from emoclassify.overview import Overview
from emoclassify.usability import usability_to_dict

_GROUPS = {"positive": POSITIVE, "neutral": ("neutral",), "negative": NEGATIVE}


def summary_of(overview: Overview) -> dict[str, Any]:
    """Whether the recording is usable, and the figures of the main person's face, else of the voice.

    Returns:
        `usability` (see `usability.usability_to_dict`) and, where a face or a voice could be read, the figures:
        `of` (face, voice), `coverage` (the share of the recording that could be read, 0..1), `scores` by emotion and
        their sums `positive`, `neutral`, `negative` (0..1), `dominant`, and `shares`: the share of the recording
        (0..1) in which each emotion leads, and `unread`.
    """
    findings = overview.findings
    readable = [curve for curve in (findings.main, findings.voice) if curve is not None and curve.mean is not None]
    usability = {USABILITY: usability_to_dict(findings.usability)}
    if not readable:
        return usability
    curve, mean = readable[0], readable[0].mean
    assert mean is not None
    by_name = {emotion: round(float(score), 6) for emotion, score in zip(EMOTIONS, mean, strict=True)}
    groups = {group: round(sum(by_name[emotion] for emotion in members), 6) for group, members in _GROUPS.items()}
    shares = dict(zip(EMOTIONS, map(float, curve.shares.leading), strict=True)) | {"unread": curve.shares.unread}
    return usability | {
        "of": "voice" if curve.person is None else "face",
        "coverage": curve.coverage,
        "scores": by_name,
        **groups,
        "dominant": max(by_name, key=lambda name: by_name[name]),
        "shares": shares,
    }
