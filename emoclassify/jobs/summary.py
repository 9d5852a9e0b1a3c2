"""What was found, in short: kept with the job, so that statistics need not open results."""

from typing import Any

from emoclassify.analysis import Analysis
from emoclassify.labels import EMOTIONS, NEGATIVE, POSITIVE

_GROUPS = {"positive": POSITIVE, "neutral": ("neutral",), "negative": NEGATIVE}


def summarize(analysis: Analysis) -> dict[str, Any] | None:
    """The mean scores of the main person's face, else of the voice; None where nothing was found.

    Returns:
        `of` (face, voice), `scores` by emotion, `positive`, `neutral`, `negative`, `dominant`.
    """
    scores = analysis.timeline(1).mean() if 1 in analysis.persons else None
    kind = "face"
    if scores is None and analysis.voice is not None and analysis.voice.mean is not None:
        scores, kind = analysis.voice.mean.scores, "voice"
    if scores is None:
        return None
    by_name = {emotion: round(float(score), 6) for emotion, score in zip(EMOTIONS, scores, strict=True)}
    groups = {group: round(sum(by_name[emotion] for emotion in members), 6) for group, members in _GROUPS.items()}
    return {"of": kind, "scores": by_name, **groups, "dominant": max(by_name, key=lambda name: by_name[name])}
