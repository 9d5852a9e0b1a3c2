"""Measures each sampled frame as a whole: how bright it is, and how much it differs from the one before."""

import numpy as np
import numpy.typing as npt

_SAMPLES = 64
"""How many rows and columns are looked at, at least; evenly spread."""


class PictureMeter:
    """Measures one sampled frame after another."""

    def __init__(self) -> None:
        self._before: npt.NDArray[np.float32] | None = None

    def measure(self, rgb: npt.NDArray[np.uint8]) -> tuple[float, float | None]:
        """The brightness of a frame, and its change from the frame before.

        Args:
            rgb: uint8 (H, W, 3), a whole frame.

        Returns:
            The mean of all channels, 0..255; the mean difference of the greys to the frame before, 0..255, None for the
            first frame.
        """
        height, width = rgb.shape[:2]
        few = rgb[:: max(1, height // _SAMPLES), :: max(1, width // _SAMPLES)]
        sums = few[..., 0].astype(np.uint16) + few[..., 1] + few[..., 2]  # a third of the time that `mean` takes
        grey = np.divide(sums, 3, dtype=np.float32)
        before, self._before = self._before, grey
        change = None if before is None or before.shape != grey.shape else float(np.abs(grey - before).mean())
        return float(grey.mean()), change
