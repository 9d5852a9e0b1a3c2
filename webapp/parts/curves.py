"""What the timeline widget draws: curves, gaps and strips on one time axis."""

from typing import Any

import numpy as np
import numpy.typing as npt

from emoclassify.analysis import SERIES_BIN_S
from emoclassify.labels import COLOURS, EMOTIONS, Scores, negative, positive, valence
from webapp.parts.outcome import Curve, Findings
from webapp.parts.session import Visit
from webapp.parts.texts import Texts

MEASURES = ("emotions", "groups", "valence")

GROUP_COLOURS = {"positive": "#E69F00", "neutral": "#7F7F7F", "negative": "#0072B2"}

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


def timeline(found: Findings, curve: Curve | None, measure: str, video: str | None, visit: Visit) -> dict[str, Any]:
    """Everything that the widget shows of one person, or of the voice alone; without a curve all of it is a gap."""
    texts = visit.texts
    low = -1 if measure == "valence" else 0
    words: dict[str, Any] = {name: texts[name] for name in _PLAYER}
    sound = not found.counts.sampled
    if sound:
        words["gap"] = texts["gap_voice"]
    return {
        "video": video,
        "sound": sound,
        "end_s": found.end_s,
        "step_s": SERIES_BIN_S,
        "domain": [low - 0.02, 1.02],
        "ticks": ticks(low, visit),
        "curves": _lines(curve.scores, measure, texts) if curve else [],
        "gaps": curve.gaps if curve else [(0.0, found.end_s)],
        "doubtful": curve.doubtful if curve else [],
        "strips": strips(found, visit),
        "moments": [_moment(moment, visit) for moment in (curve.moments if curve else ())],
        "texts": words | {"comma": visit.language == "ru"},
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


def strips(found: Findings, visit: Visit) -> list[dict[str, Any]]:
    """The voice, and whether it agrees with the face, on the same time axis; none where it was not listened to."""
    texts = visit.texts
    if not found.heard or found.still:
        return []
    voice = [_stretch(item, COLOURS.get(item["dominant"] or ""), _heard(item, visit)) for item in found.segments]
    heard = [emotion for emotion in EMOTIONS if emotion in {item["dominant"] for item in found.segments}]
    strips = [
        {
            "label": texts["strip_voice"],
            "silent": texts["silent"],
            "segments": voice,
            "keys": [{"label": f"{texts['voice']}: {texts[emotion]}", "colour": COLOURS[emotion]} for emotion in heard]
            + [{"label": texts["silent"], "empty": True}],
        }
    ]
    if found.compared and found.counts.sampled:
        verdicts = [
            _stretch(item, _VERDICT_COLOURS[item["verdict"]], verdict_told(item, texts), item["verdict"] == "differ")
            for item in found.segments
            if item["verdict"]
        ]
        seen = {item["verdict"] for item in found.segments}
        keys = [
            {"label": texts[verdict], "colour": colour, "hatched": verdict == "differ"}
            for verdict, colour in _VERDICT_COLOURS.items()
            if verdict in seen
        ]
        strips.append({"label": texts["strip_verdict"], "segments": verdicts, "keys": keys})
    return strips


def _stretch(item: dict[str, Any], colour: str | None, told: str, hatched: bool = False) -> dict[str, Any]:
    return {"start_s": item["start_s"], "end_s": item["end_s"], "colour": colour, "told": told, "hatched": hatched}


def _heard(item: dict[str, Any], visit: Visit) -> str:
    top = visit.texts[item["dominant"] or "cannot tell"]
    return visit.texts["heard_as"].format(top=top, share=visit.percent(item["confidence"]))


def verdict_told(item: dict[str, Any], texts: Texts) -> str:
    """What is told of face and voice in one stretch of speech, with the reason where it cannot be told."""
    told = texts["verdict_told"].format(verdict=texts[item["verdict"]])
    return f"{told} ({texts['why_' + item['reason']]})" if item["reason"] else told


def _moment(moment: Any, visit: Visit) -> dict[str, Any]:
    texts = visit.texts
    top = int(moment.scores.argmax())
    told = texts["moment_text"].format(
        top=texts[EMOTIONS[top]], share=visit.percent(moment.scores[top]), valence=visit.number(moment.valence)
    )
    return {"time_s": moment.time_s, "title": texts[f"moment_{moment.kind}"], "text": told}
