"""Reads faces with labels from a disk: FER2013 with its FER+ votes, or any folder of FOLDER/<label>/<image>."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from PIL import Image

from emoclassify.errors import WorkshopError
from emoclassify.labels import EMOTIONS, Scores, emotion_of

LabelSet = Literal["ferplus", "original"]

IMAGE_ENDINGS = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".webp"})
SIDE_PX = 48

_SEVEN_VOTES = (
    "votes_anger",
    "votes_disgust",
    "votes_fear",
    "votes_happiness",
    "votes_neutral",
    "votes_sadness",
    "votes_surprise",
)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Faces:
    """Labelled faces in memory, about 2.3 kB each."""

    pixels: npt.NDArray[np.uint8]
    """Grey pictures (n, 48, 48)."""
    targets: Scores
    """Shares of the votes float32 (n, 7) in the order of EMOTIONS; one label is a single 1."""
    truth: npt.NDArray[np.int64]
    """The label (n,) by which a face is scored, 0..6."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Why images were left out -> how many."""

    def sample(self, count: int | None, seed: int = 0) -> "Faces":
        """`count` of the faces at random, always the same for a seed; all of them for None."""
        rows = np.random.default_rng(seed).permutation(len(self.truth))[:count]
        return Faces(self.pixels[rows], self.targets[rows], self.truth[rows], self.left_out)


def read(folder: Path, split: str, labels: LabelSet = "ferplus", original_share: float = 0.0) -> Faces:
    """The faces of one split.

    Args:
        folder: FER2013 with `labels.csv`, or {train,validation,test}/<label>/<image>, or <label>/<image>.
        split: "train", "validation" or "test"; of a folder without splits, all faces are read.
        labels: "ferplus" takes the votes of Barsoum et al. (2016, "Training deep networks for facial expression
            recognition with crowd-sourced label distribution"); "original" the folder's name. Without `labels.csv` it
            is always the folder's name.
        original_share: how much of each target is the folder's name instead of the votes, 0..1. The two often name
            another emotion, and posed faces are nearer to the folder's. The truth by which faces are scored stays.

    Raises:
        WorkshopError: no labelled image found.
    """
    if (folder / "labels.csv").is_file():
        faces = _read_fer2013(folder, split, labels, original_share)
    else:
        faces = _read_folders(folder / split if (folder / split).is_dir() else folder)
    log.info("%s %s: %d faces, left out %s", folder.name, split, len(faces.pixels), dict(faces.left_out) or "none")
    return faces


def _read_fer2013(folder: Path, split: str, labels: LabelSet, original_share: float) -> Faces:
    table = pd.read_csv(folder / "labels.csv")
    table = table[table["split"] == split]
    left_out: Counter[str] = Counter()
    if split == "train":
        # A training picture that is also in another split would be remembered there.
        copies = table["copy_in_other_split"] == 1
        left_out["copy of a validation or test image"] = int(copies.sum())
        table = table[~copies]
    if labels == "ferplus":
        is_kept = _is_one_of_seven(table)
        left_out["FER+ majority is none of the seven"] = int((~is_kept).sum())
        table = table[is_kept]
        votes, truth = _votes(table)
        targets = (1.0 - original_share) * votes + original_share * one_hot(_columns(list(table["label"])))
    else:
        truth = _columns(list(table["label"]))
        targets = one_hot(truth)
    # The table names files from the folder above; the folder itself may have been renamed.
    paths = [folder.joinpath(*Path(name).parts[-3:]) for name in table["file"]]
    return Faces(_pixels(paths), targets, truth, {why: count for why, count in left_out.items() if count})


def _is_one_of_seven(table: pd.DataFrame) -> "pd.Series[bool]":
    votes = table.filter(like="votes_")
    majority = votes.idxmax(axis=1)
    is_one: pd.Series[bool] = majority.isin(_SEVEN_VOTES) & (table[list(_SEVEN_VOTES)].sum(axis=1) > 0)
    return is_one


def _votes(table: pd.DataFrame) -> tuple[Scores, npt.NDArray[np.int64]]:
    """Shares of the seven float32 (n, 7), and the majority int64 (n,): of a tie the first in FER+'s order."""
    counts = table[list(_SEVEN_VOTES)].to_numpy(np.float32)
    majority = table.filter(like="votes_").idxmax(axis=1)
    truth = majority.map({name: column for column, name in enumerate(_SEVEN_VOTES)}).to_numpy(np.int64)
    return counts / counts.sum(axis=1, keepdims=True), truth


def _read_folders(folder: Path) -> Faces:
    paths, truth, left_out = labelled_images(folder)
    return Faces(_pixels(paths), one_hot(truth), truth, left_out)


def labelled_images(folder: Path) -> tuple[list[Path], npt.NDArray[np.int64], dict[str, int]]:
    """The images FOLDER/<label>/<image>, their labels int64 (n,), and why others were left out -> how many.

    Raises:
        WorkshopError: there is none.
    """
    paths: list[Path] = []
    names: list[str] = []
    left_out: Counter[str] = Counter()
    for label_folder in sorted(path for path in folder.glob("*") if path.is_dir()):
        images = sorted(path for path in label_folder.iterdir() if path.suffix.lower() in IMAGE_ENDINGS)
        emotion = emotion_of(label_folder.name)
        if emotion is None:
            left_out[f"label {label_folder.name} is none of the seven"] += len(images)
        else:
            paths += images
            names += [emotion] * len(images)
    if not paths:
        raise WorkshopError(f"{folder}: no <label>/<image> found; labels are {', '.join(EMOTIONS)}")
    return paths, _columns(names), dict(left_out)


def _columns(names: Sequence[str]) -> npt.NDArray[np.int64]:
    return np.array([EMOTIONS.index(name) for name in names], dtype=np.int64)


def one_hot(truth: npt.NDArray[np.int64]) -> Scores:
    """Labels int64 (n,) as shares of votes: float32 (n, 7), a single 1 in each row."""
    return np.eye(len(EMOTIONS), dtype=np.float32)[truth]


def _pixels(paths: Sequence[Path]) -> npt.NDArray[np.uint8]:
    if not paths:
        raise WorkshopError("no image is left: is this the folder of FER2013, and the split one of its three?")
    return np.stack([_grey(path) for path in paths])


def _grey(path: Path) -> npt.NDArray[np.uint8]:
    with Image.open(path) as image:
        grey = image.convert("L")
        if grey.size != (SIDE_PX, SIDE_PX):
            grey = grey.resize((SIDE_PX, SIDE_PX), Image.Resampling.BILINEAR)
        return np.asarray(grey, dtype=np.uint8)
