"""Puts the tiles of a photograph (HEIC of a phone) together."""

from pathlib import Path

import av
import numpy as np

from emoclassify.media.container import ReadCounts, decode_each, open_container, usable_streams
from emoclassify.media.nouns import Grid, Rgb
from emoclassify.media.pixels import pixels


def read_tiles(path: Path, grid: Grid, counts: ReadCounts) -> av.VideoFrame:
    """The whole photograph as one frame in RGB, not yet turned; a tile that does not decode is black, and counted."""
    rgb = np.zeros((grid.height_px, grid.width_px, 3), np.uint8)
    missing = set(grid.tiles)
    with open_container(path) as container:
        streams = [stream for stream in usable_streams(container, "video") if stream.id in missing]
        for stream, frame in decode_each(container, streams, counts):
            _place(rgb, frame, grid, grid.tiles.index(stream.id))
            missing.discard(stream.id)
    counts.corrupt = max(counts.corrupt, len(missing))
    return av.VideoFrame.from_ndarray(rgb, format="rgb24")


def _place(rgb: Rgb, frame: av.VideoFrame, grid: Grid, number: int) -> None:
    """Draws one tile, of which the last of a row and of a column may reach beyond the picture."""
    row, column = divmod(number, grid.columns)
    place = rgb[row * frame.height :, column * frame.width :][: frame.height, : frame.width]
    place[...] = pixels(frame, "rgb24")[: place.shape[0], : place.shape[1]]
