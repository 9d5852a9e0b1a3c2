"""The film's clock in a recording that the respondent's page made: by a time code in its sound, held against a witness.

While the film plays, the page adds short chirps to the left channel of the recording and to nothing else: at the film's
start and end, and every 6 to 10 s, unevenly, so that they fit in one way only. Beside the recording it sends what it
saw: when it made each chirp, and which frame of the film was shown when. The chirps in the file tell how the page's
time lies in the recording's; the frames tell the film's time in the page's. The film's time by its own clock at each
chirp is the check on both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from emoclassify.study.clock import Clock, Method, Piece
from emoclassify.study.clock_by_sound import RATE_HZ, Abstention, Sound
from emoclassify.study.reasons import APART
from emoclassify.study.running_median import RunningMedian
from emoclassify.timeline import Times

CHIRP_HZ, CHIRP_S = (1000.0, 3000.0), 0.1
"""A chirp rises evenly from the first frequency to the second; the page makes the same (capture/page/timecode.js)."""

LEAST_LIKENESS = 0.35
"""Of a stretch of the sound to a chirp, 0..1, as their correlation; a film's sound alone reaches 0.2."""

MOST_DIFFERENCE_S = 0.15
"""Apart from each other, the witnesses of a clock are not believed."""

MOST_HIDDEN_S = 1.0
"""Somebody who did not have the page in view for longer did not see the film."""

_BLOCK = 1 << 16  # samples whose likeness is computed at once
_APART_S = 0.5  # two chirps are never closer
_NEAR_S = 0.06  # chirps that lie at one offset
_LEAST_SHARE, _LEAST_CHIRPS = 0.5, 2  # of the chirps must be heard
_SAME_RUN_S = 0.08  # frames of a film without a stop come so evenly
_TICKS_S = 10.0  # over so long the page's two clocks are compared
_FRAME_S = 0.04
_MOST_FIGURES = 200_000  # of each kind: two hours of films have 80,000
_MOST_PAIRS = 10_000_000  # of chirps that were made and heard: two hours of films have 1.5 million
_LARGEST_S = 1e9  # a page is not open for longer, by far


@dataclass(frozen=True)
class FilmWitness:
    """What the page saw of one film.

    Attributes:
        film: its id.
        shown_s: page's time of each noted frame, seconds, float64 (n,), increasing.
        film_s: film time of that frame, float64 (n,).
        has_ended: whether it was played to its end.
    """

    film: str
    shown_s: Times
    film_s: Times
    has_ended: bool


@dataclass(frozen=True)
class Witness:
    """What the page saw of all films of one recording.

    Attributes:
        ticks_s: page's time and the sound's time at the same moment, float64 (k, 2).
        chirps_s: the sound's time of each chirp, float64 (m,).
        chirp_films: the film that played then; empty for none.
        chirp_film_s: film time by its own clock, float64 (m,), NaN where none played.
        films: in the order in which they were shown.
        hidden_s: stretches of the page's time in which it was not in view, float64 (h, 2).
    """

    ticks_s: Times
    chirps_s: Times
    chirp_films: tuple[str, ...]
    chirp_film_s: Times
    films: tuple[FilmWitness, ...]
    hidden_s: Times

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Witness":
        """That in what the page sent.

        Raises:
            KeyError, TypeError, ValueError: it is none.
        """
        chirps = content["chirps"]
        films = tuple(
            FilmWitness(str(one["id"]), *_columns(one["frames"], 2), bool(one["ended"])) for one in content["films"]
        )
        return cls(
            ticks_s=_table(content["ticks"], 2),
            chirps_s=_table([chirp[:1] for chirp in chirps], 1)[:, 0],
            chirp_films=tuple(str(chirp[1] or "") for chirp in chirps),
            chirp_film_s=np.array([np.nan if chirp[2] is None else float(chirp[2]) for chirp in chirps]),
            films=films,
            hidden_s=_table(content["hidden"], 2),
        )

    def film(self, film: str) -> FilmWitness | None:
        """What it saw of a film; None where that was not shown."""
        return next((one for one in self.films if one.film == film), None)


def chirp() -> Sound:
    """One chirp at RATE_HZ, float32 (n,), fading in and out."""
    time_s = np.arange(int(CHIRP_S * RATE_HZ)) / RATE_HZ
    low_hz, high_hz = CHIRP_HZ
    phase = 2 * np.pi * (low_hz * time_s + (high_hz - low_hz) * time_s**2 / (2 * CHIRP_S))
    return np.asarray(np.sin(phase) * np.sin(np.pi * time_s / CHIRP_S) ** 2, np.float32)


def chirp_times_s(sound: Sound) -> list[float]:
    """When something like a chirp begins in a sound.

    Args:
        sound: the left channel at RATE_HZ, float32 (n,).
    """
    likeness = _likeness(sound)
    times_s, apart = [], int(_APART_S * RATE_HZ)
    while len(likeness) and likeness[best := int(likeness.argmax())] >= LEAST_LIKENESS:
        times_s.append((best + _between(likeness, best)) / RATE_HZ)
        likeness[max(0, best - apart) : best + apart] = 0.0
    return sorted(times_s)


