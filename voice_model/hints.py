"""What a teacher, Whisper's frozen encoder, hears in each random copy: a network may learn to say it beside the labels.

The idea of hints is that of Romero et al. (2015). The values are used in training only; what ships is the same network.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from emoclassify.networks.models import sha256_of
from emoclassify.voice.logmel import HOP_MS as TEACHER_HOP_MS
from emoclassify.voice.logmel import log_mel
from emoclassify.voice.mfcc import HOP_MS, Waveform
from voice_model.corpora import Clip
from voice_model.features import Features, cached_features, changes_of, copies_of, crowds_of, frames_of
from voice_model.settings import Settings
from voice_model.whisper import Encoder, read_weights

LAYER = 2
"""Of the encoder, from 1: the one whose values tell emotions best by themselves (`RESULTS.md`)."""

_TEACHER_MS = 2 * TEACHER_HOP_MS  # its second convolution halves the frames
_SAMPLE = 20_000  # rows that main components are found from
_SOFTEST = 1e-3  # variance below this share of the mean is none: a small corpus has fewer components

Rows = npt.NDArray[np.float32]


def steps_of(settings: Settings) -> int:
    """How many steps the network's last block has in a window."""
    return frames_of(settings) >> len(settings.filters)


def hear_copies(clips: Sequence[Clip], settings: Settings, encoder: Path, folder: Path) -> Features:
    """What the teacher hears in the copies that `features.training_features` makes features of.

    Args:
        clips: at least one, of all corpora.
        settings: of the copies.
        encoder: model.bin of a Whisper model of CTranslate2.
        folder: keeps it, created if missing.

    Returns:
        float16 (clips, copies, width * (2 + steps)): mean and deviation over the window, then the mean of each step of
        the network, zeros where a step has no sound.

    Raises:
        WorkshopError: the encoder cannot be read.
    """
    key = repr(("hints", sha256_of(encoder), LAYER, len(settings.filters), changes_of(settings)))
    return cached_features(clips, partial(_hear, settings, encoder), folder, key, crowds_of(clips))


@dataclass(frozen=True)
class Hints:
    """What the teacher hears, as the numbers that a network learns.

    Attributes:
        whole: float32 (clips, copies, components), of the whole window.
        steps: float16 (clips, copies, steps, components), of each step of the network.
        sounding: float32 (clips, copies, steps), 1 where the step has sound, else 0.
    """

    whole: Rows
    steps: Features
    sounding: Rows

    @classmethod
    def of(cls, hearings: Features, settings: Settings) -> "Hints":
        """The main components, each with variance 1, of what was heard in copies (`hear_copies`) of learners alone."""
        n_steps = steps_of(settings)
        width = hearings.shape[-1] // (2 + n_steps)
        whole = hearings[..., : 2 * width].astype(np.float32)
        steps = hearings[..., 2 * width :].reshape(*hearings.shape[:2], n_steps, width)
        sounding = steps.any(axis=-1)
        of_whole, of_steps = (
            _Components.of(rows, settings.hint_components) for rows in (whole.reshape(-1, 2 * width), steps[sounding])
        )
        reduced = np.stack([of_steps(clip).astype(np.float16) for clip in steps])  # by clips: all at once are large
        return cls(of_whole(whole), reduced, np.asarray(sounding, dtype=np.float32))


@dataclass(frozen=True)
class _Components:
    mean: Rows
    basis: Rows

    @classmethod
    def of(cls, rows: npt.NDArray[np.floating], count: int) -> "_Components":
        sample = rows[:: max(1, len(rows) // _SAMPLE)].astype(np.float32)
        mean, spread = sample.mean(axis=0), sample.std(axis=0) + np.float32(1e-6)
        variances, directions = np.linalg.eigh(np.cov((sample - mean) / spread, rowvar=False))
        leading = slice(None, -count - 1, -1)  # eigh has the largest last
        scale = np.sqrt(np.maximum(variances[leading], _SOFTEST * variances.mean()))
        return cls(mean, np.asarray(directions[:, leading] / scale / spread[:, None], dtype=np.float32))

    def __call__(self, rows: npt.NDArray[np.floating]) -> Rows:
        return np.asarray((rows.astype(np.float32) - self.mean) @ self.basis, dtype=np.float32)


def _hear(settings: Settings, encoder: Path, clip: Clip, others: tuple[Clip, ...]) -> Features:
    return np.stack([_row(_teacher(encoder), copy, settings) for copy in copies_of(settings, clip, others)])


@cache  # loaded once in each process
def _teacher(path: Path) -> Encoder:
    torch.set_num_threads(1)  # two processes hear at once
    return Encoder(read_weights(path), (LAYER,))


def _row(teacher: Encoder, window: Waveform, settings: Settings) -> Features:
    with torch.inference_mode():
        hidden = teacher.outputs(torch.from_numpy(log_mel(window)[None]))[0][0].numpy()
    step_ms = HOP_MS << len(settings.filters)
    of_step = ((np.arange(len(hidden)) + 0.5) * _TEACHER_MS / step_ms).astype(int)
    steps = np.zeros((steps_of(settings), hidden.shape[1]), dtype=np.float32)
    for step in range(min(len(steps), of_step[-1] + 1)):
        steps[step] = hidden[of_step == step].mean(axis=0)
    return np.concatenate([hidden.mean(axis=0), hidden.std(axis=0), steps.ravel()]).astype(np.float16)
