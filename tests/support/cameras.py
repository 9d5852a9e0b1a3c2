"""Made cameras: files that Chromium plays in the place of one (`browsing.camera_of`), again and again."""

import io
from pathlib import Path
from typing import Any

import av

from tests.support.sources import PACKAGE

DEMO = PACKAGE / "assets" / "demo.mp4"
"""Somebody whose face moves and smiles, 8 s at 25 pictures a second."""


def write_demo(path: Path) -> None:
    """The person of the recording inside the program, as MJPEG; the path ends in .mjpeg."""
    with av.open(str(DEMO), "r") as container, path.open("wb") as file:
        for frame in container.decode(video=0):
            picture = io.BytesIO()
            image: Any = frame.to_image()  # type: ignore[no-untyped-call]
            image.resize((640, 480)).save(picture, "JPEG", quality=90)
            file.write(picture.getvalue())
