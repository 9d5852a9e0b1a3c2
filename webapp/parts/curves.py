"""The data of the player widget for one recording: curves, gaps and strips on one time axis."""

from typing import Any

import numpy as np
import numpy.typing as npt

from emoclassify.analysis import SERIES_BIN_S
from emoclassify.colours import COLOURS, GROUP_COLOURS, VALENCE, VERDICT_COLOURS
from emoclassify.crosscheck import Agreement
from emoclassify.groups import APART, Groups
from emoclassify.labels import EMOTIONS, Scores, sum_of, valence
from emoclassify.moments import Moment
from emoclassify.outputs.document.words import printable
from emoclassify.overview import Overview
from emoclassify.smoothing import N_SMOOTHED_BINS
from emoclassify.timeline import Span
from emoclassify.verdicts import CANNOT_TELL, DIFFER, FACE_MORE, VERDICTS, VOICE_MORE
from webapp.parts.calls import turn_strips
from webapp.parts.outcome import CurveWithFindings
from webapp.parts.session import Visit
from webapp.parts.terms import term_path
from webapp.parts.texts import GROUP_TEXTS, Texts

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
"""Name of a curve -> its stroke, for readers who cannot tell two colours apart."""

_PATTERNS = {FACE_MORE: "falling", VOICE_MORE: "upright", DIFFER: "crossed"}
"""Verdict -> the widget's pattern of lines over its colour, for the same readers."""

_PATHS = {"gap": "gap", "line": "line", "doubtful": "quality", "moment": "moment"}
"""Key or heading of the chart -> the word that explains it."""

_PLAYER_TEXTS = "recording chart chart_hint gap doubtful closer wider whole png svg moments no_moment".split()
"""The texts of the widget, by their names in `english.TEXTS`."""


def timeline(
    overview: Overview, curve: CurveWithFindings | None, measure: str, video: str | None, visit: Visit
) -> dict[str, Any]:
    """Everything that the widget shows of one person, or of the voice alone; without a curve all of it is a gap."""
    low = -1 if measure == "valence" else 0
    is_sound_only, is_voice = not overview.counts.sampled, curve is not None and curve.person is None
    texts: dict[str, Any] = {name: visit.texts[name] for name in _PLAYER_TEXTS}
    if is_sound_only or is_voice:
        texts["gap"] = visit.texts["gap_voice"]
    if curve:
        smoothed_over = visit.without_zeros(N_SMOOTHED_BINS * curve.line.bin_s)
        texts["as_read"] = visit.texts["as_read"].format(seconds=smoothed_over)
    return {
        "video": video,
        "sound": is_sound_only,
        "end_s": overview.end_s,
        "step_s": SERIES_BIN_S,
        "domain": [low - 0.02, 1.02],
        "ticks": ticks(low, visit),
        "curves": _lines(curve, measure, overview.options.emotion_groups, visit.texts) if curve else [],
        "gaps": curve.line.gaps if curve else [(0.0, overview.end_s)],
        "doubtful": curve.line.doubtful if curve else [],
        "strips": [
            *face_strips(curve, measure, overview, visit),
            *strips(overview, visit),
            *turn_strips(overview, visit),
            *_episode_strips(curve, overview, visit),
        ],
        "moments": [_moment_card(moment, visit) for moment in (curve.findings.moments if curve else ())],
        "texts": texts
        | {"comma": visit.has_comma}
        | {f"{name}_path": term_path(word) for name, word in _PATHS.items()},
    }


def values_of(scores: Scores, measure: str, groups: Groups) -> npt.NDArray[np.float32]:
    """positive, negative (0..1) or valence (-1..1) of scores; float32 (n, 7) -> float32 (n,), NaN stays NaN."""
    return valence(scores) if measure == "valence" else sum_of(scores, groups[measure])


def ticks(low: int, visit: Visit) -> list[dict[str, Any]]:
    """The values beside the chart, from `low` (0 or -1) to 1."""
    values = [-1, -0.5, 0, 0.5, 1] if low < 0 else [0, 0.25, 0.5, 0.75, 1]
    return [{"value": value, "label": visit.number(value, 1 if low < 0 else 2)} for value in values]


def plain_values(values: npt.NDArray[Any]) -> list[float | None]:
    """Numbers (n,) as a list with three decimals, None for NaN."""
    return [None if np.isnan(value) else round(float(value), 3) for value in values]


def _lines(curve: CurveWithFindings, measure: str, groups: Groups, texts: Texts) -> list[dict[str, Any]]:
    """A line for each value of a measure: `values` are smoothed, `as_read` stands behind them, pale."""
    smoothed, as_read = (_values_by_name(scores, measure, groups) for scores in (curve.drawn_scores, curve.scores))
    return [
        {
            "id": name,
            "label": label,
            "colour": colour,
            "dash": _DASHES.get(name),
            "values": plain_values(smoothed[name]),
            "as_read": plain_values(as_read[name]),
        }
        for name, (label, colour) in _looks(measure, groups, texts).items()
    ]


def _looks(measure: str, groups: Groups, texts: Texts) -> dict[str, tuple[str, str]]:
    """Name of a line -> its label and colour."""
    if measure == "emotions":
        return {name: (texts[name], COLOURS[name]) for name in EMOTIONS}
    if measure == "groups":
        looks = {name: (texts[text], GROUP_COLOURS[name]) for name, text in GROUP_TEXTS.items()}
        if group := groups.group_with_part:
            label = texts["part_of_group"].format(group=texts[GROUP_TEXTS[group]], part=texts[APART])
            looks[APART] = (label, COLOURS[APART])
        return looks
    return {"valence": (texts["valence"], VALENCE)}


