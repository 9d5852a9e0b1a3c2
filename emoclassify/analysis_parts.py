"""The parts of an analysis as plain JSON values, and back: numbers rounded as they are saved, null and never NaN."""

from dataclasses import asdict
from typing import Any

import numpy as np

from emoclassify.chance import BeyondChance
from emoclassify.crosscheck import Agreement, Summary
from emoclassify.faces.baseline import Baseline
from emoclassify.faces.reading import FaceReading, FrameTime, HeadTurn, OtherFace
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.means import FaceMean, Means
from emoclassify.media.nouns import AudioInfo, Source, VideoInfo
from emoclassify.timeline import Bins, Span
from emoclassify.verdicts import VERDICTS
from emoclassify.voice.reading import VoiceReading
from emoclassify.words.messages import Message

_DIGITS = 6


def source_to_dict(source: Source) -> dict[str, Any]:
    """What the headers of the recording say."""
    return {**asdict(source), "notes": [note.to_dict() for note in source.notes]}


def source_from_dict(content: dict[str, Any]) -> Source:
    """What `source_to_dict` gave."""
    video, audio = content["video"], content["audio"]
    streams = {"video": video and VideoInfo(**video), "audio": audio and AudioInfo(**audio)}
    return Source(**{**content, **streams, "notes": tuple(map(Message.from_dict, content["notes"]))})


def rounded(value: float) -> float:
    """A number with as many decimals as are saved."""
    return round(float(value), _DIGITS)


def scores_to_list(scores: Scores) -> list[float]:
    """float32 (7,) -> seven numbers."""
    return [rounded(value) for value in scores]


def scores_from_list(values: list[float]) -> Scores:
    """Seven numbers -> float32 (7,). Raises ValueError where they are not seven."""
    if len(values) != len(EMOTIONS):
        raise ValueError(f"{len(values)} scores instead of {len(EMOTIONS)}")
    return np.array(values, dtype=np.float32)


def box_to_list(box_xyxy: tuple[float, float, float, float]) -> list[float]:
    """A box in pixels with two decimals."""
    return [round(value, 2) for value in box_xyxy]


def box_from_list(values: list[float]) -> tuple[float, float, float, float]:
    """Four numbers -> left, top, right, bottom. Raises ValueError where they are not four."""
    x0, y0, x1, y1 = values
    return x0, y0, x1, y1


def frame_to_dict(sampled: FrameTime) -> dict[str, Any]:
    """One sampled frame; `cut` and `unread` only where they hold, and what was measured only where it was."""
    measured = {"brightness": sampled.brightness, "change": sampled.change}
    marks = {name: True for name in ("cut", "unread") if getattr(sampled, name)}
    return {"frame": sampled.frame, "time_s": sampled.time_s, **marks, **_measured(measured)}


def frame_from_dict(item: dict[str, Any]) -> FrameTime:
    """What `frame_to_dict` gave; older versions wrote frame and time alone."""
    return FrameTime(
        frame=item["frame"],
        time_s=item["time_s"],
        cut=item.get("cut", False),
        brightness=item.get("brightness"),
        change=item.get("change"),
        unread=item.get("unread", False),
    )


def other_to_dict(face: OtherFace) -> dict[str, Any]:
    """A face without a reading; its person only where that is known, and `outside` only where it is so."""
    more = ({"person": face.person} if face.person else {}) | ({"outside": True} if face.outside else {})
    return {"frame": face.frame, "box_xyxy": box_to_list(face.box_xyxy), **more}


def other_from_dict(item: dict[str, Any]) -> OtherFace:
    """What `other_to_dict` gave; older versions wrote no person."""
    return OtherFace(item["frame"], box_from_list(item["box_xyxy"]), item.get("person", 0), item.get("outside", False))


def baseline_to_dict(baseline: Baseline) -> dict[str, Any]:
    """One person's face at rest."""
    return {
        "person": baseline.person,
        "n_readings": baseline.n_readings,
        "is_neutral": baseline.is_neutral,
        "log_odds": scores_to_list(baseline.log_odds),
    }


def baseline_from_dict(item: dict[str, Any]) -> Baseline:
    """What `baseline_to_dict` gave."""
    return Baseline(item["person"], item["n_readings"], item["is_neutral"], scores_from_list(item["log_odds"]))


def _measured(values: dict[str, float | None]) -> dict[str, float]:
    """Those that were measured."""
    return {name: round(value, 4) for name, value in values.items() if value is not None}


def face_to_dict(reading: FaceReading) -> dict[str, Any]:
    """One reading of a face."""
    return {
        "frame": reading.frame,
        "time_s": reading.time_s,
        "person": reading.person,
        "box_xyxy": box_to_list(reading.box_xyxy),
        "detector_confidence": rounded(reading.detector_confidence),
        "scores": scores_to_list(reading.scores),
        "yaw": round(reading.turn.yaw, 2),
        "pitch": round(reading.turn.pitch, 2),
        "roll": round(reading.turn.roll, 2),
        "quality_ok": reading.quality_ok,
        "quality_reason": reading.quality_reason,
        **_measured({"own_change": reading.own_change}),
    }


