"""Pictures of a broadcast that lack what was lost before them: the next one that stands for itself ends the damage.

In MPEG-TS a whole picture may be missing without a trace. Those that follow tell only what changed since then, and are
smeared; no decoder marks them. What tells is the clock: in a stream whose pictures come at one steady rate, one is
missing.
"""

from typing import Any

_STEADY_AFTER = 12
"""So many pictures at one rate, and a longer step is a loss; a stream that never was so steady is not judged."""

_STEP_WITHIN, _LONGEST_STEP = 0.02, 1.5
"""How far steps of a steady stream differ, for the rounding of timestamps; and from which a picture is missing. Both
as a part of a step."""

_LONGEST_DAMAGE_S = 10.0
"""Some streams have no picture that stands for itself, and are made whole by and by: what follows later is shown."""


class Losses:
    """Tells of each picture of a stream of MPEG-TS whether something that it builds on was lost."""

    def __init__(self) -> None:
        self._last_s: float | None = None
        self._step_s, self._n_steady = 0.0, 0
        self._since_s: float | None = None
        """Where pictures began to lack something; None while they are whole."""
        self._damaged_pts: set[int] = set()

    def add(self, packet: Any) -> None:
        """A packet of PyAV goes into the decoder."""
        if packet.dts is None or not packet.size:
            return
        time_s = packet.dts * float(packet.time_base)
        is_lossy = self._last_s is not None and self._follows_a_loss(time_s - self._last_s)
        self._last_s = time_s
        if packet.is_keyframe:
            self._since_s = None
        elif is_lossy and self._since_s is None:
            self._since_s = time_s
        if self._since_s is not None and time_s - self._since_s < _LONGEST_DAMAGE_S and packet.pts is not None:
            self._damaged_pts.add(packet.pts)

    def damaged(self, frame: Any) -> bool:
        """Whether a picture that comes out of the decoder lacks something; to be asked once."""
        is_damaged = frame.pts in self._damaged_pts
        self._damaged_pts.discard(frame.pts)
        return is_damaged

    def _follows_a_loss(self, step_s: float) -> bool:
        if self._n_steady >= _STEADY_AFTER:
            return step_s > _LONGEST_STEP * self._step_s
        is_steady = abs(step_s - self._step_s) <= _STEP_WITHIN * self._step_s
        self._n_steady = self._n_steady + 1 if is_steady else 0
        self._step_s = self._step_s if is_steady else step_s
        return False
