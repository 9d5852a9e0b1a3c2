"""What was found, in short: kept with the job, so that statistics need not open results."""

from typing import Any

from emoclassify.analysis import Analysis
from emoclassify.labels import EMOTIONS, NEGATIVE, POSITIVE

_GROUPS = {"positive": POSITIVE, "neutral": ("neutral",), "negative": NEGATIVE}


def summarize(analysis: Analysis) -> dict[str, Any] | None:
    """The mean scores of the main person's face, else of the voice; None where nothing was found.

    Returns:
        `of` (face, voice), `coverage` (the share of the recording that it is of, 0..1), `scores` by emotion,
        `positive`, `neutral`, `negative`, `dominant`.
    """
    means = analysis.means
    if means.faces and means.faces[0].person == 1:
        kind, scores, coverage = "face", means.faces[0].scores, means.faces[0].coverage
    elif means.voice is not None:
        kind, scores, coverage = "voice", means.voice.scores, means.voice_coverage
    else:
        return None
    by_name = {emotion: round(float(score), 6) for emotion, score in zip(EMOTIONS, scores, strict=True)}
    groups = {group: round(sum(by_name[emotion] for emotion in members), 6) for group, members in _GROUPS.items()}
    dominant = max(by_name, key=lambda name: by_name[name])
    return {"of": kind, "coverage": round(coverage, 6), "scores": by_name, **groups, "dominant": dominant}
