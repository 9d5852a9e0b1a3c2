"""Describes a face in few numbers: enough to recognise a person within one recording, and no more.

No network is used: a small picture of the face, turned upright by MTCNN's five points, and the colours of skin and
hair. It tells apart the few persons of one recording under one light; it cannot identify anybody.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Look = npt.NDArray[np.float32]
"""float32 (LOOK_SIZE,): picture, skin and hair, each of length 1."""

Pixels = npt.NDArray[np.float32]

SIDE_PX = 48
"""Side of the upright picture of a face."""

_POINTS_XY = np.array([[18.75, 25], [29.25, 25], [24, 31], [19.5, 36.5], [28.5, 36.5]])
"""Pixels of eyes, nose and corners of the mouth in the upright picture, which leaves room for the hair."""

_CENTRED_XY = _POINTS_XY - _POINTS_XY.mean(axis=0)
_STEPS = np.arange(SIDE_PX) + np.array([[0.25], [0.75]])  # two samples a pixel and axis
_STEPS_X, _STEPS_Y = (_STEPS - middle for middle in _POINTS_XY.mean(axis=0))
_SAMPLES_XY = np.stack(np.broadcast_arrays(_STEPS_X[:, None, :], _STEPS_Y[:, None, :, None])).reshape(2, -1)
"""First the places of one sample of each pixel, then of the second, the third, the fourth."""

_FACE, _PICTURE_PX = np.s_[13:45, 8:40], 16
_SKIN, _HAIR = np.s_[18:42, 15:33], np.s_[1:17, 12:36]

# JPEG's Y, Cb, Cr (ITU-T T.871) without their offset.
_YCC = np.array([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]], np.float32)
_LAST_BIN, _STRIDES, _N_BINS = np.array([3, 7, 7]), np.array([64, 8, 1]), 4 * 8 * 8
_CORNERS = np.array([0, 1, 8, 9, 64, 65, 72, 73]).reshape(2, 2, 2, 1)
_BIN_FROM, _BIN_WIDTH = np.array([0, -32, -32], np.float32), np.array([64, 8, 8], np.float32)
"""Skin and hair differ by at most 32 from grey; larger differences count for the outermost bin."""

KEPT_LOOKS = 12
"""How many looks of one person are stored: turned left or right, laughing, half covered. About 3 kB each."""

_UNLIKE = 0.1  # half of the frames of a talker differ by less from the frame before

LOOK_SIZE = _PICTURE_PX**2 + 2 * _N_BINS


def describe(rgb: npt.NDArray[np.uint8], points_xy: npt.NDArray[np.float32]) -> Look:
    """The look of one face.

    Args:
        rgb: uint8 (H, W, 3), a whole frame.
        points_xy: float32 (5, 2), MTCNN's points, in pixels of the frame.

    Returns:
        What `look_of` makes of the upright face.
    """
    return look_of(upright(rgb, points_xy))


def look_of(face: Pixels) -> Look:
    """The look of an upright face, float32 (48, 48, 3), 0..255 (see `upright`).

    Returns:
        float32 (LOOK_SIZE,): a 16 x 16 picture of the face in grey, free of brightness and contrast; the colours of
        the skin; those of the hair. Each part has length 1 (a histogram is kept as its square roots, Bhattacharyya).
    """
    ycc = face @ _YCC.T
    grey = ycc[(*_FACE, 0)].reshape(_PICTURE_PX, 2, _PICTURE_PX, 2).mean(axis=(1, 3))
    grey = grey - grey.mean()
    grey = grey if grey.any() else np.ones_like(grey)  # flat
    picture = grey.ravel() / np.linalg.norm(grey)
    return np.concatenate([picture, _colours([ycc[_SKIN], ycc[_HAIR]])])


def picture_distance(a: Sequence[Look], b: Sequence[Look]) -> float:
    """How different the nearest two looks are in the small grey picture alone, 0 the same, 1 nothing in common.

    Skin and hair change their colours with the light; this part does not.
    """
    return float(1 - (np.stack(a)[:, : _PICTURE_PX**2] @ np.stack(b)[:, : _PICTURE_PX**2].T).max())


def mirrored(look: Look) -> Look:
    """The look of the same face in a mirror."""
    picture = look[: _PICTURE_PX**2].reshape(_PICTURE_PX, _PICTURE_PX)[:, ::-1]
    return np.concatenate([picture.ravel(), look[_PICTURE_PX**2 :]])


def distances(a: Sequence[Look], b: Sequence[Look]) -> Look:
    """How different looks are, float32 (len(a), len(b)): 0 the same, 3 and more nothing in common.

    The sum over the three parts of 1 - their inner product.
    """
    return np.asarray(3.0 - np.stack(a) @ np.stack(b).T, dtype=np.float32)


def remember(looks: list[Look], new_looks: Sequence[Look]) -> None:
    """Adds to `looks` each new look that differs from all in it, up to KEPT_LOOKS; changes `looks` in place."""
    for look in new_looks:
        if not looks or (len(looks) < KEPT_LOOKS and distances(looks, [look]).min() > _UNLIKE):
            looks.append(look)


def upright(rgb: npt.NDArray[np.uint8], points_xy: npt.NDArray[np.float32]) -> Pixels:
    """The face turned, shifted and scaled so that its points lie at _POINTS_XY, float32 (48, 48, 3)."""
    centre = points_xy.mean(axis=0, dtype=np.float64)
    (x, y), (u, v) = _CENTRED_XY.T, (points_xy - centre).T
    # The turn and scale [[a, -b], [b, a]] of least squares (Umeyama 1991).
    squared = (x**2 + y**2).sum()
    a, b = (x * u + y * v).sum() / squared, (x * v - y * u).sum() / squared
    height, width = rgb.shape[:2]
    places_xy = np.array([[a, -b], [b, a]]) @ _SAMPLES_XY + centre[:, None]
    columns, rows = places_xy.clip(0, [[width - 1], [height - 1]]).astype(np.intp)
    samples = rgb.reshape(-1, 3).take(rows * width + columns, axis=0).reshape(4, -1)
    sums = samples.sum(axis=0, dtype=np.uint16).astype(np.float32)
    return np.asarray(sums.reshape(SIDE_PX, SIDE_PX, 3) / 4, dtype=np.float32)


def _colours(parts: Sequence[Pixels]) -> Pixels:
    """Of each part the square roots of the shares of 256 colours, one part after another, float32 (256 * parts,).

    Each pixel is divided among its nearest bins.

    Args:
        parts: float32 (..., 3) each, brightness, blue and red difference.
    """
    lengths = [part.size // 3 for part in parts]
    pixels = np.concatenate([part.reshape(-1, 3) for part in parts])
    bin_position = np.clip((pixels - _BIN_FROM) / _BIN_WIDTH - 0.5, 0, _LAST_BIN)
    low = np.minimum(bin_position.astype(np.intp), _LAST_BIN - 1)
    above = bin_position - low
    share = np.stack([1 - above, above])  # (2, n, 3): of the lower and of the upper bin of each axis
    weights = share[:, None, None, :, 0] * share[None, :, None, :, 1] * share[None, None, :, :, 2]
    lowest = low[:, 0] * _STRIDES[0] + low[:, 1] * _STRIDES[1] + low[:, 2] * _STRIDES[2]
    bins = lowest + np.repeat(np.arange(len(parts)) * _N_BINS, lengths) + _CORNERS  # (2, 2, 2, n)
    sums = np.bincount(bins.ravel(), weights=weights.ravel(), minlength=len(parts) * _N_BINS)
    return np.asarray(np.sqrt(sums / np.repeat(lengths, _N_BINS)), dtype=np.float32)
