"""Makes the features of random copies of clips, once, and stores them."""

import hashlib
import logging
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from emoclassify.voice.mfcc import FEATURES, FLOORS_DB, HOP_MS, N_VIEW, Waveform, mfcc
from voice_model.augment import random_copy, speech_of
from voice_model.corpora import Clip
from voice_model.settings import Settings
from voice_model.splits import companions

_SEED = 1  # the trainings of an ensemble differ in their seed and share the copies
_OTHERS = 3  # how many clips of other speakers make the crowd behind a clip

log = logging.getLogger(__name__)

Features = npt.NDArray[np.float16]
"""float16 (clips, copies, t, N_VIEW), padded with zero rows; in half precision the copies take 1 GB."""


class HasPath(Protocol):
    """Something made from a file."""

    @property
    def path(self) -> Path:
        """Of the file."""


def training_features(clips: Sequence[Clip], settings: Settings, cache: Path) -> Features:
    """The feature windows of each clip's random copies, of the settings' floor; float16 (clips, copies, t, N_VIEW)."""
    cache_key = repr((FEATURES, settings.floor_db, *changes_of(settings)))
    return cached_features(clips, partial(_copies, settings), cache, cache_key, crowds_of(clips))


def changes_of(settings: Settings) -> tuple[Any, ...]:
    """Everything that decides how the copies of a clip sound."""
    lengths = (settings.copies, settings.window_s, settings.shortest_window_s)
    rooms = (settings.room_chance, settings.reverberation_s, settings.telephone_chance)
    noises = (settings.noise_chance, settings.noise_db, settings.crowd_share, _OTHERS)
    return _SEED, lengths, settings.speed, rooms, noises


def crowds_of(clips: Sequence[Clip]) -> list[tuple[Clip, ...]]:
    """For each clip those that make a crowd behind its copies: of speakers who are on its side in every fold.

    So no voice of the test occurs in training, not even in a crowd.
    """
    return [_drawn(clip, company) for clip, company in zip(clips, companions(clips), strict=True)]


def copies_of(settings: Settings, clip: Clip, others: Sequence[Clip]) -> Iterator[Waveform]:
    """The random copies of a clip, the same each time; float32 (n,) each, 16 kHz."""
    rng = _rng(clip, "copies")
    speech, *behind = (speech_of(source.path) for source in (clip, *others))
    for _ in range(settings.copies):
        yield random_copy(speech, behind, rng, settings)


def frames_of(settings: Settings) -> int:
    """Rows of features in a window of training."""
    return round(settings.window_s * 1000 / HOP_MS)


def cached_features(
    clips: Sequence[HasPath], make: Callable[..., Features], cache: Path, cache_key: str, *more: Sequence[Any]
) -> Features:
    """The result of `make` for each clip, computed by two processes and stored in a folder.

    Args:
        clips: at least one.
        make: a function of a module, clip -> float16 of one shape.
        cache: the folder, created if missing.
        cache_key: a text that differs where `make` would give another result.
        more: further arguments of `make`, each with one item for every clip; determined by the clips and `cache_key`.

    Returns:
        float16 (clips, ...).
    """
    content: Any = (cache_key, [str(clip.path) for clip in clips])
    path = cache / f"features-{hashlib.sha256(repr(content).encode()).hexdigest()[:16]}.npy"
    if not path.exists():
        log.info("making the features of %d clips", len(clips))
        # New processes, not forks of this one, in which TensorFlow may already run threads.
        with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
            features = np.stack(list(pool.map(make, clips, *more, chunksize=16)))
        cache.mkdir(parents=True, exist_ok=True)
        partial_path = path.with_suffix(".part.npy")
        np.save(partial_path, features)
        partial_path.replace(path)
    return np.asarray(np.load(path, mmap_mode="r"))


def _drawn(clip: Clip, company: Sequence[Clip]) -> tuple[Clip, ...]:
    rng = _rng(clip, "others")
    return tuple(company[place] for place in rng.integers(len(company), size=_OTHERS)) if company else ()


def _copies(settings: Settings, clip: Clip, others: tuple[Clip, ...]) -> Features:
    frames = frames_of(settings)
    first_column = FLOORS_DB.index(settings.floor_db) * N_VIEW
    features = np.zeros((settings.copies, frames, N_VIEW), dtype=np.float16)
    for window, copy in zip(features, copies_of(settings, clip, others), strict=True):
        rows = mfcc(copy)[:frames, first_column : first_column + N_VIEW]
        window[: len(rows)] = rows
    return features


def _rng(clip: Clip, purpose: str) -> np.random.Generator:
    """A generator seeded by the clip, so that its copies do not depend on which process makes them."""
    seed = hashlib.sha256(f"{purpose} {clip.path.stem}".encode()).digest()[:8]
    return np.random.default_rng((_SEED, int.from_bytes(seed)))
