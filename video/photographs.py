"""Reads photographs of people with labels as the program would: the face is found, cut out and made small."""

from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from emoclassify.errors import WorkshopError
from emoclassify.faces.detectors import Detector
from emoclassify.faces.expressions import crop_face
from emoclassify.settings import Options
from video.corpora import SIDE_PX, Faces, labelled_images, one_hot


def read_photographs(folder: Path, detector: Detector) -> Faces:
    """The largest face of every photograph.

    Args:
        folder: FOLDER/<label>/<image>.
        detector: finds the faces.

    Raises:
        WorkshopError: no labelled image, or no face in any.
    """
    paths, truth, left_out = labelled_images(folder)
    faces = [face_of(path, detector) for path in paths]
    rows = [row for row, face in enumerate(faces) if face is not None]
    if not rows:
        raise WorkshopError(f"{folder}: no face found in any photograph")
    counts = Counter({**left_out, "no face found": len(faces) - len(rows)})
    pixels = np.stack([face for face in faces if face is not None])
    return Faces(pixels, one_hot(truth[rows]), truth[rows], {why: count for why, count in counts.items() if count})


def face_of(path: Path, detector: Detector) -> npt.NDArray[np.uint8] | None:
    """The largest face of a photograph as the program cuts it out, grey uint8 (48, 48); None where there is none."""
    with Image.open(path) as image:
        rgb = np.asarray(image.convert("RGB"))
    boxes = detector.detect(rgb, Options().min_face).boxes_xyxy
    if not len(boxes):
        return None
    crop = Image.fromarray(crop_face(rgb, boxes[0].tolist())).resize((SIDE_PX, SIDE_PX), Image.Resampling.BILINEAR)
    return np.asarray(crop.convert("L"), dtype=np.uint8)
