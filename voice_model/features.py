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

from emoclassify.voice.mfcc import FEATURES, FLOORS_DB, HOP_MS, N_VIEW, mfcc
from voice_model.augment import random_copy, speech_of
from voice_model.corpora import Clip
from voice_model.settings import Settings
from voice_model.splits import companions

_SEED = 1  # the trainings of an ensemble differ in their seed and share the copies
_OTHERS = 3  # clips of other speakers that the crowds behind a clip are made of

log = logging.getLogger(__name__)

Features = npt.NDArray[np.float16]
"""float16 (clips, copies, t, N_VIEW), padded with zero rows; in half precision the copies take 1 GB."""


def training_features(clips: Sequence[Clip], settings: Settings, cache: Path) -> Features:
    """The feature windows of each clip's random copies, of the settings' floor; float16 (clips, copies, t, N_VIEW)."""
    lengths = (settings.copies, settings.window_s, settings.shortest_window_s)
    rooms = (settings.room_chance, settings.reverberation_s, settings.telephone_chance)
    noises = (settings.noise_chance, settings.noise_db, settings.crowd_share, _OTHERS)
    known_by = repr((FEATURES, settings.floor_db, _SEED, lengths, settings.speed, rooms, noises))
    # Of speakers who are on its side in every fold: no voice of the test is heard in training, not even in a crowd.
    others = [_drawn(clip, company) for clip, company in zip(clips, companions(clips), strict=True)]
    return kept(clips, partial(_copies, settings), cache, known_by, others)


def kept(
    clips: Sequence[Clip], make: Callable[..., Features], cache: Path, known_by: str, *more: Sequence[Any]
) -> Features:
    """What `make` makes of each clip, made on two processes and kept in a folder.

    Args:
        clips: at least one.
        make: a function of a module, clip -> float16 of one shape.
        cache: the folder, made where it is missing.
        known_by: differs where `make` would make something else.
        more: further arguments of `make`, each one for every clip; what the clips and `known_by` settle.

    Returns:
        float16 (clips, ...).
    """
    everything: Any = (known_by, [str(clip.path) for clip in clips])
    path = cache / f"features-{hashlib.sha256(repr(everything).encode()).hexdigest()[:16]}.npy"
    if not path.exists():
        log.info("making the features of %d clips", len(clips))
        # New processes and not forks of this one, where TensorFlow may already run threads.
        with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
            made = np.stack(list(pool.map(make, clips, *more, chunksize=16)))
        cache.mkdir(parents=True, exist_ok=True)
        partial_path = path.with_suffix(".part.npy")
        np.save(partial_path, made)
        partial_path.replace(path)
    return np.asarray(np.load(path, mmap_mode="r"))


def _drawn(clip: Clip, company: Sequence[Clip]) -> tuple[Clip, ...]:
    rng = _rng(clip, "others")
    return tuple(company[place] for place in rng.integers(len(company), size=_OTHERS)) if company else ()


def _copies(settings: Settings, clip: Clip, others: tuple[Clip, ...]) -> Features:
    rng = _rng(clip, "copies")
    speech, *behind = (speech_of(heard.path) for heard in (clip, *others))
    frames = round(settings.window_s * 1000 / HOP_MS)
    first = FLOORS_DB.index(settings.floor_db) * N_VIEW
    made = np.zeros((settings.copies, frames, N_VIEW), dtype=np.float16)
    for place in made:
        rows = mfcc(random_copy(speech, behind, rng, settings))[:frames, first : first + N_VIEW]
        place[: len(rows)] = rows
    return made


def _rng(clip: Clip, what_for: str) -> np.random.Generator:
    """Seeded by the clip, so that what is made of it does not depend on which process makes it."""
    known_by = hashlib.sha256(f"{what_for} {clip.path.stem}".encode()).digest()[:8]
    return np.random.default_rng((_SEED, int.from_bytes(known_by)))
