"""The curves of a recording: one for each person, or one for the voice where there is no picture; and one for each role
of a call whose voice was read.

What is drawn boldly, on the page as in charts, is their smoothed scores, and key moments are searched in just these;
the bins as they were read stand behind them, pale. The bins are for drawing only: how long an emotion leads is counted
from the readings (see findings.py).
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from emoclassify.analysis import SERIES_BIN_S, Analysis
from emoclassify.labels import Scores
from emoclassify.smoothing import smoothed_bins
from emoclassify.timeline import Bins

_BINS_S = (SERIES_BIN_S, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0)
_MOST_BINS = 480  # across a page, so that each is three pixels wide
_STEPS_A_BIN = 1.5  # steps between sampled frames: more than one, since their times are not quite even


@dataclass(frozen=True)
class Curve:
    """The scores of one person, or of the voice, over the whole recording.

    Attributes:
        person: whose face it is; None for the voice.
        bins: its scores; the longer the recording, the wider the bins.
        role: whose voice it is in a call; empty for a face, and where no roles were named.
    """

    person: int | None
    bins: Bins
    role: str = ""

    @property
    def gaps(self) -> npt.NDArray[np.bool_]:
        """The bins without scores, bool (m,)."""
        return np.asarray(self.bins.n_valid == 0)

    @property
    def bin_s(self) -> float:
        """Width of a bin, seconds."""
        starts_s = self.bins.starts_s
        return float(starts_s[1] - starts_s[0]) if len(starts_s) > 1 else SERIES_BIN_S

    @property
    def edges_s(self) -> npt.NDArray[np.float64]:
        """Where the bins start and the last one ends, float64 (m + 1,)."""
        starts_s = self.bins.starts_s
        return np.append(starts_s, starts_s[-1] + self.bin_s)

    @cached_property
    def drawn_scores(self) -> Scores:
        """The scores without their jitter, as drawn and searched: float32 (m, 7), rows sum to 1; NaN in gaps."""
        return smoothed_bins(self.bins.scores).astype(np.float32)


def curves_of(analysis: Analysis) -> list[Curve]:
    """The curves of a recording; none where no face is found, or where there is neither a picture nor speech."""
    if not analysis.frames:
        return [Curve(None, analysis.voice_series(bin_width_s(analysis)))] if analysis.segments else []
    return [curve_of(analysis, person) for person in analysis.persons]


def role_curves(analysis: Analysis) -> list[Curve]:
    """The curve of each role of a call whose voice was read, in the order of the roles."""
    bin_s = bin_width_s(analysis)
    return [
        Curve(None, replace(analysis, voice=role.voice).voice_series(bin_s), role.name)
        for role in analysis.roles
        if role.voice is not None
    ]


def curve_of(analysis: Analysis, person: int) -> Curve:
    """The curve of one person; sound that goes on after the end of the picture is a gap in it."""
    return Curve(person, analysis.timeline(person).bins(bin_width_s(analysis), axis_end_s(analysis)))


def bin_width_s(analysis: Analysis) -> float:
    """Width of a bin, seconds: the narrowest that is wide enough to be seen on a page and to hold a sampled frame."""
    times_s = [sampled.time_s for sampled in analysis.frames]
    step_s = float(np.median(np.diff(times_s))) if len(times_s) > 1 else 0.0
    narrowest_s = max(analysis.end_s / _MOST_BINS, _STEPS_A_BIN * step_s)
    return next((width_s for width_s in _BINS_S if width_s >= narrowest_s), _BINS_S[-1])


def axis_end_s(analysis: Analysis) -> float:
    """Where the time axis ends, seconds; a still image has one bin."""
    return max(analysis.end_s, SERIES_BIN_S)