def clock_by_timecode(witness: Witness, heard_s: list[float], film: str, duration_s: float) -> Clock | Abstention:
    """The film's clock in a recording of the page.

    Args:
        witness: what the page saw.
        heard_s: what `chirp_times_s` gave of the recording.
        film: id of the film.
        duration_s: its length.

    Returns:
        A clock whose residual is how far its witnesses lie apart in the median, or why there is none.
    """
    showing = witness.film(film)
    if showing is None or len(showing.shown_s) < 2:
        return Abstention("the film was not shown", 0.0)
    offsets = _offsets(witness.chirps_s, np.array(heard_s))
    if offsets is None:
        return Abstention("its time code is not in the recording", 0.0)
    return _checked(witness, showing, offsets, duration_s, Method.TIME_CODE)


def clock_by_pictures(witness: Witness, film: str, duration_s: float) -> Clock | Abstention:
    """The film's clock where nothing was recorded, and the page noted its time with each picture.

    The witness then has the time since the page began in the place of the sound's, and each picture in that of a chirp;
    the readings have the same time.

    Args:
        witness: what the page saw.
        film: id of the film.
        duration_s: its length.

    Returns:
        As `clock_by_timecode`: the film's own clock at each picture is held against the frames that were shown.
    """
    showing = witness.film(film)
    if showing is None or len(showing.shown_s) < 2 or not len(witness.ticks_s):
        return Abstention("the film was not shown", 0.0)
    return _checked(witness, showing, np.zeros((1, 2)), duration_s, Method.PICTURES)


def _checked(
    witness: Witness, showing: FilmWitness, offsets: Times, duration_s: float, method: Method
) -> Clock | Abstention:
    """The clock by the frames of a film, held against the film's own clock."""
    if _hidden_s(witness, showing) > MOST_HIDDEN_S:
        return Abstention("the page was not in view", 0.0)
    file_s = _file_times_s(witness, offsets, showing.shown_s)
    clock = Clock(_pieces(file_s, showing, duration_s), method)
    differences_s = _differences_s(witness, offsets, clock, showing.film)
    if len(differences_s) and differences_s.max() > MOST_DIFFERENCE_S:
        return Abstention(APART.format(seconds=f"{differences_s.max():.2f}"), 0.0)
    residual_s = float(np.median(differences_s)) if len(differences_s) else None
    return Clock(clock.pieces, method, residual_s)


def _table(rows: Any, n_columns: int) -> Times:
    values = np.array(rows, dtype=np.float64).reshape(-1, n_columns)
    if values.size > _MOST_FIGURES or not (np.abs(values) <= _LARGEST_S).all():
        raise ValueError("a witness with figures that are none, or too many")
    return values


def _columns(rows: Any, n_columns: int) -> tuple[Times, Times]:
    values = _table(rows, n_columns)
    values = values[np.argsort(values[:, 0], kind="stable")]
    return values[:, 0], values[:, 1]


def _likeness(sound: Sound) -> Times:
    """The correlation with a chirp that begins at each sample, float64 (n,)."""
    reference = chirp().astype(np.float64)
    reference /= np.linalg.norm(reference)
    n_chirp, n_fft = len(reference), 2 * _BLOCK
    spectrum = np.conj(np.fft.rfft(reference, n_fft))
    squares = np.concatenate(([0.0], np.cumsum(np.pad(sound, (0, n_chirp)).astype(np.float64) ** 2)))
    power = squares[n_chirp : n_chirp + len(sound)] - squares[: len(sound)]
    likeness = np.zeros(len(sound))
    for first in range(0, len(sound), _BLOCK):
        part = sound[first : first + _BLOCK + n_chirp]
        matches = np.fft.irfft(np.fft.rfft(part, n_fft) * spectrum, n_fft)
        stop = min(first + _BLOCK, len(sound))
        likeness[first:stop] = matches[: stop - first] / np.sqrt(np.maximum(power[first:stop], 1e-6))
    return likeness


def _between(likeness: Times, best: int) -> float:
    """How far the peak lies from a sample, by a parabola, -0.5..0.5."""
    if not 0 < best < len(likeness) - 1:
        return 0.0
    before, peak, after = likeness[best - 1 : best + 2]
    curvature = before - 2 * peak + after
    return float(np.clip(0.5 * (before - after) / curvature, -0.5, 0.5)) if curvature < 0 else 0.0


