"""Looks at one picture of a respondent's camera with the detector that will read the recording, before it begins.

The picture comes from a stranger: it is opened in a process of its own that can reach nothing else.
"""

import threading
from typing import TYPE_CHECKING, Any

from emoclassify.errors import EmoClassifyError
from emoclassify.picture_process import PictureProcess

if TYPE_CHECKING:
    from emoclassify.faces.detectors import LoadedDetector

GOOD, NO_FACE, SEVERAL, SMALL, DARK, BRIGHT = "good", "no_face", "several", "small", "dark", "bright"
LOOKING, AWAY = "looking", "away"
"""What is said of a picture, by the names of the page's texts (`check_good` and so on); looking: too many others
wait, come again; away: pictures cannot be looked at."""

LARGEST_PICTURE_BYTES = 512 * 1024

_LEAST_SHARE = 0.15  # of the picture's shorter side: twice the smallest face that an analysis reads (min_face)
_DARK, _BRIGHT = 40.0, 225.0  # mean of a face, 0..255; readings suffer below 10 and near 255 (faces/quality.py)
_BESIDE = 0.5  # a face so large beside the largest is another person, not one on a poster
MOST_AT_ONCE = 4
"""Pictures that wait, each of them in a thread that answers calls."""


def load_detector(detector: "LoadedDetector") -> None:
    """Keeps what the detector needs; the task of a `Child.detect` of a process that opens no picture."""


def look_at(detector: "LoadedDetector", picture: bytes) -> str:
    """What is to be said of a picture; the task of a `Child.detect`.

    Args:
        detector: finds the faces.
        picture: a JPEG.

    Raises:
        MediaError: it cannot be read.
    """
    from emoclassify.media.jpeg import decoded_jpeg
    from emoclassify.settings import Options

    rgb = decoded_jpeg(picture)
    return verdict_of(rgb, detector.detect(rgb, Options().min_face).boxes_xyxy)


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

    def __init__(self) -> None:
        """Starts nothing yet."""
        self._room = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._process = PictureProcess(lambda child: child.detect(load_detector))

    def look(self, picture: bytes) -> str:
        """What is to be said of a picture; LOOKING where too many others wait, AWAY where it cannot be looked at."""
        if not self._room.acquire(blocking=False):
            return LOOKING
        try:
            return self._process.ask(lambda child: child.detect(look_at, picture))
        except (EmoClassifyError, OSError):
            return AWAY
        finally:
            self._room.release()

    def close(self) -> None:
        """Ends the process."""
        self._process.close()
