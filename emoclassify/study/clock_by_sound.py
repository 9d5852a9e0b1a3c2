"""Finds the film's clock in a recording that holds the film's sound, as a microphone in the room heard it.

Both sounds become onsets: how much louder each of 24 bands of pitch becomes every 10 ms. Onsets survive an echo, a
telephone and noise better than the waves do (as in the BBC's audio-offset-finder). The onsets of each second of the
film are compared with the recording at every offset; the clock is the path through the offsets that fits best in all,
where the film may stand still but never goes back. It abstains where it is not sure.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emoclassify.study.clock import Clock, Method, Piece

RATE_HZ = 8000
"""Sampling rate of the sounds that are compared: all that a telephone carries, and more than onsets need."""

HOP_S = 0.01
_HOP, _WINDOW = int(HOP_S * RATE_HZ), 256
_N_BANDS, _LOWEST_HZ, _HIGHEST_HZ = 24, 100.0, 3800.0
_LEVEL_S = 2.0  # onsets are compared with those of the seconds around them, so that a loud minute does not decide

LEAST_FILM_S = 5.0
"""A shorter film has too few onsets to be told from chance."""

LEAST_SCORE = 9.0
"""How far the best offset must stand out from all others, in their standard deviations; in recordings of other films it
stands out by up to 6 (`python -m benchmarks sound-clock`)."""

_AT_ONCE = 6000  # frames: bounds the memory
_BLOCK = 100  # frames: a second of the film, which is compared as a whole
_LONGEST_STALL = 3000  # frames: of all stops together
_COST_OF_STALL = 15.0  # what a stop must gain to be believed, in standard deviations of a second's match
_LEAST_OF_PIECE = 5.0  # how far a piece must stand out at its own offset
_BESIDE = 25  # frames: offsets so near the best one are its own
_STRETCH, _LEAST_OF_STRETCH = 500, 4.0  # frames: of five seconds, whose own offset tells the residual and the speed
_SEARCH = 20  # frames: how far off its piece a stretch is looked for
_MOST_DRIFT_S = 0.06  # of the film against the recording, over all pieces together
_SHORTEST_STOP_S = 0.1  # a shorter one is a film that runs slowly
_SPEEDS = (0.96, 0.965, 0.97, 0.975, 0.98, 0.985, 0.99, 0.995, 1.005, 1.01, 1.015, 1.02, 1.025, 1.03, 1.035, 1.04)
"""At which the film is looked for where it is not heard, to say so."""

_SECONDS_A_PIECE = 5.0  # more pieces than one in so many seconds are no stops but another speed

Sound = npt.NDArray[np.float32]
Frames = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Abstention:
    """Why there is no clock."""

    reason: str
    """One of: "too short", "not heard", "another speed"."""
    score: float


def clock_by_sound(film: Sound, recording: Sound) -> Clock | Abstention:
    """The film's clock in a recording.

    Args:
        film: the film's sound, mono at RATE_HZ, float32 (n,).
        recording: the recording's, the same, float32 (m,); it may begin before the film and end after it, or before its
            end.

    Returns:
        A clock whose offsets are within 0.1 s, or why there is none.
    """
    if min(len(film), len(recording)) < LEAST_FILM_S * RATE_HZ:
        return Abstention("too short", 0.0)
    film_onsets, recording_onsets = onsets(film), onsets(recording)
    lag, score = _first_guess(film_onsets, recording_onsets)
    if score < LEAST_SCORE:
        return Abstention("another speed" if _runs_otherwise(film_onsets, recording_onsets) else "not heard", score)
    runs = _runs(_path(film_onsets, recording_onsets, lag), len(film_onsets))
    runs = _sure_runs(film_onsets, recording_onsets, runs)
    if len(runs) > max(2.0, len(film_onsets) * HOP_S / _SECONDS_A_PIECE):
        return Abstention("another speed", score)
    runs = _with_edges(film_onsets, recording_onsets, runs)
    fits = [_fit(film_onsets, recording_onsets, run) for run in runs]
    stops_s = np.diff([fit.lag for fit in fits]) * HOP_S
    if (stops_s < _SHORTEST_STOP_S).any() or abs(sum(fit.drift_s for fit in fits)) > _MOST_DRIFT_S:
        return Abstention("another speed", score)
    pieces = _pieces(runs, fits, len(film) / RATE_HZ, len(recording) / RATE_HZ)
    residuals_s = np.concatenate([fit.residuals_s for fit in fits])
    residual_s = float(np.median(residuals_s)) if len(residuals_s) else None
    return Clock(pieces, Method.SOUND, residual_s, score)


def onsets(sound: Sound) -> Frames:
    """How much louder each band becomes, in units of the seconds around: float64 (frames, 24)."""
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(sound, (_WINDOW // 2, _WINDOW // 2)), _WINDOW)[::_HOP]
    parts = (frames[first : first + _AT_ONCE] for first in range(0, len(frames), _AT_ONCE))
    power = np.concatenate([np.abs(np.fft.rfft(part * np.hanning(_WINDOW), axis=1)) ** 2 @ _bands() for part in parts])
    floor = np.median(power, axis=0) + 1e-9
    level = np.log(power + floor)
    rise = np.zeros_like(level)
    rise[1:-1] = np.maximum(level[2:] - level[:-2], 0.0)
    return _levelled(rise)


def _bands() -> Frames:
    """Triangles over the bins of the spectrum, evenly spaced on the mel scale, float64 (bins, 24)."""
    hz = np.fft.rfftfreq(_WINDOW, 1 / RATE_HZ)
    low, high = (2595 * np.log10(1 + edge / 700) for edge in (_LOWEST_HZ, _HIGHEST_HZ))
    edges_hz = 700 * (10 ** (np.linspace(low, high, _N_BANDS + 2) / 2595) - 1)
    rising = (hz[:, None] - edges_hz[:-2]) / np.diff(edges_hz)[:-1]
    falling = (edges_hz[2:] - hz[:, None]) / np.diff(edges_hz)[1:]
    return np.clip(np.minimum(rising, falling), 0.0, None)


def _levelled(rise: Frames) -> Frames:
    width = int(_LEVEL_S / HOP_S)
    kernel = np.ones(width) / width

    def around(values: Frames) -> Frames:
        n = np.convolve(np.ones(len(values)), kernel, mode="same")[: len(values)]
        return np.stack([np.convolve(column, kernel, mode="same")[: len(values)] / n for column in values.T], axis=1)

    centred = rise - around(rise)
    spread = np.sqrt(around(centred**2))
    return np.asarray(centred / (spread + np.median(spread, axis=0) * 0.3 + 1e-6))


@dataclass(frozen=True)
class _Run:
    """Frames of the film, [first, stop), that lie at one offset in the recording."""

    first: int
    stop: int
    lag: int


@dataclass(frozen=True)
class _Fit:
    """Where a run lies exactly, and how its stretches of five seconds lie around it."""

    lag: float
    residuals_s: Frames
    drift_s: float


def _first_guess(film: Frames, recording: Frames) -> tuple[int, float]:
    """The offset, in frames, at which the film fits best as a whole, and how far it stands out from the others."""
    matches = _correlation(film, recording)
    lags = np.arange(len(matches)) - (len(film) - 1)
    n_common = np.minimum(len(film), len(recording) - lags) - np.maximum(0, -lags)
    is_searched = n_common >= min(LEAST_FILM_S / HOP_S, len(film) / 2)
    matches = np.where(is_searched, matches / np.sqrt(np.maximum(n_common, 1)), 0.0)
    best = int(matches.argmax())
    others = is_searched & (np.abs(np.arange(len(matches)) - best) > _BESIDE)
    spread = float(matches[others].std()) if others.any() else 0.0
    score = (matches[best] - matches[others].mean()) / spread if spread else 0.0
    return int(lags[best]), float(score)


def _runs_otherwise(film: Frames, recording: Frames) -> bool:
    """Whether the film is heard at another speed, faster or slower by up to 4 percent."""
    for speed in _SPEEDS:
        frames = np.arange(0, len(film) - 1, speed)
        places = np.arange(len(film))
        at_speed = np.stack([np.interp(frames, places, column) for column in film.T], axis=1)
        if _first_guess(at_speed, recording)[1] >= LEAST_SCORE:
            return True
    return False


def _correlation(film: Frames, recording: Frames) -> Frames:
    """The match at each offset from -(frames of the film - 1) to (frames of the recording - 1)."""
    n = len(film) + len(recording) - 1
    n_fft = 1 << (n - 1).bit_length()
    product = np.conj(np.fft.rfft(film, n_fft, axis=0)) * np.fft.rfft(recording, n_fft, axis=0)
    matches = np.fft.irfft(product.sum(axis=1), n_fft)
    return np.concatenate([matches[-(len(film) - 1) :] if len(film) > 1 else matches[:0], matches[: len(recording)]])


def _path(film: Frames, recording: Frames, guess: int) -> list[tuple[int, int]]:
    """The offset of each second of the film on the best path, as (first frame, offset): never falling offsets, each
    rise at a cost (Viterbi)."""
    starts = range(0, len(film), _BLOCK)
    lags = np.arange(guess - _LONGEST_STALL, guess + _LONGEST_STALL + 1)
    total, origins = np.zeros(len(lags)), []
    for start in starts:
        highest = np.maximum.accumulate(total)
        places = np.maximum.accumulate(np.where(total >= highest, np.arange(len(lags)), 0))
        does_rise = highest - _COST_OF_STALL > total
        origins.append(np.where(does_rise, places, np.arange(len(lags))))
        total = np.where(does_rise, highest - _COST_OF_STALL, total) + _block_match(film, recording, start, lags)
    place = int(total.argmax())
    path = []
    for start, origin in zip(reversed(starts), reversed(origins), strict=True):
        path.append((start, int(lags[place])))
        place = int(origin[place])
    return path[::-1]


def _block_match(film: Frames, recording: Frames, start: int, lags: npt.NDArray[np.int64]) -> Frames:
    """How well a second of the film fits at each offset, in standard deviations over the offsets."""
    block = film[start : start + _BLOCK]
    first, stop = start + lags[0], start + lags[-1] + len(block)
    part = np.zeros((stop - first, recording.shape[1]))
    low, high = max(0, first), min(len(recording), stop)
    if low < high:
        part[low - first : high - first] = recording[low:high]
    matches = _correlation(block, part)[len(block) - 1 :][: len(lags)]
    spread = float(matches.std())
    return matches / spread if spread else matches


def _runs(path: list[tuple[int, int]], n_frames: int) -> list[_Run]:
    """Neighbouring seconds at one offset together."""
    runs: list[_Run] = []
    for start, lag in path:
        stop = min(start + _BLOCK, n_frames)
        if runs and runs[-1].lag == lag:
            runs[-1] = _Run(runs[-1].first, stop, lag)
        else:
            runs.append(_Run(start, stop, lag))
    return runs


def _sure_runs(film: Frames, recording: Frames, runs: list[_Run]) -> list[_Run]:
    """Without those that fit no better at their own offset than at others, which take that of the run before, or of
    the one behind."""
    sure_runs: list[_Run] = []
    for run in runs:
        if sure_runs and not _stands_out(film, recording, run):
            sure_runs[-1] = _Run(sure_runs[-1].first, run.stop, sure_runs[-1].lag)
        elif len(sure_runs) == 1 and not _stands_out(film, recording, sure_runs[0]):
            sure_runs[0] = _Run(sure_runs[0].first, run.stop, run.lag)
        else:
            sure_runs.append(run)
    return sure_runs


def _stands_out(film: Frames, recording: Frames, run: _Run) -> bool:
    lags = np.arange(run.lag - _LONGEST_STALL, run.lag + _LONGEST_STALL + 1)
    block_matches = [
        _block_match(film[: min(run.stop, start + _BLOCK)], recording, start, lags)
        for start in range(run.first, run.stop, _BLOCK)
    ]
    matches = np.sum(block_matches, axis=0)
    spread = float(matches.std())
    return bool(spread and (matches[_LONGEST_STALL] - matches.mean()) / spread >= _LEAST_OF_PIECE)


def _with_edges(film: Frames, recording: Frames, runs: list[_Run]) -> list[_Run]:
    """The same runs, each border moved by up to a second to the frame where it fits best."""
    for i in range(len(runs) - 1):
        one, other = runs[i], runs[i + 1]
        first, stop = max(one.first + 1, one.stop - _BLOCK), min(other.stop - 1, one.stop + _BLOCK)
        frames = np.arange(first, stop)
        gains = _frame_matches(film, recording, frames, one.lag) - _frame_matches(film, recording, frames, other.lag)
        border = first + int(np.concatenate(([0.0], gains.cumsum())).argmax())
        runs[i : i + 2] = [_Run(one.first, border, one.lag), _Run(border, other.stop, other.lag)]
    return runs


def _frame_matches(film: Frames, recording: Frames, frames: npt.NDArray[np.int64], lag: int) -> Frames:
    """The match of each frame of the film at an offset; 0 outside the recording."""
    places = frames + lag
    is_inside = (places >= 0) & (places < len(recording))
    matches = np.zeros(len(frames))
    matches[is_inside] = (film[frames[is_inside]] * recording[places[is_inside]]).sum(axis=1)
    return matches


def _fit(film: Frames, recording: Frames, run: _Run) -> _Fit:
    """The offset of a run between the frames, and those of its stretches."""
    lag, _ = _local_lag(film, recording, run)
    middles, lags = [], []
    for first in range(run.first, run.stop - _STRETCH + 1, _STRETCH // 2):
        stretch_lag, score = _local_lag(film, recording, _Run(first, first + _STRETCH, run.lag))
        if score >= _LEAST_OF_STRETCH:
            middles.append(first + _STRETCH / 2)
            lags.append(stretch_lag)
    residuals_s = np.abs(np.array(lags) - lag) * HOP_S
    return _Fit(lag, residuals_s, _slope(np.array(middles), np.array(lags)) * (run.stop - run.first) * HOP_S)


def _local_lag(film: Frames, recording: Frames, run: _Run) -> tuple[float, float]:
    """The best offset near that of a run, between the frames by a parabola, and how far it stands out nearby."""
    frames = np.arange(run.first, run.stop)
    lags = np.arange(run.lag - 3 * _SEARCH, run.lag + 3 * _SEARCH + 1)
    matches = np.array([_frame_matches(film, recording, frames, int(lag)).sum() for lag in lags])
    near = slice(2 * _SEARCH, -2 * _SEARCH)
    best = 2 * _SEARCH + int(matches[near].argmax())
    before, peak, after = matches[best - 1 : best + 2]
    curvature = before - 2 * peak + after
    shift = 0.5 * (before - after) / curvature if curvature < 0 else 0.0
    spread = float(matches.std())
    return float(lags[best] + np.clip(shift, -1, 1)), float((peak - matches.mean()) / spread) if spread else 0.0


def _slope(times: Frames, values: Frames) -> float:
    """The median slope between any two (Theil and Sen); 0 of fewer than four."""
    if len(times) < 4:
        return 0.0
    one, other = np.triu_indices(len(times), 1)
    return float(np.median((values[other] - values[one]) / (times[other] - times[one])))


def _pieces(runs: list[_Run], fits: list[_Fit], film_s: float, recording_s: float) -> tuple[Piece, ...]:
    """The runs as pieces, as far as the recording goes."""
    pieces = []
    for run, fit in zip(runs, fits, strict=True):
        offset_s = fit.lag * HOP_S
        start_s = max(run.first * HOP_S, -offset_s)
        end_s = min(film_s if run is runs[-1] else run.stop * HOP_S, recording_s - offset_s)
        if start_s < end_s:
            pieces.append(Piece(start_s, end_s, offset_s))
    return tuple(pieces)
