"""Several recordings on one time axis: their curves, mean and range, as numbers. Statistics of panels fit here."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from emoclassify.analysis import SERIES_BIN_S
from emoclassify.overview import Overview
from webapp.parts.curves import measured

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """Curves of one measure, a row a recording.

    Attributes:
        names: of the recordings, each once.
        values: float64 (recordings, n), every half second; NaN in gaps and behind a recording's end.
    """

    names: tuple[str, ...]
    values: Values

    @property
    def mean(self) -> Values:
        """Of the recordings that can be read at each time, float64 (n,)."""
        n = (~np.isnan(self.values)).sum(axis=0)
        sums = np.nansum(self.values, axis=0)
        return np.asarray(np.divide(sums, n, out=np.full(len(n), np.nan), where=n > 0))

    @property
    def low(self) -> Values:
        """The lowest, float64 (n,)."""
        return self._extreme(np.fmin)

    @property
    def high(self) -> Values:
        """The highest, float64 (n,)."""
        return self._extreme(np.fmax)

    def _extreme(self, of: np.ufunc) -> Values:
        return np.asarray(of.reduce(self.values, axis=0))

    def to_csv(self) -> bytes:
        """A row a half second: t, each recording, mean, lowest, highest, how many can be read. UTF-8, 6 decimals."""
        table = pd.DataFrame(dict(zip(self.names, self.values, strict=True)))
        table.insert(0, "t", np.arange(self.values.shape[1]) * SERIES_BIN_S)
        table["mean"], table["lowest"], table["highest"] = self.mean, self.low, self.high
        table["n"] = (~np.isnan(self.values)).sum(axis=0)
        return table.to_csv(index=False, float_format="%.6f", lineterminator="\n").encode()


def panel(recordings: list[Overview], measure: str) -> Panel:
    """The main person's curve of each recording, else its voice; each must have one."""
    lines = [measured(overview.curves[0].scores, measure) for overview in recordings]
    values = np.full((len(lines), max(len(line) for line in lines)), np.nan)
    for row, line in zip(values, lines, strict=True):
        row[: len(line)] = line
    return Panel(_each_once([overview.source.name for overview in recordings]), values)


def _each_once(names: list[str]) -> tuple[str, ...]:
    """Names with a number where one comes twice."""
    return tuple(
        name if names.count(name) == 1 else f"{name} ({names[: i + 1].count(name)})" for i, name in enumerate(names)
    )