def face_from_dict(item: dict[str, Any]) -> FaceReading:
    """What `face_to_dict` gave."""
    return FaceReading(
        frame=item["frame"],
        time_s=item["time_s"],
        person=item["person"],
        box_xyxy=box_from_list(item["box_xyxy"]),
        detector_confidence=item["detector_confidence"],
        scores=scores_from_list(item["scores"]),
        turn=HeadTurn(item["yaw"], item["pitch"], item["roll"]),
        quality_reason=item["quality_reason"],
        own_change=item.get("own_change"),
    )


def bin_to_dict(person: int, bins: Bins, i: int) -> dict[str, Any]:
    """One bin of one person's series."""
    gap = bins.n_valid[i] == 0
    return {
        "person": person,
        "t": float(bins.starts_s[i]),
        "n_frames": int(bins.n_samples[i]),
        "n_valid": int(bins.n_valid[i]),
        "coverage": None if bins.n_samples[i] == 0 else rounded(bins.coverage[i]),
        "scores": None if gap else scores_to_list(bins.scores[i]),
        "gap": bool(gap),
    }


def voice_to_dict(reading: VoiceReading) -> dict[str, Any]:
    """The reading of the voice in one window; its sound only where that is no speech."""
    return {
        "start_s": rounded(reading.span.start_s),
        "end_s": rounded(reading.span.end_s),
        "scores": scores_to_list(reading.scores) if reading.is_speech else None,
        "confidence": rounded(reading.confidence) if reading.is_speech else None,
        **({} if reading.is_speech else {"sound": reading.sound}),
    }


def voice_from_dict(item: dict[str, Any]) -> VoiceReading:
    """What `voice_to_dict` gave; older versions told no sounds."""
    span = Span(item["start_s"], item["end_s"])
    if item["scores"] is None:
        return VoiceReading.of(span, np.zeros(len(EMOTIONS), np.float32), item["sound"])
    return VoiceReading(span, scores_from_list(item["scores"]))


def means_to_dict(means: Means) -> dict[str, Any]:
    """The means of the whole recording (`echo_mean`)."""
    voice = means.voice
    voice_mean = voice and {
        "speech_s": rounded(voice.speech_s),
        "coverage": rounded(means.voice_coverage),
        **_top_of(voice.scores, voice.dominant),
    }
    return {
        "faces": [_face_mean_to_dict(mean) for mean in means.faces],
        "voice": voice_mean,
        "both": None if means.both is None else _top_of(means.both, EMOTIONS[int(means.both.argmax())]),
    }


def _face_mean_to_dict(mean: FaceMean) -> dict[str, Any]:
    return {
        "person": mean.person,
        "seen_s": rounded(mean.seen_s),
        "coverage": rounded(mean.coverage),
        **_top_of(mean.scores, mean.dominant),
    }


def _top_of(scores: Scores, dominant: str | None) -> dict[str, Any]:
    return {"scores": scores_to_list(scores), "confidence": rounded(scores.max()), "dominant": dominant}


def summary_to_dict(summary: Summary) -> dict[str, Any]:
    """The cross-check of the whole recording."""
    joint = summary.joint_scores
    return {
        "seconds": {verdict: rounded(summary.seconds[verdict]) for verdict in VERDICTS},
        "shares": shares_to_dict(summary),
        "told": summary.told,
        "pairs": summary.pairs,
        "chance": None if summary.chance is None else _chance_to_dict(summary.chance),
        "joint": None
        if joint is None
        else {"seconds": rounded(summary.joint_s), **_top_of(joint, summary.joint_dominant)},
    }


def shares_to_dict(summary: Summary) -> dict[str, float | None]:
    """Verdict -> its share of the speech; None where it is not known."""
    shares = {verdict: summary.share(verdict) for verdict in VERDICTS}
    return {verdict: None if share is None else rounded(share) for verdict, share in shares.items()}


def _chance_to_dict(chance: BeyondChance) -> dict[str, Any]:
    return {
        "same": chance.n_same,
        "same_by_chance": rounded(chance.n_same_by_chance),
        "kappa": rounded(chance.kappa),
        "p_value": rounded(chance.p_value),
        "is_more": chance.is_more,
    }


def segment_to_dict(segment: Agreement) -> dict[str, Any]:
    """One stretch of speech, with the face beside it."""
    return {
        **voice_to_dict(segment.voice),
        "dominant": segment.voice.dominant,
        "person": segment.person,
        "face_scores": None if segment.face_scores is None else scores_to_list(segment.face_scores),
        "face_coverage": None if segment.face_coverage is None else rounded(segment.face_coverage),
        "face_dominant": segment.face_dominant,
        "agreement": None if segment.agreement is None else rounded(segment.agreement),
        "same_sign": segment.same_sign,
        "joint_scores": None if segment.joint_scores is None else scores_to_list(segment.joint_scores),
        "joint_dominant": segment.joint_dominant,
        "verdict": segment.verdict,
        "reason": segment.reason,
    }


def segment_from_dict(item: dict[str, Any]) -> Agreement:
    """What `segment_to_dict` gave."""
    face, joint = item["face_scores"], item["joint_scores"]
    return Agreement(
        voice=voice_from_dict(item),
        person=item["person"],
        face_scores=None if face is None else scores_from_list(face),
        face_coverage=item["face_coverage"],
        agreement=item["agreement"],
        joint_scores=None if joint is None else scores_from_list(joint),
        verdict=item["verdict"],
        reason=item["reason"],
    )
