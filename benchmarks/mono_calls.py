"""How well the two sides of a mono call are told apart by their voices, on made calls whose speakers are known.

The voices are compared by Resemblyzer, whose weights are in its package (`pip install --no-deps --target DIR
resemblyzer`; Apache 2.0; Wan and others, 2018, "Generalized End-to-End Loss for Speaker Verification"). It is no part
of the program: `benchmarks/RESULTS.md` says why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import librosa
import numpy as np
import numpy.typing as npt
import torch
from scipy.signal import resample_poly

from benchmarks.espeak import Espeak
from emoclassify.media.container import ReadCounts
from emoclassify.media.nouns import Sound
from emoclassify.media.read import probe
from emoclassify.media.sound import read_sound
from emoclassify.speech.find import SpeechFinder
from emoclassify.speech.silero import RATE_HZ, Samples

_FRAME_HZ, _WINDOW_FRAMES, _STEP_FRAMES, _BANDS = 100, 160, 40, 40
"""Frames a second, frames that the network hears at once, frames from one window to the next, and bands of a frame."""

_WIDTH, _LAYERS = 256, 3
_PAUSE_S, _TURNS_A_SIDE, _CLIPS_A_TURN = 0.4, 6, 2
_NOBODY = -1
_ESPEAK = {"man": "en-us", "another man": "en-gb-x-rp", "woman": "en-us+f3", "another woman": "en-us+f4"}
_SENTENCES = (
    "Good morning, my name is Anna, how can I help you today?",
    "I ordered a blue jacket two weeks ago and it has not arrived yet.",
    "That is very disappointing, I will look into it right now.",
    "Thank you, I am really happy with the way you handled this.",
)

Embeddings = npt.NDArray[np.float32]
"""float32 (n, 256), each of length 1: what a voice sounds like in each window."""

Sides = npt.NDArray[np.int64]
"""int64 (n,), a frame each: who speaks, 0 or 1; -1 where nobody does."""


class VoiceEncoder(torch.nn.Module):
    """The network of Resemblyzer, with its weights."""

    def __init__(self, packages: Path) -> None:
        """Reads the weights of the package that was installed in a folder."""
        super().__init__()
        self.lstm = torch.nn.LSTM(_BANDS, _WIDTH, _LAYERS, batch_first=True)
        self.linear = torch.nn.Linear(_WIDTH, _WIDTH)
        path = packages / "resemblyzer" / "pretrained.pt"
        weights = torch.load(path, map_location="cpu", weights_only=True)["model_state"]
        self.load_state_dict(weights, strict=False)

    def embed(self, samples: Samples) -> Embeddings:
        """The voice in each window of a stretch of speech, float32 (n, 256); the last windows reach into silence."""
        bands = librosa.feature.melspectrogram(y=samples, sr=RATE_HZ, n_fft=400, hop_length=160, n_mels=_BANDS).T
        n_windows = max(1, round((len(bands) - _WINDOW_FRAMES) / _STEP_FRAMES) + 1)
        missing = (n_windows - 1) * _STEP_FRAMES + _WINDOW_FRAMES - len(bands)
        bands = np.pad(bands, ((0, max(0, missing)), (0, 0))).astype(np.float32)
        windows = [bands[i * _STEP_FRAMES :][:_WINDOW_FRAMES] for i in range(n_windows)]
        with torch.no_grad():
            hidden = self.lstm(torch.from_numpy(np.stack(windows)))[1][0][-1]
            embeddings = torch.relu(self.linear(hidden))
        return np.asarray(torch.nn.functional.normalize(embeddings, dim=1).numpy(), np.float32)


@dataclass(frozen=True)
class Call:
    """A made call.

    Attributes:
        samples: float32 (n,), mono, 16 kHz.
        sides: who speaks in each hundredth of a second.
    """

    samples: Samples
    sides: Sides


@dataclass(frozen=True)
class Errors:
    """Seconds that are wrong, of a call or of several.

    Attributes:
        speech_s: that somebody speaks.
        missed_s: in which no speech is found.
        added_s: in which speech is found and nobody speaks.
        confused_s: in which the other side is said to speak.
    """

    speech_s: float = 0.0
    missed_s: float = 0.0
    added_s: float = 0.0
    confused_s: float = 0.0

    def __add__(self, other: "Errors") -> "Errors":
        return Errors(*(mine + theirs for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True)))

    @property
    def rate(self) -> float:
        """The diarization error rate: all wrong seconds, as a share of the speech."""
        return (self.missed_s + self.added_s + self.confused_s) / self.speech_s

    def __str__(self) -> str:
        shares = (self.confused_s / self.speech_s, self.missed_s / self.speech_s, self.added_s / self.speech_s)
        confused, missed, added = (f"{share:.1%}" for share in shares)
        return f"error rate {self.rate:.1%}: the other side {confused}, missed {missed}, added {added}"


def lines(packages: Path, ravdess: Path | None, n_pairs: int) -> Iterator[str]:
    """All figures, as lines to be printed."""
    encoder, finder = VoiceEncoder(packages), SpeechFinder()
    kinds = {"espeak-ng": espeak_calls(), **(ravdess_calls(ravdess, n_pairs) if ravdess else {})}
    for kind, calls in kinds.items():
        for band in ("16 kHz", "telephone"):
            calls_in_band = [
                call if band == "16 kHz" else Call(by_telephone(call.samples), call.sides) for call in calls
            ]
            errors = [errors_of(call, sides_of(call.samples, encoder, finder)) for call in calls_in_band]
            shares = [one.confused_s / one.speech_s for one in errors]
            n_bad = sum(share > 0.1 for share in shares)
            yield (
                f"{kind}, {band}, {len(calls)} calls: {sum(errors, Errors())}; "
                f"more than a tenth with the other side in {n_bad} calls, at most {max(shares):.0%}"
            )


def sides_of(samples: Samples, encoder: VoiceEncoder, finder: SpeechFinder) -> Sides:
    """Who speaks in each frame, by clusters of the voice in windows of the speech."""
    blocks = (Sound(first / RATE_HZ, samples[first : first + RATE_HZ]) for first in range(0, len(samples), RATE_HZ))
    stretches = list(finder.find(blocks))
    embeddings = [encoder.embed(_loud(speech.sound.samples)) for speech in stretches]
    sides = np.full(len(samples) * _FRAME_HZ // RATE_HZ, _NOBODY, np.int64)
    if not stretches:
        return sides
    groups = np.split(two_groups(np.concatenate(embeddings)), np.cumsum([len(one) for one in embeddings])[:-1])
    for speech, group in zip(stretches, groups, strict=True):
        first, last = (round(time_s * _FRAME_HZ) for time_s in (speech.span.start_s, speech.span.end_s))
        middles = np.arange(len(group)) * _STEP_FRAMES + min(_WINDOW_FRAMES, last - first) / 2
        nearest = np.abs(np.arange(last - first)[:, None] - middles).argmin(axis=1)
        sides[first:last] = group[nearest][: len(sides[first:last])]
    return sides


def two_groups(embeddings: Embeddings) -> Sides:
    """The windows in two groups of like voices, int64 (n,): 2-means on the sphere, begun from the least like pair."""
    likeness = embeddings @ embeddings.T
    centres = embeddings[list(np.unravel_index(likeness.argmin(), likeness.shape))]
    groups = np.zeros(len(embeddings), np.int64)
    for _ in range(20):
        groups = (embeddings @ centres.T).argmax(axis=1)
        if len(set(groups.tolist())) == 2:
            centres = np.stack([embeddings[groups == i].mean(axis=0) for i in (0, 1)])
            centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    return np.asarray(groups, np.int64)


def errors_of(call: Call, answer: Sides) -> Errors:
    """What is wrong; which group is which side is chosen as it fits best."""
    n = min(len(call.sides), len(answer))
    truth, answer = call.sides[:n], answer[:n]
    speaks, is_found = truth != _NOBODY, answer != _NOBODY
    both = speaks & is_found
    n_other = int((truth[both] != answer[both]).sum())
    n_confused = min(n_other, int(both.sum()) - n_other)
    counts = (speaks.sum(), (speaks & ~is_found).sum(), (~speaks & is_found).sum(), n_confused)
    return Errors(*(float(count) / _FRAME_HZ for count in counts))


def espeak_calls() -> list[Call]:
    """A call of each pair of voices of espeak-ng."""
    espeak = Espeak()
    clips = {name: [espeak.say(text, voice).samples for text in _SENTENCES] for name, voice in _ESPEAK.items()}
    rng = np.random.default_rng(1)
    return [_call(clips[one], clips[other], rng) for one, other in combinations(clips, 2)]


def ravdess_calls(folder: Path, n_pairs: int) -> dict[str, list[Call]]:
    """Calls of pairs of actors, by kind: of one sex or of both, calm or in all emotions. Odd actors are men."""
    rng, actors = np.random.default_rng(1), sorted(folder.glob("Actor_*"))
    pairs = list(combinations(actors, 2))
    rng.shuffle(pairs)
    calls = dict[str, list[Call]]()
    for sexes in ("one sex", "both sexes"):
        fitting = [pair for pair in pairs if _is_one_sex(*pair) == (sexes == "one sex")][:n_pairs]
        for mood, codes in (("calm", ("01", "02")), ("all emotions", None)):
            calls[f"RAVDESS, {sexes}, {mood}"] = [
                _call(_clips(one, codes), _clips(other, codes), rng) for one, other in fitting
            ]
    return calls


def _is_one_sex(one: Path, other: Path) -> bool:
    return int(one.name[-2:]) % 2 == int(other.name[-2:]) % 2


def _clips(actor: Path, codes: Sequence[str] | None) -> list[Samples]:
    paths = [path for path in sorted(actor.iterdir()) if codes is None or path.stem.split("-")[2] in codes]
    return [_read(path) for path in paths]


def _read(path: Path) -> Samples:
    sounds = read_sound(path, probe(path), rate_hz=RATE_HZ, counts=ReadCounts())
    return np.concatenate([sound.samples for sound in sounds])


def _call(one: Sequence[Samples], other: Sequence[Samples], rng: np.random.Generator) -> Call:
    """Two voices in turn, each with some clips a turn, as loud as each other."""
    silence = np.zeros(round(_PAUSE_S * RATE_HZ), np.float32)
    parts, sides = [silence], [np.full(len(silence), _NOBODY, np.int64)]
    for turn in range(2 * _TURNS_A_SIDE):
        clips = (one, other)[turn % 2]
        for i in rng.choice(len(clips), min(_CLIPS_A_TURN, len(clips)), replace=False):
            clip, speaks = _loud(clips[i]), _speech_in(clips[i])
            parts += [clip, silence]
            sides += [np.where(speaks, turn % 2, _NOBODY), np.full(len(silence), _NOBODY, np.int64)]
    step = RATE_HZ // _FRAME_HZ
    return Call(np.concatenate(parts), np.concatenate(sides)[step // 2 :: step])


def _speech_in(clip: Samples) -> npt.NDArray[np.bool_]:
    """Where the one voice of a clip speaks: from its first to its last loud moment."""
    loud = np.flatnonzero(np.abs(clip) > 0.05 * np.abs(clip).max())
    speaks = np.zeros(len(clip), bool)
    speaks[loud[0] : loud[-1]] = True
    return speaks


def _loud(samples: Samples) -> Samples:
    """The same at -30 dB, as Resemblyzer was taught."""
    level = float(np.sqrt(np.mean(samples**2)))
    return np.asarray(samples * (10 ** (-30 / 20) / max(level, 1e-6)), np.float32)


def by_telephone(samples: Samples) -> Samples:
    """As a telephone carries it: 8 kHz, in the 256 steps of the mu-law (G.711)."""
    narrow = np.clip(resample_poly(samples, 1, 2), -1, 1)
    steps = np.round(np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256) * 127) / 127
    plain = np.sign(steps) * (256 ** np.abs(steps) - 1) / 255
    return np.asarray(resample_poly(plain, 2, 1), np.float32)
