"""Analysis: everything found in one recording. A pure value: `to_dict` and `from_dict` are its only doors."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from emoclassify import __version__
from emoclassify.crosscheck import EQUAL, VERDICTS, Agreement, Summary, Weights, summarize
from emoclassify.errors import ResultError
from emoclassify.faces.reading import FaceReading, FrameTime, HeadTurn, OtherFace
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.means import FaceMean, Means, face_mean, means
from emoclassify.timeline import Bins, Span, Timeline
from emoclassify.voice.reading import VoiceRead, VoiceReading

SCHEMA = 2
"""Counts the changes of analysis.json that a reader would notice."""

SERIES_BIN_S = 0.5
_HEARD_EVERY_S = 0.02

_DIGITS = 6


@dataclass(frozen=True)
class Analysis:
    """Everything found in one recording.

    Attributes:
        source: what was read of the file: name, sha256, size, container, duration_s, still, video, audio, notes.
        options: what was asked.
        models: what was used, each with its sha256 and licence.
        end_s: where the recording ends, as read.
        picture_end_s: where its picture ends; 0 where there is none.
        frames: every sampled frame; empty where there is no picture.
        faces: every face read in them.
        voice: what was heard; None where the voice was not read.
        segments: voice and face side by side, one a stretch of speech.
        counts: what was counted on the way.
        timings_s: seconds by stage.
        warnings: what a reader should know before trusting the figures.
        others: the faces found that are not among `faces`, so that they can be covered.
        analyzed_at: when, ISO 8601 in UTC; empty where it is not known.
        weights: how much each model counts in a joint score.
        version: of the program that made it.
    """

    source: dict[str, Any]
    options: dict[str, Any]
    models: tuple[dict[str, Any], ...]
    end_s: float
    picture_end_s: float
    frames: tuple[FrameTime, ...]
    faces: tuple[FaceReading, ...]
    voice: VoiceRead | None
    segments: tuple[Agreement, ...]
    counts: dict[str, int]
    timings_s: dict[str, float]
    warnings: tuple[str, ...]
    others: tuple[OtherFace, ...] = ()
    analyzed_at: str = ""
    weights: Weights = EQUAL
    version: str = __version__

    @cached_property
    def persons(self) -> tuple[int, ...]:
        """The persons seen, from 1."""
        return tuple(sorted({reading.person for reading in self.faces}))

    @cached_property
    def crosscheck(self) -> Summary | None:
        """Face against voice over the whole recording; None where it was not asked for, or the voice not read."""
        return summarize(self.segments) if self.voice and self.options.get("double_check") else None

    @cached_property
    def means(self) -> Means:
        """The mean emotion of each face, of the voice and of both."""
        found = (face_mean(person, self.timeline(person), self.picture_end_s) for person in self.persons)
        faces = tuple(mean for mean in found if mean)
        return means(faces, self.voice.mean if self.voice else None, self.end_s, self.weights)

    def timeline(self, person: int) -> Timeline:
        """One person's scores at every sampled frame; a frame without a good reading of that person is a gap."""
        place = {sampled.frame: i for i, sampled in enumerate(self.frames)}
        scores = np.full((len(self.frames), len(EMOTIONS)), np.nan, dtype=np.float32)
        for reading in self.faces:
            if reading.person == person and reading.quality_ok:
                scores[place[reading.frame]] = reading.scores
        return Timeline(np.array([sampled.time_s for sampled in self.frames], dtype=np.float64), scores)

    @property
    def n_faces(self) -> npt.NDArray[np.int64]:
        """All faces found in each sampled frame, int64 (n,), whoever they are."""
        found = Counter([face.frame for face in self.faces] + [other.frame for other in self.others])
        return np.array([found[sampled.frame] for sampled in self.frames], dtype=np.int64)

    def series(self, person: int) -> Bins:
        """One person's timeline on the grid of series.csv."""
        return self.timeline(person).bins(SERIES_BIN_S, self.picture_end_s)

    def heard_series(self, bin_s: float = SERIES_BIN_S) -> Bins:
        """What was heard, on the same grid, or on a coarser one; silence is a gap.

        A bin has the mean of the windows over the moments in it that someone speaks in, and tells their share.
        """
        windows = self.voice.windows if self.voice else ()
        moments_s = np.arange(_HEARD_EVERY_S / 2, max(self.end_s, SERIES_BIN_S), _HEARD_EVERY_S)
        sums, n_over = np.zeros((len(moments_s), len(EMOTIONS))), np.zeros(len(moments_s))
        for window in windows:
            first, last = np.searchsorted(moments_s, (window.span.start_s, window.span.end_s))
            sums[first:last] += window.scores
            n_over[first:last] += 1
        with np.errstate(invalid="ignore"):
            scores = (sums / n_over[:, None]).astype(np.float32)
        return Timeline(moments_s, scores).bins(bin_s, self.end_s)

    def to_dict(self) -> dict[str, Any]:
        """The content of analysis.json: strict JSON, numbers or null, never NaN."""
        return {
            "schema": SCHEMA,
            "program": {"name": "emoclassify", "version": self.version},
            "analyzed_at": self.analyzed_at,
            "source": self.source,
            "options": self.options,
            "models": list(self.models),
            "labels": list(EMOTIONS),
            "end_s": self.end_s,
            "picture_end_s": self.picture_end_s,
            "counts": self.counts,
            "timings_s": self.timings_s,
            "warnings": list(self.warnings),
            "frames": [{"frame": sampled.frame, "time_s": sampled.time_s} for sampled in self.frames],
            "faces": [_face_to_dict(reading) for reading in self.faces],
            "others": [{"frame": other.frame, "box_xyxy": _box_to_list(other.box_xyxy)} for other in self.others],
            "series": [
                _bin_to_dict(person, bins, i) for person, bins in self._all_series() for i in range(len(bins.n_valid))
            ],
            "voice": None if self.voice is None else [_voice_to_dict(window) for window in self.voice.windows],
            "weights": vars(self.weights),
            "echo_mean": _means_to_dict(self.means),
            "crosscheck": None if self.crosscheck is None else _summary_to_dict(self.crosscheck),
            "segments": None if self.voice is None else [_segment_to_dict(segment) for segment in self.segments],
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> "Analysis":
        """The Analysis that `to_dict` wrote.

        Raises:
            ResultError: written by another schema, or not an analysis at all.
        """
        if content.get("schema") != SCHEMA:
            raise ResultError(
                f"This analysis has schema {content.get('schema')}, this program reads {SCHEMA}; analyze again."
            )
        try:
            return cls._from_fields(content)
        except (KeyError, TypeError, ValueError) as exc:
            raise ResultError(f"The analysis is damaged ({exc!r}); analyze the recording again.") from exc

    @classmethod
    def _from_fields(cls, content: dict[str, Any]) -> "Analysis":
        segments = tuple(_segment_from_dict(item) for item in content["segments"] or ())
        windows = tuple(_voice_from_dict(item) for item in content["voice"] or ())
        heard = content["voice"] is not None
        return cls(
            source=content["source"],
            options=content["options"],
            models=tuple(content["models"]),
            end_s=content["end_s"],
            picture_end_s=content["picture_end_s"],
            frames=tuple(FrameTime(item["frame"], item["time_s"]) for item in content["frames"]),
            faces=tuple(_face_from_dict(item) for item in content["faces"]),
            voice=VoiceRead(windows, tuple(segment.voice for segment in segments)) if heard else None,
            segments=segments,
            counts=content["counts"],
            timings_s=content["timings_s"],
            warnings=tuple(content["warnings"]),
            others=tuple(OtherFace(item["frame"], _box_from_list(item["box_xyxy"])) for item in content["others"]),
            analyzed_at=content["analyzed_at"],
            weights=Weights(**content["weights"]),
            version=content["program"]["version"],
        )

    def _all_series(self) -> list[tuple[int, Bins]]:
        return [(person, self.series(person)) for person in self.persons]


def _rounded(value: float) -> float:
    return round(float(value), _DIGITS)


def _scores_to_list(scores: Scores) -> list[float]:
    return [_rounded(value) for value in scores]


def _scores_from_list(values: list[float]) -> Scores:
    if len(values) != len(EMOTIONS):
        raise ValueError(f"{len(values)} scores instead of {len(EMOTIONS)}")
    return np.array(values, dtype=np.float32)


def _box_to_list(box_xyxy: tuple[float, float, float, float]) -> list[float]:
    return [round(value, 2) for value in box_xyxy]


def _box_from_list(values: list[float]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = values
    return x0, y0, x1, y1


def _face_to_dict(reading: FaceReading) -> dict[str, Any]:
    return {
        "frame": reading.frame,
        "time_s": reading.time_s,
        "person": reading.person,
        "box_xyxy": _box_to_list(reading.box_xyxy),
        "detector_confidence": _rounded(reading.detector_confidence),
        "scores": _scores_to_list(reading.scores),
        "yaw": round(reading.turn.yaw, 2),
        "pitch": round(reading.turn.pitch, 2),
        "roll": round(reading.turn.roll, 2),
        "quality_ok": reading.quality_ok,
        "quality_reason": reading.quality_reason,
    }


def _face_from_dict(item: dict[str, Any]) -> FaceReading:
    return FaceReading(
        frame=item["frame"],
        time_s=item["time_s"],
        person=item["person"],
        box_xyxy=_box_from_list(item["box_xyxy"]),
        detector_confidence=item["detector_confidence"],
        scores=_scores_from_list(item["scores"]),
        turn=HeadTurn(item["yaw"], item["pitch"], item["roll"]),
        quality_reason=item["quality_reason"],
    )


def _bin_to_dict(person: int, bins: Bins, i: int) -> dict[str, Any]:
    gap = bins.n_valid[i] == 0
    return {
        "person": person,
        "t": float(bins.starts_s[i]),
        "n_frames": int(bins.n_samples[i]),
        "n_valid": int(bins.n_valid[i]),
        "coverage": None if bins.n_samples[i] == 0 else _rounded(bins.coverage[i]),
        "scores": None if gap else _scores_to_list(bins.scores[i]),
        "gap": bool(gap),
    }


def _voice_to_dict(reading: VoiceReading) -> dict[str, Any]:
    return {
        "start_s": _rounded(reading.span.start_s),
        "end_s": _rounded(reading.span.end_s),
        "scores": _scores_to_list(reading.scores),
        "confidence": _rounded(reading.confidence),
    }


def _voice_from_dict(item: dict[str, Any]) -> VoiceReading:
    return VoiceReading(Span(item["start_s"], item["end_s"]), _scores_from_list(item["scores"]))


def _means_to_dict(found: Means) -> dict[str, Any]:
    voice = found.voice
    heard = voice and {
        "speech_s": _rounded(voice.speech_s),
        "coverage": _rounded(found.voice_coverage),
        **_told(voice.scores, voice.dominant),
    }
    return {
        "faces": [_face_mean_to_dict(mean) for mean in found.faces],
        "voice": heard,
        "both": None if found.both is None else _told(found.both, EMOTIONS[int(found.both.argmax())]),
    }


def _face_mean_to_dict(mean: FaceMean) -> dict[str, Any]:
    return {
        "person": mean.person,
        "seen_s": _rounded(mean.seen_s),
        "coverage": _rounded(mean.coverage),
        **_told(mean.scores, mean.dominant),
    }


def _told(scores: Scores, dominant: str | None) -> dict[str, Any]:
    return {"scores": _scores_to_list(scores), "confidence": _rounded(scores.max()), "dominant": dominant}


def _summary_to_dict(found: Summary) -> dict[str, Any]:
    joint = found.joint_scores
    return {
        "seconds": {verdict: _rounded(found.seconds[verdict]) for verdict in VERDICTS},
        "shares": {verdict: _rounded(found.share(verdict)) for verdict in VERDICTS},
        "told": found.told,
        "kappa": None if found.kappa is None else _rounded(found.kappa),
        "joint": None if joint is None else {"seconds": _rounded(found.joint_s), **_told(joint, found.joint_dominant)},
    }


def _segment_to_dict(segment: Agreement) -> dict[str, Any]:
    return {
        **_voice_to_dict(segment.voice),
        "dominant": segment.voice.dominant,
        "person": segment.person,
        "face_scores": None if segment.face_scores is None else _scores_to_list(segment.face_scores),
        "face_coverage": None if segment.face_coverage is None else _rounded(segment.face_coverage),
        "face_dominant": segment.face_dominant,
        "agreement": None if segment.agreement is None else _rounded(segment.agreement),
        "same_sign": segment.same_sign,
        "joint_scores": None if segment.joint_scores is None else _scores_to_list(segment.joint_scores),
        "joint_dominant": segment.joint_dominant,
        "verdict": segment.verdict,
        "reason": segment.reason,
    }


def _segment_from_dict(item: dict[str, Any]) -> Agreement:
    face, joint = item["face_scores"], item["joint_scores"]
    return Agreement(
        voice=_voice_from_dict(item),
        person=item["person"],
        face_scores=None if face is None else _scores_from_list(face),
        face_coverage=item["face_coverage"],
        agreement=item["agreement"],
        joint_scores=None if joint is None else _scores_from_list(joint),
        verdict=item["verdict"],
        reason=item["reason"],
    )
