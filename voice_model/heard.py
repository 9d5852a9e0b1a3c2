"""What the frozen encoder hears of clips and bursts: made once, by two processes, and stored."""

import hashlib
import logging
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from emoclassify.networks.models import sha256_of
from emoclassify.networks.runtime import Network
from emoclassify.voice.listener import open_encoder
from emoclassify.voice.logmel import log_mel
from emoclassify.voice.mfcc import Waveform
from voice_model.augment import random_copy, speech_of
from voice_model.corpora import Clip
from voice_model.evaluate import changed, cut
from voice_model.settings import Settings
from voice_model.sounds import Source, rng_of
from voice_model.splits import companions, folds_of, split

COPIES = "copies"
"""The name of the changed copies among what is heard of clips."""

N_COPIES = 2
_OTHERS = 2  # clips of other speakers in the crowd of a copy
_SEED = 1
_PROCESSES = 2

Rows = npt.NDArray[np.float32]

Task = tuple[Clip, tuple[Clip, ...], tuple[Clip, ...]]
"""A clip, those that make a crowd behind its copies, and those of its side of the test, from whom a crowd is drawn."""

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Heard:
    """What the encoder hears in the windows of some clips.

    Attributes:
        rows: float16 (windows, features).
        clips: int64 (windows,), the index of each window's clip, 0 to n - 1, in order; each has a window.
    """

    rows: npt.NDArray[np.float16]
    clips: npt.NDArray[np.int64]

    @classmethod
    def of(cls, parts: Sequence[Rows]) -> "Heard":
        """Joins what was heard of each clip, float32 (windows, features) each."""
        rows = np.concatenate(parts).astype(np.float16)
        return cls(rows, np.repeat(np.arange(len(parts)), [len(part) for part in parts]))


def hear_clips(encoder: Path, clips: Sequence[Clip], names: Sequence[str], folder: Path) -> dict[str, Heard]:
    """What the encoder hears of each clip: under conditions of `evaluate.CONDITIONS`, and in random copies (COPIES).

    Args:
        encoder: its .xml.
        clips: of all corpora. Crowds are of speakers who are on the clip's side in every fold.
        names: of conditions, and COPIES; each clip is decoded once for all of them.
        folder: keeps it, created if missing.
    """
    sides = {clip: test for test in (split(clips, fold=fold).test for fold in folds_of(clips)) for clip in test}
    tasks = [
        (clip, _drawn(clip, others), sides.get(clip, (clip,)))
        for clip, others in zip(clips, companions(clips), strict=True)
    ]
    key = repr((_checksum(encoder), Settings(), N_COPIES, [str(clip.path) for clip in clips]))
    return _cached(folder, names, key, partial(_hear_clip, encoder, names), tasks)


def hear_bursts(encoder: Path, sources: Sequence[Source], folder: Path) -> Heard:
    """What the encoder hears of each burst: its first window as it is, and a random copy; two windows each."""
    key = repr((_checksum(encoder), Settings(), [(str(source.path), source.crowd) for source in sources]))
    return _cached(folder, ["bursts"], key, partial(_hear_burst, encoder), sources)["bursts"]


def embedding(encoder: Network, window: Waveform) -> Rows:
    """What the encoder hears of one window; float32 (n,) -> float32 (features,)."""
    return np.asarray(encoder(log_mel(window)[None])[0], dtype=np.float32)


def _drawn(clip: Clip, company: Sequence[Clip]) -> tuple[Clip, ...]:
    rng = _rng(clip, "others")
    return tuple(company[place] for place in rng.integers(len(company), size=_OTHERS)) if company else ()


def _hear_clip(encoder: Path, names: Sequence[str], task: Task) -> list[Rows]:
    """For each name the windows of a clip, float32 (windows, features)."""
    clip, others, side = task
    embeddings = []
    for name in names:
        windows = _copies(clip, others) if name == COPIES else cut(changed(clip, side, name))
        embeddings.append(_heard(encoder, windows))
    return embeddings


def _hear_burst(encoder: Path, source: Source) -> list[Rows]:
    sound = speech_of(source.path)
    copy = random_copy(sound, [speech_of(path) for path in source.crowd], rng_of(source, "copy"), Settings())
    return [_heard(encoder, [cut(sound)[0], copy])]


def _copies(clip: Clip, others: Sequence[Clip]) -> list[Waveform]:
    rng, (speech, *behind) = _rng(clip, COPIES), (speech_of(source.path) for source in (clip, *others))
    return [random_copy(speech, behind, rng, Settings()) for _ in range(N_COPIES)]


def _heard(encoder: Path, windows: Sequence[Waveform]) -> Rows:
    return np.stack([embedding(_encoder(encoder), window) for window in windows])


@cache  # loaded once in each process
def _encoder(path: Path) -> Network:
    return open_encoder(path)


def _rng(clip: Clip, purpose: str) -> np.random.Generator:
    """A generator seeded by the clip, so that its copies do not depend on which process makes them."""
    seed = hashlib.sha256(f"{purpose} {clip.path.stem}".encode()).digest()[:8]
    return np.random.default_rng((_SEED, int.from_bytes(seed)))


def _checksum(encoder: Path) -> str:
    return sha256_of(encoder.with_suffix(".bin"))


def _cached(
    folder: Path, names: Sequence[str], key: str, make: Callable[[T], list[Rows]], tasks: Sequence[T]
) -> dict[str, Heard]:
    """What `make` gives for each name, kept in a file of the folder."""
    path = folder / f"heard-{hashlib.sha256(repr((names, key)).encode()).hexdigest()[:16]}.npz"
    if not path.exists():
        log.info("hearing %d recordings: %s", len(tasks), ", ".join(names))
        # New processes, not forks of this one, in which OpenVINO may already run threads.
        with ProcessPoolExecutor(_PROCESSES, multiprocessing.get_context("spawn")) as pool:
            parts = list(pool.map(make, tasks, chunksize=16))
        _store(path, {name: Heard.of([part[place] for part in parts]) for place, name in enumerate(names)})
    with np.load(path) as file:
        return {name: Heard(file[f"{name} rows"], file[f"{name} clips"]) for name in names}


def _store(path: Path, embeddings: dict[str, Heard]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part.npz")
    arrays = {
        f"{name} {field}": getattr(value, field) for name, value in embeddings.items() for field in ("rows", "clips")
    }
    np.savez(beside, **arrays)
    beside.replace(path)
