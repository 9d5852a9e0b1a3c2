"""Makes the listener of the embedded model: a linear layer on what the convolutions of Whisper's encoder hear.

These two layers learned from 680,000 hours of speech; the networks beside it have a few dozen speakers.
"""

from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

import numpy as np
import torch

from emoclassify.networks.convert import Built
from emoclassify.networks.models import sha256_of
from emoclassify.networks.runtime import run_by_torch
from emoclassify.voice.listener import ENCODER_FILE, HEAD_FILE, Head, Listener
from emoclassify.voice.logmel import N_MELS, log_mel
from voice_model.corpora import Clip
from voice_model.features import Features, cached_features, changes_of, copies_of, crowds_of
from voice_model.material import convert_encoder
from voice_model.settings import Settings
from voice_model.whisper import CONVOLUTIONS, Encoder, read_weights

_EXAMPLE_FRAMES = 300  # three seconds


def hear_convolutions(clips: Sequence[Clip], settings: Settings, encoder: Path, folder: Path) -> Features:
    """What the convolutions hear in the copies that `features.training_features` makes features of.

    Args:
        clips: at least one, of all corpora.
        settings: of the copies.
        encoder: model.bin of a Whisper model of CTranslate2.
        folder: keeps it, created if missing.

    Returns:
        float16 (clips, copies, 2 * width): mean and deviation over the window.

    Raises:
        WorkshopError: the encoder cannot be read.
    """
    read_weights(encoder)  # told here, not by each process
    key = repr(("convolutions", sha256_of(encoder), changes_of(settings)))
    return cached_features(clips, partial(_hear, settings, encoder), folder, key, crowds_of(clips))


def listener_of(encoder: Path, head: Head) -> Listener:
    """A listener in memory, run by torch."""
    example = np.ones((1, _EXAMPLE_FRAMES, N_MELS), np.float32)
    return Listener(run_by_torch(Built(_convolutions(encoder), example, free_axes=(1,))), head)


def write_listener(encoder: Path, head: Head, folder: Path) -> None:
    """Writes the files that analysis loads; the same bytes each time.

    Args:
        encoder: model.bin of a Whisper model of CTranslate2.
        head: from `train.taught_head`.
        folder: of the model.
    """
    convert_encoder(encoder, (CONVOLUTIONS,), folder / ENCODER_FILE)
    np.save(folder / HEAD_FILE, head)


def _hear(settings: Settings, encoder: Path, clip: Clip, others: tuple[Clip, ...]) -> Features:
    convolutions = _convolutions(encoder)
    with torch.inference_mode():
        rows = [
            convolutions(torch.from_numpy(log_mel(copy)[None]))[0].numpy() for copy in copies_of(settings, clip, others)
        ]
    return np.stack(rows).astype(np.float16)


@cache  # loaded once in each process
def _convolutions(path: Path) -> Encoder:
    torch.set_num_threads(1)  # two processes hear at once
    return Encoder(read_weights(path), (CONVOLUTIONS,))
