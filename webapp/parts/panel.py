"""The curves of several recordings on one time axis, with their mean and range."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from emoclassify.analysis import SERIES_BIN_S
from emoclassify.overview import Overview
from webapp.parts.curves import values_of

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """Curves of one measure, a row for each recording.

    Attributes:
        names: of the recordings; no two are the same.
        values: float64 (recordings, n), a column for every half second; NaN in gaps and after a recording's end.
    """

    names: tuple[str, ...]
    values: Values

    @property
    def mean(self) -> Values:
        """Mean of the recordings that can be read at each time, float64 (n,)."""
        n = (~np.isnan(self.values)).sum(axis=0)
        sums = np.nansum(self.values, axis=0)
        return np.asarray(np.divide(sums, n, out=np.full(len(n), np.nan), where=n > 0))

    @property
    def low(self) -> Values:
        """Lowest value at each time, float64 (n,)."""
        return self._extreme(np.fmin)

    @property
    def high(self) -> Values:
        """Highest value at each time, float64 (n,)."""
        return self._extreme(np.fmax)

    def _extreme(self, function: np.ufunc) -> Values:
        return np.asarray(function.reduce(self.values, axis=0))

    def to_csv(self) -> bytes:
        """A row for each half second: t, each recording, mean, lowest, highest, n that can be read. UTF-8."""
        table = pd.DataFrame(dict(zip(self.names, self.values, strict=True)))
        table.insert(0, "t", np.arange(self.values.shape[1]) * SERIES_BIN_S)
        table["mean"], table["lowest"], table["highest"] = self.mean, self.low, self.high
        table["n"] = (~np.isnan(self.values)).sum(axis=0)
        return table.to_csv(index=False, float_format="%.6f", lineterminator="\n").encode()


def panel_of(overviews: list[Overview], measure: str) -> Panel:
    """The first curve of each recording, which is the main person's or else the voice's; each must have one."""
    lines = [values_of(overview.curves[0].scores, measure, overview.options.emotion_groups) for overview in overviews]
    values = np.full((len(lines), max(len(line) for line in lines)), np.nan)
    for row, line in zip(values, lines, strict=True):
        row[: len(line)] = line
    return Panel(_unique([overview.source.name for overview in overviews]), values)


def _unique(names: list[str]) -> tuple[str, ...]:
    """The names, with a number after those that occur more than once."""
    return tuple(
        name if names.count(name) == 1 else f"{name} ({names[: i + 1].count(name)})" for i, name in enumerate(names)
    )
