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

from emoclassify.faces.cuts import CutFinder
from emoclassify.faces.detections import Array, Detections, overlaps
from emoclassify.faces.detectors import Detector
from emoclassify.faces.expressions import ExpressionModel, crop_face
from emoclassify.faces.read import FacesRead, read_faces
from emoclassify.faces.reading import FaceReading
from emoclassify.faces.schedule import FaceFinder
from emoclassify.labels import Scores
from emoclassify.media.container import ReadCounts
from emoclassify.media.nouns import Frame, MediaInfo, Rgb
from emoclassify.media.read import FrameStream, decoded_frames, probe
from emoclassify.model_kinds import EXPRESSION_MODEL, FACE_DETECTOR
from emoclassify.networks.runtime import Place, set_threads
from emoclassify.prefetch import prefetch
from emoclassify.settings import Options

_FRAMES_AHEAD = 4
_SAME_FACE = 0.5  # intersection over union


@dataclass(frozen=True)
class FaceTimings:
    """How long one recording took."""

    info: MediaInfo
    faces: FacesRead
    total_s: float
    stages_s: dict[str, float]
    """Seconds of search and refine; the rest is tracks, looks, quality and waiting. Decode and classify run in other
    threads."""
    calls: dict[str, int]
    decode_alone_s: float
    """To decode every frame of the file and convert none."""
    peak_mb: int
    """Largest memory of the process so far, with its imports and networks."""


@dataclass(frozen=True)
class Naive:
    """The same work a frame at a time, and how far the results agree."""

    total_s: float
    boxes: Array
    """float32 (n, 4), pixels: the faces it found."""
    overlaps: Array
    """float32 (n,): the overlap of each with the nearest box that the project's search finds, 0..1."""
    scores: Scores
    """float32 (m, 7): the scores of those that the project assigned to a person."""
    ours: Scores
    """float32 (m, 7): the project's scores of the same faces."""


class Bench:
    """The networks, loaded once, with the options of the measurement."""

    def __init__(self, options: Options, place: Place) -> None:
        self.options = options
        self.detector = FACE_DETECTOR.open(options, place)
        self.expressions = EXPRESSION_MODEL.open(options, place)

    def measure(self, path: Path) -> FaceTimings:
        """Times one recording; the networks are warm."""
        info, stages = probe(path), _Stages()
        detector = _TimedDetector(self.detector, stages)
        set_threads(1)
        if (first := next(iter(self._stream(path, info)), None)) is not None:
            detections = self.detector.detect(first.rgb, self.options.min_face)
            self.detector.refine(first.rgb, detections.boxes_xyxy)
            self.expressions.predict([first.rgb])
        started = time.perf_counter()
        faces = read_faces(
            prefetch(stages.each("decode", self._stream(path, info)), _FRAMES_AHEAD),
            detector,
            _TimedExpressions(self.expressions, stages),
            which=self.options.faces,
            min_face=self.options.min_face,
        )
        total_s = time.perf_counter() - started
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        started = time.perf_counter()
        for _ in decoded_frames(path, info, ReadCounts()):
            pass
        decode_alone_s = time.perf_counter() - started
        return FaceTimings(info, faces, total_s, dict(stages.seconds), dict(stages.calls), decode_alone_s, peak_mb)

    def naive(self, path: Path, timings: FaceTimings) -> Naive:
        """Times full-size MTCNN of facenet-pytorch and the classifier, one frame and one face a call, in 32-bit torch.

        With one thread: two would wait for each other on a busy machine, and make the project look faster.
        """
        from facenet_pytorch import MTCNN

        classifier = EXPRESSION_MODEL.open(self.options, Place())
        mtcnn = MTCNN(keep_all=True).eval()
        set_threads(1)
        by_frame: dict[int, list[FaceReading]] = {}
        for reading in timings.faces.readings:
            by_frame.setdefault(reading.frame, []).append(reading)
        finder, cuts = FaceFinder(self.detector, self.options.min_face), CutFinder()
        total_s, boxes, best, scores, ours = 0.0, [], [], [], []
        stream = iter(self._stream(path, timings.info))
        while True:
            started = time.perf_counter()
            if (frame := next(stream, None)) is None:
                break
            mtcnn.min_face_size = max(20, round(self.options.min_face * min(frame.rgb.shape[:2])))
            frame_boxes = _boxes(mtcnn.detect(frame.rgb)[0])
            frame_scores = [classifier.predict([crop_face(frame.rgb, box.tolist())])[0] for box in frame_boxes]
            total_s += time.perf_counter() - started
            boxes.append(frame_boxes)
            best.append(_best(frame_boxes, finder.find(frame, cut=cuts.is_cut(frame.rgb)).boxes_xyxy))
            readings = by_frame.get(frame.index, [])
            our_boxes = np.array([reading.box_xyxy for reading in readings], np.float32).reshape(-1, 4)
            shared = overlaps(frame_boxes, our_boxes)
            for row, score in zip(shared, frame_scores, strict=True):
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


