"""Reads the sound of a recording: mixed, at one rate, on a clock that a lost or late packet does not disturb."""

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np

from emoclassify.media.channels import Mixer, Samples
from emoclassify.media.container import ReadCounts, decode, open_container
from emoclassify.media.nouns import MediaInfo, Sound
from emoclassify.media.read import MAX_LENGTH_S
from emoclassify.media.steady import PAUSE_S, WOBBLE_S, Block, Placed, steadied
from emoclassify.media.streams import has_usual_rate

logger = logging.getLogger(__name__)


def read_sound(
    path: Path, info: MediaInfo, *, rate_hz: int, counts: ReadCounts, layout: str = "mono"
) -> Iterator[Sound]:
    """Yields the sound as blocks at `rate_hz`, in order of time; nothing where the recording has no sound.

    A pause of `steady.PAUSE_S` in the timestamps starts a new block at its own time; shorter gaps are filled with
    silence, and sound that the recording holds twice is dropped. Sound that cannot be mixed or resampled ends the
    reading as `counts` says, which is complete afterwards: it raises no error that would take the picture away too.
    """
    if info.audio is None:
        return
    with open_container(path) as container:
        frames = decode(container, container.streams[info.audio.stream], counts)
        try:
            yield from _resampled(steadied(_mixed(frames, info, counts, layout)), rate_hz, layout)
        except av.error.FFmpegError as exc:
            logger.debug("reading of the sound ended: %r", exc)
            counts.gave_up = True


def _mixed(frames: Iterable[Any], info: MediaInfo, counts: ReadCounts, layout: str) -> Iterator[Block]:
    """The decoded frames as blocks of mixed samples, with their times from the recording's origin."""
    mixer = Mixer(layout)
    for frame in filter(_has_samples, frames):
        time_s = None if frame.pts is None else float(frame.pts * frame.time_base - info.origin)
        counts.untimed += time_s is None
        if time_s is not None and time_s > MAX_LENGTH_S:
            counts.gave_up = True
            return
        block = Block(time_s, mixer.mix(frame), frame.sample_rate)
        counts.decoded += 1
        counts.end_s = (counts.end_s if time_s is None else time_s) + block.length_s
        yield block


def _has_samples(frame: Any) -> bool:
    return bool(frame.samples) and has_usual_rate(frame)


def _resampled(blocks: Iterable[Placed], rate_hz: int, layout: str) -> Iterator[Sound]:
    run: _Run | None = None
    for block in blocks:
        if run is None or not run.continues_with(block):
            if run is not None:
                yield from run.end()
            run = _Run(block, rate_hz, layout)
        yield from run.add(block)
    if run is not None:
        yield from run.end()


_AT_ONCE_S = 0.5
"""Sound that is resampled at once: a call for each block of a decoder, of 20 ms, takes four times as long."""


class _Run:
    """Sound without a pause in it, resampled; its times are counted in samples from its start."""

    def __init__(self, first: Placed, rate_hz: int, layout: str) -> None:
        self._resampler = av.AudioResampler(format="flt", layout=layout, rate=rate_hz)
        self._layout, self._shape = layout, (-1,) if layout == "mono" else (-1, 2)
        self._start_s, self._rate_hz, self._samples_out = first.start_s, rate_hz, 0
        self._source_rate_hz, self._end_s = first.rate_hz, first.start_s
        self._waiting: list[Samples] = []
        self._n_waiting = 0

    def continues_with(self, block: Placed) -> bool:
        return block.rate_hz == self._source_rate_hz and block.start_s - self._end_s < PAUSE_S

    def add(self, block: Placed) -> Iterator[Sound]:
        """The next block: after silence where something is missing, without its beginning where that is there twice."""
        gap, samples = round((block.start_s - self._end_s) * self._source_rate_hz), block.samples
        if gap > WOBBLE_S * self._source_rate_hz:
            samples = np.concatenate([np.zeros((gap, *samples.shape[1:]), np.float32), samples])
        elif gap < -WOBBLE_S * self._source_rate_hz:
            samples = samples[-gap:]
        self._end_s += len(samples) / self._source_rate_hz
        self._waiting.append(samples)
        self._n_waiting += len(samples)
        if self._n_waiting >= _AT_ONCE_S * self._source_rate_hz:
            yield from self._resample_waiting()

    def end(self) -> Iterator[Sound]:
        """What waits, and what is left in the resampler."""
        if self._n_waiting:
            yield from self._resample_waiting()
        yield from self._sounds(None)

    def _resample_waiting(self) -> Iterator[Sound]:
        samples = np.concatenate(self._waiting)
        self._waiting, self._n_waiting = [], 0
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout=self._layout)
        frame.sample_rate = self._source_rate_hz
        yield from self._sounds(frame)

    def _sounds(self, frame: Any) -> Iterator[Sound]:
        for block in self._resampler.resample(frame):
            resampled = np.asarray(block.to_ndarray().reshape(self._shape), dtype=np.float32)
            yield Sound(self._start_s + self._samples_out / self._rate_hz, resampled)
            self._samples_out += len(resampled)
