"""Whether a face moves as a flat thing does: by how much it changes within itself (see `faces.motion`). numpy only."""

from collections.abc import Sequence

import numpy as np

RIGID_CHANGE = 0.075
"""Change of a face within itself below which the moments of a photograph lie, however it is held: 0.07 at most in
photographs, 0.08 and more in persons over 5 s (`python -m benchmarks usability`)."""

SHARE = 0.95
"""Of the moments of a photograph that must be below a limit."""


def is_rigid(own_changes: Sequence[float]) -> bool:
    """Whether a face with these changes within itself, at least one, moves as a flat thing does."""
    return float(np.quantile(own_changes, SHARE)) < RIGID_CHANGE
