"""Looks for faces that MTCNN does not see by itself: upside down, lying, or cut by the edge of the picture."""

import numpy as np

from emoclassify.faces.detections import Array, Detections
from emoclassify.faces.detectors import Detector
from emoclassify.faces.quality import MAX_CUT_OFF, cut_off
from emoclassify.faces.view import View
from emoclassify.media.nouns import Rgb

STILL_CONFIDENCE = 0.9
"""A still picture has no second one that confirms a face, so a face needs this confidence there. A shoulder has 0.874,
the false faces in the frames of four clips without anybody 0.87 at most; the 600 portraits of the London faces in five
sizes 0.99 and more, 97 % of 350 faces of FER2013 0.9 and more."""

TURNED_CONFIDENCE = 0.95
"""A face that is looked for in a turned picture, since the upright one has none, needs this confidence: in the turned
frames of seven clips without anybody the detector finds one face, with 0.78."""

CUT_CONFIDENCE = 0.9
"""A face that the edge cuts needs this confidence."""

_LEAST_SHOWN = 0.35
"""Share of a cut face that must be inside the picture. Cut at each of the four edges in a clip of two people, of the
faces with a half inside 86 % are found and none without this search, of those with 0.4 inside a third."""

SURE = 0.9985
"""A face of this confidence is not looked at turned: 92 % of the upright ones have it, and 1 % of the turned ones that
are found although they are turned."""

_COARSE_PX = 120
"""Shorter side of the small picture in which turned and cut faces are looked for."""

_COARSE_FACE = 0.3
"""The smallest face looked for there, as a share of the shorter side: a smaller one at the edge is nobody's main
person."""

_MARGIN_PX = 30  # of that small picture: half of a face that fills the half of it

_FACELESS_FRAMES = 5
"""Of frames without a face every so many-th is looked at turned as well."""

_EDGE_SEARCHES = 8
"""Of searches every so many-th looks for cut faces as well, and each one while there are any: it takes half as long as
the search itself."""

_LOOK_PX = 96  # side of the picture of one face that is looked at from all sides; O-Net reads 48 px
_LOOK_SIDES = 1.8  # of the box

_SAME = 0.5  # share of the smaller of two boxes that both cover, from which they are of one face


