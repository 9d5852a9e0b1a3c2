"""The figures of a result: the shares of the groups, the valence, and how much could be read."""

from collections.abc import Iterator
from dataclasses import dataclass

from emoclassify.groups import APART, Groups
from emoclassify.labels import valence
from emoclassify.overview import Overview
from emoclassify.usability import Verdict
from emoclassify.words.bases import Base
from webapp.parts.outcome import CurveWithFindings
from webapp.parts.session import Visit

BARE = {Base.READABLE: "of_readable", Base.SPEECH: "of_speech", Base.RECORDING: "of_recording"}
"""Base -> name of its text without a share in it."""


@dataclass(frozen=True)
class Figure:
    """One figure of a result.

    Attributes:
        label: what it is.
        value: as the reader's language writes it.
        base: of what it is a share, or what it leaves out; stands below it.
        meaning: a sentence on it.
        term: the word that explains it, of `glossary.NAMES`; empty where the sentence is enough.
    """

    label: str
    value: str
    base: str
    meaning: str
    term: str = ""


def figures(overview: Overview, curve: CurveWithFindings | None, visit: Visit) -> list[Figure]:
    """The figures of one person, or of the voice, and of the whole recording."""
    is_told = overview.findings.usability.verdict is not Verdict.NOT_USABLE
    own = _curve_figures(overview, curve, visit) if curve is not None and curve.mean is not None else ()
    return [*(own if is_told else ()), *_speech_figures(overview, visit)]


def _curve_figures(overview: Overview, curve: CurveWithFindings, visit: Visit) -> Iterator[Figure]:
    texts, groups = visit.texts, overview.options.emotion_groups
    assert curve.mean is not None
    if not overview.source.still:
        yield from _share_figures(curve, groups, visit)
    mean_valence = visit.signed(float(valence(curve.mean)))
    yield Figure(texts["metric_valence"], mean_valence, texts["valence_leaves_out"], texts["help_valence"], "valence")
    if curve.person is not None and not overview.source.still:
        readable = visit.percent(curve.findings.shares.read)
        yield Figure(texts["metric_seen"], readable, texts["of_recording"], texts["help_seen"], "readable")


def _share_figures(curve: CurveWithFindings, groups: Groups, visit: Visit) -> Iterator[Figure]:
    """The share of each group, that of surprise right after its group."""
    texts = visit.texts
    base = texts[BARE[curve.findings.base]]
    shares = curve.findings.shares.in_words(groups, visit.language)
    for group in groups:
        members = ", ".join(texts[emotion] for emotion in groups[group])
        meaning = texts["help_group"].format(emotions=members)
        yield Figure(texts[f"metric_{group}"], shares.groups[group], base, meaning, group)
        if group == groups.group_with_part:
            label = texts["metric_part"].format(part=texts[APART])
            yield Figure(label, shares.emotions[APART], base, texts["help_part"], group)


def _speech_figures(overview: Overview, visit: Visit) -> Iterator[Figure]:
    texts, findings = visit.texts, overview.findings
    if findings.voice is None:
        return
    speech = visit.percent(findings.voice.shares.read)
    yield Figure(texts["metric_speech"], speech, texts["of_recording"], texts["help_speech"])
    chance = findings.crosscheck.chance if findings.crosscheck is not None and overview.counts.sampled else None
    if findings.crosscheck is not None and chance is not None and chance.is_more:  # else no number is told
        n_by_chance = round(chance.n_same_by_chance)
        counts = {"same": chance.n_same, "all": findings.crosscheck.pairs, "by_chance": n_by_chance}
        meaning = texts["help_agree"].format(**counts)
        yield Figure(
            texts["metric_agree"], texts["agree_of"].format(**counts), texts["of_stretches"], meaning, "agreement"
        )
