"""Stills of the recording, for the key moments."""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from emoclassify.analysis import Analysis
from emoclassify.media.nouns import Frame
from emoclassify.media.read import probe, read_frames
from emoclassify.outputs.document.blocks import Picture

_LARGEST_PX = 640
_QUALITY = 85
_OUTLINE = ("black", "white", "white", "black")
"""Line by line inwards: seen on any ground."""


def cut_stills(found: Analysis, media: Path, frames: set[int]) -> dict[int, Picture]:
    """The frames with these indices, by index, small, with an outline around the main person's face.

    Raises:
        MediaError: the recording cannot be read.
    """
    if not frames:
        return {}
    boxes = {reading.frame: reading.box_xyxy for reading in found.faces if reading.person == 1}
    times_s = {sampled.frame: sampled.time_s for sampled in found.frames if sampled.frame in frames}
    read = read_frames(media, probe(media), times_s)
    return {frame.index: _still(frame, boxes.get(frame.index)) for frame in read}


def _still(frame: Frame, box_xyxy: tuple[float, float, float, float] | None) -> Picture:
    image = Image.fromarray(frame.rgb)
    width = image.width
    image.thumbnail((_LARGEST_PX, _LARGEST_PX))
    if box_xyxy is not None:
        draw, scale = ImageDraw.Draw(image), image.width / width
        for i, colour in enumerate(_OUTLINE):
            x0, y0, x1, y1 = (scale * side for side in box_xyxy)
            draw.rectangle((x0 + i, y0 + i, max(x1 - i, x0 + i), max(y1 - i, y0 + i)), outline=colour)
    written = BytesIO()
    image.save(written, "JPEG", quality=_QUALITY)
    return Picture(written.getvalue(), ".jpg", "")
