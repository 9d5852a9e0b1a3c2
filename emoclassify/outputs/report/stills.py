"""Stills of the recording, for the cover and the key moments."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from itertools import chain
from pathlib import Path

from PIL import Image, ImageDraw

from emoclassify.analysis import Analysis
from emoclassify.findings import Findings
from emoclassify.labels import EMOTIONS
from emoclassify.media.nouns import Frame
from emoclassify.media.read import probe, read_frames
from emoclassify.outputs.document.blocks import Picture
from emoclassify.outputs.headlines import is_told
from emoclassify.outputs.report.timecourse import frame_of
from emoclassify.settings import Options

_LARGEST_PX = 640
_QUALITY = 85
_OUTLINE = ("black", "white", "white", "black")
"""Colours of the lines of the outline, from outside inwards: visible on light and on dark pictures."""


def frames_of_moments(analysis: Analysis, findings: Findings) -> set[int]:
    """The frames nearest to the key moments of the main person."""
    moments = findings.main.moments if findings.main else ()
    return {frame for moment in moments if (frame := frame_of(analysis, moment)) is not None}


def best_frame(analysis: Analysis, findings: Findings) -> int | None:
    """The frame for the cover: at the highest moment, else at the first one, else where the leading emotion is
    clearest. None where nothing is told, and where there is no face."""
    main = findings.main
    readings = [reading for reading in analysis.faces if reading.person == 1 and reading.quality_ok]
    if main is None or not readings or not is_told(findings):
        return None
    if main.moments:
        return frame_of(analysis, main.highest or main.moments[0])
    leading = EMOTIONS.index(main.shares.ranked[0])
    return max(readings, key=lambda reading: float(reading.scores[leading])).frame


def still_times_s(analysis: Analysis, options: Options, media: Path | None, findings: Findings) -> dict[int, float]:
    """Index of each frame that report and slides show -> its time in seconds; arguments as of `write.stills_of`."""
    if options.anonymize or media is None or analysis.source.video is None:
        return {}
    frames = {*frames_of_moments(analysis, findings), best_frame(analysis, findings)}
    return {sampled.frame: sampled.time_s for sampled in analysis.frames if sampled.frame in frames}


def cut_stills(
    analysis: Analysis, media: Path, times_s: Mapping[int, float], caught: Sequence[Frame] = ()
) -> dict[int, Picture]:
    """Small pictures of frames, with an outline around the main person's face.

    Args:
        analysis: of the recording.
        media: the recording.
        times_s: index of a frame -> its time in seconds.
        caught: those of the frames that are at hand already; the others are read.

    Returns:
        Index of a frame -> its picture.

    Raises:
        MediaError: the recording cannot be read.
    """
    boxes = {reading.frame: reading.box_xyxy for reading in analysis.faces if reading.person == 1}
    at_hand = {frame.index for frame in caught}
    missing_s = {index: time_s for index, time_s in times_s.items() if index not in at_hand}
    others = read_frames(media, probe(media), missing_s) if missing_s else ()
    return {frame.index: _still(frame, boxes.get(frame.index)) for frame in chain(caught, others)}


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
