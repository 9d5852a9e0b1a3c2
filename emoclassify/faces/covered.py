"""Whether something covers the mouth of a face: cloth or paper has another colour than the skin above it."""

from math import hypot

import numpy as np

from emoclassify.faces.appearance import SIDE_PX, Pixels

COVERED = 0.2
"""Difference of a mouth's colour (see `mouth_difference`) beyond which it is covered.

Chosen on 204 photographs of bare faces, of which three are beyond, 60 portraits, of which none is, and 583 photographs
of masks. Of others (`python -m benchmarks face-limits`) 83 % of 767 masks are beyond and one of 205 bare faces; of 236
faces in recordings none. Cloth in the colour of skin is not, no hand, and nothing in a grey picture."""

_MOUTH, _BRIDGE, _CHEEKS = np.s_[32:41, 19:29], np.s_[22:27, 22:26], np.s_[20:28, 17:31]
"""Parts of the upright picture of a face: what a mask covers, and what is bare above it."""

_SHARES = np.zeros((3, SIDE_PX * SIDE_PX), np.float32)
for _row, _part in zip(_SHARES.reshape(3, SIDE_PX, SIDE_PX), (_MOUTH, _BRIDGE, _CHEEKS), strict=True):
    _row[_part] = 1 / _row[_part].size
"""How much each pixel counts in the mean of each part."""

_BARE = np.array([0.05, 0.02], np.float32)
"""What a bare mouth has in the median: it is a little redder than the skin."""

_REDDER = 0.6
"""Weight of more red: lips, and an open mouth, have it too."""

_DARK = 10.0
"""Added to each channel, of 255: in the dark the colours are noise."""


def mouth_difference(face: Pixels) -> float:
    """How far the colour of the mouth is from that of the skin above it, whatever the light; 0 as a bare one.

    The logarithms of red and of blue over green: a shadow, or a lamp from the side, changes them little.

    Args:
        face: float32 (48, 48, 3), 0..255, the upright face (see `appearance.upright`).
    """
    colours = _SHARES @ face.reshape(-1, 3) + _DARK
    mouth, bridge, cheeks = np.log(colours[:, ::2] / colours[:, 1:2])
    redder, bluer = mouth - (bridge + cheeks) / 2 - _BARE
    return hypot(redder * (_REDDER if redder > 0 else 1.0), bluer)


def is_covered(face: Pixels) -> bool:
    """Whether something hides the mouth of an upright face (see `mouth_difference`)."""
    return mouth_difference(face) > COVERED
