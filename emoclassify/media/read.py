"""Reads recordings with PyAV: facts first (`probe`), then streams of upright frames (the sound is read in `sound`)."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from emoclassify.media.container import ReadCounts, decode, decode_passing, file_errors, open_container
from emoclassify.media.fields import of_one_moment
from emoclassify.media.formats import STILL_DEMUXERS
from emoclassify.media.nouns import USUAL_FPS, AudioInfo, Frame, MediaInfo, VideoInfo
from emoclassify.media.orientation import orientation_of
from emoclassify.media.passing import CONTAINERS, Passed, Passing
from emoclassify.media.picture_store import Decoded, PictureStore
from emoclassify.media.pixels import pixels
from emoclassify.media.streams import MAX_PIXELS, Streams, has_more_pictures, is_heif, readable_streams
from emoclassify.media.tiles import read_tiles
from emoclassify.media.tone import is_hdr, ordinary_rgb
from emoclassify.words.messages import Message

LARGEST_RGB = 8192 * 8192
"""No frame has more pixels as RGB: it would take 200 MB. Larger pictures are read smaller."""

MAX_LENGTH_S = 24 * 3600.0
"""Reading ends here: a later timestamp is far more often damaged than part of a recording of more than a day."""

_SQUARE_WITHIN = 0.01
"""Pixels that are wider or higher by less count as square: nobody sees the difference, and nothing is resized."""

_LARGEST_ASPECT = 4.0
"""A larger ratio is a mistake in the file; PAL and NTSC reach 1.5, anamorphic lenses 2."""

_SOUGHT_WITHIN_S = 1e-4
"""Two times that differ by less belong to the same frame."""


def probe(path: Path, sound_stream: int | None = None) -> MediaInfo:
    """What a recording holds.

    A stream that cannot be decoded is left out, and `notes` says why: half a recording is better than none.

    Args:
        path: the recording.
        sound_stream: index of the sound stream that is read; None: the default one. Times are the same with each.

    Raises:
        MediaError: not a file, empty, of no known format, with nothing that can be decoded, or with too large a picture
            and no sound.
    """
    with file_errors(), open_container(path) as container:
        streams = readable_streams(path, container, sound_stream)
        video, audio = streams.video, streams.audio
        starts = [start for start in map(_start, (video, *streams.audio_tracks)) if start is not None]
        origin = min(starts, default=Fraction(0))
        still = container.format.name in STILL_DEMUXERS or is_heif(container)
        more = (Message("pictures_without_times"),) if still and has_more_pictures(path, container) else ()
        return MediaInfo(
            container=container.format.name,
            size_bytes=path.stat().st_size,
            duration_s=None if still else _duration_s(container, origin),
            video=None if video is None else _video_info(path, streams, origin, still=still),
            audio=None if audio is None else _audio_info(audio, origin),
            still=still,
            origin=origin,
            notes=(*streams.notes, *more),
            audio_tracks=tuple(track.index for track in streams.audio_tracks),
            grid=streams.grid,
        )


class FrameStream:
    """The sampled frames of a recording, in order of time.

    With `sample_fps`, for each time k / sample_fps the first frame at or after it, once; with `every`, every Nth frame.
    Iterate once; `counts` is complete afterwards. Frames that are not looked at are decoded where others need them; all
    are counted.
    """

    def __init__(
        self,
        path: Path,
        info: MediaInfo,
        *,
        sample_fps: float = 5.0,
        every: int | None = None,
        store: PictureStore | None = None,
    ) -> None:
        """`store` takes the decoded pictures of the frames."""
        self.counts = ReadCounts()
        self._path, self._info, self._sample_fps, self._every = path, info, sample_fps, every
        self._store = store

    def __iter__(self) -> Iterator[Frame]:
        """Yields the sampled frames, upright; nothing where the recording has no picture."""
        is_sampled, is_due = self._sampler(), False
        if self._store is not None:
            self._store.expect(self._info, self._rate())
        for picture, time_s in _pictures(self._path, self._info, self.counts, self._sampler()):
            index = self.counts.decoded - 1
            is_due = is_sampled(index, time_s) or is_due  # the next one, where a damaged one was asked for
            if self._info.video is not None and is_due and not isinstance(picture, Passed):
                is_due = False
                if self._store is not None:
                    self._store.add(Decoded(picture, index, time_s))
                yield Frame(index=index, time_s=time_s, rgb=upright_rgb(picture, self._info.video))

    def _rate(self) -> float:
        """How many pictures a second are looked at."""
        video = self._info.video
        fps = USUAL_FPS if video is None else video.average_fps or USUAL_FPS
        return self._sample_fps if self._every is None else fps / self._every

    def _sampler(self) -> "_Sampler":
        every = self._every
        return _ByTime(self._sample_fps) if every is None else lambda index, _: index % every == 0


def read_frames(path: Path, info: MediaInfo, times_s: Mapping[int, float]) -> Iterator[Frame]:
    """Yields single frames, upright, each found by seeking to its time; only if that fails, by reading from the start.

    Args:
        path: the recording.
        info: what `probe` says of it.
        times_s: index of a frame -> its time in seconds, as a FrameStream yielded them.
    """
    if info.video is None:
        return
    missing = dict(times_s)
    for index, frame in _sought(path, info, times_s):
        yield Frame(index=index, time_s=missing.pop(index), rgb=upright_rgb(frame, info.video))
    counts, last = ReadCounts(), max(missing, default=-1)
    for frame, time_s in decoded_frames(path, info, counts) if missing else ():
        if counts.decoded - 1 in missing:
            yield Frame(index=counts.decoded - 1, time_s=time_s, rgb=upright_rgb(frame, info.video))
        if counts.decoded > last:
            return


def frames_at(path: Path, info: MediaInfo, times_s: Sequence[float]) -> Iterator[Frame]:
    """Yields for each time the first frame at or after it, upright, found by seeking; none where that fails.

    Args:
        path: the recording.
        info: what `probe` says of it.
        times_s: seconds, in any order.
    """
    if info.video is None or info.still:
        return
    with open_container(path) as container:
        stream = container.streams[info.video.stream]
        stream.thread_type = "AUTO"
        for i, time_s in enumerate(times_s):
            try:
                match = _first_from(time_s, container, stream, info)
            except (av.error.FFmpegError, OSError):  # a broken index
                return
            if match is not None:
                yield Frame(index=i, time_s=match[1], rgb=upright_rgb(match[0], info.video))


def _sought(path: Path, info: MediaInfo, times_s: Mapping[int, float]) -> Iterator[tuple[int, av.VideoFrame]]:
    """The frames that seeking finds, with their index."""
    if info.video is None or info.still or info.container in ("mpeg", "mpegts"):  # whose timestamps may start anew
        return
    with open_container(path) as container:
        stream = container.streams[info.video.stream]
        stream.thread_type = "AUTO"
        for index, time_s in times_s.items():
            try:
                match = _first_from(time_s, container, stream, info)
            except (av.error.FFmpegError, OSError):  # a broken index
                return
            if match is not None and match[1] <= time_s + _SOUGHT_WITHIN_S:
                yield index, match[0]


def _first_from(time_s: float, container: Any, stream: Any, info: MediaInfo) -> tuple[av.VideoFrame, float] | None:
    """The first frame at or after a time, with its time, found by seeking; None where there is none.

    Raises:
        FFmpegError, OSError: the index of the file is broken.
    """
    container.seek(int((Fraction(time_s) + info.origin) / stream.time_base), stream=stream)
    least_s = time_s - _SOUGHT_WITHIN_S
    wanted_from = int((Fraction(least_s) + info.origin) / stream.time_base)
    frames = decode(container, stream, ReadCounts(), wanted_from=wanted_from)
    times = _timed(frames, info, Fraction(0), ReadCounts())
    return next((item for item in times if item[1] >= least_s), None)


def decoded_frames(path: Path, info: MediaInfo, counts: ReadCounts) -> Iterator[tuple[av.VideoFrame, float]]:
    """Yields every frame in its stored form, with its time in seconds; nothing where the recording has no picture.

    `counts` is complete afterwards.
    """
    yield from _pictures(path, info, counts, None)


_Sampler = Callable[[int, float], bool]
"""Whether a frame is looked at, by its index and its time in seconds; to be asked of each, in their order."""


def _pictures(
    path: Path, info: MediaInfo, counts: ReadCounts, is_looked_at: _Sampler | None
) -> Iterator[tuple[Any, float]]:
    """What `decoded_frames` yields; where not all are looked at, a `Passed` for each that need not be decoded."""
    if info.video is None:
        return
    if info.grid is not None:
        frame = read_tiles(path, info.grid, counts)
        counts.decoded, counts.end_s = 1, 0.0
        yield frame, 0.0
        return
    with open_container(path) as container:
        stream = container.streams[info.video.stream]
        assert isinstance(stream, av.VideoStream)
        stream.thread_type = "AUTO"
        frame_s = Fraction(0) if info.still else Fraction(1) / (stream.average_rate or 25)
        if is_looked_at is None or not info.container.startswith(CONTAINERS):
            frames = decode(container, stream, counts)
        else:
            frames = decode_passing(container, stream, counts, Passing(stream, is_looked_at, info.origin))
        for frame, time_s in _timed(frames, info, frame_s, counts):
            if not isinstance(frame, Passed) and frame.width * frame.height > MAX_PIXELS:  # larger than the header says
                counts.gave_up = True
                return
            counts.decoded += 1
            yield frame, time_s
            if info.still:
                return


class _ByTime:
    """True for the first frame at or after each time k / fps, once."""

    _TOLERANCE = 1e-6  # of a sampling interval: a timestamp that differs from k / fps only by rounding

    def __init__(self, fps: float) -> None:
        self._fps, self._next = fps, 0

    def __call__(self, _: int, time_s: float) -> bool:
        position = time_s * self._fps + self._TOLERANCE
        if position < self._next:
            return False
        self._next = int(position) + 1
        return True


def _start(stream: Any) -> Fraction | None:
    if stream is None or stream.time_base is None:
        return None
    return Fraction((stream.start_time or 0) * stream.time_base)


def _duration_s(container: Any, origin: Fraction) -> float | None:
    """As the header says, from the origin: where timestamps start far from 0, some headers say where they end."""
    if container.duration is None or container.duration <= 0:
        return None
    duration_s, origin_s = float(container.duration / av.time_base), float(origin)
    is_fragmented = "mp4" in container.format.name and not any(stream.frames for stream in container.streams)
    says_end = is_fragmented or "matroska" in container.format.name
    return duration_s - origin_s if says_end and duration_s > origin_s else duration_s


def _video_info(path: Path, streams: Streams, origin: Fraction, *, still: bool) -> VideoInfo:
    stream = streams.video
    has_exif = still and not is_heif(stream.container)
    turns, mirrored = orientation_of(streams.first_frame, path, has_exif=has_exif)
    aspect = 1.0 if still else _pixel_aspect(stream)
    width, height = stream.width, stream.height
    if (grid := streams.grid) is not None:
        width, height, turns, mirrored = grid.width_px, grid.height_px, grid.turns, grid.mirrored
    width, height = square_size(width, height, aspect)
    if turns % 2:
        width, height = height, width
    rate = stream.average_rate
    return VideoInfo(
        stream=stream.index,
        codec=stream.codec_context.name,
        width_px=width,
        height_px=height,
        rotation_deg=90 * turns,
        mirrored=mirrored,
        pixel_aspect=aspect,
        average_fps=float(rate) if rate and not still else None,
        start_s=float((_start(stream) or 0) - origin),
    )


def _pixel_aspect(stream: Any) -> float:
    """Width over height of a stored pixel; 1 where the file gives none or an impossible one."""
    aspect = float(stream.sample_aspect_ratio or 1)
    stretch = max(aspect, 1 / aspect)
    return aspect if 1 + _SQUARE_WITHIN < stretch <= _LARGEST_ASPECT else 1.0


def square_size(width: int, height: int, aspect: float) -> tuple[int, int]:
    """Width and height in square pixels: the smaller axis is enlarged, so that no detail is lost.

    A picture of more than LARGEST_RGB pixels is read at a half of its size, or a third.
    """
    shrink = math.ceil(math.sqrt(width * height / LARGEST_RGB))
    width, height = width // shrink, height // shrink
    return (round(width * aspect), height) if aspect >= 1 else (width, round(height / aspect))


def _audio_info(stream: Any, origin: Fraction) -> AudioInfo:
    return AudioInfo(
        stream=stream.index,
        codec=stream.codec_context.name,
        rate_hz=stream.codec_context.sample_rate,
        channels=stream.codec_context.channels,
        start_s=float((_start(stream) or 0) - origin),
    )


def _timed(
    frames: Iterator[Any], info: MediaInfo, frame_s: Fraction, counts: ReadCounts
) -> Iterator[tuple[Any, float]]:
    """Frames with their time in seconds from the recording's origin; `frame_s` is the length of a frame."""
    last_s: float | None = None
    for frame in frames:
        if frame.pts is None:
            counts.untimed += 1
            time_s = counts.end_s if last_s is not None else 0.0
        else:
            time_s = float(frame.pts * frame.time_base - info.origin)
        if time_s > MAX_LENGTH_S:
            counts.gave_up = True
            return
        if last_s is not None and time_s <= last_s:
            counts.backward += 1
            continue
        last_s, counts.end_s = time_s, time_s + float(frame_s)
        yield frame, time_s


def upright_rgb(frame: Any, video: VideoInfo) -> npt.NDArray[np.uint8]:
    """uint8 (H, W, 3): upright, with square pixels.

    Colours are converted by the frame's own matrix and range; transparent parts become black, and bright light of HDR
    is compressed (see `tone`). Of an interlaced frame, the moment of its upper lines is shown (see `fields`).
    """
    width, height = square_size(frame.width, frame.height, video.pixel_aspect)
    if frame.interlaced_frame:
        frame = of_one_moment(frame)
    if is_hdr(frame):
        rgb = ordinary_rgb(frame, width, height)
    elif any(component.is_alpha for component in frame.format.components):
        rgba = pixels(frame, "rgba", width, height)
        rgb = (rgba[..., :3].astype(np.uint16) * rgba[..., 3:] // 255).astype(np.uint8)
    else:
        rgb = pixels(frame, "rgb24", width, height)
    if video.mirrored:
        rgb = rgb[:, ::-1]
    return np.ascontiguousarray(np.rot90(rgb, -video.rotation_deg // 90))
