"""What is kept of single pictures of a camera, where no recording is: readings, and an analysis made of them.

A respondent's page sends pictures; each is read and forgotten. Its readings come back as lines of JSON with the time of
each picture, and are all that there is.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import isfinite
from typing import Any

import numpy as np

from emoclassify.analysis import Analysis, Counts
from emoclassify.analysis_parts import face_from_dict, face_to_dict
from emoclassify.errors import MediaError
from emoclassify.faces.quality import REASONS
from emoclassify.faces.reading import FaceReading, FrameTime
from emoclassify.media.nouns import Source, VideoInfo
from emoclassify.model_kinds import EXPRESSION_MODEL, FACE_DETECTOR
from emoclassify.networks.nouns import ModelUsed
from emoclassify.settings import Options
from emoclassify.timeline import Times
from emoclassify.words.messages import Message

CONTAINER = "scores"
"""In the place of a file's format."""

RUNTIME = "picture by picture"
"""In the place of what ran a model: the server that read the pictures knows it."""

MOST_LINES = 200_000
"""Of one person: eleven hours, five a second."""

STANDS_FOR_S = 1.0
"""A picture tells of no longer, where the page waits for answers in the place of sending the next one."""

_MOST_UNREAD = 600  # moments of one pause, however long somebody says that it is
_LARGEST_PX = 4096
_SUM_ERROR = 0.01  # scores are rounded when they are sent
_LONGEST_S = 1e6


