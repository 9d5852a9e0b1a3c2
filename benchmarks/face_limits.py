"""The limits of what is done with faces that lean, stand on their heads, are cut by the edge or covered, measured on
faces of one's own: `faces/upright.py`, `faces/lookout.py`, `faces/motion.py`, and what no limit tells yet."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.covered_mouths import covered, reasons_of
from benchmarks.doubles import doubles
from benchmarks.framed_faces import framed_faces
from benchmarks.refilmed_faces import refilmed_faces
from emoclassify.faces.appearance import upright
from emoclassify.faces.detections import Detections
from emoclassify.faces.detectors import Detector
from emoclassify.faces.expressions import ExpressionModel, crop_face
from emoclassify.faces.lookout import SURE, Lookout
from emoclassify.faces.motion import STAYS_CHANGE, FaceMotion
from emoclassify.faces.quality import head_turn
from emoclassify.faces.upright import upright_crop
from emoclassify.media.nouns import Rgb
from emoclassify.media.read import FrameStream, probe

LEAST_FACE = 0.08
PORTRAIT_PX = 400
_GREY = (110, 110, 110)
_LAMP_AT = (0.35, 0.4)  # shares of the box: beside the nose
_LAMPS_AT = (_LAMP_AT, (0.5, 0.2), (0.65, 0.7))
_WHITE = 250


@dataclass(frozen=True)
class Sample:
    """A picture with at least one face, and what the detector says of it."""

    source: str
    rgb: Rgb
    faces: Detections


@dataclass(frozen=True)
class Networks:
    """What looks."""

    detector: Detector
    expressions: ExpressionModel

    def emotion(self, crop: Rgb) -> int:
        """The number of the emotion on top."""
        return int(self.expressions.predict([crop])[0].argmax())


@dataclass(frozen=True)
class Sources:
    """What is looked at."""

    clips: Sequence[Path]
    faces: Path | None
    """Folders of portraits."""
    masks: Path | None
    """Photographs with masks and without."""


def pictures_of(detector: Detector, clips: Sequence[Path], faces: Path | None) -> list[Sample]:
    """A frame a second of each clip, and every fourth portrait of a folder of folders, where a face is found."""
    pairs = [("clips", frame.rgb) for clip in clips for frame in FrameStream(clip, probe(clip), sample_fps=1)]
    for path in sorted(faces.glob("*/*.jpg"))[::4] if faces else ():
        portrait = Image.open(path).convert("RGB")
        portrait.thumbnail((PORTRAIT_PX, PORTRAIT_PX))
        pairs.append(("portraits", np.asarray(portrait)))
    samples = [Sample(source, rgb, detector.detect(rgb, LEAST_FACE)) for source, rgb in pairs]
    return [each for each in samples if len(each.faces)]


def leaning(networks: Networks, samples: Sequence[Sample]) -> Iterator[str]:
    """How often the emotion of the upright face stays on top when the picture is turned (`upright.LEANS_DEG`)."""
    for angle_deg in (10, 20, 30, 40, 60):
        same_plain, same_turned = [], []
        for each in samples:
            emotion = networks.emotion(crop_face(each.rgb, each.faces.boxes_xyxy[0].tolist()))
            rgb = _turned(each.rgb, angle_deg)
            faces = networks.detector.detect(rgb, LEAST_FACE)
            if len(faces):
                box_xyxy, turn = faces.boxes_xyxy[0].tolist(), head_turn(faces.points_xy[0])
                same_plain.append(networks.emotion(crop_face(rgb, box_xyxy)) == emotion)
                same_turned.append(networks.emotion(upright_crop(rgb, box_xyxy, turn.roll)) == emotion)
        shares = f"as they lean {_mean(same_plain)}, turned {_mean(same_turned)}"
        yield f"{angle_deg} degrees, {len(same_plain)} faces: {shares}"


def sure(networks: Networks, samples: Sequence[Sample]) -> Iterator[str]:
    """How many faces are as sure as `lookout.SURE`, and how many the lookout finds, in each quarter turn."""
    for turns in range(4):
        pictures = [np.ascontiguousarray(np.rot90(each.rgb, turns)) for each in samples]
        plain = [networks.detector.detect(rgb, LEAST_FACE) for rgb in pictures]
        is_sure = [float(faces.confidence[0]) >= SURE for faces in plain if len(faces)]
        has_face = [len(Lookout(networks.detector).detect(rgb, LEAST_FACE)) > 0 for rgb in pictures]
        yield (
            f"{90 * turns} degrees, {len(samples)} pictures: plain search "
            f"{_mean([len(faces) > 0 for faces in plain])}, of these sure {_mean(is_sure)}; "
            f"with the lookout {_mean(has_face)}"
        )


def edges(networks: Networks, samples: Sequence[Sample]) -> Iterator[str]:
    """How many faces are found of which the picture's left edge hides a share."""
    for hidden in (0.3, 0.4, 0.5, 0.6):
        cut = []
        for each in samples:
            left, _, right, _ = each.faces.boxes_xyxy[0]
            cut.append(np.ascontiguousarray(each.rgb[:, max(0, int(left + hidden * (right - left))) :]))
        plain = [len(networks.detector.detect(rgb, LEAST_FACE)) > 0 for rgb in cut]
        lookout = [len(Lookout(networks.detector).detect(rgb, LEAST_FACE)) > 0 for rgb in cut]
        yield f"{hidden:.0%} hidden, {len(cut)} faces: plain search {_mean(plain)}, with the lookout {_mean(lookout)}"


