"""Reads every picture of a recording in the colour format that video is encoded from, so that it can be drawn into."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from emoclassify.media.container import ReadCounts
from emoclassify.media.nouns import MediaInfo, VideoInfo
from emoclassify.media.read import decoded_frames, square_size
from emoclassify.media.tone import BT_709, is_hdr, ordinary_frame

Plane = npt.NDArray[np.uint8]

_USUAL_FPS = 25.0
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
    yuv: Plane
    """uint8 (3H/2, W), yuv420p: brightness, then the two colours at half the size; H and W are even. Writable."""
    scale: float
    """Its size over that of the decoded frame: 1, except where the size changes within the recording."""
    offset_xy: tuple[float, float]
    """Pixels of the black bars left of and above what the decoded frame shows."""
    colours: Colours

    @property
    def planes(self) -> tuple[Plane, Plane, Plane]:
        """Brightness (H, W), and blue and red difference (H/2, W/2): views of `yuv`."""
        return _planes(self.yuv)

    def with_room_below(self, room_px: int) -> "Picture":
        """The same picture with a black strip below it, an even number of pixels high."""
        if not room_px:
            return self
        height, width = self.planes[0].shape
        roomy = np.empty(((height + room_px) * 3 // 2, width), np.uint8)
        blacks = (0 if self.colours.full_range else _LIMITED_BLACK, _NO_COLOUR, _NO_COLOUR)
        for plane, old_plane, black in zip(_planes(roomy), self.planes, blacks, strict=True):
            plane[: len(old_plane)], plane[len(old_plane) :] = old_plane, black
        return replace(self, yuv=roomy)


def read_pictures(path: Path, info: MediaInfo) -> Iterator[Picture]:
    """Yields every picture of a recording, in order of time; nothing where it has none, or is a still.

    Raises:
        MediaError: the file cannot be read.
    """
    if info.video is None or info.still:
        return
    counts = ReadCounts()
    for frame, time_s in decoded_frames(path, info, counts):
        yield _picture(frame, counts.decoded - 1, time_s, info, info.video)


def _picture(frame: av.VideoFrame, index: int, time_s: float, info: MediaInfo, video: VideoInfo) -> Picture:
    lying = video.rotation_deg % 180 != 0
    box_wh = (video.height_px, video.width_px) if lying else (video.width_px, video.height_px)
    scale, size_wh = _fit(frame, video, box_wh)
    if is_hdr(frame):
        fitted, colours = ordinary_frame(frame, *size_wh), Colours(BT_709, BT_709, BT_709, full_range=False)
    else:
        fitted = frame.reformat(width=size_wh[0], height=size_wh[1], format="yuv420p")
        colours = _colours(fitted)
    offset_xy = ((box_wh[0] - size_wh[0]) / 2, (box_wh[1] - size_wh[1]) / 2)
    return Picture(
        index=index,
        time_s=time_s,
        length_s=_length_s(frame, time_s, info.duration_s, 1 / (video.average_fps or _USUAL_FPS)),
        yuv=_upright(_boxed_planes(fitted, box_wh, colours), video),
        scale=scale,
        offset_xy=offset_xy[::-1] if lying else offset_xy,
        colours=colours,
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
        stored = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
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


def _black(colours: Colours, *, is_colour: bool) -> int:
    if is_colour:
        return 128
    return 0 if colours.full_range else 16


def _length_s(frame: av.VideoFrame, time_s: float, end_s: float | None, usual_s: float) -> float:
    """As the frame says, but not beyond the end of the recording; the usual length where it does not say."""
    if not frame.duration or frame.time_base is None:
        return usual_s
    remaining_s = float("inf") if end_s is None else max(end_s - time_s, usual_s)
    return min(float(frame.duration * frame.time_base), remaining_s)


def _upright(planes: list[Plane], video: VideoInfo) -> Plane:
    width, height = video.width_px + video.width_px % 2, video.height_px + video.height_px % 2
    yuv = np.empty((height * 3 // 2, width), np.uint8)
    for stored, target in zip(planes, _planes(yuv), strict=True):
        turned = np.rot90(stored[:, ::-1] if video.mirrored else stored, -video.rotation_deg // 90)
        rows, columns = turned.shape
        target[:rows, :columns] = turned
        target[rows:] = target[rows - 1]
        target[:, columns:] = target[:, columns - 1 : columns]
    return yuv


def _planes(yuv: Plane) -> tuple[Plane, Plane, Plane]:
    height, width = yuv.shape[0] * 2 // 3, yuv.shape[1]
    flat, luma, half = yuv.reshape(-1), height * width, (height // 2, width // 2)
    quarter = luma // 4
    return (
        flat[:luma].reshape(height, width),
        flat[luma : luma + quarter].reshape(half),
        flat[luma + quarter :].reshape(half),
    )


def _colours(frame: av.VideoFrame) -> Colours:
    return Colours(
        int(frame.colorspace), int(frame.color_primaries), int(frame.color_trc), full_range=frame.color_range == 2
    )
