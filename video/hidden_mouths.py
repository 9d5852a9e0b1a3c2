"""Fits the layer that tells hidden mouths in grey (`emoclassify/faces/hidden.py`), and measures it on other faces."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from emoclassify.faces.appearance import Pixels, upright
from emoclassify.faces.detectors import Detector
from emoclassify.faces.hidden import edges
from emoclassify.media.nouns import Rgb
from emoclassify.media.read import FrameStream, probe
from video.corpora import Faces
from video.covers import COVERS, Points

FALSE_ALARMS = 0.005
"""Of the bare faces that chose the limit, each judged by a layer that did not learn from it."""

N_TRAIN, N_TEST, N_COVERED = 600, 900, 250
_STRENGTH = 0.01
"""Of the penalty's inverse: of 0.003, 0.01 and 0.03 the one with the largest area below the curve, in the folds."""

_FOLDS = 4
_PORTRAIT_PX, _LEAST_FACE, _CLIP_FPS = 200, 0.15, 4
_FACE_PX, _MARGIN_PX = 96, 24  # of the pictures of 48 px

Floats = npt.NDArray[np.float64]


@dataclass
class Looks:
    """Faces as `edges`, each with its kind ("bare", or the cover's), and whose or which it is."""

    rows: list[npt.NDArray[np.float32]] = field(default_factory=list)
    mirrored: list[npt.NDArray[np.float32]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    def add(self, face: Pixels, kind: str, group: str) -> None:
        """Adds an upright face."""
        self.rows.append(edges(face))
        self.mirrored.append(edges(face[:, ::-1]))
        self.kinds.append(kind)
        self.groups.append(group)

    @property
    def is_covered(self) -> npt.NDArray[np.bool_]:
        """Of each face."""
        return np.array([kind != "bare" for kind in self.kinds])


def looks_of(detector: Detector, pictures: Iterator[tuple[str, Rgb]], n_covered: int) -> Looks:
    """The largest face of each picture, bare; of the first ones with covers too, as the detector finds them then.

    Args:
        detector: finds the points, also of the covered face.
        pictures: with the name of the person or picture.
        n_covered: how many are covered.
    """
    looks, rng = Looks(), np.random.default_rng(5)
    for number, (group, rgb) in enumerate(pictures):
        points_xy = _points(detector, rgb)
        if points_xy is None:
            continue
        looks.add(upright(rgb, points_xy), "bare", group)
        if number >= n_covered:
            continue
        for name, cover in COVERS.items():
            covered = cover(rng, rgb, points_xy)
            if (seen_xy := _points(detector, covered)) is not None:
                looks.add(upright(covered, seen_xy), name, group)
    return looks


def _points(detector: Detector, rgb: Rgb) -> Points | None:
    faces = detector.detect(rgb, _LEAST_FACE)
    return np.asarray(faces.points_xy[0], np.float32) if len(faces) else None


def portraits(folder: Path, half: int) -> Iterator[tuple[str, Rgb]]:
    """Those of every second person of FOLDER/<label>/<person>.jpg: half 0 or 1."""
    names = sorted({path.name for path in folder.glob("*/*.jpg")})[half::2]
    for path in (path for name in names for path in sorted(folder.glob(f"*/{name}"))):
        with Image.open(path) as image:
            picture = image.convert("RGB")
        picture.thumbnail((_PORTRAIT_PX, _PORTRAIT_PX))
        yield path.name, np.asarray(picture)


def small_faces(faces: Faces, count: int) -> Iterator[tuple[str, Rgb]]:
    """Faces of 48 px, larger and with a margin, in which the detector finds them."""
    for number, pixels in enumerate(faces.sample(count).pixels):
        picture = Image.fromarray(pixels).resize((_FACE_PX, _FACE_PX), Image.Resampling.BICUBIC)
        margined = Image.new("L", (_FACE_PX + 2 * _MARGIN_PX,) * 2, round(float(pixels.mean())))
        margined.paste(picture, (_MARGIN_PX, _MARGIN_PX))
        yield str(number), np.asarray(margined.convert("RGB"))


def fit(looks: Looks) -> tuple[npt.NDArray[np.float32], str]:
    """The layer, and a line that says what it finds of faces that it did not learn from."""
    rows, mirrored, is_covered = np.array(looks.rows), np.array(looks.mirrored), looks.is_covered
    scores = np.empty(len(rows))
    for train, test in GroupKFold(_FOLDS).split(rows, is_covered, looks.groups):
        weights = _layer(rows[train], mirrored[train], is_covered[train])
        scores[test] = rows[test] @ weights[:-1] + weights[-1]
    limit = float(np.quantile(scores[~is_covered], 1 - FALSE_ALARMS))
    weights = _layer(rows, mirrored, is_covered)
    weights[-1] -= limit
    share = np.mean(scores[is_covered] > limit)
    return weights.astype(np.float32), f"in {_FOLDS} folds: {share:.1%} of {is_covered.sum()} covers are found"


def _layer(
    rows: npt.NDArray[np.float32], mirrored: npt.NDArray[np.float32], is_covered: npt.NDArray[np.bool_]
) -> Floats:
    """Weights and what is added, float64 (N_EDGES + 1,), of the faces and their mirror images."""
    mean, deviation = rows.mean(axis=0), rows.std(axis=0) + 1e-3
    both = (np.concatenate([rows, mirrored]) - mean) / deviation
    model = LogisticRegression(C=_STRENGTH, max_iter=400, class_weight="balanced").fit(both, np.tile(is_covered, 2))
    weights = model.coef_[0] / deviation
    return np.append(weights, model.intercept_[0] - weights @ mean)


def told(name: str, looks: Looks, weights: npt.NDArray[np.float32]) -> Iterator[str]:
    """How many of each kind count as hidden, a line each."""
    is_hidden, kinds = np.array(looks.rows) @ weights[:-1] + weights[-1] > 0, np.array(looks.kinds)
    for kind in dict.fromkeys(looks.kinds):
        flags = is_hidden[kinds == kind]
        yield f"{name}, {kind}: {flags.sum()} of {len(flags)} ({flags.mean():.1%})"


def looks_in(detector: Detector, clip: Path) -> Looks:
    """All faces of a recording, as they are."""
    looks = Looks()
    for frame in FrameStream(clip, probe(clip), sample_fps=_CLIP_FPS):
        for points_xy in detector.detect(frame.rgb, _LEAST_FACE).points_xy:
            looks.add(upright(frame.rgb, points_xy), "bare", clip.name)
    return looks


def make(detector: Detector, faces: Path, train: Faces, test: Faces, clips: Sequence[Path], out: Path) -> Iterator[str]:
    """Fits on one half of the people and on `train`, writes the layer, and measures it on the others, a line each."""
    looks = looks_of(detector, portraits(faces, 0), N_TRAIN)
    more = looks_of(detector, small_faces(train, N_TRAIN), N_TRAIN)
    for name in ("rows", "mirrored", "kinds", "groups"):
        getattr(looks, name).extend(getattr(more, name))
    weights, line = fit(looks)
    np.save(out, weights)
    yield line
    yield from told("other portraits", looks_of(detector, portraits(faces, 1), N_TEST), weights)
    small = looks_of(detector, small_faces(test, N_TEST), N_COVERED)
    yield from told("other faces of 48 px", small, weights)
    for clip in clips:
        yield from told(clip.name, looks_in(detector, clip), weights)