def places(samples: Sequence[Sample], noise_levels: float) -> str:
    """Whether photographs on a wall stay in their place, before a camera with noise (`motion.STAYS_CHANGE`)."""
    rng, n_looked, n_stayed = np.random.default_rng(0), 0, 0
    for each in samples:
        motion = FaceMotion()
        for i in range(12):
            noise = rng.normal(0, noise_levels, each.rgb.shape)
            rgb = np.clip(each.rgb + noise, 0, 255).astype(np.uint8)
            motion.measure(0, i * 0.2, rgb, each.faces.boxes_xyxy[0], upright(rgb, each.faces.points_xy[0]))
        n_looked, n_stayed = n_looked + motion.n_looked[0], n_stayed + motion.n_stayed[0]
    return f"noise of {noise_levels:.0f} levels: {n_stayed} of {n_looked} moments below {STAYS_CHANGE}"


def living_places(detector: Detector, clips: Sequence[Path]) -> str:
    """How often the place of a living face counts as one that stays."""
    n_looked = n_stayed = 0
    for clip in clips:
        motion = FaceMotion()
        for frame in FrameStream(clip, probe(clip), sample_fps=5):
            faces = detector.detect(frame.rgb, LEAST_FACE)
            if len(faces):
                face = upright(frame.rgb, faces.points_xy[0])
                motion.measure(0, frame.time_s, frame.rgb, faces.boxes_xyxy[0], face)
        n_looked, n_stayed = n_looked + motion.n_looked[0], n_stayed + motion.n_stayed[0]
    return f"living faces: {n_stayed} of {n_looked} moments below {STAYS_CHANGE}"


def glare(networks: Networks, samples: Sequence[Sample]) -> Iterator[str]:
    """What a reflected lamp on the face, as wide as a share of it, leaves of finding and reading it."""
    for width in (0.15, 0.3, 0.5):
        ok, same, n_found = [], [], 0
        for each in samples:
            rgb = _with_lamp(each.rgb, each.faces.boxes_xyxy[0], width, _LAMP_AT)
            faces = networks.detector.detect(rgb, LEAST_FACE)
            if len(faces):
                n_found += 1
                ok.append(not reasons_of(rgb, faces)[0])
                same.append(networks.emotion(_crop(rgb, faces)) == networks.emotion(_crop(each.rgb, each.faces)))
        yield f"{width}: found {n_found} of {len(samples)}, quality ok {_mean(ok)}, emotion as without {_mean(same)}"


