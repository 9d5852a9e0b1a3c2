"""Faces as OpenFace 2 writes them: time, success and pose. It has no emotions.

Source: github.com/TadasBaltrusaitis/OpenFace/wiki/Output-Format. Its angles are of a right-handed frame with x to the
right, y down and z away from the camera: above 0 are looking down, to the left of the picture, and leaning clockwise.
"""

from collections.abc import Iterator
from math import radians
from pathlib import Path

from emoclassify.analysis import Analysis
from emoclassify.faces.reading import FaceReading, FrameTime

COLUMNS = ("frame", "face_id", "timestamp", "confidence", "success", "pose_Rx", "pose_Ry", "pose_Rz")


def write_openface(analysis: Analysis, path: Path) -> None:
    """Writes openface.csv: frames counted from 1, persons from 0, seconds, radians; a frame without a face has success
    0, as there."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(", ".join(COLUMNS) + "\n")
        file.writelines(", ".join(row) + "\n" for row in _rows(analysis))


def _rows(analysis: Analysis) -> Iterator[tuple[str, ...]]:
    readings: dict[int, list[FaceReading]] = {}
    for reading in analysis.faces:
        readings.setdefault(reading.frame, []).append(reading)
    for sampled in analysis.frames:
        faces = sorted(readings.get(sampled.frame, ()), key=lambda reading: reading.person)
        yield from (_face_row(sampled, reading) for reading in faces)
        if not faces:
            yield (str(sampled.frame + 1), "0", f"{sampled.time_s:.3f}", "0", "0", "0", "0", "0")


def _face_row(sampled: FrameTime, reading: FaceReading) -> tuple[str, ...]:
    angles = (radians(reading.turn.pitch), -radians(reading.turn.yaw), radians(reading.turn.roll))
    return (
        str(sampled.frame + 1),
        str(reading.person - 1),
        f"{sampled.time_s:.3f}",
        f"{reading.detector_confidence:.6f}",
        "1",
        *(f"{angle:.6f}" for angle in angles),
    )
