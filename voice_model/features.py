"""Clips -> feature windows of their random copies, made once and kept."""

import hashlib
import logging
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from emoclassify.voice.mfcc import FEATURES, HOP_MS, N_FEATURES, mfcc
from voice_model.augment import random_copy, trimmed
from voice_model.corpora import Clip, waveform
from voice_model.settings import Settings

_SEED = 1  # the trainings of an ensemble differ in their seed and share the copies

log = logging.getLogger(__name__)

Features = npt.NDArray[np.float16]
"""float16 (clips, copies, t, N_FEATURES), padded with zero rows; in half precision the copies take 1 GB."""


def training_features(clips: Sequence[Clip], settings: Settings, cache: Path) -> Features:
    """The feature windows of each clip's random copies; float16 (clips, copies, t, N_FEATURES)."""
    lengths = (settings.copies, settings.window_s, settings.shortest_window_s)
    rooms = (settings.room_chance, settings.reverberation_s, settings.telephone_chance)
    noises = (settings.noise_chance, settings.noise_db, settings.crowd_share)
    known_by = repr((FEATURES, _SEED, lengths, settings.speed, rooms, noises))
    return kept(clips, partial(_copies, settings), cache, known_by)


def kept(clips: Sequence[Clip], make: Callable[[Clip], Features], cache: Path, known_by: str) -> Features:
    """What `make` makes of each clip, made on two processes and kept in a folder.

    Args:
        clips: at least one.
        make: a function of a module, clip -> float16 of one shape.
        cache: the folder, made where it is missing.
        known_by: differs where `make` would make something else.

    Returns:
        float16 (clips, ...).
    """
    everything: Any = (known_by, [str(clip.path) for clip in clips])
    path = cache / f"features-{hashlib.sha256(repr(everything).encode()).hexdigest()[:16]}.npy"
    if not path.exists():
        log.info("making the features of %d clips", len(clips))
        # New processes and not forks of this one, where TensorFlow may already run threads.
        with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
            made = np.stack(list(pool.map(make, clips, chunksize=16)))
        cache.mkdir(parents=True, exist_ok=True)
        partial_path = path.with_suffix(".part.npy")
        np.save(partial_path, made)
        partial_path.replace(path)
    return np.asarray(np.load(path, mmap_mode="r"))


def _copies(settings: Settings, clip: Clip) -> Features:
    # Seeded by the clip, so that the copies do not depend on which process makes them.
    rng = np.random.default_rng((_SEED, int.from_bytes(hashlib.sha256(clip.path.stem.encode()).digest()[:8])))
    speech = trimmed(waveform(clip.path))
    frames = round(settings.window_s * 1000 / HOP_MS)
    made = np.zeros((settings.copies, frames, N_FEATURES), dtype=np.float16)
    for place in made:
        rows = mfcc(random_copy(speech, rng, settings))[:frames]
        place[: len(rows)] = rows
    return made