def glare_by_share(networks: Networks, samples: Sequence[Sample]) -> Iterator[str]:
    """How often the emotion stays, in the box of the face without the lamp, by the share of white pixels in it."""
    pairs = [(each, width, at_xy) for each in samples for width in (0.06, 0.1, 0.14) for at_xy in _LAMPS_AT]
    shares, same = np.empty(len(pairs)), np.empty(len(pairs), bool)
    for row, (each, width, at_xy) in enumerate(pairs):
        crop = _crop(_with_lamp(each.rgb, each.faces.boxes_xyxy[0], width, at_xy), each.faces)
        shares[row] = (crop.max(axis=2) >= _WHITE).mean()
        same[row] = networks.emotion(crop) == networks.emotion(_crop(each.rgb, each.faces))
    for low, high in pairwise((0.0, 0.05, 0.1, 0.2, 0.5)):
        is_between = (shares >= low) & (shares < high)
        yield f"white {low:.0%} to {high:.0%}, {is_between.sum()} faces: emotion as without {_mean(same[is_between])}"


def _crop(rgb: Rgb, faces: Detections) -> Rgb:
    return upright_crop(rgb, faces.boxes_xyxy[0].tolist(), head_turn(faces.points_xy[0]).roll)


def _with_lamp(rgb: Rgb, box_xyxy: npt.NDArray[np.float32], width: float, at_xy: tuple[float, float]) -> Rgb:
    rows, columns = np.mgrid[: rgb.shape[0], : rgb.shape[1]]
    sides = box_xyxy[2:] - box_xyxy[:2]
    x, y = box_xyxy[:2] + np.array(at_xy) * sides
    light = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * (width * float(max(sides))) ** 2))
    return np.asarray(np.clip(rgb + 255 * light[..., None], 0, 255), dtype=np.uint8)


def _turned(rgb: Rgb, angle_deg: float) -> Rgb:
    picture = Image.fromarray(rgb)
    return np.asarray(picture.rotate(-angle_deg, Image.Resampling.BILINEAR, expand=True, fillcolor=_GREY))


def _mean(values: Sequence[bool] | npt.NDArray[np.bool_]) -> str:
    return f"{np.mean(values):.0%}" if len(values) else "none"


@dataclass(frozen=True)
class _Inputs:
    """What a section may use."""

    networks: Networks
    sources: Sources
    samples: Callable[[], list[Sample]]
    """The pictures with a face; looked for at the first call, and the same ones after that."""


def _covered(inputs: _Inputs) -> Iterator[str]:
    networks, sources = inputs.networks, inputs.sources
    return covered(networks.detector, networks.expressions, sources.clips, sources.faces, sources.masks)


SECTIONS: dict[str, Callable[[_Inputs], Iterator[str]]] = {
    "Leaning": lambda inputs: leaning(inputs.networks, inputs.samples()),
    "Turned": lambda inputs: sure(inputs.networks, inputs.samples()),
    "Cut by the edge": lambda inputs: edges(inputs.networks, inputs.samples()),
    "Photographs on the wall": lambda inputs: (places(inputs.samples(), noise_levels) for noise_levels in (0, 3, 6)),
    "People in their places": lambda inputs: iter([living_places(inputs.networks.detector, inputs.sources.clips)]),
    "Doubles and screens": lambda inputs: doubles(inputs.networks.detector, inputs.sources.clips),
    "Frames around faces": lambda inputs: framed_faces(inputs.networks.detector, inputs.sources.clips),
    "Films filmed from screens": lambda inputs: refilmed_faces(inputs.networks.detector, inputs.sources.clips),
    "Covered mouths": _covered,
    "Glare in the same box": lambda inputs: glare_by_share(inputs.networks, inputs.samples()),
    "Glare": lambda inputs: glare(inputs.networks, inputs.samples()),
}


def lines(networks: Networks, sources: Sources, only: str | None) -> Iterator[str]:
    """All sections, or only one, a line each."""
    samples = cache(lambda: pictures_of(networks.detector, sources.clips, sources.faces))
    for title, section in SECTIONS.items():
        if only in (None, title):
            for line in section(_Inputs(networks, sources, samples)):
                yield f"{title}: {line}"