def _values_by_name(scores: Scores, measure: str, groups: Groups) -> dict[str, npt.NDArray[np.float32]]:
    """Name of a line -> its values, float32 (n,); more than the lines that are drawn."""
    by_emotion = dict(zip(EMOTIONS, scores.T, strict=True))
    if measure == "emotions":
        return by_emotion
    if measure == "groups":
        return by_emotion | {name: sum_of(scores, groups[name]) for name in GROUP_TEXTS}
    return {"valence": valence(scores)}


def face_strips(
    curve: CurveWithFindings | None, measure: str, overview: Overview, visit: Visit
) -> list[dict[str, Any]]:
    """The strip of the emotions that are shown of a face, as in the annotated video; none of a voice or a picture."""
    if curve is None or curve.person is None or overview.source.still:
        return []
    texts = visit.texts
    stretches = [
        _stretch(span, COLOURS[emotion], texts["shown_as"].format(top=texts[emotion]))
        for span, emotion in curve.line.shown
    ]
    emotions = {emotion for _, emotion in curve.line.shown}
    keys = [
        {"label": texts["shown_as"].format(top=texts[emotion]), "colour": COLOURS[emotion]}
        for emotion in EMOTIONS
        if emotion in emotions and measure != "emotions"  # the curves' own keys have these colours then
    ]
    return [{"label": texts["strip_face"], "segments": stretches, "keys": keys}]


def strips(overview: Overview, visit: Visit) -> list[dict[str, Any]]:
    """Strips below the curves: the voice, and whether it agrees with the face; none where the voice was not read."""
    if not overview.was_heard or overview.source.still:
        return []
    has_verdicts = overview.was_compared and overview.counts.sampled
    return [_voice_strip(overview, visit), *([_verdict_strip(overview, visit.texts)] if has_verdicts else [])]


def _episode_strips(curve: CurveWithFindings | None, overview: Overview, visit: Visit) -> list[dict[str, Any]]:
    """The stretches that the rules of the job mark on this curve; none without rules."""
    if curve is None or not overview.options.episodes:
        return []
    texts = visit.texts
    stretches = [
        _stretch(
            episode.span,
            COLOURS.get(episode.rule.measure, VALENCE),
            texts["episode"].format(
                measure=texts[GROUP_TEXTS.get(episode.rule.measure, episode.rule.measure)],
                highest=visit.number(episode.highest),
            ),
        )
        for episode in overview.episodes
        if (episode.person, episode.role) == (curve.person, curve.role)
    ]
    return [{"label": texts["episodes"], "segments": stretches, "keys": []}]


def _voice_strip(overview: Overview, visit: Visit) -> dict[str, Any]:
    texts = visit.texts
    stretches = [
        _stretch(segment.voice.span, COLOURS.get(segment.voice.dominant or ""), _voice_text(segment, visit))
        for segment in overview.segments
    ]
    dominant = {segment.voice.dominant for segment in overview.segments}
    keys = [
        {"label": f"{texts['voice']}: {texts[emotion]}", "colour": COLOURS[emotion]}
        for emotion in EMOTIONS
        if emotion in dominant
    ]
    return {
        "label": _voice_label(overview, texts),
        "silent": texts["silent"],
        "segments": stretches,
        "keys": [*keys, {"label": texts["silent"], "empty": True}],
    }


def _voice_label(overview: Overview, texts: Texts) -> str:
    """Whose voice it is: in a call that of the first role that is scored."""
    role = next((printable(role.name) for role in overview.roles if role.voice), "")
    return f"{texts['strip_voice']}: {role}" if role else texts["strip_voice"]


def _verdict_strip(overview: Overview, texts: Texts) -> dict[str, Any]:
    stretches = [
        _stretch(segment.voice.span, VERDICT_COLOURS[verdict], verdict_text(segment, texts), _PATTERNS.get(verdict))
        for segment in overview.segments
        if (verdict := segment.verdict)
    ]
    verdicts = {segment.verdict for segment in overview.segments}
    keys = [
        {
            "label": texts[verdict],
            "colour": VERDICT_COLOURS[verdict],
            "pattern": _PATTERNS.get(verdict),
            "path": term_path("unknown" if verdict == CANNOT_TELL else "verdict"),
        }
        for verdict in VERDICTS
        if verdict in verdicts
    ]
    return {"label": texts["strip_verdict"], "segments": stretches, "keys": keys}


def _stretch(span: Span, colour: str | None, text: str, pattern: str | None = None) -> dict[str, Any]:
    return {"start_s": span.start_s, "end_s": span.end_s, "colour": colour, "text": text, "pattern": pattern}


def _voice_text(segment: Agreement, visit: Visit) -> str:
    voice, answer = segment.voice, visit.texts[segment.voice.answer]
    score = visit.number(voice.confidence) if voice.is_speech else ""
    return visit.texts["heard_as"].format(top=answer, score=score).strip()


def verdict_text(segment: Agreement, texts: Texts) -> str:
    """Whether face and voice agree in one stretch of speech, with the reason where that is not known."""
    text = texts["verdict_text"].format(verdict=texts[segment.verdict or CANNOT_TELL])
    return f"{text} ({texts[segment.reason]})" if segment.reason else text


def _moment_card(moment: Moment, visit: Visit) -> dict[str, Any]:
    texts = visit.texts
    top = int(moment.scores.argmax())
    text = texts["moment_text"].format(
        top=texts[EMOTIONS[top]], score=visit.number(float(moment.scores[top])), valence=visit.signed(moment.valence)
    )
    title = f"{visit.clock(moment.time_s)} · {texts[f'moment_{moment.kind}']}"
    return {"time_s": moment.time_s, "title": title, "text": text}