def _offsets(chirps_s: Times, heard_s: Times) -> Times | None:
    """The sound's time of each chirp that is heard, and what is added to it for the recording's, float64 (k, 2).

    The chirps lie at one offset, but for the clocks' drift: the one at which most of them are heard. None where fewer
    than half are. Raises ValueError: there are more than a page makes.
    """
    if not len(chirps_s) or not len(heard_s):
        return None
    if len(chirps_s) * len(heard_s) > _MOST_PAIRS:
        raise ValueError("a witness with more chirps than a page makes")
    differences_s = heard_s[None, :] - chirps_s[:, None]
    candidates_s = differences_s.ravel()
    # Of each chirp one difference at most lies so near, since those that are heard are farther apart.
    in_order_s = np.sort(candidates_s)
    n_near = np.searchsorted(in_order_s, candidates_s + _NEAR_S) - np.searchsorted(
        in_order_s, candidates_s - _NEAR_S, side="right"
    )
    offset_s = candidates_s[int(np.argmax(n_near))]
    rows = [
        (chirp_s, row[nearest])
        for chirp_s, row in zip(chirps_s, differences_s, strict=True)
        if abs(row[nearest := int(np.abs(row - offset_s).argmin())] - offset_s) < _NEAR_S
    ]
    is_enough = len(rows) >= max(min(_LEAST_CHIRPS, len(chirps_s)), _LEAST_SHARE * len(chirps_s))
    return np.array(rows) if is_enough else None


def _file_times_s(witness: Witness, offsets: Times, page_s: Times) -> Times:
    """The recording's time at times of the page: by the sound's clock, which both know."""
    ticks_s = witness.ticks_s[np.argsort(witness.ticks_s[:, 0], kind="stable")]
    stretches = np.floor((ticks_s[:, 0] - ticks_s[0, 0]) / _TICKS_S)
    nears = np.split(ticks_s, np.flatnonzero(np.diff(stretches)) + 1)  # no more than ticks, whatever they say
    middles = [float(near[:, 0].mean()) for near in nears]
    medians = [float(np.median(near[:, 1] - near[:, 0])) for near in nears]
    sound_s = page_s + np.interp(page_s, middles, medians)
    return np.asarray(sound_s + np.interp(sound_s, offsets[:, 0], offsets[:, 1]))


def _pieces(file_s: Times, showing: FilmWitness, duration_s: float) -> tuple[Piece, ...]:
    """The stretches of the film that ran without a stop; where it stood, the next one has a larger offset."""
    offsets_s = file_s - showing.film_s
    firsts = _firsts(offsets_s.tolist())
    pieces: list[Piece] = []
    for first, stop in zip(firsts, [*firsts[1:], len(offsets_s)], strict=True):
        is_last = stop == len(offsets_s)
        start_s = 0.0 if not pieces and showing.film_s[0] < _FRAME_S * 2 else float(showing.film_s[first])
        last_s = float(showing.film_s[stop - 1]) + _FRAME_S if is_last else float(showing.film_s[stop])
        end_s = duration_s if is_last and showing.has_ended else min(last_s, duration_s)
        if start_s < end_s:
            pieces.append(Piece(start_s, end_s, float(np.median(offsets_s[first:stop]))))
    return _in_order(pieces)


def _firsts(offsets_s: list[float]) -> list[int]:
    """The places of the frames with which a stretch begins whose offset is another one."""
    firsts, usual = [0], RunningMedian()
    for i, offset_s in enumerate(offsets_s):
        stays = i + 1 == len(offsets_s) or abs(offsets_s[i + 1] - offset_s) <= _SAME_RUN_S
        if i and stays and abs(offset_s - usual.value) > _SAME_RUN_S:
            firsts.append(i)
            usual = RunningMedian()
        usual.add(offset_s)
    return firsts


def _in_order(pieces: list[Piece]) -> tuple[Piece, ...]:
    """The pieces, each ending in the recording where the next begins at the latest.

    A browser that is short of time shows frames late and then leaves some out to catch up: the next piece has a
    smaller offset, and the film jumps over what was left out.
    """
    ordered: list[Piece] = []
    for piece in pieces:
        start_s = piece.film_start_s + piece.offset_s
        while ordered and start_s < ordered[-1].film_end_s + ordered[-1].offset_s:
            late = ordered.pop()
            if start_s > late.film_start_s + late.offset_s:
                ordered.append(replace(late, film_end_s=start_s - late.offset_s))
                break
        ordered.append(piece)
    return tuple(ordered)


def _differences_s(witness: Witness, offsets: Times, clock: Clock, film: str) -> Times:
    """How far film time by the film's own clock lies from that by its frames, at each chirp within a piece."""
    is_of_film = np.array([name == film for name in witness.chirp_films], bool) & ~np.isnan(witness.chirp_film_s)
    sound_s = witness.chirps_s[is_of_film]
    film_s = clock.film_times_s(sound_s + np.interp(sound_s, offsets[:, 0], offsets[:, 1]))
    differences_s = np.abs(film_s - witness.chirp_film_s[is_of_film])
    return np.asarray(differences_s[~np.isnan(differences_s)])


def _hidden_s(witness: Witness, showing: FilmWitness) -> float:
    """How long the page was not in view while the film ran."""
    starts_s = np.maximum(witness.hidden_s[:, 0], showing.shown_s[0])
    ends_s = np.minimum(witness.hidden_s[:, 1], showing.shown_s[-1])
    return float(np.maximum(ends_s - starts_s, 0.0).sum())
