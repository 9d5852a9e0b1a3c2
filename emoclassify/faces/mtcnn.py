"""MTCNN: three small networks that find faces; each checks the boxes that the one before accepted.

Zhang et al. 2016, "Joint Face Detection and Alignment using Multi-task Cascaded Convolutional Networks", with the
weights, thresholds and steps of facenet-pytorch, whose own code needs torch and reads full-size frames. Here the
pyramid of sizes is made from a copy of the frame that is as small as the smallest face allows.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image

from emoclassify.faces.detections import Detections
from emoclassify.media.nouns import Rgb
from emoclassify.networks import models
from emoclassify.networks.convert import Built
from emoclassify.networks.runtime import Network, Place, open_network

Array = npt.NDArray[np.float32]

NETWORKS = ("pnet", "rnet", "onet")
"""Names of the three networks, in the order in which they look."""

_CELL_PX, _STRIDE_PX = 12, 2  # P-Net's window, and the step between two of its windows
_FACTOR = 0.709  # from one size of the pyramid to the next: half the area
_THRESHOLDS = (0.6, 0.7, 0.7)  # of P-Net, R-Net, O-Net
_R_PX, _O_PX = 24, 48  # sides of the inputs of R-Net and O-Net
_BATCH = 512  # crops at a time, which bounds the memory
_COMPARED = 64  # boxes compared with all others at a time, which bounds the memory too
_SMALLEST_PX = 20  # facenet-pytorch's own default; P-Net finds little below it


class Mtcnn:
    """The three networks in memory: a detector, see `faces.detectors`."""

    def __init__(self, place: Place) -> None:
        place = replace(place, threads=1)  # the networks are so small that a second thread gives nothing
        self._pnet, self._rnet, self._onet = (_open(name, place) for name in NETWORKS)
        self.runtime = self._pnet.name

    @staticmethod
    def describe() -> models.ModelInfo:
        """MTCNN with the weights that facenet-pytorch carries."""
        return models.mtcnn()

    def detect(self, rgb: Rgb, min_face: float) -> Detections:
        """Finds the faces of a frame, largest first.

        Args:
            rgb: uint8 (H, W, 3), upright.
            min_face: the smallest face, as a share of the shorter side, 0..1; never below 20 pixels.
        """
        return self.search(rgb, max(_SMALLEST_PX, round(min_face * min(rgb.shape[:2]))))

    def search(self, rgb: Rgb, smallest_px: int) -> Detections:
        """Finds the faces of a whole frame.

        Args:
            rgb: uint8 (H, W, 3), upright.
            smallest_px: side of the smallest face looked for, at least 12.
        """
        frame = Image.fromarray(rgb)
        share = min(1.0, _R_PX / smallest_px)  # P-Net and R-Net read the smallest face at this size
        copy = _reduced(frame, share)
        boxes = self._propose(frame, copy, smallest_px)
        return self._confirm(_Picture(frame), self._sift(_Picture(copy), boxes, frame.size))

    def refine(self, rgb: Rgb, boxes_xyxy: Array) -> Detections:
        """Looks again where faces are expected: far cheaper than a search, and blind to new faces.

        Args:
            rgb: uint8 (H, W, 3), upright.
            boxes_xyxy: float32 (n, 4), pixels, about where the faces are.
        """
        frame = _Frame(rgb)
        return self._confirm(frame, self._sift(frame, _square(boxes_xyxy), frame.size))

    def _propose(self, frame: Image.Image, copy: Image.Image, smallest_px: int) -> Array:
        """P-Net over the pyramid: squares (n, 4) that may hold a face."""
        boxes, scores, shifts = [], [], []
        level = copy
        for scale in scales_of(frame.size, smallest_px):
            size = (int(frame.width * scale + 1), int(frame.height * scale + 1))
            level = level.resize(size, Image.Resampling.BOX)
            answers = self._pnet(_inputs(np.asarray(level)[None]))[0]
            rows, columns = np.nonzero(answers[4] >= _THRESHOLDS[0])
            corner = np.stack([columns, rows], axis=1).astype(np.float32) * _STRIDE_PX
            low, high = np.floor((corner + 1) / scale), np.floor((corner + _CELL_PX) / scale)
            at_level = np.concatenate([low, high], axis=1).astype(np.float32)
            score = answers[4, rows, columns]
            distinct = _suppress(at_level, score, 0.5)
            boxes.append(at_level[distinct])
            scores.append(score[distinct])
            shifts.append(answers[:4, rows, columns].T[distinct])
        if not boxes:
            return np.empty((0, 4), np.float32)
        all_boxes, shift = np.concatenate(boxes), np.concatenate(shifts)
        distinct = _suppress(all_boxes, np.concatenate(scores), 0.7)
        all_boxes, shift = all_boxes[distinct], shift[distinct]
        sides = np.tile(all_boxes[:, 2:] - all_boxes[:, :2], 2)
        return _square(all_boxes + shift * sides)

    def _sift(self, copy: "_Source", boxes: Array, size_wh: tuple[int, int]) -> Array:
        """R-Net on squares (n, 4) of a frame of that size, cut from it or from a smaller copy.

        The squares that it accepts, fitted better to their faces.
        """
        boxes = _inside(boxes, size_wh)
        answers = _in_batches(self._rnet, copy, boxes * (copy.size[0] / size_wh[0]), _R_PX)
        sure = answers[:, 4] > _THRESHOLDS[1]
        boxes, answers = boxes[sure], answers[sure]
        distinct = _suppress(boxes, answers[:, 4], 0.7)
        return _square(_shifted(boxes[distinct], answers[distinct, :4]))

    def _confirm(self, frame: "_Source", boxes: Array) -> Detections:
        """O-Net on squares (n, 4): the faces that it accepts, largest first."""
        boxes = _inside(boxes, frame.size)
        answers = _in_batches(self._onet, frame, boxes, _O_PX)
        sure = answers[:, 14] > _THRESHOLDS[2]
        boxes, answers = boxes[sure], answers[sure]
        low, side = boxes[:, None, :2], boxes[:, None, 2:] - boxes[:, None, :2] + 1
        points = np.stack([answers[:, 4:9], answers[:, 9:14]], axis=2) * side + low - 1
        boxes, confidence = _shifted(boxes, answers[:, :4]), answers[:, 14]
        distinct = _suppress(boxes, confidence, 0.7, of_smaller=True)
        largest_first = distinct[np.argsort(-np.prod(boxes[distinct, 2:] - boxes[distinct, :2], axis=1), kind="stable")]
        return Detections(boxes[largest_first], confidence[largest_first], points[largest_first].astype(np.float32))


class _Source(Protocol):
    """What squares are cut from."""

    size: tuple[int, int]
    """Width and height, pixels."""

    def crop(self, box_xyxy: Sequence[float], side_px: int) -> Image.Image:
        """The part in a box, at one size; the box is within the edges."""


class _Picture:
    """A picture in Pillow's form, from which many are cut."""

    def __init__(self, picture: Image.Image) -> None:
        self.size, self._picture = picture.size, picture

    def crop(self, box_xyxy: Sequence[float], side_px: int) -> Image.Image:
        left, top, right, bottom = box_xyxy
        return self._picture.resize((side_px, side_px), Image.Resampling.BOX, box=(left, top, right, bottom))


