"""The results in short, stored with the job: statistics are made without opening result files."""

from typing import Any

from emoclassify.episodes import Episode
from emoclassify.jobs.job import USABILITY
from emoclassify.labels import EMOTIONS
from emoclassify.overview import Overview
from emoclassify.usability import usability_to_dict

EPISODES = "episodes"
"""Key of the stretches that the rules of the options mark, which a webhook tells."""

MOST_EPISODES = 100
"""Told in a summary; `overview.json` has all."""


def _told(episode: Episode) -> dict[str, Any]:
    """One episode: the measure, whose it is, and when."""
    span = episode.span
    whose = {"person": episode.person, "role": episode.role}
    return {"measure": episode.rule.measure, **whose, "start_s": round(span.start_s, 3), "end_s": round(span.end_s, 3)}


def summary_of(overview: Overview) -> dict[str, Any]:
    """Whether the recording is usable, and the figures of the main person's face, else of the voice.

    Returns:
        `episodes` (those of the rules in the options, where there are rules),
        `usability` (see `usability.usability_to_dict`) and, where a face or a voice could be read, the figures:
        `of` (face, voice), `coverage` (the share of the recording that could be read, 0..1), `shares`: the share of
        the time that was read (0..1, sum 1) in which each emotion leads, their sums `positive`, `neutral`, `negative`
        by the groups of the options, `scores`: the mean score of each emotion (0..1, sum 1), and `dominant`: the one
        that leads for longest, as every headline says; of a picture the one with the top score.
    """
    findings = overview.findings
    readable = [curve for curve in (findings.main, findings.voice) if curve is not None and curve.mean is not None]
    usability: dict[str, Any] = {USABILITY: usability_to_dict(findings.usability)}
    if overview.options.episodes:
        usability[EPISODES] = [_told(episode) for episode in overview.episodes[:MOST_EPISODES]]
    if not readable:
        return usability
    curve, mean = readable[0], readable[0].mean
    assert mean is not None
    by_name = {emotion: round(float(score), 6) for emotion, score in zip(EMOTIONS, mean, strict=True)}
    shares = {emotion: round(curve.shares.share_of_read(emotion), 6) for emotion in EMOTIONS}
    groups = overview.options.emotion_groups
    return usability | {
        "of": "voice" if curve.person is None else "face",
        "coverage": curve.coverage,
        "shares": shares,
        **{group: round(sum(shares[emotion] for emotion in groups[group]), 6) for group in groups},
        "scores": by_name,
        "dominant": max(EMOTIONS, key=lambda name: (shares[name], by_name[name])),
    }
