"""The answer in three sentences: what it is mostly, how it changes, what the voice adds."""

import numpy as np

from emoclassify.labels import EMOTIONS, Scores
from emoclassify.outputs.report.key_moments import STEADY
from webapp.parts.outcome import Curve, Findings
from webapp.parts.session import Visit
from webapp.parts.texts import clock

_NEXT = 0.05
"""A second emotion that leads for less of the time is not told."""


def sentences(found: Findings, visit: Visit) -> str:
    """Up to three sentences on one recording."""
    return " ".join(filter(None, (_mostly(found, visit), _course(found, visit), _voice(found, visit))))


def leading(scores: Scores) -> Scores:
    """The share of the readable time in which each emotion has the top score; (n, 7) with NaN -> (7,), sum 1 or 0."""
    seen = scores[~np.isnan(scores).any(axis=1)]
    counts = np.bincount(seen.argmax(axis=1), minlength=len(EMOTIONS)) if len(seen) else np.zeros(len(EMOTIONS))
    return np.asarray(counts / max(len(seen), 1), dtype=np.float32)


def _mostly(found: Findings, visit: Visit) -> str:
    texts = visit.texts
    if not found.counts.sampled and not found.curves:
        return texts["says_nothing"]
    if not found.curves:
        return texts["says_no_face"]
    shares = leading(found.curves[0].scores)
    if not shares.any():
        return texts["says_bad_face"]
    order = np.argsort(-shares, kind="stable")
    first, second = order[0], order[1]
    if found.still:
        return texts["says_still"].format(top=texts[EMOTIONS[first]], second="")
    told = f"{texts[EMOTIONS[first]]} ({visit.percent(shares[first])})"
    more = texts["second"].format(top=texts[EMOTIONS[second]], share=visit.percent(shares[second]))
    persons = len(found.curves)
    kind = "says_voice_only" if found.curves[0].person is None else "says_main_face" if persons > 1 else "says_face"
    return texts[kind].format(top=told, n=persons, second=more if shares[second] >= _NEXT else "")


def _course(found: Findings, visit: Visit) -> str:
    if found.still or not found.curves:
        return ""
    return course(found.curves[0], visit)


def course(curve: Curve, visit: Visit) -> str:
    """How the valence of a curve goes."""
    low, high = curve.lowest, curve.highest
    if low is None or high is None:
        return ""
    facts = {
        "low": visit.number(low.valence),
        "high": visit.number(high.valence),
        "low_time": clock(low.time_s),
        "high_time": clock(high.time_s),
    }
    steady = "says_same" if facts["low"] == facts["high"] else "says_steady"
    kind = steady if high.valence - low.valence < STEADY else "says_course"
    return visit.texts[kind].format(**facts)


def _voice(found: Findings, visit: Visit) -> str:
    texts, voice = visit.texts, found.voice
    if found.still:
        return ""
    if not found.heard:
        return texts["says_not_heard"]
    if voice is None:
        return texts["says_silence"] if found.counts.sampled else ""
    length = visit.number(voice["speech_s"], 0)
    if voice["dominant"] is None:
        return texts["says_voice_unsure"].format(length=length)
    top = texts[voice["dominant"]]
    if found.curves and found.curves[0].person is None:
        return ""  # it is what the first sentence is about
    if found.crosscheck is None or not found.curves:
        return texts["says_voice_alone"].format(length=length, top=top)
    shares = {verdict: visit.percent(share) for verdict, share in found.crosscheck["shares"].items()}
    if shares["cannot tell"] == visit.percent(1):
        return texts["says_voice_untold"].format(length=length, top=top)
    return texts["says_voice"].format(length=length, top=top, agree=shares["agree"], differ=shares["differ"])