class _Frame:
    """A frame from which few are cut: only these parts of it are brought into Pillow's form."""

    def __init__(self, rgb: Rgb) -> None:
        self.size, self._rgb = (rgb.shape[1], rgb.shape[0]), rgb

    def crop(self, box_xyxy: Sequence[float], side_px: int) -> Image.Image:
        left, top, right, bottom = box_xyxy
        x, y = int(left), int(top)
        part = _Picture(Image.fromarray(self._rgb[y : ceil(bottom), x : ceil(right)]))
        return part.crop((left - x, top - y, right - x, bottom - y), side_px)


def scales_of(size: tuple[int, int], smallest_px: int) -> list[float]:
    """Factors that bring faces from the smallest to the largest to P-Net's cell."""
    scale = _CELL_PX / smallest_px
    scales = []
    while min(size) * scale >= _CELL_PX:
        scales.append(scale)
        scale *= _FACTOR
    return scales


def _reduced(frame: Image.Image, share: float) -> Image.Image:
    size = (max(1, round(frame.width * share)), max(1, round(frame.height * share)))
    return frame.resize(size, Image.Resampling.BOX)


def _inputs(pictures: npt.NDArray[np.uint8]) -> Array:
    """uint8 (n, h, w, 3) -> float32 (n, 3, h, w) about -1..1."""
    return (pictures.transpose(0, 3, 1, 2).astype(np.float32) - np.float32(127.5)) * np.float32(0.0078125)


def _in_batches(network: Network, source: _Source, boxes: Array, side_px: int) -> Array:
    """A network's outputs, float32 (n, columns), for squares of a picture (n, 4), cut off at its edge."""
    if not len(boxes):
        return np.empty((0, 15), np.float32)
    low, high = np.maximum(boxes[:, :2], 0), np.minimum(boxes[:, 2:], source.size)
    sheet = Image.new("RGB", (side_px, side_px * len(boxes)))  # one below the other, to be handed to numpy at once
    for i, box_xyxy in enumerate(np.concatenate([low, high], axis=1).tolist()):
        sheet.paste(source.crop(box_xyxy, side_px), (0, i * side_px))
    crops = np.asarray(sheet).reshape(-1, side_px, side_px, 3)
    return np.concatenate([network(_inputs(crops[start : start + _BATCH])) for start in range(0, len(crops), _BATCH)])


