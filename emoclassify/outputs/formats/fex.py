"""Faces as py-feat reads them: a Fex table of its first detector, one row a face.

Source: feat/utils/io.py (`read_feat`), feat/utils/__init__.py (the columns) and the test data of
github.com/cosanlab/py-feat.
A file with `valence` and `arousal` or with a mesh would be taken for one of its second detector, so neither is written.
"""

import csv
from collections.abc import Iterator
from math import radians
from pathlib import Path

from emoclassify.analysis import Analysis
from emoclassify.faces.reading import FaceReading
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.formats.clock import clock_text
from emoclassify.words.names import as_cell

_NAMES = {"angry": "anger", "happy": "happiness", "sad": "sadness"}
_EMOTIONS = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
_FACE = ("FaceRectX", "FaceRectY", "FaceRectWidth", "FaceRectHeight", "FaceScore")
COLUMNS = (
    *("input", "frame", "approx_time"),
    *_FACE,
    *_EMOTIONS,
    *("Pitch", "Roll", "Yaw", "X", "Y", "Z", "FrameHeight", "FrameWidth", "Identity"),
)


def write_fex(analysis: Analysis, path: Path) -> None:
    """Writes fex.csv: boxes in pixels, scores 0..1, angles in radians; empty where nothing was found.

    A doubtful reading has its box and angles, and no emotions: means over the file leave it out by themselves.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(_rows(analysis))


def _rows(analysis: Analysis) -> Iterator[dict[str, object]]:
    readings: dict[int, list[FaceReading]] = {}
    for reading in analysis.faces:
        readings.setdefault(reading.frame, []).append(reading)
    video = analysis.source.video
    size = {} if video is None else {"FrameHeight": video.height_px, "FrameWidth": video.width_px}
    for sampled in analysis.frames:
        row = {
            "input": as_cell(analysis.source.name),
            "frame": sampled.frame,
            "approx_time": clock_text(sampled.time_s),
            **size,
        }
        faces = sorted(readings.get(sampled.frame, ()), key=lambda reading: reading.person)
        yield from ({**row, **_face_cells(reading)} for reading in faces)
        if not faces:
            yield row


def _face_cells(reading: FaceReading) -> dict[str, object]:
    left, top, right, bottom = reading.box_xyxy
    box = (left, top, right - left, bottom - top)
    cells: dict[str, object] = {
        **{name: f"{value:.2f}" for name, value in zip(_FACE, box, strict=False)},
        "FaceScore": f"{reading.detector_confidence:.6f}",
        # A right-handed frame with x to the right, y down, z away from the camera, as in its head poses: a turn about y
        # leads the face to the left of the picture.
        "Pitch": f"{radians(reading.turn.pitch):.6f}",
        "Roll": f"{radians(reading.turn.roll):.6f}",
        "Yaw": f"{-radians(reading.turn.yaw):.6f}",
        "Identity": f"Person_{reading.person}",
    }
    if reading.quality_ok:
        cells |= {_NAMES.get(name, name): f"{score:.6f}" for name, score in zip(EMOTIONS, reading.scores, strict=True)}
    return cells
