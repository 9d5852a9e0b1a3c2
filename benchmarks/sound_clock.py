"""How well a film's clock is found by its sound, in made recordings whose truth is known.

Films are made: music of random notes, drums and pauses, or that with speech from espeak-ng where it is installed. Each
recording holds the film after a while, through a loudspeaker, a room with an echo, noise, a telephone, with stops or at
another speed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emoclassify.study.clock import Clock
from emoclassify.study.clock_by_sound import RATE_HZ, clock_by_sound

Sound = npt.NDArray[np.float32]

STALL_S = 1.5


@dataclass(frozen=True)
class Trial:
    """One recording.

    Attributes:
        kind: one of KINDS.
        errors_s: at each tenth of the film, how far the clock's time is off; empty where it abstained.
        score: of the best offset.
        reason: why it abstained; empty where it did not.
    """

    kind: str
    errors_s: tuple[float, ...]
    score: float
    reason: str


def film(seed: int, length_s: float = 30.0) -> Sound:
    """Music: a note or a chord every 0.2 to 0.6 s with drums here and there, and pauses of up to 2 s."""
    rng = np.random.default_rng([7, seed])
    sound = np.zeros(int(length_s * RATE_HZ), np.float32)
    time_s = 0.3
    while time_s < length_s - 0.5:
        if rng.random() < 0.08:
            time_s += rng.uniform(0.5, 2.0)
        for _ in range(rng.integers(1, 4)):
            _add(sound, time_s, _note(110 * 2 ** (rng.integers(0, 36) / 12), rng.uniform(0.2, 0.9)))
        if rng.random() < 0.4:
            _add(sound, time_s, (rng.normal(0, 0.15, 600) * np.exp(-np.arange(600) / 150)).astype(np.float32))
        time_s += rng.uniform(0.2, 0.6)
    return sound / max(1e-6, float(np.abs(sound).max()))


def _note(hz: float, length_s: float) -> Sound:
    time_s = np.arange(int(length_s * RATE_HZ)) / RATE_HZ
    partials = sum(np.sin(2 * np.pi * hz * k * time_s) / k for k in range(1, 6) if hz * k < RATE_HZ / 2)
    return np.asarray(0.2 * partials * np.exp(-3 * time_s / length_s) * np.minimum(1, time_s / 0.01), np.float32)


def _add(sound: Sound, start_s: float, part: Sound) -> None:
    first = min(int(start_s * RATE_HZ), len(sound))
    stop = min(len(sound), first + len(part))
    sound[first:stop] += part[: stop - first]


def _room(sound: Sound, rng: np.random.Generator, echo_s: float = 0.4, direct: float = 1.0) -> Sound:
    """With an echo that fades by 60 dB in `echo_s`, and the direct sound in front of it."""
    n = int(echo_s * RATE_HZ)
    response = (rng.normal(0, 0.05, n) * 10 ** (-3 * np.arange(n) / n)).astype(np.float32)
    response[0] += direct
    n_fft = 1 << (len(sound) + n).bit_length()
    return np.fft.irfft(np.fft.rfft(sound, n_fft) * np.fft.rfft(response, n_fft), n_fft)[: len(sound)].astype(
        np.float32
    )


def _noisy(sound: Sound, rng: np.random.Generator, snr_db: float) -> Sound:
    """With noise of all pitches alike, as of a fan."""
    noise = rng.normal(size=len(sound))
    level = np.sqrt((sound[sound != 0] ** 2).mean() / (noise**2).mean()) * 10 ** (-snr_db / 20)
    return np.asarray(sound + level * noise, np.float32)


def _telephone(sound: Sound) -> Sound:
    """300 to 3,400 Hz, in the 8 bits of G.711 (mu-law)."""
    spectrum = np.fft.rfft(sound)
    hz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    narrow = np.fft.irfft(np.where((hz > 300) & (hz < 3400), spectrum, 0), len(sound))
    narrow = narrow / max(1e-6, float(np.abs(narrow).max()))
    coded = np.round(np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256) * 127) / 127
    return np.asarray(np.sign(coded) * np.expm1(np.abs(coded) * np.log(256)) / 255, np.float32)


def _faster(sound: Sound, share: float) -> Sound:
    places = np.arange(0, len(sound) - 1, 1 + share)
    return np.asarray(np.interp(places, np.arange(len(sound)), sound), np.float32)


def _stalled(sound: Sound, at_s: float) -> Sound:
    first = int(at_s * RATE_HZ)
    return np.concatenate([sound[:first], np.zeros(int(STALL_S * RATE_HZ), np.float32), sound[first:]])


Change = Callable[[Sound, np.random.Generator], Sound]

KINDS: dict[str, Change] = {
    "loudspeaker": lambda sound, rng: _noisy(sound, rng, 30),
    "room": lambda sound, rng: _noisy(_room(sound, rng), rng, 20),
    "noise at 0 dB": lambda sound, rng: _noisy(_room(sound, rng), rng, 0),
    "noise at -10 dB": lambda sound, rng: _noisy(_room(sound, rng), rng, -10),
    "telephone": lambda sound, rng: _telephone(_noisy(_room(sound, rng), rng, 15)),
    "3 m away": lambda sound, rng: _noisy(_room(sound, rng, echo_s=0.7, direct=0.4), rng, 10),
    "a stop": lambda sound, rng: _noisy(_room(_stalled(sound, 12.0), rng), rng, 15),
    "2 % slower": lambda sound, rng: _noisy(_room(_faster(sound, -0.02), rng), rng, 20),
    "2 % faster": lambda sound, rng: _noisy(_room(_faster(sound, 0.02), rng), rng, 20),
    "0.4 % slower": lambda sound, rng: _noisy(_room(_faster(sound, -0.004), rng), rng, 20),
    "another film": lambda sound, rng: _noisy(_room(film(int(rng.integers(1000, 9999))), rng), rng, 20),
    "silence": lambda sound, rng: rng.normal(0, 0.01, len(sound)).astype(np.float32),
}

REFUSED = {
    **dict.fromkeys(("2 % slower", "2 % faster", "0.4 % slower"), "another speed"),
    **dict.fromkeys(("another film", "silence"), "not heard"),
}
"""Where there is no clock to be found, and why."""


def trial(kind: str, seed: int) -> Trial:
    """One made recording of a kind."""
    rng = np.random.default_rng([11, seed, list(KINDS).index(kind)])
    sound, start_s = film(seed), float(rng.uniform(0.5, 20.0))
    silence = [np.zeros(int(length_s * RATE_HZ), np.float32) for length_s in (start_s, rng.uniform(0.5, 5.0))]
    recording = KINDS[kind](np.concatenate([silence[0], sound, silence[1]]) if kind != "a stop" else sound, rng)
    if kind == "a stop":  # stopped before it is put at its place
        recording = np.concatenate([_noisy(silence[0] + 1e-3, rng, 0), recording, _noisy(silence[1] + 1e-3, rng, 0)])
    clock = clock_by_sound(sound, recording)
    if not isinstance(clock, Clock):
        return Trial(kind, (), clock.score, clock.reason)
    start_s = len(silence[0]) / RATE_HZ
    errors_s = []
    for film_s in np.linspace(0.05, 0.95, 10) * len(sound) / RATE_HZ:
        time_s = clock.time_s(float(film_s))
        true_s = film_s + start_s + (STALL_S if kind == "a stop" and film_s >= 12.0 else 0.0)
        errors_s.append(np.inf if time_s is None else time_s - true_s)
    return Trial(kind, tuple(map(float, errors_s)), clock.score or 0.0, "")


def table(n_trials: int) -> Iterator[str]:
    """Each kind's errors and abstentions, as a table."""
    yield "| recording | told | median error, ms | largest, ms | abstained | score, least to most |"
    yield "|---|---|---|---|---|---|"
    for kind in KINDS:
        trials = [trial(kind, seed) for seed in range(n_trials)]
        errors_ms = 1000 * np.abs([error_s for one in trials for error_s in one.errors_s])
        reasons = sorted({one.reason for one in trials if one.reason})
        n_clocks = sum(not one.reason for one in trials)
        median, largest = (f"{f(errors_ms):.0f}" if n_clocks else "-" for f in (np.median, np.max))
        scores = [one.score for one in trials]
        yield (
            f"| {kind} | {n_clocks} | {median} | {largest} | {n_trials - n_clocks} {', '.join(reasons)} | "
            f"{min(scores):.1f} to {max(scores):.1f} |"
        )