def lines(path: Path, timings: FaceTimings) -> Iterator[str]:
    """The figures of one recording, to be printed."""
    n_frames, n_faces, end_s = len(timings.faces.frames), len(timings.faces.readings), timings.info.duration_s or 0.0
    total_s, video = timings.total_s, timings.info.video
    size = f"{video.width_px}x{video.height_px}, " if video else ""
    yield f"{path.name}: {size}{end_s:.1f} s, {n_frames} frames looked at, {n_faces} faces"
    yield (
        f"  {total_s:.2f} s: {n_frames / total_s:.1f} frames/s, {n_faces / total_s:.1f} faces/s, "
        f"{end_s / total_s:.1f} times real time, {total_s / timings.decode_alone_s:.1f} times decoding alone "
        f"({timings.decode_alone_s:.2f} s); peak {timings.peak_mb} MB"
    )
    stage_texts = {
        stage: f"{stage} {timings.stages_s.get(stage, 0.0):.2f} s ({timings.calls.get(stage, 0)} calls)"
        for stage in ("search", "refine", "decode", "classify")
    }
    rest_s = total_s - sum(timings.stages_s.get(stage, 0.0) for stage in ("search", "refine"))
    yield f"  {stage_texts['search']}, {stage_texts['refine']}, the rest and waiting {rest_s:.2f} s"
    yield f"  in threads beside: {stage_texts['decode']}, {stage_texts['classify']}"


def naive_lines(timings: FaceTimings, naive: Naive) -> Iterator[str]:
    """The comparison with the naive version, to be printed."""
    yield f"  a frame at a time: {naive.total_s:.2f} s, {naive.total_s / timings.total_s:.1f} times as long"
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
        """Counts a call and the time while at least one runs: two threads at once count once."""
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

    def detect(self, rgb: Rgb, min_face: float) -> Detections:
        with self._stages.timed("search"):
            return self._detector.detect(rgb, min_face)

    def refine(self, rgb: Rgb, boxes_xyxy: Array) -> Detections:
        with self._stages.timed("refine"):
            return self._detector.refine(rgb, boxes_xyxy)


class _TimedExpressions:
    def __init__(self, expressions: ExpressionModel, stages: _Stages) -> None:
        self._expressions, self._stages, self.at_once = expressions, stages, expressions.at_once

    def predict(self, crops: list[Rgb]) -> Scores:
        with self._stages.timed("classify"):
            return self._expressions.predict(crops)


def _boxes(boxes: object) -> Array:
    """The boxes of facenet-pytorch, object arrays or None, as float32 (n, 4)."""
    if boxes is None:
        return np.empty((0, 4), np.float32)
    return np.stack(list(boxes)).astype(np.float32)  # type: ignore[call-overload]


def _best(boxes: Array, others: Array) -> Array:
    """The largest overlap of each box with any of the others, float32 (n,)."""
    if not len(others):
        return np.zeros(len(boxes), np.float32)
    return np.asarray(overlaps(boxes, others).max(axis=1, initial=0.0), dtype=np.float32)
