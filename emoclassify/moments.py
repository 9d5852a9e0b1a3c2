"""Key moments: where the smoothed valence peaks, and where it turns from one sign to the other."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emoclassify.curves import Curve
from emoclassify.labels import Scores

HIGHEST, LOWEST, RISES, FALLS = "highest valence", "lowest valence", "turns positive", "turns negative"

STEADY = 0.2
"""Within this range of smoothed valence nothing is a moment."""

MOST_MOMENTS = 8
"""No more key moments than this in one recording."""

_SAME_VALENCE = 0.02  # two valences that differ by less count as equal
_SIDE_VALENCE = 0.1  # a valence nearer to 0 is neither positive nor negative

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Moment:
    """One point in time at which the smoothed valence peaks or changes its sign.

    Attributes:
        bin: index of the bin of the curve, from 0.
        time_s: the middle of that bin, seconds.
        kind: HIGHEST, LOWEST, RISES or FALLS.
        valence: the smoothed valence of that bin, -1..1.
        scores: the scores of that bin, smoothed in the same way, float32 (7,).
    """

    bin: int
    time_s: float
    kind: str
    valence: float
    scores: Scores


def peaks(curve: Curve, end_s: float) -> tuple[Moment, Moment] | None:
    """The lowest and the highest point; None where the curve has no scores.

    Each is the middle of the first run of bins whose valence is nearly that of the extreme.
    """
    line = curve.smoothed_valence
    if np.isnan(line).all():
        return None
    lowest, highest = _middle(line <= np.nanmin(line) + _SAME_VALENCE), _middle(line >= np.nanmax(line) - _SAME_VALENCE)
    return _moment(curve, end_s, lowest, LOWEST), _moment(curve, end_s, highest, HIGHEST)


def _middle(is_near: npt.NDArray[np.bool_]) -> int:
    """The index in the middle of the first run of True; bool (m,), not all False."""
    start = int(is_near.argmax())
    length = int(np.append(is_near[start:], False).argmin())
    return start + (length - 1) // 2


def key_moments(curve: Curve, end_s: float) -> list[Moment]:
    """The peaks and the strongest turns, in order of time; none where the valence hardly changes.

    Args:
        curve: of one person, or of the voice.
        end_s: where the recording ends.
    """
    extremes = peaks(curve, end_s)
    if extremes is None or extremes[1].valence - extremes[0].valence < STEADY:
        return []
    line = curve.smoothed_valence
    scored_bins = np.flatnonzero(~np.isnan(line))
    kinds = {moment.bin: moment.kind for moment in extremes}
    turns = sorted(_turns(line, scored_bins), key=lambda turn: -turn[1])
    for i, _, kind in turns:
        if len(kinds) < MOST_MOMENTS:
            kinds.setdefault(i, kind)
    return [_moment(curve, end_s, i, kinds[i]) for i in sorted(kinds)]


def _turns(line: Values, scored_bins: npt.NDArray[np.intp]) -> Iterator[tuple[int, float, str]]:
    """Each change of sign: the first bin with the new sign, how strong the change is, and RISES or FALLS.

    The strength is the smaller of the largest absolute valences before and after it, so that a short, weak swing counts
    for little. A change during a gap has the first bin after the gap.
    """
    signed_bins = [int(i) for i in scored_bins if abs(line[i]) >= _SIDE_VALENCE]
    signs = np.sign(line[signed_bins])
    starts = [i for i in range(len(signed_bins)) if i == 0 or signs[i] != signs[i - 1]]
    ends = [*starts[1:], len(signed_bins)]
    peak_valences = [max(abs(line[signed_bins[start:end]])) for start, end in zip(starts, ends, strict=True)]
    for i in range(1, len(starts)):
        first_bin = signed_bins[starts[i]]
        yield first_bin, float(min(peak_valences[i - 1], peak_valences[i])), RISES if line[first_bin] > 0 else FALLS


def _moment(curve: Curve, end_s: float, i: int, kind: str) -> Moment:
    start_s, stop_s = curve.edges_s[i], min(curve.edges_s[i + 1], end_s)
    value = float(curve.smoothed_valence[i])
    return Moment(i, float(start_s + stop_s) / 2, kind, value, curve.smoothed_scores[i])
