"""The film's clock in a recording: which moment of the film a moment of the recording shows the answer to."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from emoclassify.timeline import Times


class Method(StrEnum):
    """How a clock was found."""

    NUMBER = "number"
    """A time in the study's table; 0 where the recording begins with the film."""
    MARK = "mark"
    """A mark of the film was seen in the recording."""
    SOUND = "sound"
    """The film's sound was heard in the recording."""
    TIME_CODE = "timecode"
    """The page that recorded marked the film's time in the recording."""
    PICTURES = "pictures"
    """The page noted the film's time with each picture that was read, and recorded nothing."""


@dataclass(frozen=True)
class Piece:
    """A stretch of the film that ran without a stop.

    Attributes:
        film_start_s: film time.
        film_end_s: film time.
        offset_s: what is added to film time for the recording's time.
    """

    film_start_s: float
    film_end_s: float
    offset_s: float


@dataclass(frozen=True)
class Clock:
    """Film time in a recording, piece by piece: where the film stalled, the next piece begins later.

    Attributes:
        pieces: in the order of the film, none over another.
        method: how it was found.
        residual_s: how far single stretches of a piece lie from it, in the median, seconds; None where nothing
            measured it.
        score: how sure a measurement is, in standard deviations above what chance gives; None where there is none.

    Raises:
        ValueError: there is no piece, or the pieces are not in order, in film time and in the recording's.
    """

    pieces: tuple[Piece, ...]
    method: Method = Method.NUMBER
    residual_s: float | None = None
    score: float | None = None

    def __post_init__(self) -> None:
        edges = [edge for piece in self.pieces for edge in (piece.film_start_s, piece.film_end_s)]
        times = [edge + piece.offset_s for piece in self.pieces for edge in (piece.film_start_s, piece.film_end_s)]
        if not self.pieces or any(_falls(values) for values in (edges, times)):
            raise ValueError(f"the pieces of a clock are not in order: {self.pieces}")

    @classmethod
    def starting_at(cls, start_s: float, duration_s: float, method: Method = Method.NUMBER) -> "Clock":
        """That of a recording in which the film begins at `start_s`, below 0 where it ran before the recording, and
        runs to its end without a stop."""
        return cls((Piece(0.0, duration_s, start_s),), method)

    @property
    def start_s(self) -> float:
        """When the first piece begins, in the recording's time."""
        return self.pieces[0].film_start_s + self.pieces[0].offset_s

    @property
    def stalled_s(self) -> float:
        """How long the film stood still, seconds."""
        return self.pieces[-1].offset_s - self.pieces[0].offset_s

    def film_times_s(self, times_s: Times) -> Times:
        """The film's times at times of the recording, float64 (n,); NaN where the film did not run."""
        film_s = np.full(len(times_s), np.nan)
        starts_s, ends_s, offsets_s = np.array(
            [(piece.film_start_s, piece.film_end_s, piece.offset_s) for piece in self.pieces]
        ).T
        lasts = np.searchsorted(starts_s + offsets_s, times_s, side="right") - 1
        for step in (-1, 0, 1):  # its neighbours too: what is rounded at a border falls to one side or the other
            places = np.clip(lasts + step, 0, len(self.pieces) - 1)
            candidates_s = times_s - offsets_s[places]
            is_inside = (candidates_s >= starts_s[places]) & (candidates_s < ends_s[places])
            film_s[is_inside] = candidates_s[is_inside]
        return film_s

    def time_s(self, film_s: float) -> float | None:
        """The recording's time at a moment of the film; None where it was not shown."""
        for piece in self.pieces:
            if piece.film_start_s <= film_s < piece.film_end_s:
                return film_s + piece.offset_s
        return None


def _falls(values: Iterable[float]) -> bool:
    return bool((np.diff(list(values)) < 0).any())
