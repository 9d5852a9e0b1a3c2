"""The findings of a recording: how long each emotion leads, the mean, the key moments, and face against voice.

They are computed once, from the readings, each weighted by the time it stands for. Page, report, charts, tables,
terminal and API all take their figures from here, so that no two of them differ.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from emoclassify.analysis import Analysis
from emoclassify.crosscheck import Summary
from emoclassify.curves import Curve, axis_end_s, curve_of, curves_of, role_curves
from emoclassify.groups import Groups
from emoclassify.judging import usability_of
from emoclassify.labels import EMOTIONS, Scores, sum_of, valence
from emoclassify.moments import HIGHEST, LOWEST, Measure, Moment, highest_time_s, key_moments
from emoclassify.timeline import Timeline, Times
from emoclassify.usability import Usability
from emoclassify.voice.reading import VoiceMean, VoiceRead, VoiceReading
from emoclassify.words.bases import Base
from emoclassify.words.numbers import percent, percents, whole_percents

NOTABLE_SHARE = 0.05
"""A second emotion with a smaller share of the time that was read, or unreadable time with a smaller share of the
recording, is not mentioned in sentences."""

_MOST = 0.5
"""Of the time that was read: an emotion that leads for less is not told to be there mostly, but most often."""

MEASURES = ("valence", "positive", "negative")
"""The figures of scores whose course over time is searched."""


class Subject(StrEnum):
    """What the findings are about."""

    FACE = "face"
    DOUBTFUL_FACE = "doubtful face"
    """A face was found, but no reading of it is good enough to count."""
    NO_FACE = "no face"
    """There is a picture, and no face in it."""
    VOICE = "voice"
    """There is no picture, and someone speaks."""
    NOTHING = "nothing"
    """There is no picture, and nobody speaks."""
    CALL = "call"
    """There is no picture, and a call of which nobody is scored."""


@dataclass(frozen=True)
class SharesInWords:
    """Shares as every place writes them, in one language.

    Attributes:
        emotions: emotion -> share of the time that was read, in whole percent that add up to 100.
        groups: group -> the same for all its emotions, which add up to it.
        read: the time that was read, as a share of the recording.
    """

    emotions: dict[str, str]
    groups: dict[str, str]
    read: str


@dataclass(frozen=True)
class Shares:
    """How much of the whole time each emotion has the top score.

    Attributes:
        leading: float64 (7,), in the order of EMOTIONS, 0..1.
        unread: the share of the rest, with no usable face or no speech, 0..1.
    """

    leading: npt.NDArray[np.float64]
    unread: float

    @property
    def leading_of_read(self) -> npt.NDArray[np.float64]:
        """`leading` as shares of the time that was read, float64 (7,), sum 1; all 0 where nothing was read."""
        read_share = self.leading.sum()
        return self.leading / read_share if read_share else self.leading

    @property
    def ranked(self) -> list[str]:
        """The emotions, the one that leads longest first."""
        return [EMOTIONS[i] for i in np.argsort(-self.leading, kind="stable")]

    @property
    def read(self) -> float:
        """The share of the recording that was read, 0..1."""
        return 1.0 - self.unread

    def share_of_read(self, emotion: str) -> float:
        """The share of one emotion of the time that was read, 0..1."""
        return float(self.leading_of_read[EMOTIONS.index(emotion)])

    def group_of_read(self, emotions: Sequence[str]) -> float:
        """The share of the time that was read in which one of several emotions leads, 0..1."""
        return sum(map(self.share_of_read, emotions))

    def in_whole_percent(self, groups: Groups) -> dict[str, int]:
        """Emotion -> its share of the time that was read, in the whole percent that every place tells."""
        group_shares = [self.group_of_read(groups[group]) for group in groups]
        percents_of = dict[str, int]()
        for group, whole in zip(groups, whole_percents(group_shares), strict=True):
            shares = [self.share_of_read(emotion) for emotion in groups[group]]
            percents_of |= zip(groups[group], whole_percents(shares, whole), strict=True)
        return {emotion: percents_of[emotion] for emotion in EMOTIONS}

    def in_words(self, groups: Groups, lang: str) -> SharesInWords:
        """The shares as texts: the groups add up to 100 percent, and the emotions of each group to the group."""
        group_shares = [self.group_of_read(groups[group]) for group in groups]
        emotion_texts: dict[str, str] = {}
        for group, whole in zip(groups, whole_percents(group_shares), strict=True):
            texts = percents([self.share_of_read(emotion) for emotion in groups[group]], lang, whole)
            emotion_texts |= zip(groups[group], texts, strict=True)
        return SharesInWords(
            emotions={emotion: emotion_texts[emotion] for emotion in EMOTIONS},
            groups=dict(zip(groups, percents(group_shares, lang), strict=True)),
            read=percent(self.read, lang),
        )


@dataclass(frozen=True)
class CurveFindings:
    """The findings about one person's face, or about the voice.

    Attributes:
        person: whose face it is; None for the voice.
        mean: mean scores of all that was read, float32 (7,); None where nothing was read.
        read_s: seconds that the readings stand for.
        coverage: the share of the recording that was read, 0..1.
        shares: how long each emotion leads.
        moments: the key moments, in order of time; none where nothing stands out from the recording's own noise.
        highest_s: measure -> when it is highest, seconds; None where it never stands out.
        role: whose voice it is, among `Findings.roles`; else empty.
        is_clear: of a voice whether some stretch of speech is clear enough to tell the emotion that leads longest.
    """

    person: int | None
    mean: Scores | None
    read_s: float
    coverage: float
    shares: Shares
    moments: tuple[Moment, ...] = ()
    highest_s: dict[str, float | None] = field(default_factory=lambda: dict.fromkeys(MEASURES))
    role: str = ""
    is_clear: bool = True

    @property
    def leading(self) -> str | None:
        """The emotion that words tell of it: the one that leads longest. None where nothing was read, or the voice is
        nowhere clear enough."""
        return self.shares.ranked[0] if self.mean is not None and self.is_clear else None

    @property
    def is_mostly(self) -> bool:
        """True where words may say that the leading emotion is there mostly; else it is so most often."""
        return self.leading is not None and self.shares.share_of_read(self.leading) >= _MOST

    @property
    def lowest(self) -> Moment | None:
        """Where the drawn valence is lowest; None where it never stands out below."""
        return next((moment for moment in self.moments if moment.kind == LOWEST), None)

    @property
    def highest(self) -> Moment | None:
        """Where the drawn valence is highest; None where it never stands out above."""
        return next((moment for moment in self.moments if moment.kind == HIGHEST), None)

    @property
    def base(self) -> Base:
        """What its shares are shares of."""
        return Base.READABLE if self.person else Base.SPEECH

    @property
    def dominant(self) -> str | None:
        """The emotion with the top score in the mean; None where nothing was read, or the voice leans to none."""
        if self.mean is None:
            return None
        return EMOTIONS[int(self.mean.argmax())] if self.person else VoiceMean(self.read_s, self.mean).dominant


@dataclass(frozen=True)
class Findings:
    """The findings of a recording.

    Attributes:
        subject: what they are about.
        usability: whether the recording is usable, and what stands against it.
        curves: one for each person, the main person's first; the voice's alone where there is no picture.
        voice: of all speech; None where the voice was not read, or nobody speaks.
        both: mean of face and voice together, float32 (7,), or None.
        crosscheck: face against voice; None where that was not asked for, or the voice not read.
        untold_reason: the most frequent reason, where of no stretch of speech anything can be told; else empty.
        roles: those of each role of a call whose voice was read; `voice` is the first of them.
    """

    subject: Subject
    usability: Usability
    curves: tuple[CurveFindings, ...]
    voice: CurveFindings | None
    both: Scores | None
    crosscheck: Summary | None
    untold_reason: str
    roles: tuple[CurveFindings, ...] = ()

    @property
    def main(self) -> CurveFindings | None:
        """The first curve; None where there is none."""
        return self.curves[0] if self.curves else None


def findings_of(analysis: Analysis) -> Findings:
    """The findings of an analysis."""
    voice = _voice_findings(analysis)
    voice_curves = () if voice is None else (voice,)
    return Findings(
        subject=_subject(analysis),
        usability=usability_of(analysis),
        curves=tuple(_all_face_findings(analysis)) if analysis.frames else voice_curves,
        voice=voice,
        both=analysis.means.both,
        crosscheck=analysis.crosscheck,
        untold_reason=_untold_reason(analysis),
        roles=tuple(_all_role_findings(analysis)),
    )


def face_shares(timeline: Timeline, picture_end_s: float, end_s: float) -> Shares:
    """How long each emotion leads in a face as it is shown; each good reading counts for the time it stands for.

    Args:
        timeline: of one person, as shown (see `Analysis.shown_timeline`); doubtful readings are gaps in it.
        picture_end_s: where the picture ends.
        end_s: where the recording ends; 0 for a still picture, whose reading stands for all of it.
    """
    lengths_s = timeline.lengths_s(picture_end_s)
    if not end_s:
        lengths_s, end_s = np.ones_like(lengths_s), float(len(lengths_s))
    return _shares(timeline.scores, lengths_s, end_s)


def voice_shares(windows: Sequence[VoiceReading], end_s: float) -> Shares:
    """How long each emotion leads in the voice. Where windows overlap, the mean of their scores decides.

    Args:
        windows: of speech, each with its scores.
        end_s: where the recording ends.
    """
    edges_s = np.unique([edge_s for window in windows for edge_s in (window.span.start_s, window.span.end_s)])
    sums, n_windows = np.zeros((len(edges_s) - 1, len(EMOTIONS))), np.zeros(len(edges_s) - 1)
    for window in windows:
        first, last = np.searchsorted(edges_s, (window.span.start_s, window.span.end_s))
        sums[first:last] += window.scores
        n_windows[first:last] += 1
    with np.errstate(invalid="ignore"):
        scores = (sums / n_windows[:, None]).astype(np.float32)
    return _shares(scores, np.diff(edges_s), end_s)


def _shares(scores: Scores, lengths_s: Times, end_s: float) -> Shares:
    is_read = ~np.isnan(scores).any(axis=1)
    leading_s = np.bincount(scores[is_read].argmax(axis=1), lengths_s[is_read], minlength=len(EMOTIONS))
    leading = leading_s / end_s
    return Shares(leading, max(0.0, 1.0 - float(leading.sum())))


def _subject(analysis: Analysis) -> Subject:
    if not analysis.frames:
        is_spoken = analysis.talk is not None and any(one.talk_s for one in analysis.talk.shares)
        without_voice = Subject.CALL if is_spoken and analysis.voice is None else Subject.NOTHING
        return Subject.VOICE if analysis.means.voice else without_voice
    if not analysis.faces:
        return Subject.NO_FACE
    return Subject.FACE if any(reading.quality_ok for reading in analysis.faces) else Subject.DOUBTFUL_FACE


def _all_face_findings(analysis: Analysis) -> Iterator[CurveFindings]:
    means = {mean.person: mean for mean in analysis.means.faces}
    for person in analysis.persons:
        shares = face_shares(analysis.shown_timeline(person), analysis.picture_end_s, analysis.end_s)
        mean = means.get(person)
        if mean is None:
            yield CurveFindings(person, None, 0.0, 0.0, shares)
            continue
        course = _course(curve_of(analysis, person), axis_end_s(analysis), analysis.options.emotion_groups)
        yield CurveFindings(person, mean.scores, mean.seen_s, shares.read, shares, *course)


def _voice_findings(analysis: Analysis) -> CurveFindings | None:
    mean = analysis.means.voice
    if mean is None or analysis.voice is None:
        return None
    curves = () if analysis.frames else curves_of(analysis)  # the voice has a curve of its own only without a picture
    return _of_voice(analysis, analysis.voice, mean, curves[0] if curves else None)


def _all_role_findings(analysis: Analysis) -> Iterator[CurveFindings]:
    voices = {role.name: role.voice for role in analysis.roles}
    for curve in role_curves(analysis):
        voice = voices[curve.role]
        if voice is None or voice.mean is None:
            yield CurveFindings(None, None, 0.0, 0.0, Shares(np.zeros(len(EMOTIONS)), 1.0), role=curve.role)
        else:
            yield replace(_of_voice(analysis, voice, voice.mean, curve), role=curve.role)


def _of_voice(analysis: Analysis, voice: VoiceRead, mean: VoiceMean, curve: Curve | None) -> CurveFindings:
    shares = voice_shares([window for window in voice.windows if window.is_speech], analysis.end_s)
    course = _course(curve, axis_end_s(analysis), analysis.options.emotion_groups) if curve else ()
    is_clear = any(stretch.dominant == shares.ranked[0] for stretch in voice.stretches)
    findings = CurveFindings(None, mean.scores, mean.speech_s, shares.read, shares, *course)
    return replace(findings, is_clear=is_clear)


def _course(curve: Curve, end_s: float, groups: Groups) -> tuple[tuple[Moment, ...], dict[str, float | None]]:
    """The key moments, and when each measure is highest."""
    highest_s = {name: highest_time_s(curve, _measure(name, groups), end_s) for name in MEASURES}
    return tuple(key_moments(curve, end_s)), highest_s


def _measure(name: str, groups: Groups) -> Measure:
    """The function that makes a measure of scores."""
    return valence if name == "valence" else lambda scores: sum_of(scores, groups[name])


def _untold_reason(analysis: Analysis) -> str:
    if analysis.crosscheck is None or analysis.crosscheck.told or not analysis.segments:
        return ""
    return Counter(segment.reason for segment in analysis.segments).most_common(1)[0][0]
