"""Joins the recordings of the two sides of a call into one, with a sound track for each."""

import heapq
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from emoclassify.errors import MediaError
from emoclassify.media.channels import Samples
from emoclassify.media.container import SIDES, ReadCounts, create_container
from emoclassify.media.read import probe
from emoclassify.media.sound import read_sound
from emoclassify.words.names import in_unicode

_RATE_HZ = 16_000  # at which speech is read; a side is mono, since it is one voice
_BLOCK_S = 1.0


def join_sides(tell: Callable[..., None], paths: Sequence[Path], joined_path: Path) -> None:
    """Writes the sound of several recordings as the tracks of one, aligned at their starts: FLAC in Matroska.

    The same recordings give the same bytes, so that results of an earlier run are known again. The file says what it
    was joined from, and `probe` tells it.

    Args:
        tell: called with the progress, as `Child.call` does.
        paths: of the recordings, one for each side.
        joined_path: of the new file.

    Raises:
        MediaError: a recording cannot be read, or has no sound.
        ResultError: the new file cannot be written.
    """
    with create_container(joined_path, "matroska") as container:
        container.metadata[SIDES] = " / ".join(in_unicode(path.name) for path in paths)
        tracks = [container.add_stream("flac", rate=_RATE_HZ, layout="mono") for _ in paths]
        blocks = heapq.merge(*(_blocks(i, path) for i, path in enumerate(paths)), key=lambda block: block[:2])
        for first, i, samples in blocks:  # in order of time: the file is written as it is read
            _encode(container, tracks[i], samples, first)
            tell("start", first / _RATE_HZ)
        for track in tracks:
            container.mux(track.encode())


def _blocks(number: int, path: Path) -> Iterator[tuple[int, int, Samples]]:
    """The sound of a side without a pause: the first sample of each block, the number of the side, float32 (n,)."""
    info, n_before = probe(path), 0
    if info.audio is None:
        raise MediaError("file_no_sound")
    for sound in read_sound(path, info, rate_hz=_RATE_HZ, counts=ReadCounts()):
        missing = round(sound.start_s * _RATE_HZ) - n_before
        while missing > 0:
            silence = np.zeros(min(missing, round(_BLOCK_S * _RATE_HZ)), np.float32)
            yield n_before, number, silence
            n_before, missing = n_before + len(silence), missing - len(silence)
        yield n_before, number, sound.samples
        n_before += len(sound.samples)


def _encode(container: Any, track: Any, samples: Samples, first: int) -> None:
    steps = np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(steps.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate, frame.time_base, frame.pts = _RATE_HZ, Fraction(1, _RATE_HZ), first
    container.mux(track.encode(frame))
