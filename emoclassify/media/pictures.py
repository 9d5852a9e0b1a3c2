"""Reads every picture of a recording in the colour format that video is encoded from, so that it can be drawn into."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from emoclassify.media.container import ReadCounts
from emoclassify.media.nouns import USUAL_FPS, Frame, MediaInfo, VideoInfo
from emoclassify.media.pixels import converted
from emoclassify.media.read import decoded_frames, square_size, upright_rgb
from emoclassify.media.tone import BT_709, is_hdr, ordinary_frame

Plane = npt.NDArray[np.uint8]

_LIMITED_BLACK, _NO_COLOUR = 16, 128  # of 8 bits


@dataclass(frozen=True)
class Colours:
    """The colour space of a picture, as code points of ITU-T H.273."""

    matrix: int
    primaries: int
    transfer: int
    full_range: bool


@dataclass(frozen=True)
class Picture:
    """One decoded picture, upright, with square pixels; odd sizes get one more column or row, a copy of the last.

    All pictures of a recording have one size. Where it changes within the recording, the others are enlarged or made
    smaller until they fit, between black bars. Pictures with a high dynamic range are made ordinary ones (see `tone`).
    """

    index: int
    """How many frames were decoded before it, as in `nouns.Frame`."""
    time_s: float
    length_s: float
    """How long it is shown, in seconds; estimated where the file does not say."""
    frame: av.VideoFrame
    """Its pixels, yuv420p, of even width and height, as an encoder takes them; in memory of its own."""
    planes: tuple[Plane, Plane, Plane]
    """Brightness (H, W), and blue and red difference (H/2, W/2): uint8 views of the frame, to be drawn into."""
    scale: float
    """Its size over that of the decoded frame: 1, except where the size changes within the recording."""
    offset_xy: tuple[float, float]
    """Pixels of the black bars left of and above what the decoded frame shows."""
    colours: Colours
    as_frame: Callable[[], Frame]
    """Gives the same picture as an analysis reads it; nothing is drawn into that."""


def read_pictures(
    path: Path, info: MediaInfo, room_below: Callable[[Picture], int] = lambda first: 0
) -> Iterator[Picture]:
    """Yields every picture of a recording, in order of time; nothing where it has none, or is a still.

    Args:
        path: the recording.
        info: what `probe` says of it.
        room_below: called with the first picture, as it is; says how high the black strip is that each gets below it,
            an even number of pixels.

    Raises:
        MediaError: the file cannot be read.
    """
    if info.video is None or info.still:
        return
    counts = ReadCounts()
    room_px: int | None = None
    for frame, time_s in decoded_frames(path, info, counts):
        if room_px is None:
            room_px = room_below(_picture(frame, 0, time_s, info, room_px=0))
        yield _picture(frame, counts.decoded - 1, time_s, info, room_px=room_px)


def _picture(decoded: av.VideoFrame, index: int, time_s: float, info: MediaInfo, *, room_px: int) -> Picture:
    assert info.video is not None
    video = info.video
    lying = video.rotation_deg % 180 != 0
    box_wh = (video.height_px, video.width_px) if lying else (video.width_px, video.height_px)
    scale, size_wh = _fit(decoded, video, box_wh)
    if is_hdr(decoded):
        fitted, colours = ordinary_frame(decoded, *size_wh), Colours(BT_709, BT_709, BT_709, full_range=False)
    else:
        fitted = converted(decoded, "yuv420p", *size_wh)
        colours = _colours(fitted)
    offset_xy = ((box_wh[0] - size_wh[0]) / 2, (box_wh[1] - size_wh[1]) / 2)
    frame, planes = _upright(_boxed_planes(fitted, box_wh, colours), video, colours, room_px)
    return Picture(
        index=index,
        time_s=time_s,
        length_s=_length_s(decoded, time_s, info.duration_s, 1 / (video.average_fps or USUAL_FPS)),
        frame=frame,
        planes=planes,
        scale=scale,
        offset_xy=offset_xy[::-1] if lying else offset_xy,
        colours=colours,
        as_frame=lambda: Frame(index, time_s, upright_rgb(decoded, video)),
    )


def _fit(frame: av.VideoFrame, video: VideoInfo, box_wh: tuple[int, int]) -> tuple[float, tuple[int, int]]:
    """How much a frame is enlarged to fit into a box, and its size then: whole, and with the shape that it has."""
    width, height = square_size(frame.width, frame.height, video.pixel_aspect)
    if (width, height) == box_wh:
        return 1.0, box_wh
    scale = min(box_wh[0] / width, box_wh[1] / height)
    return scale, (min(_even(width * scale), box_wh[0]), min(_even(height * scale), box_wh[1]))


def _even(pixels: float) -> int:
    return max(2, round(pixels / 2) * 2)


def _boxed_planes(frame: Any, box_wh: tuple[int, int], colours: Colours) -> list[Plane]:
    """The planes of a frame in yuv420p, with black around it up to the size of the box."""
    left, top = (round((box - size) / 4) * 2 for box, size in zip(box_wh, (frame.width, frame.height), strict=True))
    planes = []
    for i, plane in enumerate(frame.planes):
        stored = _view(plane)
        half = 2 if i else 1
        width, height = (-(-size // half) for size in box_wh)
        if stored.shape != (height, width):
            boxed = np.full((height, width), _black(colours, is_colour=i > 0), np.uint8)
            part = boxed[top // half :, left // half :]
            rows, columns = min(len(part), len(stored)), min(part.shape[1], stored.shape[1])
            part[:rows, :columns] = stored[:rows, :columns]
            stored = boxed
        planes.append(stored)
    return planes


def _view(plane: Any) -> Plane:
    """The pixels of a plane of a frame, (H, W), without those that only fill its lines."""
    return np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]


def _black(colours: Colours, *, is_colour: bool) -> int:
    if is_colour:
        return _NO_COLOUR
    return 0 if colours.full_range else _LIMITED_BLACK


def _length_s(frame: av.VideoFrame, time_s: float, end_s: float | None, usual_s: float) -> float:
    """As the frame says, but not beyond the end of the recording; the usual length where it does not say."""
    if not frame.duration or frame.time_base is None:
        return usual_s
    remaining_s = float("inf") if end_s is None else max(end_s - time_s, usual_s)
    return min(float(frame.duration * frame.time_base), remaining_s)


def _upright(
    stored_planes: list[Plane], video: VideoInfo, colours: Colours, room_px: int
) -> tuple[av.VideoFrame, tuple[Plane, Plane, Plane]]:
    """A new frame with the planes upright, of even size, and black below; and views of its planes."""
    width, height = video.width_px + video.width_px % 2, video.height_px + video.height_px % 2
    frame = av.VideoFrame(width, height + room_px, "yuv420p")
    luma, blue, red = map(_view, frame.planes)
    for i, (stored, target) in enumerate(zip(stored_planes, (luma, blue, red), strict=True)):
        turned = np.rot90(stored[:, ::-1] if video.mirrored else stored, -video.rotation_deg // 90)
        rows, columns = turned.shape
        picture = target[: height // 2 if i else height]
        picture[:rows, :columns] = turned
        picture[rows:] = picture[rows - 1]
        picture[:, columns:] = picture[:, columns - 1 : columns]
        target[len(picture) :] = _black(colours, is_colour=i > 0)
    return frame, (luma, blue, red)


def _colours(frame: av.VideoFrame) -> Colours:
    return Colours(
        int(frame.colorspace), int(frame.color_primaries), int(frame.color_trc), full_range=frame.color_range == 2
    )
