"""Whether a thing without a colour of its own hides the mouth of a face: a hand, cloth like skin, all in grey pictures.

A linear layer upon the edges of the lower half of the upright face; its card is beside its weights. numpy only.
"""

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emoclassify.faces.appearance import Pixels

WEIGHTS_FILE = Path(__file__).parents[1] / "assets" / "models" / "mouth" / "head.npy"
"""float32 (N_EDGES + 1,): the weights of `edges`, and what is added; above 0 the mouth is hidden."""

_GREY = np.array([0.299, 0.587, 0.114], np.float32)
_AROUND, _HALF = np.s_[23:48, 7:41], np.s_[1:25, 1:33]  # the half, and one pixel more where there is one
_CELL_PX, _N_ANGLES = 4, 8
N_EDGES = (24 // _CELL_PX) * (32 // _CELL_PX) * _N_ANGLES

_FLAT = 1.0
"""A half whose edges sum up to less shows nothing."""

Edges = npt.NDArray[np.float32]


def edges(face: Pixels) -> Edges:
    """Which edges the lower half of a face has, whatever its light and contrast, float32 (N_EDGES,); 0 for a flat one.

    The square roots of the shares of each cell and direction (histograms of gradients, Dalal and Triggs 2005).

    Args:
        face: float32 (48, 48, 3), 0..255, the upright face (see `appearance.upright`).
    """
    down, across = (change[_HALF] for change in np.gradient(face[_AROUND] @ _GREY))
    angle = np.minimum((np.arctan2(down, across) % np.pi * (_N_ANGLES / np.pi)).astype(np.intp), _N_ANGLES - 1)
    parts = (angle[..., None] == np.arange(_N_ANGLES)) * np.hypot(down, across)[..., None]
    cells = parts.reshape(24 // _CELL_PX, _CELL_PX, 32 // _CELL_PX, _CELL_PX, _N_ANGLES).sum(axis=(1, 3))
    total = float(cells.sum())
    return np.asarray(np.sqrt(cells / total).ravel() if total >= _FLAT else np.zeros(N_EDGES), dtype=np.float32)


def is_hidden(face: Pixels) -> bool:
    """Whether a hand, or something else, hides the mouth of an upright face (see `edges`)."""
    weights, looks = _weights(), edges(face)
    return bool(looks.any()) and float(looks @ weights[:-1] + weights[-1]) > 0


@cache
def _weights() -> Edges:
    return np.asarray(np.load(WEIGHTS_FILE, allow_pickle=False), dtype=np.float32)