class Lookout:
    """A detector that sees more than the one it is made of. It remembers how the last faces were turned."""

    def __init__(self, detector: Detector, least_confidence: float = 0.0) -> None:
        """`least_confidence`: faces with less are left out."""
        self._detector, self._least = detector, least_confidence
        self._turns, self._n_faceless, self._n_searches, self._has_cut = 0, 0, 0, False

    def detect(self, rgb: Rgb, min_face: float) -> Detections:
        """Finds the faces of a frame, however they are turned, and large ones that the edge cuts; largest first.

        The points of a turned face are in the order that they have in the upright one.

        Args:
            rgb: uint8 (H, W, 3).
            min_face: the smallest face, as a share of the shorter side, 0..1.
        """
        detections = self._search(rgb, View(self._turns), min_face)
        turns = self._likelier_turns(rgb, detections)
        if turns != self._turns:
            turned = self._search(rgb, View(turns), min_face)
            if _best(turned) > _best(detections):
                self._turns, detections = turns, turned
        self._n_searches += 1
        if self._n_searches % _EDGE_SEARCHES != 1 and not self._has_cut:
            return detections
        cut = self._cut_by_the_edge(rgb, detections)
        self._has_cut = len(cut) > 0
        return _joined(detections, cut)

    def refine(self, rgb: Rgb, boxes_xyxy: Array) -> Detections:
        """Looks again where faces are expected (see `detectors.Detector`)."""
        size_hw = (rgb.shape[0], rgb.shape[1])
        is_cut = any(cut_off(box, size_hw) > MAX_CUT_OFF for box in boxes_xyxy)
        margin_px = round(float((boxes_xyxy[:, 2:] - boxes_xyxy[:, :2]).max())) if is_cut else 0
        view = View(self._turns, margin_px)
        candidates = self._detector.refine(view.show(rgb), view.boxes(boxes_xyxy, size_hw))
        return self._sure(view.back(candidates, size_hw), self._least)

    def _search(self, rgb: Rgb, view: View, min_face: float, least: float = 0.0) -> Detections:
        candidates = self._detector.detect(view.show(rgb), min_face)
        return self._sure(view.back(candidates, (rgb.shape[0], rgb.shape[1])), max(least, self._least))

    @staticmethod
    def _sure(detections: Detections, least: float) -> Detections:
        return detections.chosen(np.flatnonzero(detections.confidence >= least)) if least else detections

    def _likelier_turns(self, rgb: Rgb, detections: Detections) -> int:
        """In how many quarters of a circle the faces are surer; the present number where in none.

        Of 222 upright faces of eleven clips and of sixty people, none is surer in another turn; of those that are found
        although they are turned, nine of ten are.
        """
        if len(detections):
            self._n_faceless = 0
            if detections.confidence[0] >= SURE:
                return self._turns
            sure = self._confidences(rgb, detections.boxes_xyxy[0])
            sure[self._turns] = float(detections.confidence[0])
        else:
            self._n_faceless += 1
            if self._n_faceless % _FACELESS_FRAMES != 1:
                return self._turns
            views = [View(turns, scale=_coarse_scale(rgb)) for turns in range(4)]
            sure = [_best(self._search(rgb, view, _COARSE_FACE, TURNED_CONFIDENCE)) for view in views]
        return max(range(4), key=lambda turns: (sure[turns], turns == self._turns))

    def _confidences(self, rgb: Rgb, box_xyxy: Array) -> list[float]:
        """How sure the detector is of one face in each of the four turns; 0 in the present one, which is known."""
        part, box_xyxy = _around(rgb, box_xyxy)
        size_hw = (part.shape[0], part.shape[1])
        sure = [0.0] * 4
        for turns in set(range(4)) - {self._turns}:
            view = View(turns, scale=min(1.0, _LOOK_PX / max(size_hw)))
            sure[turns] = _best(self._detector.refine(view.show(part), view.boxes(box_xyxy[None], size_hw)))
        return sure

    def _cut_by_the_edge(self, rgb: Rgb, others: Detections) -> Detections:
        """Large faces that reach beyond the edge, which a margin makes visible, and that are not among the others."""
        view, size_hw = View(self._turns, _MARGIN_PX, _coarse_scale(rgb)), (rgb.shape[0], rgb.shape[1])
        share = _COARSE_FACE * _COARSE_PX / (_COARSE_PX + 2 * _MARGIN_PX)
        candidates = self._search(rgb, view, share, CUT_CONFIDENCE)
        shares = np.array([cut_off(box, size_hw) for box in candidates.boxes_xyxy])
        is_new = _shared(candidates.boxes_xyxy, others.boxes_xyxy).max(axis=1, initial=0.0) < _SAME
        return candidates.chosen(np.flatnonzero((shares > MAX_CUT_OFF) & (shares <= 1 - _LEAST_SHOWN) & is_new))


def _coarse_scale(rgb: Rgb) -> float:
    return float(min(1.0, _COARSE_PX / min(rgb.shape[:2])))


def _best(detections: Detections) -> float:
    """The highest confidence; 0 where there is no face."""
    return max(map(float, detections.confidence), default=0.0)


def _joined(a: Detections, b: Detections) -> Detections:
    """Both, largest first."""
    if not len(b):
        return a
    both = Detections(
        np.concatenate([a.boxes_xyxy, b.boxes_xyxy]),
        np.concatenate([a.confidence, b.confidence]),
        np.concatenate([a.points_xy, b.points_xy]),
    )
    areas = np.prod(both.boxes_xyxy[:, 2:] - both.boxes_xyxy[:, :2], axis=1)
    return both.chosen(np.argsort(-areas, kind="stable"))


def _around(rgb: Rgb, box_xyxy: Array) -> tuple[Rgb, Array]:
    """The part of a frame around a box, and the box in it."""
    middle_xy, half_px = (
        box_xyxy.reshape(2, 2).mean(axis=0),
        _LOOK_SIDES / 2 * float((box_xyxy[2:] - box_xyxy[:2]).max()),
    )
    left, top = (max(0, int(low)) for low in middle_xy - half_px)
    right, bottom = (int(high) + 1 for high in middle_xy + half_px)
    part = rgb[top : max(bottom, top + 1), left : max(right, left + 1)]
    return part, box_xyxy - np.array([left, top, left, top], np.float32)


def _shared(a_xyxy: Array, b_xyxy: Array) -> Array:
    """Share of the smaller of two boxes that both cover: (n, 4), (m, 4) -> float32 (n, m)."""
    low = np.maximum(a_xyxy[:, None, :2], b_xyxy[None, :, :2])
    high = np.minimum(a_xyxy[:, None, 2:], b_xyxy[None, :, 2:])
    area_a, area_b = (np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) for boxes in (a_xyxy, b_xyxy))
    smaller = np.maximum(np.minimum(area_a[:, None], area_b[None]), 1e-9)
    return np.asarray(np.prod(np.clip(high - low, 0, None), axis=2) / smaller, dtype=np.float32)
