"""What the charts show over time: each person, or the voice of a recording without a picture."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emoclassify.analysis import SERIES_BIN_S, Analysis
from emoclassify.labels import Scores, valence
from emoclassify.timeline import Bins, smoothed
from emoclassify.words.texts import count, translation

MOST_PERSONS = 6
"""Persons in one chart, those with the largest faces; the tables have all."""

_BINS_S = (SERIES_BIN_S, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0)
_MOST_BINS = 480  # three pixels each across a page
SMOOTHED_BINS = 3
"""Neighbours on each side that a smoothed valence is the mean of."""

_STEPS_A_BIN = 1.5  # between sampled frames, whose times are not quite even

Translate = Callable[[str], str]


@dataclass(frozen=True)
class Track:
    """One row of a chart.

    Attributes:
        person: whose face it is; None for the voice.
        bins: its scores; wider bins for a longer recording.
    """

    person: int | None
    bins: Bins

    @property
    def gaps(self) -> npt.NDArray[np.bool_]:
        """The bins without scores, bool (m,)."""
        return np.asarray(self.bins.n_valid == 0)

    @property
    def edges_s(self) -> npt.NDArray[np.float64]:
        """Where the bins start and the last one ends, float64 (m + 1,)."""
        starts_s = self.bins.starts_s
        width_s = starts_s[1] - starts_s[0] if len(starts_s) > 1 else SERIES_BIN_S
        return np.append(starts_s, starts_s[-1] + width_s)

    @property
    def smoothed_valence(self) -> npt.NDArray[np.float64]:
        """The valence without its jitter, float64 (m,); NaN in gaps."""
        return smoothed(valence(self.bins.scores), SMOOTHED_BINS)

    @property
    def smoothed_scores(self) -> Scores:
        """The scores without their jitter, float32 (m, 7), whose valence is the smoothed one; NaN in gaps."""
        return np.stack([smoothed(column, SMOOTHED_BINS) for column in self.bins.scores.T], axis=1).astype(np.float32)

    def label(self, translate: Translate) -> str:
        """ "person 2", or "voice"."""
        return translate("voice") if self.person is None else f"{translate('person')} {self.person}"


def tracks_of(analysis: Analysis) -> list[Track]:
    """The tracks of a recording: none where neither a face nor a voice without a picture was found."""
    width_s = bin_width_s(analysis)
    if not analysis.frames and analysis.segments:
        return [Track(None, analysis.heard_series(width_s))]
    end_s = end_of(analysis)  # also where the picture ends earlier: what follows is a gap
    return [Track(person, analysis.timeline(person).bins(width_s, end_s)) for person in analysis.persons[:MOST_PERSONS]]


def bin_width_s(analysis: Analysis) -> float:
    """The narrowest bin that a page can still show and that has a sampled frame, where frames are sampled evenly."""
    times_s = [sampled.time_s for sampled in analysis.frames]
    step_s = float(np.median(np.diff(times_s))) if len(times_s) > 1 else 0.0
    narrowest_s = max(analysis.end_s / _MOST_BINS, _STEPS_A_BIN * step_s)
    return next((width_s for width_s in _BINS_S if width_s >= narrowest_s), _BINS_S[-1])


def end_of(analysis: Analysis) -> float:
    """Where the time axis ends, seconds; a still image has one bin."""
    return max(analysis.end_s, SERIES_BIN_S)


def facts_of(analysis: Analysis, lang: str) -> list[str]:
    """What was found at all, and how to read a gap: for the second line of a title."""
    _, counts = translation(lang).gettext, analysis.counts
    if not analysis.frames:
        return [_("the voice"), _("hatched: no speech")] if analysis.segments else [_("no picture, no speech")]
    if not counts.with_face:
        return [_("no face found")]
    with_face, sampled = count(counts.with_face, lang), count(counts.sampled, lang)
    seen = _("face in {with_face} of {sampled} frames").format(with_face=with_face, sampled=sampled)
    facts = [seen, _("hatched: no usable face")]
    if (width_s := bin_width_s(analysis)) > SERIES_BIN_S:
        facts.append(_("means of {seconds} s").format(seconds=round(width_s)))
    return facts


def shown_of(analysis: Analysis, translate: Translate) -> list[str]:
    """How many of the persons a chart with a row a person shows, where it cannot show all."""
    _, n = translate, len(analysis.persons)
    return [_("{shown} of {all} persons").format(shown=MOST_PERSONS, all=n)] if n > MOST_PERSONS else []
