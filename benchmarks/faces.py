"""The face half of an analysis, timed: from the file to the readings, through the project's own calls."""

import resource
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emoclassify.faces.cuts import CutFinder
from emoclassify.faces.detections import Array, Detections, overlaps
from emoclassify.faces.detectors import Detector
from emoclassify.faces.expressions import ExpressionModel, crop_face
from emoclassify.faces.read import FacesRead, read_faces
from emoclassify.faces.reading import FaceReading
from emoclassify.faces.schedule import FaceFinder
from emoclassify.labels import Scores
from emoclassify.media.nouns import Frame, MediaInfo
from emoclassify.media.read import FrameStream, probe
from emoclassify.model_kinds import EXPRESSION_MODEL, FACE_DETECTOR
from emoclassify.networks.runtime import Place, set_threads
from emoclassify.prefetch import prefetch
from emoclassify.settings import Options

Picture = npt.NDArray[np.uint8]

_FRAMES_AHEAD = 4
_SAME_FACE = 0.5  # intersection over union
_NEVER = 10**12


@dataclass(frozen=True)
class Measured:
    """What one recording took."""

    info: MediaInfo
    read: FacesRead
    total_s: float
    stages_s: dict[str, float]
    """Seconds of search and refine; the rest is tracks, looks, quality and waiting. Decode and classify run beside."""
    calls: dict[str, int]
    decode_alone_s: float
    """To decode every frame of the file and hand out none."""
    peak_mb: int
    """Of the process until here, with its imports and networks."""


@dataclass(frozen=True)
class Naive:
    """The same work a frame at a time, and how far the results agree."""

    total_s: float
    boxes: Array
    """float32 (n, 4): the faces it found."""
    overlaps: Array
    """float32 (n,): of each with the nearest box that the project's search finds."""
    scores: Scores
    """float32 (m, 7): of those that the project gave to a person."""
    ours: Scores
    """float32 (m, 7): the project's."""


class Bench:
    """The networks, loaded once, and what is asked of them."""

    def __init__(self, options: Options, place: Place) -> None:
        self.options = options
        self.detector = FACE_DETECTOR.open(options, place)
        self.expressions = EXPRESSION_MODEL.open(options, place)

    def measure(self, path: Path) -> Measured:
        """Times one recording; the networks are warm."""
        info, stages = probe(path), _Stages()
        detector = _TimedDetector(self.detector, stages)
        set_threads(1)
        if (first := next(iter(self._stream(path, info)), None)) is not None:
            found = self.detector.detect(first.rgb, self.options.min_face)
            self.detector.refine(first.rgb, found.boxes_xyxy)
            self.expressions.predict([first.rgb])
        started = time.perf_counter()
        read = read_faces(
            prefetch(stages.each("decode", self._stream(path, info)), _FRAMES_AHEAD),
            detector,
            _TimedExpressions(self.expressions, stages),
            which=self.options.faces,
            min_face=self.options.min_face,
        )
        total_s = time.perf_counter() - started
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        started = time.perf_counter()
        for _ in FrameStream(path, info, every=_NEVER):
            pass
        alone_s = time.perf_counter() - started
        return Measured(info, read, total_s, dict(stages.seconds), dict(stages.calls), alone_s, peak_mb)

    def naive(self, path: Path, measured: Measured) -> Naive:
        """Full-size MTCNN of facenet-pytorch, one frame a call; one face a call of the classifier; torch in 32 bits.

        One thread: two of them wait for each other wherever something else runs, and would flatter the project.
        """
        from facenet_pytorch import MTCNN

        classifier = EXPRESSION_MODEL.open(self.options, Place())
        mtcnn = MTCNN(keep_all=True).eval()
        set_threads(1)
        by_frame: dict[int, list[FaceReading]] = {}
        for reading in measured.read.readings:
            by_frame.setdefault(reading.frame, []).append(reading)
        finder, cuts = FaceFinder(self.detector, self.options.min_face), CutFinder()
        total_s, boxes, best, scores, ours = 0.0, [], [], [], []
        stream = iter(self._stream(path, measured.info))
        while True:
            started = time.perf_counter()
            if (frame := next(stream, None)) is None:
                break
            mtcnn.min_face_size = max(20, round(self.options.min_face * min(frame.rgb.shape[:2])))
            found = _boxes(mtcnn.detect(frame.rgb)[0])
            said = [classifier.predict([crop_face(frame.rgb, box.tolist())])[0] for box in found]
            total_s += time.perf_counter() - started
            boxes.append(found)
            best.append(_best(found, finder.find(frame, cut=cuts.is_cut(frame.rgb)).boxes_xyxy))
            readings = by_frame.get(frame.index, [])
            shared = overlaps(found, np.array([reading.box_xyxy for reading in readings], np.float32).reshape(-1, 4))
            for row, score in zip(shared, said, strict=True):
                if len(row) and row.max() > _SAME_FACE:
                    scores.append(score)
                    ours.append(readings[int(row.argmax())].scores)
        return Naive(
            total_s,
            np.concatenate([*boxes, np.empty((0, 4), np.float32)]),
            np.concatenate([*best, np.empty(0, np.float32)]),
            np.array(scores, np.float32).reshape(-1, 7),
            np.array(ours, np.float32).reshape(-1, 7),
        )

    def _stream(self, path: Path, info: MediaInfo) -> FrameStream:
        return FrameStream(path, info, sample_fps=self.options.sample_fps, every=self.options.every)


