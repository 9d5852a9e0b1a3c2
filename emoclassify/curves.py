"""The curves of a recording, as they are drawn and searched for moments: each person, or the voice where there is no
picture. Their bins are for drawing only: how long an emotion leads is counted from the readings (see findings.py)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emoclassify.analysis import SERIES_BIN_S, Analysis
from emoclassify.labels import Scores, valence
from emoclassify.timeline import Bins, smoothed

SMOOTHED_BINS = 3
"""Neighbours on each side that a smoothed valence is the mean of."""

_BINS_S = (SERIES_BIN_S, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0)
_MOST_BINS = 480  # three pixels each across a page
_STEPS_A_BIN = 1.5  # between sampled frames, whose times are not quite even


@dataclass(frozen=True)
class Curve:
    """The scores of one person, or of the voice, over the whole recording.

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


def curves_of(analysis: Analysis) -> list[Curve]:
    """The curves of a recording: none where neither a face nor a voice without a picture was found."""
    if not analysis.frames:
        return [Curve(None, analysis.heard_series(bin_width_s(analysis)))] if analysis.segments else []
    return [curve_of(analysis, person) for person in analysis.persons]


def curve_of(analysis: Analysis, person: int) -> Curve:
    """The curve of one person; what follows the end of the picture is a gap."""
    return Curve(person, analysis.timeline(person).bins(bin_width_s(analysis), axis_end_s(analysis)))


def bin_width_s(analysis: Analysis) -> float:
    """The narrowest bin that a page can still show and that has a sampled frame, where frames are sampled evenly."""
    times_s = [sampled.time_s for sampled in analysis.frames]
    step_s = float(np.median(np.diff(times_s))) if len(times_s) > 1 else 0.0
    narrowest_s = max(analysis.end_s / _MOST_BINS, _STEPS_A_BIN * step_s)
    return next((width_s for width_s in _BINS_S if width_s >= narrowest_s), _BINS_S[-1])


def axis_end_s(analysis: Analysis) -> float:
    """Where the time axis ends, seconds; a still image has one bin."""
    return max(analysis.end_s, SERIES_BIN_S)
