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
"""Colours of the lines of the outline, from outside inwards: visible on light and on dark pictures."""


def cut_stills(analysis: Analysis, media: Path, frames: set[int]) -> dict[int, Picture]:
    """Small pictures of frames, with an outline around the main person's face.

    Args:
        analysis: of the recording.
        media: the recording.
        frames: indices of the frames.

    Returns:
        Index of a frame -> its picture.

    Raises:
        MediaError: the recording cannot be read.
    """
    if not frames:
        return {}
    boxes = {reading.frame: reading.box_xyxy for reading in analysis.faces if reading.person == 1}
    times_s = {sampled.frame: sampled.time_s for sampled in analysis.frames if sampled.frame in frames}
    still_frames = read_frames(media, probe(media), times_s)
    return {frame.index: _still(frame, boxes.get(frame.index)) for frame in still_frames}


def _still(frame: Frame, box_xyxy: tuple[float, float, float, float] | None) -> Picture:
    image = Image.fromarray(frame.rgb)
    width = image.width
    image.thumbnail((_LARGEST_PX, _LARGEST_PX))
    if box_xyxy is not None:
        draw, scale = ImageDraw.Draw(image), image.width / width
        for i, colour in enumerate(_OUTLINE):
            x0, y0, x1, y1 = (scale * side for side in box_xyxy)
            draw.rectangle((x0 + i, y0 + i, max(x1 - i, x0 + i), max(y1 - i, y0 + i)), outline=colour)
    jpeg = BytesIO()
    image.save(jpeg, "JPEG", quality=_QUALITY)
    return Picture(jpeg.getvalue(), ".jpg", "")