def _inside(boxes: Array, size_wh: tuple[int, int]) -> Array:
    """The boxes that share at least one pixel with a frame of that size."""
    low, high = np.maximum(boxes[:, :2], 0), np.minimum(boxes[:, 2:], size_wh)
    return boxes[(high - low >= 1).all(axis=1)]


def _square(boxes: Array) -> Array:
    """Boxes (n, 4) extended around their centre to squares of their longer side."""
    sides = boxes[:, 2:] - boxes[:, :2]
    longer = sides.max(axis=1, keepdims=True)
    low = boxes[:, :2] + sides / 2 - longer / 2
    return np.concatenate([low, low + longer], axis=1).astype(np.float32)


def _shifted(boxes: Array, shift: Array) -> Array:
    """Boxes (n, 4) with their edges moved by a network's outputs (n, 4), shares of their sides."""
    sides = np.tile(boxes[:, 2:] - boxes[:, :2] + 1, 2)
    return np.asarray(boxes + shift * sides, dtype=np.float32)


def _suppress(boxes: Array, scores: Array, max_share: float, *, of_smaller: bool = False) -> npt.NDArray[np.intp]:
    """Indices of the boxes that remain when each removes those with a lower score that overlap it too much.

    Args:
        boxes: float32 (n, 4).
        scores: float32 (n,).
        max_share: largest overlap of two remaining boxes, as a share of their union, 0..1.
        of_smaller: the share is of the smaller box instead.

    Returns:
        int (m,), highest score first.
    """
    if len(boxes) < 2:
        return np.arange(len(boxes))
    order = np.argsort(-scores, kind="stable")
    boxes, remains = boxes[order], np.ones(len(order), bool)
    for start in range(0, len(boxes), _COMPARED):
        are_apart = _are_apart(boxes[start : start + _COMPARED], boxes[start:], max_share, of_smaller=of_smaller)
        for row, is_apart in enumerate(are_apart):
            if remains[start + row]:
                remains[start + row + 1 :] &= is_apart[row + 1 :]
    return np.asarray(order[remains], dtype=np.intp)


def _are_apart(a: Array, b: Array, max_share: float, *, of_smaller: bool) -> npt.NDArray[np.bool_]:
    """Which boxes of a, (n, 4), overlap which of b, (m, 4), by no more than a share (see `_suppress`): bool (n, m)."""
    # In the last step of the original, sides are counted in whole pixels, one more than in the others.
    area_a, area_b = (np.prod(boxes[:, 2:] - boxes[:, :2] + of_smaller, axis=1) for boxes in (a, b))
    low = np.maximum(a[:, None, :2], b[:, :2])
    sides = np.maximum(np.minimum(a[:, None, 2:], b[:, 2:]) - low + of_smaller, 0)
    shared = sides[..., 0] * sides[..., 1]
    whole = np.minimum(area_a[:, None], area_b) if of_smaller else area_a[:, None] + area_b - shared
    return np.asarray(shared <= max_share * whole)


def converted_network(name: str) -> Path:
    """Where one of NETWORKS is, converted for OpenVINO."""
    return models.mtcnn().path / f"{name}.xml"


def _open(name: str, place: Place) -> Network:
    # In 32 bits: rounding could move a score over its threshold, and the networks are small.
    shipped = converted_network(name)
    return open_network(f"mtcnn-{name}", lambda: read_original(name), place, precise=True, shipped=shipped)


def read_original(name: str) -> Built:
    """One of facenet-pytorch's networks with its outputs side by side: shifts, points of O-Net, chance of a face."""
    import torch
    from facenet_pytorch.models import mtcnn
    from torch import Tensor, nn

    class Joined(nn.Module):
        def __init__(self, network: nn.Module) -> None:
            super().__init__()
            self.network = network

        def forward(self, pictures: Tensor) -> Tensor:
            *others, chances = self.network(pictures)
            return torch.cat([*others, chances[:, 1:2]], dim=1)

    classes: dict[str, tuple[Any, int]] = {"pnet": (mtcnn.PNet, 24), "rnet": (mtcnn.RNet, 24), "onet": (mtcnn.ONet, 48)}
    network_class, side_px = classes[name]
    free = (0, 2, 3) if name == "pnet" else (0,)
    return Built(Joined(network_class().eval()), np.zeros((2, 3, side_px, side_px), np.float32), free)
