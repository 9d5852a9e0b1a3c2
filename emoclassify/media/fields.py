"""Interlaced video: a frame holds two moments, one in its even lines and one in its odd lines, half a frame apart.

What moves is a comb in such a frame: a face that turns has the edges of two faces. Frames are sampled and found by
seeking, so each is mended by itself, without the frames beside it.
"""

from typing import Any

import av
import numpy as np
import numpy.typing as npt

from emoclassify.media.nouns import Rgb
from emoclassify.media.pixels import pixels

_COMB_LEVELS = 12
"""A line whose pixel is brighter, or darker, than those above and below by more is of another moment; noise and
compression differ by less."""


def of_one_moment(frame: Any) -> Any:
    """A frame of the moment of its even lines, as `av.VideoFrame` in RGB.

    Args:
        frame: `av.VideoFrame`, interlaced.
    """
    if frame.height < 3 or any(component.bits > 8 for component in frame.format.components):
        return frame  # no camera makes interlaced video of more than 8 bits; such a flag is a mistake of a program
    return av.VideoFrame.from_ndarray(without_combs(pixels(frame, "rgb24")), format="rgb24")


def without_combs(rgb: Rgb) -> Rgb:
    """A picture whose odd lines are drawn anew wherever they stand out, between the two even lines around them.

    What stands still keeps all its lines. The rule is the one by which combs are told since Dscaler: both neighbours
    differ from the pixel in the same direction.

    Args:
        rgb: uint8 (H, W, 3) of H >= 3 lines.

    Returns:
        uint8 (H, W, 3).
    """
    single = rgb.copy()
    above, lines, below = (part.astype(np.int16) for part in (rgb[:-2:2], rgb[1:-1:2], rgb[2::2]))
    is_comb = _stands_out(lines - above, lines - below)
    single[1:-1:2] = np.where(is_comb[..., None], (above + below + 1) >> 1, lines).astype(np.uint8)
    return single


def _stands_out(from_above: npt.NDArray[np.int16], from_below: npt.NDArray[np.int16]) -> npt.NDArray[np.bool_]:
    """Whether pixels differ from both neighbours alike, in any colour, or one beside them does: bool (h, W)."""
    is_higher = np.minimum(from_above, from_below) > _COMB_LEVELS
    is_lower = np.maximum(from_above, from_below) < -_COMB_LEVELS
    stands_out = (is_higher | is_lower).any(axis=2)
    wide = np.pad(stands_out, ((0, 0), (1, 1)))
    return np.asarray(wide[:, :-2] | wide[:, 1:-1] | wide[:, 2:])
