"""Looks at one picture of a respondent's camera with the detector that will read the recording, before it begins.

The picture comes from a stranger: it is opened in a process of its own that can reach nothing else.
"""

import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emoclassify.errors import EmoClassifyError
from emoclassify.jobs.storage import new_id

if TYPE_CHECKING:
    from emoclassify.child import Child
    from emoclassify.faces.detectors import LoadedDetector
    from emoclassify.jobs.workplace import Workplace

GOOD, NO_FACE, SEVERAL, SMALL, DARK, BRIGHT = "good", "no_face", "several", "small", "dark", "bright"
LOOKING, AWAY = "looking", "away"
"""What is said of a picture, by the names of the page's texts (`check_good` and so on); looking: too many others
wait, come again; away: pictures cannot be looked at."""

LARGEST_PICTURE_BYTES = 512 * 1024

_LEAST_SHARE = 0.15  # of the picture's shorter side: twice the smallest face that an analysis reads (min_face)
_DARK, _BRIGHT = 40.0, 225.0  # mean of a face, 0..255; readings suffer below 10 and near 255 (faces/quality.py)
_BESIDE = 0.5  # a face so large beside the largest is another person, not one on a poster
_LONGEST_S = 30.0
_MOST_AT_ONCE = 4  # pictures that wait, each of them in a thread that answers calls


def load_detector(detector: "LoadedDetector") -> None:
    """Keeps what the detector needs; the task of a `Child.detect` of a process that opens no picture."""


def look_at(detector: "LoadedDetector", path: Path) -> str:
    """What is to be said of a picture; the task of a `Child.detect`.

    Args:
        detector: finds the faces.
        path: of a JPEG.

    Raises:
        MediaError: it cannot be read.
    """
    from emoclassify.media.container import ReadCounts
    from emoclassify.media.read import decoded_frames, probe
    from emoclassify.settings import Options

    for frame, _ in decoded_frames(path, probe(path), ReadCounts()):
        rgb: Any = frame.to_ndarray(format="rgb24")
        return verdict_of(rgb, detector.detect(rgb, Options().min_face).boxes_xyxy)
    return NO_FACE


def verdict_of(rgb: Any, boxes_xyxy: Any) -> str:
    """What is to be said of a picture with these faces.

    Args:
        rgb: uint8 (H, W, 3).
        boxes_xyxy: float32 (n, 4), pixels, the largest first.
    """
    if not len(boxes_xyxy):
        return NO_FACE
    left, top, right, bottom = (max(0, int(edge)) for edge in boxes_xyxy[0])
    side_px = max(right - left, bottom - top)
    others_px = [float(max(box[2] - box[0], box[3] - box[1])) for box in boxes_xyxy[1:]]
    if any(other_px > _BESIDE * side_px for other_px in others_px):
        return SEVERAL
    if side_px < _LEAST_SHARE * min(rgb.shape[:2]):
        return SMALL
    brightness = float(rgb[top:bottom, left:right].mean())
    return DARK if brightness < _DARK else BRIGHT if brightness > _BRIGHT else GOOD


class DeviceChecks:
    """Looks at one picture after another; starts its process with the first one. Close it at the end."""

    def __init__(self, workers: Path, name: str) -> None:
        """Starts nothing yet.

        Args:
            workers: the folder of the machine's workers.
            name: of its own folder there.
        """
        self._workers, self._name = workers, name
        self._lock, self._room = threading.Lock(), threading.BoundedSemaphore(_MOST_AT_ONCE)
        self._child: Child | None = None
        self._place: Workplace | None = None

    def look(self, picture: bytes) -> str:
        """What is to be said of a picture; LOOKING where too many others wait, AWAY where it cannot be looked at."""
        if not self._room.acquire(blocking=False):
            return LOOKING
        try:
            with self._lock:
                return self._look(picture)
        except (EmoClassifyError, OSError):
            return AWAY
        finally:
            self._room.release()

    def _look(self, picture: bytes) -> str:
        child, place = self._started()
        clock = threading.Timer(_LONGEST_S, child.kill)
        clock.start()
        try:
            with place.job(new_id()) as (folder, _):
                path = folder / "picture.jpg"
                path.write_bytes(picture)
                return child.detect(look_at, path)
        finally:
            clock.cancel()

    def _started(self) -> "tuple[Child, Workplace]":
        if self._child is None or self._place is None:
            from emoclassify.child import Child
            from emoclassify.jobs.workplace import Workplace
            from emoclassify.networks.runtime import cache_folder

            with Child() as preparing:
                preparing.detect(load_detector)
            self._place = Workplace(self._workers, self._name)
            self._child = Child(bounds=self._place.bounds({cache_folder()}))
        return self._child, self._place

    def close(self) -> None:
        """Ends the process and removes its folder."""
        if self._child is not None:
            self._child.close()
        if self._place is not None:
            with suppress(OSError):
                self._place.close()
