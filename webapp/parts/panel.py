"""The curves of several recordings on one time axis, with their mean and range."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from emoclassify.analysis import SERIES_BIN_S
from emoclassify.groups import DEFAULT
from emoclassify.overview import Overview
from emoclassify.words.names import as_cell
from webapp.parts.curves import values_of

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """Curves of one measure as they are drawn, smoothed, a row for each recording.

    Attributes:
        names: of the recordings; no two are the same.
        values: float64 (recordings, n), a column for every half second; NaN in gaps and after a recording's end.
        of_voice: whether each is of a voice, since the recording has no readable face.
    """

    names: tuple[str, ...]
    values: Values
    of_voice: tuple[bool, ...]

    @property
    def counted(self) -> Values:
        """The rows that mean and range are of: those of faces; those of voices where there is no face at all.

        One mean of faces and voices would be of neither: two networks read them, each with leanings of its own.
        """
        return self.values if all(self.of_voice) else self.values[~np.array(self.of_voice)]

    @property
    def mean(self) -> Values:
        """Mean of the recordings that can be read at each time, float64 (n,)."""
        n = (~np.isnan(self.counted)).sum(axis=0)
        sums = np.nansum(self.counted, axis=0)
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
        return np.asarray(function.reduce(self.counted, axis=0))

    def to_csv(self) -> bytes:
        """A row for each half second: t, each recording, and of those counted mean, lowest, highest and n that can be
        read. UTF-8."""
        times_s = np.arange(self.values.shape[1]) * SERIES_BIN_S
        n = (~np.isnan(self.counted)).sum(axis=0)
        # By number: a recording may be called as another column is.
        table = pd.DataFrame(dict(enumerate((times_s, *self.values, self.mean, self.low, self.high, n))))
        heading = ["t", *map(as_cell, self.names), "mean", "lowest", "highest", "n"]
        return table.to_csv(index=False, header=heading, float_format="%.6f", lineterminator="\n").encode()


def panel_of(overviews: list[Overview], measure: str) -> Panel:
    """The first curve of each recording, which is the main person's or else the voice's; each must have one."""
    lines = [
        values_of(overview.curves[0].drawn_on_steps, measure, overview.options.emotion_groups) for overview in overviews
    ]
    values = np.full((len(lines), max(len(line) for line in lines)), np.nan)
    for row, line in zip(values, lines, strict=True):
        row[: len(line)] = line
    of_voice = tuple(overview.curves[0].person is None for overview in overviews)
    return Panel(_unique([overview.source.name for overview in overviews]), values, of_voice)


def repeated_names(overviews: list[Overview], names: tuple[str, ...]) -> list[str]:
    """The names of the recordings that are there more than once, by their bytes."""
    sums = [overview.source.sha256 for overview in overviews]
    return [name for name, sha256 in zip(names, sums, strict=True) if sums.count(sha256) > 1]


def other_groups_names(overviews: list[Overview], names: tuple[str, ...]) -> list[str]:
    """The names of the recordings whose positive and negative are of other emotions than in most."""
    definitions = [overview.options.emotion_groups for overview in overviews]
    usual = max(definitions, key=lambda groups: (definitions.count(groups), groups == DEFAULT))
    return [name for name, definition in zip(names, definitions, strict=True) if definition != usual]


def _unique(names: list[str]) -> tuple[str, ...]:
    """The names, with a number after those that occur more than once."""
    return tuple(
        name if names.count(name) == 1 else f"{name} ({names[: i + 1].count(name)})" for i, name in enumerate(names)
    )