@dataclass(frozen=True)
class PictureReading:
    """What one picture shows.

    Attributes:
        size_wh: of the picture, pixels.
        brightness: mean of the whole picture, 0..255.
        face: of the largest face, at time 0; None where there is none.
        time_s: when it was taken, seconds since the page began; 0 before the page adds it.
        waited_s: how long the page has waited for answers since the picture before; 0 before the page adds it.
    """

    size_wh: tuple[int, int]
    brightness: float
    face: FaceReading | None
    time_s: float = 0.0
    waited_s: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it, without what the page adds."""
        face = None if self.face is None else face_to_dict(self.face)
        return {"size_wh": list(self.size_wh), "brightness": round(self.brightness, 2), "face": face}

    @classmethod
    def from_dict(cls, content: Any) -> "PictureReading":
        """From what somebody else sent, which may be anything.

        Raises:
            ValueError: it is no reading.
        """
        try:
            width_px, height_px = (int(side) for side in content["size_wh"])
            time_s, waited_s = (float(content.get(name, 0.0)) for name in ("time_s", "waited_s"))
            brightness = float(content["brightness"])
            face = None if content["face"] is None else face_from_dict(content["face"])
        except (AttributeError, LookupError, TypeError, OverflowError, ValueError) as exc:
            raise ValueError("no reading") from exc
        is_size = 0 < width_px <= _LARGEST_PX and 0 < height_px <= _LARGEST_PX
        are_times = 0 <= time_s < _LONGEST_S and 0 <= waited_s < _LONGEST_S
        if not (is_size and are_times and 0 <= brightness <= 255 and (face is None or _is_sound(face))):
            raise ValueError("no reading")
        return cls((width_px, height_px), brightness, face, time_s, waited_s)


def _is_sound(face: FaceReading) -> bool:
    """Whether all figures of a face are ones that a reading has."""
    figures = [*face.box_xyxy, face.detector_confidence, face.turn.yaw, face.turn.pitch, face.turn.roll]
    are_finite = all(isinstance(figure, int | float) and isfinite(figure) for figure in figures)
    are_scores = bool((face.scores >= 0).all()) and abs(float(face.scores.sum()) - 1) <= _SUM_ERROR
    return are_finite and are_scores and face.quality_reason in ("", *REASONS)


def readings_in(lines: bytes) -> list[PictureReading]:
    """The readings in lines of JSON, in order of time.

    Raises:
        MediaError: one of them is none, or they are too many, or not in order.
    """
    try:
        readings = [PictureReading.from_dict(_strict(line)) for line in lines.splitlines()]
    except (ValueError, RecursionError) as exc:
        raise MediaError("scores_damaged") from exc
    times_s = [reading.time_s for reading in readings]
    if not readings or len(readings) > MOST_LINES or (np.diff(times_s) <= 0).any():
        raise MediaError("scores_damaged")
    return readings


def _strict(line: bytes) -> Any:
    """JSON without the figures that are none."""

    def refuse(word: str) -> Any:
        raise ValueError(word)

    return json.loads(line, parse_constant=refuse)


def analysis_of(
    readings: Sequence[PictureReading], options: Options, analyzed_at: datetime, *, name: str, sha256: str, n_bytes: int
) -> Analysis:
    """The analysis of somebody whose pictures were read one by one.

    Args:
        readings: in order of time, at least one.
        options: of the analysis; what needs a recording is left out.
        analyzed_at: when it is made, in UTC.
        name: of the person's readings, to be shown.
        sha256: of their lines.
        n_bytes: of their lines.

    Raises:
        ModelError: a model that read them is missing.
    """
    times_s = [reading.time_s for reading in readings]
    step_s = float(np.median(np.diff(times_s))) if len(times_s) > 1 else 0.0
    end_s = times_s[-1] + min(step_s, STANDS_FOR_S)
    width_px, height_px = readings[0].size_wh
    video = VideoInfo(0, "jpeg", width_px, height_px, 0, False, 1.0, 1 / step_s if step_s else None, times_s[0])
    frames, faces = _moments(readings)
    return Analysis(
        source=Source(name, sha256, CONTAINER, n_bytes, end_s, video, None, False, ()),
        options=without_recording(options),
        models=_models(options),
        end_s=end_s,
        picture_end_s=end_s,
        frames=tuple(frames),
        faces=tuple(faces),
        voice=None,
        segments=(),
        counts=_counts(readings, faces),
        timings_s={},
        warnings=(Message("scores_only"),),
        analyzed_at=analyzed_at.isoformat(timespec="seconds"),
    )


def _moments(readings: Sequence[PictureReading]) -> tuple[list[FrameTime], list[FaceReading]]:
    """The pictures that were read and, in pauses in which the page waited for answers, moments that nobody read; and
    the faces in the former."""
    frames: list[FrameTime] = []
    faces: list[FaceReading] = []
    for i, one in enumerate(readings):
        for time_s in _unread_s(readings[i - 1], one) if i else ():
            frames.append(FrameTime(len(frames), float(time_s), unread=True))
        if one.face is not None:
            faces.append(replace(one.face, frame=len(frames), time_s=one.time_s, person=1))
        frames.append(FrameTime(len(frames), one.time_s, brightness=one.brightness))
    return frames, faces


def _unread_s(before: PictureReading, after: PictureReading) -> Times:
    """Moments between two pictures of which the first tells nothing any more, because the page waited for answers; none
    where the camera gave no picture, or stood."""
    pause_s = after.time_s - before.time_s
    if after.waited_s < pause_s / 2:
        return np.zeros(0)
    step_s = max(STANDS_FOR_S, pause_s / _MOST_UNREAD)
    return np.arange(before.time_s + STANDS_FOR_S, after.time_s, step_s)


def without_recording(options: Options) -> Options:
    """The options without those that need a recording or its sound, and without an area: a camera's pictures are read
    whole."""
    silent = replace(options, annotate=False, anonymize=False, double_check=False, echo_mean=False, area="")
    return replace(silent, transcribe=False, transcribe_focus=False, roles="")


def _models(options: Options) -> tuple[ModelUsed, ...]:
    infos = [kind.describe(options) for kind in (FACE_DETECTOR, EXPRESSION_MODEL)]
    return tuple(ModelUsed.from_dict({**info.to_dict(), "runtime": RUNTIME}) for info in infos)


def _counts(readings: Sequence[PictureReading], faces: Iterable[FaceReading]) -> Counts:
    has_face = [one.face is not None for one in readings]
    return Counts(
        decoded=len(readings),
        sampled=len(readings),
        with_face=sum(has_face),
        faces=sum(has_face),
        doubtful=sum(not face.quality_ok for face in faces),
        unconfirmed=0,
        persons=int(any(has_face)),
        gaps=sum(not here and (i == 0 or has_face[i - 1]) for i, here in enumerate(has_face)),
        speech_stretches=0,
        voice_windows=0,
    )
