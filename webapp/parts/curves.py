"""What the timeline widget draws: curves, gaps and strips on one time axis."""

from typing import Any

import numpy as np
import numpy.typing as npt

from emoclassify.analysis import SERIES_BIN_S
from emoclassify.crosscheck import Agreement
from emoclassify.labels import COLOURS, EMOTIONS, GROUP_COLOURS, Scores, negative, positive, valence
from emoclassify.overview import Overview
from webapp.parts.outcome import Curve
from webapp.parts.session import Visit
from webapp.parts.texts import Texts

MEASURES = ("emotions", "groups", "valence")

_DASHES = {
    "angry": "6 2 6 7",
    "disgust": "7 3",
    "fear": "2 3",
    "neutral": "10 3 2 3",
    "sad": "5 4",
    "surprise": "12 4",
    "negative": "6 4",
}
"""Beside colour: who cannot tell two colours apart can tell the strokes."""

_VERDICT_COLOURS = {"agree": "#009E73", "differ": "#D55E00", "cannot tell": None}
_PLAYER = (
    "recording chart chart_hint gap doubtful closer wider whole png svg moments".split()
)  # what the widget says, by the names of the catalogue

Values = npt.NDArray[np.float32]


def timeline(overview: Overview, curve: Curve | None, measure: str, video: str | None, visit: Visit) -> dict[str, Any]:
    """Everything that the widget shows of one person, or of the voice alone; without a curve all of it is a gap."""
    texts = visit.texts
    low = -1 if measure == "valence" else 0
    words: dict[str, Any] = {name: texts[name] for name in _PLAYER}
    sound = not overview.counts.sampled
    if sound:
        words["gap"] = texts["gap_voice"]
    return {
        "video": video,
        "sound": sound,
        "end_s": overview.end_s,
        "step_s": SERIES_BIN_S,
        "domain": [low - 0.02, 1.02],
        "ticks": ticks(low, visit),
        "curves": _lines(curve.scores, measure, texts) if curve else [],
        "gaps": curve.line.gaps if curve else [(0.0, overview.end_s)],
        "doubtful": curve.line.doubtful if curve else [],
        "strips": strips(overview, visit),
        "moments": [_moment(moment, visit) for moment in (curve.findings.moments if curve else ())],
        "texts": words | {"comma": visit.has_comma},
    }


def measured(scores: Scores, measure: str) -> Values:
    """positive, negative or valence of scores; (n, 7) -> (n,)."""
    return {"positive": positive, "negative": negative, "valence": valence}[measure](scores)


def ticks(low: int, visit: Visit) -> list[dict[str, Any]]:
    """The values beside the chart, from `low` to 1."""
    values = [-1, -0.5, 0, 0.5, 1] if low < 0 else [0, 0.25, 0.5, 0.75, 1]
    return [{"value": value, "label": visit.number(value, 1 if low < 0 else 2)} for value in values]


def plain_values(values: npt.NDArray[Any]) -> list[float | None]:
    """Numbers with three decimals, None for NaN."""
    return [None if np.isnan(value) else round(float(value), 3) for value in values]


def _lines(scores: Scores, measure: str, texts: Texts) -> list[dict[str, Any]]:
    if measure == "emotions":
        found = {emotion: (scores[:, i], COLOURS[emotion], texts[emotion]) for i, emotion in enumerate(EMOTIONS)}
    elif measure == "groups":
        groups = {
            "positive": positive(scores),
            "neutral": scores[:, EMOTIONS.index("neutral")],
            "negative": negative(scores),
        }
        labels = {"positive": "positive", "neutral": "neutral_group", "negative": "negative"}
        found = {name: (values, GROUP_COLOURS[name], texts[labels[name]]) for name, values in groups.items()}
    else:
        found = {"valence": (valence(scores), "#0072B2", texts["valence"])}
    return [
        {"id": name, "label": label, "colour": colour, "dash": _DASHES.get(name), "values": plain_values(values)}
        for name, (values, colour, label) in found.items()
    ]


def strips(overview: Overview, visit: Visit) -> list[dict[str, Any]]:
    """The voice, and whether it agrees with the face, on the same time axis; none where it was not listened to."""
    texts = visit.texts
    if not overview.was_heard or overview.source.still:
        return []
    voice = [
        _stretch(segment, COLOURS.get(segment.voice.dominant or ""), _heard(segment, visit))
        for segment in overview.segments
    ]
    heard = [emotion for emotion in EMOTIONS if emotion in {segment.voice.dominant for segment in overview.segments}]
    strips = [
        {
            "label": texts["strip_voice"],
            "silent": texts["silent"],
            "segments": voice,
            "keys": [{"label": f"{texts['voice']}: {texts[emotion]}", "colour": COLOURS[emotion]} for emotion in heard]
            + [{"label": texts["silent"], "empty": True}],
        }
    ]
    if overview.was_compared and overview.counts.sampled:
        verdicts = [
            _stretch(
                segment, _VERDICT_COLOURS[segment.verdict], verdict_told(segment, texts), segment.verdict == "differ"
            )
            for segment in overview.segments
            if segment.verdict
        ]
        seen = {segment.verdict for segment in overview.segments}
        keys = [
            {"label": texts[verdict], "colour": colour, "hatched": verdict == "differ"}
            for verdict, colour in _VERDICT_COLOURS.items()
            if verdict in seen
        ]
        strips.append({"label": texts["strip_verdict"], "segments": verdicts, "keys": keys})
    return strips


def _stretch(segment: Agreement, colour: str | None, told: str, hatched: bool = False) -> dict[str, Any]:
    span = segment.voice.span
    return {"start_s": span.start_s, "end_s": span.end_s, "colour": colour, "told": told, "hatched": hatched}


def _heard(segment: Agreement, visit: Visit) -> str:
    top = visit.texts[segment.voice.dominant or "cannot tell"]
    return visit.texts["heard_as"].format(top=top, share=visit.percent(segment.voice.confidence))


def verdict_told(segment: Agreement, texts: Texts) -> str:
    """What is told of face and voice in one stretch of speech, with the reason where it cannot be told."""
    told = texts["verdict_told"].format(verdict=texts[segment.verdict or "cannot tell"])
    return f"{told} ({texts['why_' + segment.reason]})" if segment.reason else told


def _moment(moment: Any, visit: Visit) -> dict[str, Any]:
    texts = visit.texts
    top = int(moment.scores.argmax())
    told = texts["moment_text"].format(
        top=texts[EMOTIONS[top]], share=visit.percent(moment.scores[top]), valence=visit.number(moment.valence)
    )
    return {"time_s": moment.time_s, "title": texts[f"moment_{moment.kind}"], "text": told}
