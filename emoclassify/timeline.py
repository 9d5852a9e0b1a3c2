"""Time: spans, and scores over time with their gaps. numpy only."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from emoclassify.labels import EMOTIONS, Scores

Times = npt.NDArray[np.float64]
"""float64 (n,), seconds."""


@dataclass(frozen=True, order=True)
class Span:
    """A half-open stretch of time [start_s, end_s)."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s

    def contains(self, times_s: Times) -> npt.NDArray[np.bool_]:
        """Which of the times lie inside; (n,) -> bool (n,)."""
        return np.asarray((times_s >= self.start_s) & (times_s < self.end_s))


_PAUSE_S, _PAUSE_STEPS = 5.0, 5.0
"""A step between two moments that is longer than this in seconds and in median steps is a pause of the recording."""


_SAME_TIME_S = 1e-6
"""Two times that differ by less are one, which was computed in two ways."""


@dataclass(frozen=True)
class Bins:
    """A timeline on an even grid."""

    starts_s: Times
    n_samples: npt.NDArray[np.int64]
    """int64 (m,): moments of the timeline in each bin."""
    n_valid: npt.NDArray[np.int64]
    """int64 (m,): those with scores."""
    scores: Scores
    """float32 (m, 7): the mean of the valid ones; NaN where there is none."""

    @cached_property
    def coverage(self) -> npt.NDArray[np.float64]:
        """n_valid / n_samples, 0..1, float64 (m,); NaN where a bin has no moment at all."""
        with np.errstate(invalid="ignore"):
            return self.n_valid / self.n_samples


@dataclass(frozen=True)
class Timeline:
    """Scores at moments in time; a moment without scores is a gap.

    Attributes:
        times_s: float64 (n,), increasing.
        scores: float32 (n, 7); rows sum to 1, a gap is a row of NaN.

    Raises:
        ValueError: the shapes do not fit each other.
    """

    times_s: Times
    scores: Scores

    def __post_init__(self) -> None:
        if self.scores.shape != (len(self.times_s), len(EMOTIONS)):
            raise ValueError(f"scores must be ({len(self.times_s)}, {len(EMOTIONS)}), but are {self.scores.shape}")

    @property
    def valid(self) -> npt.NDArray[np.bool_]:
        """Which moments have scores; bool (n,)."""
        return np.asarray(~np.isnan(self.scores).any(axis=1))

    @property
    def leading(self) -> list[str | None]:
        """The emotion with the top score at each moment; None in a gap."""
        top_rows = np.where(self.valid[:, None], self.scores, 0).argmax(axis=1)
        return [EMOTIONS[row] if is_valid else None for row, is_valid in zip(top_rows, self.valid, strict=True)]

    def mean(self, span: Span | None = None, lengths_s: Times | None = None) -> Scores | None:
        """The mean scores of the valid moments (inside the span), float32 (7,); None where there is none.

        Each moment counts the same, or by its length, float64 (n,), where lengths are given and not all 0.
        """
        mask = self.valid if span is None else self.valid & span.contains(self.times_s)
        if not mask.any():
            return None
        weights = lengths_s[mask] if lengths_s is not None and lengths_s[mask].any() else None
        return np.asarray(np.average(self.scores[mask].astype(np.float64), axis=0, weights=weights), dtype=np.float32)

    def lengths_s(self, end_s: float) -> Times:
        """How long each moment stands for: until the next one, the last until the end; float64 (n,), none below 0.

        Before a pause (the camera stopped) a moment stands for the median step only, since nothing was filmed after it.
        """
        steps_s = np.maximum(np.diff(np.append(self.times_s, end_s)), 0.0)
        usual_s = float(np.median(steps_s)) if len(steps_s) else 0.0
        return np.where(steps_s > max(_PAUSE_S, _PAUSE_STEPS * usual_s), usual_s, steps_s)

    def stretches(self, end_s: float) -> Iterator[tuple[Span, str]]:
        """The stretches in which one emotion leads without a break, in order; moments last as `lengths_s` says."""
        spans = zip(self.leading, self.times_s, self.times_s + self.lengths_s(end_s), strict=True)
        stretch: tuple[Span, str] | None = None
        for emotion, start_s, stop_s in spans:
            if stretch and (stretch[1] != emotion or start_s - stretch[0].end_s > _SAME_TIME_S):
                yield stretch
                stretch = None
            if emotion:
                stretch = Span(stretch[0].start_s if stretch else float(start_s), float(stop_s)), emotion
        if stretch:
            yield stretch

    def bins(self, width_s: float, end_s: float) -> Bins:
        """The timeline on a grid of `width_s` from 0 to `end_s`; the last bin may reach beyond the end."""
        n_bins = max(1, int(np.ceil(end_s / width_s - 1e-9)))
        index = np.clip(np.floor(self.times_s / width_s + 1e-9).astype(int), 0, n_bins - 1)
        valid = self.valid
        n_samples = np.bincount(index, minlength=n_bins)
        n_valid = np.bincount(index[valid], minlength=n_bins)
        sums = np.zeros((n_bins, len(EMOTIONS)))
        np.add.at(sums, index[valid], self.scores[valid])
        with np.errstate(invalid="ignore"):
            scores = (sums / n_valid[:, None]).astype(np.float32)
        return Bins(np.arange(n_bins, dtype=np.float64) * width_s, n_samples, n_valid, scores)
