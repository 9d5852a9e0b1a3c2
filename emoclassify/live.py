"""The emotions of one picture of a camera at a time, for a live view; a recording's analysis is what counts."""

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from emoclassify.emotions import EMOTIONS

if TYPE_CHECKING:
    from emoclassify.picture_readings import PictureReading

NO_FACE = "no face"
"""Why a picture has no emotions, beside the reasons of `faces.quality.REASONS`."""


@dataclass(frozen=True)
class LiveReading:
    """What one picture shows.

    Attributes:
        box: left, top, right, bottom of the largest face, as shares of the picture's width and height; None: no face.
        scores: of that face, 0..1 in the order of EMOTIONS, with the sum 1; None where it cannot be read.
        reason: why not: NO_FACE, or one of `faces.quality.REASONS`; empty where it can.
    """

    box: tuple[float, float, float, float] | None = None
    scores: tuple[float, ...] | None = None
    reason: str = NO_FACE

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"box": self.box, "scores": self.scores, "reason": self.reason}

    @classmethod
    def from_dict(cls, content: Any) -> "LiveReading":
        """From what another process sent, which may be anything.

        Raises:
            ValueError: it is no reading.
        """
        if not isinstance(content, dict) or not isinstance(content.get("reason"), str):
            raise ValueError("no reading")
        box, scores = (_numbers(content.get(name), n) for name, n in (("box", 4), ("scores", len(EMOTIONS))))
        return cls(None if box is None else (box[0], box[1], box[2], box[3]), scores, content["reason"])


class Camera:
    """Reads one picture after another with the models of an analysis, which it holds."""

    def __init__(self) -> None:
        """Loads the models.

        Raises:
            ModelError: one is missing or damaged.
        """
        from emoclassify.model_kinds import EXPRESSION_MODEL, FACE_DETECTOR
        from emoclassify.networks.runtime import choose_place
        from emoclassify.settings import Options

        options = Options()
        place = choose_place(options.runtime, options.device)
        self._min_face = options.min_face
        self._detector = FACE_DETECTOR.open(options, place)
        self._expressions = EXPRESSION_MODEL.open(options, place)

    def look(self, picture: bytes) -> LiveReading:
        """The largest face of a picture, and its emotions where it can be read.

        Args:
            picture: a JPEG.

        Raises:
            MediaError: it is no JPEG, or too large.
        """
        reading = self.read(picture)
        width_px, height_px = reading.size_wh
        if reading.face is None:
            return LiveReading()
        left, top, right, bottom = reading.face.box_xyxy
        box = (left / width_px, top / height_px, right / width_px, bottom / height_px)
        if not reading.face.quality_ok:
            return LiveReading(box, None, reading.face.quality_reason)
        return LiveReading(box, tuple(float(score) for score in reading.face.scores), "")

    def read(self, picture: bytes) -> "PictureReading":
        """The same in full, also of a face that cannot be read well: with its angles, and why it is doubtful.

        Args:
            picture: a JPEG.

        Raises:
            MediaError: it is no JPEG, or too large.
        """
        from emoclassify.faces.appearance import upright
        from emoclassify.faces.picture import PictureMeter
        from emoclassify.faces.quality import doubt, head_turn
        from emoclassify.faces.reading import FaceReading
        from emoclassify.faces.upright import upright_crop
        from emoclassify.media.jpeg import decoded_jpeg
        from emoclassify.picture_readings import PictureReading

        rgb = decoded_jpeg(picture)
        height_px, width_px = rgb.shape[:2]
        brightness, _ = PictureMeter().measure(rgb)
        detections = self._detector.detect(rgb, self._min_face)
        if not len(detections.boxes_xyxy):
            return PictureReading((width_px, height_px), brightness, None)
        turn = head_turn(detections.points_xy[0])
        left, top, right, bottom = (float(edge) for edge in detections.boxes_xyxy[0])
        crop = upright_crop(rgb, (left, top, right, bottom), turn.roll)
        face = FaceReading(
            frame=0,
            time_s=0.0,
            person=1,
            box_xyxy=(left, top, right, bottom),
            detector_confidence=float(detections.confidence[0]),
            scores=self._expressions.predict([crop])[0],
            turn=turn,
            quality_reason=doubt(
                crop, detections.boxes_xyxy[0], turn, (height_px, width_px), upright(rgb, detections.points_xy[0])
            ),
        )
        return PictureReading((width_px, height_px), brightness, face)


def _numbers(values: Any, n: int) -> tuple[float, ...] | None:
    """So many finite numbers, or None.

    Raises:
        ValueError: it is something else.
    """
    if values is None:
        return None
    if not isinstance(values, list) or len(values) != n:
        raise ValueError("not so many numbers")
    if not all(isinstance(value, int | float) and isfinite(value) for value in values):
        raise ValueError("no numbers")
    return tuple(float(value) for value in values)