def lines(path: Path, found: Measured) -> Iterator[str]:
    """The figures of one recording, to be read."""
    frames, faces, end_s = len(found.read.frames), len(found.read.readings), found.info.duration_s or 0.0
    video = found.info.video
    size = f"{video.width_px}x{video.height_px}, " if video else ""
    yield f"{path.name}: {size}{end_s:.1f} s, {frames} frames looked at, {faces} faces"
    yield (
        f"  {found.total_s:.2f} s: {frames / found.total_s:.1f} frames/s, {faces / found.total_s:.1f} faces/s, "
        f"{end_s / found.total_s:.1f} times real time, {found.total_s / found.decode_alone_s:.1f} times decoding alone "
        f"({found.decode_alone_s:.2f} s); peak {found.peak_mb} MB"
    )
    shown = {
        stage: f"{stage} {found.stages_s.get(stage, 0.0):.2f} s ({found.calls.get(stage, 0)} calls)"
        for stage in ("search", "refine", "decode", "classify")
    }
    rest_s = found.total_s - sum(found.stages_s.get(stage, 0.0) for stage in ("search", "refine"))
    yield f"  {shown['search']}, {shown['refine']}, the rest and waiting {rest_s:.2f} s"
    yield f"  in threads beside: {shown['decode']}, {shown['classify']}"


def naive_lines(found: Measured, naive: Naive) -> Iterator[str]:
    """How the naive version compares, to be read."""
    yield f"  a frame at a time: {naive.total_s:.2f} s, {naive.total_s / found.total_s:.1f} times as long"
    if len(naive.overlaps):
        share, median = 100 * float((naive.overlaps > _SAME_FACE).mean()), np.median(naive.overlaps)
        yield f"  of its {len(naive.overlaps)} faces {share:.1f} % are found, median overlap {median:.3f}"
    if len(naive.scores):
        same = 100 * float((naive.scores.argmax(axis=1) == naive.ours.argmax(axis=1)).mean())
        apart = np.abs(naive.scores - naive.ours).max(axis=1)
        yield (
            f"  of {len(naive.scores)} faces in both {same:.1f} % have the same top emotion; largest difference of a "
            f"score, from other boxes too: median {np.median(apart):.3f}, at most {apart.max():.3f}"
        )


class _Stages:
    """Seconds and calls by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.calls: Counter[str] = Counter()
        self._running: Counter[str] = Counter()
        self._started: dict[str, float] = {}
        self._lock = threading.Lock()

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Counts a call, and the time in which one is running: two threads at once count once."""
        with self._lock:
            if not self._running[stage]:
                self._started[stage] = time.perf_counter()
            self._running[stage] += 1
        yield
        with self._lock:
            self._running[stage] -= 1
            if not self._running[stage]:
                took_s = time.perf_counter() - self._started[stage]
                self.seconds[stage] = self.seconds.get(stage, 0.0) + took_s
            self.calls[stage] += 1

    def each(self, stage: str, frames: FrameStream) -> Iterator[Frame]:
        iterator = iter(frames)
        while True:
            with self.timed(stage):
                frame = next(iterator, None)
            if frame is None:
                return
            yield frame


class _TimedDetector:
    def __init__(self, detector: Detector, stages: _Stages) -> None:
        self._detector, self._stages = detector, stages

    def detect(self, rgb: Picture, min_face: float) -> Detections:
        with self._stages.timed("search"):
            return self._detector.detect(rgb, min_face)

    def refine(self, rgb: Picture, boxes_xyxy: Array) -> Detections:
        with self._stages.timed("refine"):
            return self._detector.refine(rgb, boxes_xyxy)


class _TimedExpressions:
    def __init__(self, expressions: ExpressionModel, stages: _Stages) -> None:
        self._expressions, self._stages, self.at_once = expressions, stages, expressions.at_once

    def predict(self, crops: list[Picture]) -> Scores:
        with self._stages.timed("classify"):
            return self._expressions.predict(crops)


def _boxes(found: object) -> Array:
    """What facenet-pytorch hands out, object arrays or None, as float32 (n, 4)."""
    if found is None:
        return np.empty((0, 4), np.float32)
    return np.stack(list(found)).astype(np.float32)  # type: ignore[call-overload]


def _best(boxes: Array, others: Array) -> Array:
    """The largest overlap of each box with any of the others, float32 (n,)."""
    if not len(others):
        return np.zeros(len(boxes), np.float32)
    return np.asarray(overlaps(boxes, others).max(axis=1, initial=0.0), dtype=np.float32)
