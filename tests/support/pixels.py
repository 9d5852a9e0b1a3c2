"""What is in a drawn picture."""

from pathlib import Path

import numpy as np
from PIL import Image


def pixels_of(path: Path, colour: str) -> int:
    rgb = np.asarray(Image.open(path).convert("RGB")).astype(int)
    wanted = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    return int((np.abs(rgb - wanted).max(axis=2) < 8).sum())
