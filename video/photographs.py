"""Reads photographs of people with labels as the program would: the face is found, cut out and made small."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from emoclassify.errors import WorkshopError
from emoclassify.faces.detectors import Detector
from emoclassify.faces.expressions import crop_face
from emoclassify.media.nouns import Rgb
from emoclassify.settings import Options
from video.corpora import SIDE_PX, Faces, labelled_images, one_hot

CHOOSING, REPORTING = 0, 1
"""The halves of the people of a folder: one for choosing, one for telling how good the choice is."""

_PEOPLE = "people.csv"


@dataclass(frozen=True)
class Person:
    """Somebody who was photographed twice, and what they said of themselves."""

    name: str
    sex: str
    age: int | None
    ethnicity: str
    neutral: npt.NDArray[np.uint8]
    """The face as the program cuts it out, grey uint8 (48, 48); the next one too."""
    smiling: npt.NDArray[np.uint8]


def read_photographs(folder: Path, detector: Detector, half: int | None = None) -> Faces:
    """The largest face of every photograph.

    Args:
        folder: FOLDER/<label>/<image>; photographs of one person have one name in all labels.
        detector: finds the faces.
        half: CHOOSING or REPORTING: of every second person only; None for everybody.

    Raises:
        WorkshopError: no labelled image, or no face in any.
    """
    paths, truth, left_out = labelled_images(folder)
    if half is not None:
        names = names_of_half([path.stem for path in paths], half)
        of_half = np.array([path.stem in names for path in paths])
        paths, truth = [path for path in paths if path.stem in names], truth[of_half]
    faces = [face_of(path, detector) for path in paths]
    rows = [row for row, face in enumerate(faces) if face is not None]
    if not rows:
        raise WorkshopError(f"{folder}: no face found in any photograph")
    counts = Counter({**left_out, "no face found": len(faces) - len(rows)})
    pixels = np.stack([face for face in faces if face is not None])
    return Faces(pixels, one_hot(truth[rows]), truth[rows], {why: count for why, count in counts.items() if count})


def names_of_half(names: Sequence[str], half: int) -> set[str]:
    """Every second of the names in order, without repeats: the first, third ... are CHOOSING."""
    return set(sorted(set(names))[half::2])


def read_people(folder: Path, detector: Detector) -> list[Person]:
    """The people of neutral/ID.jpg, smiling/ID.jpg and people.csv (face_id, face_gender, face_age, face_eth).

    Age and ethnicity may be left out of the table. Whoever has no face in one of the photographs is left out.

    Raises:
        WorkshopError: no people.csv, or nobody in it with a face in both photographs.
    """
    if not (folder / _PEOPLE).is_file():
        raise WorkshopError(f"{folder}: no {_PEOPLE} there")
    with (folder / _PEOPLE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    people = [person for row in rows if (person := _person(folder, row, detector)) is not None]
    if not people:
        raise WorkshopError(f"{folder}: nobody with a face in both photographs")
    return people


def _person(folder: Path, row: dict[str, str], detector: Detector) -> Person | None:
    name = row["face_id"]
    neutral, smiling = (face_of(folder / kind / f"{name}.jpg", detector) for kind in ("neutral", "smiling"))
    if neutral is None or smiling is None:
        return None
    age = row.get("face_age", "")
    return Person(
        name, row["face_gender"], int(age) if age.isdigit() else None, row.get("face_eth", ""), neutral, smiling
    )


def coloured(faces: Sequence[npt.NDArray[np.uint8]]) -> list[Rgb]:
    """Grey faces uint8 (48, 48) as the model takes them, uint8 (48, 48, 3)."""
    return [np.repeat(face[:, :, None], 3, axis=2) for face in faces]


def face_of(path: Path, detector: Detector) -> npt.NDArray[np.uint8] | None:
    """The largest face of a photograph as the program cuts it out, grey uint8 (48, 48); None where there is none."""
    with Image.open(path) as image:
        rgb = np.asarray(image.convert("RGB"))
    boxes = detector.detect(rgb, Options().min_face).boxes_xyxy
    if not len(boxes):
        return None
    crop = Image.fromarray(crop_face(rgb, boxes[0].tolist())).resize((SIDE_PX, SIDE_PX), Image.Resampling.BILINEAR)
    return np.asarray(crop.convert("L"), dtype=np.uint8)
