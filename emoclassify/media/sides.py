"""Joins the recordings of the two sides of a call into one, with a sound track for each; and mixes such tracks."""

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import zip_longest
from pathlib import Path
from typing import Any

import av
import numpy as np

from emoclassify.errors import MediaError
from emoclassify.media.channels import Samples
from emoclassify.media.container import SIDES, SIDES_S, ReadCounts, create_container
from emoclassify.media.nouns import SIDES_BETWEEN, MediaInfo
from emoclassify.media.read import probe
from emoclassify.media.sound import read_sound
from emoclassify.words.names import in_unicode

_RATE_HZ = 16_000  # at which speech is read; a side is mono, since it is one voice
_BLOCK_S = 1.0


def join_sides(tell: Callable[..., None], paths: Sequence[Path], joined_path: Path, names: Sequence[str] = ()) -> None:
    """Writes the sound of several recordings as the tracks of one, aligned at their starts: FLAC in Matroska.

    The same recordings give the same bytes, so that results of an earlier run are known again. The file says what it
    was joined from, and `probe` tells it.

    Args:
        tell: called with the progress, as `Child.call` does.
        paths: of the recordings, one for each side.
        joined_path: of the new file.
        names: of the recordings, as their owner calls them; by default those of the files.

    Raises:
        MediaError: a recording cannot be read, or has no sound.
        ResultError: the new file cannot be written.
    """
    names = names or [path.name for path in paths]
    infos = [_probed(path, name) for path, name in zip(paths, names, strict=True)]
    with create_container(joined_path, "matroska") as container:
        container.metadata[SIDES] = SIDES_BETWEEN.join(map(in_unicode, names))
        lengths = [info.duration_s for info in infos if info.duration_s is not None]
        container.metadata[SIDES_S] = " ".join(f"{length_s:.1f}" for length_s in lengths)
        longest_s = max(lengths, default=None)
        tracks = [container.add_stream("flac", rate=_RATE_HZ, layout="mono") for _ in paths]
        blocks = heapq.merge(*(_blocks(i, path, infos[i]) for i, path in enumerate(paths)), key=lambda block: block[:2])
        for first, i, samples in blocks:  # in order of time: the file is written as it is read
            _encode(container, tracks[i], samples, first)
            tell("start", first / _RATE_HZ, longest_s)
        for track in tracks:
            container.mux(track.encode())


def _probed(path: Path, name: str) -> MediaInfo:
    """What a side holds; an error says which of them it is."""
    try:
        info = probe(path)
        if info.audio is None:
            raise MediaError("file_no_sound")
    except MediaError as exc:
        raise MediaError("side_unread", file=in_unicode(name), why=str(exc)) from exc
    return info


def mix_sides(media: Path, tracks: Sequence[int], path: Path, on_second: Callable[[float], None]) -> None:
    """Writes two sound tracks as the left and right channel of one, as every browser plays it: AAC in MP4.

    Browsers play the first track of a file alone, so that of a call one side would not be heard.

    Args:
        media: the recording.
        tracks: the numbers of the sound tracks on the left and on the right, from 1; there are as many.
        path: of the new file, MP4.
        on_second: called with the time of each second of sound.

    Raises:
        MediaError: the recording cannot be read.
        ResultError: the file cannot be written.
    """
    streams = probe(media).audio_tracks
    sides = [_in_seconds(_blocks(i, media, probe(media, streams[n - 1]))) for i, n in enumerate(tracks)]
    with create_container(path) as container:
        track = container.add_stream("aac", rate=_RATE_HZ, layout="stereo")
        for second, channels in enumerate(zip_longest(*sides, fillvalue=np.zeros(0, np.float32))):
            samples = np.zeros((2, max(map(len, channels))), np.float32)
            for channel, side in zip(samples, channels, strict=True):
                channel[: len(side)] = side
            frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
            frame.sample_rate, frame.time_base, frame.pts = _RATE_HZ, Fraction(1, _RATE_HZ), second * _RATE_HZ
            container.mux(track.encode(frame))
            on_second(float(second))
        container.mux(track.encode())


def _in_seconds(blocks: Iterable[tuple[int, int, Samples]]) -> Iterator[Samples]:
    """Sound without a pause, a second at a time; the last piece may be shorter."""
    waiting = np.zeros(0, np.float32)
    for _, _, samples in blocks:
        waiting = np.concatenate([waiting, samples])
        while len(waiting) >= _RATE_HZ:
            yield waiting[:_RATE_HZ]
            waiting = waiting[_RATE_HZ:]
    if len(waiting):
        yield waiting


def _blocks(number: int, path: Path, info: MediaInfo) -> Iterator[tuple[int, int, Samples]]:
    """The sound of a side without a pause: the first sample of each block, the number of the side, float32 (n,)."""
    n_before = 0
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
