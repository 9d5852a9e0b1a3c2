"""Analyses made by hand, with known content."""

from dataclasses import replace
from typing import Any

import numpy as np

from emoclassify.analysis import Analysis, Counts
from emoclassify.crosscheck import compare
from emoclassify.faces.reading import FaceReading, FrameTime, HeadTurn
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.media.nouns import Source, VideoInfo
from emoclassify.networks.nouns import ModelUsed
from emoclassify.settings import Options
from emoclassify.timeline import Span, Times
from emoclassify.voice.reading import LAUGHTER, VoiceRead, VoiceReading
from emoclassify.words.messages import as_told


def times_every(step_s: float, n: int) -> Times:
    """n moments from 0 on, step_s seconds apart: float64 (n,)."""
    return np.arange(n, dtype=np.float64) * step_s


def mostly(emotion: str, share: float = 0.7) -> Scores:
    """Scores with one top emotion, the rest shared evenly."""
    scores = np.full(7, (1 - share) / 6, np.float32)
    scores[EMOTIONS.index(emotion)] = share
    return scores


def face(frame: int, time_s: float, emotion: str = "happy", person: int = 1, reason: str = "") -> FaceReading:
    box = (10.0 * person, 20.0, 10.0 * person + 50.0, 80.0)
    return FaceReading(frame, time_s, person, box, 0.99, mostly(emotion), HeadTurn(1.0, -2.0, 3.0), reason)


def voice(start_s: float, end_s: float, emotion: str = "happy", share: float = 0.7) -> VoiceReading:
    return VoiceReading(Span(start_s, end_s), mostly(emotion, share))


def laughter(start_s: float, end_s: float, sound: str = LAUGHTER) -> VoiceReading:
    """A stretch in which the voice laughs, which a model of speech would take for fear."""
    return VoiceReading.of(Span(start_s, end_s), mostly("fear", 0.9), sound)


PICTURE = VideoInfo(
    0, "h264", 320, 240, rotation_deg=0, mirrored=False, pixel_aspect=1.0, average_fps=25.0, start_s=0.0
)


def model_used(**facts: Any) -> ModelUsed:
    """A model as an analysis used it."""
    usual = {"name": "made", "purpose": "finds faces", "licence": "MIT", "commercial_use": True, "files": {}}
    return ModelUsed(**{**usual, "scores": None, "runtime": "made", **facts})


def analysis(
    faces: list[FaceReading], times_s: list[float], stretches: list[VoiceReading] | None = None, **changes: Any
) -> Analysis:
    """An analysis of a made recording sampled at given times; frame numbers count from 0."""
    heard = None if stretches is None else VoiceRead(tuple(stretches), tuple(stretches))
    with_face = len({reading.frame for reading in faces})
    fields: dict[str, Any] = {
        "source": Source("made.mp4", "0" * 64, "mov", 1, 4.0, video=None, audio=None, still=False, notes=()),
        "options": Options(),
        "models": (),
        "end_s": 4.0,
        "picture_end_s": 4.0 if times_s else 0.0,
        "frames": tuple(FrameTime(i, time_s) for i, time_s in enumerate(times_s)),
        "faces": tuple(faces),
        "voice": heard,
        "segments": (),
        "counts": Counts(
            decoded=100,
            sampled=len(times_s),
            with_face=with_face,
            faces=len(faces),
            doubtful=sum(not reading.quality_ok for reading in faces),
            unconfirmed=0,
            persons=len({reading.person for reading in faces}),
            gaps=1,
            speech_stretches=len(stretches or []),
            voice_windows=len(stretches or []),
        ),
        "timings_s": {"faces": 1.0},
        "warnings": (as_told("A warning."),),
    }
    made = Analysis(**{**fields, **changes})
    if heard is not None and "segments" not in changes:
        main = made.timeline(1) if made.persons else None
        made = Analysis(**{**fields, **changes, "segments": compare(heard.stretches, 1 if main else None, main)})
    return made


def with_a_gap() -> Analysis:
    """4 s, 5 frames a second: a happy face, away from 1 to 2 s, then sad; speech from 0.4 to 1.0 and 2.4 to 3.6 s."""
    times_s = [round(0.2 * i, 1) for i in range(20)]
    faces = [face(i, t, "happy" if t < 1 else "sad") for i, t in enumerate(times_s) if not 1.0 <= t < 2.0]
    return analysis(faces, times_s, [voice(0.4, 1.0), voice(2.4, 3.6, "angry")])


def a_still(emotion: str = "happy") -> Analysis:
    """A picture of one face, which has no time."""
    made = analysis([face(0, 0.0, emotion)], [0.0], end_s=0.0, picture_end_s=0.0)
    return replace(made, source=replace(made.source, still=True))


def in_turn(*emotions_s: tuple[str, float], **changes: Any) -> Analysis:
    """A face looked at five times a second that shows one emotion after another: (emotion, seconds) of each."""
    emotions = [emotion for emotion, length_s in emotions_s for _ in range(round(5 * length_s))]
    faces = [face(i, i / 5, emotion) for i, emotion in enumerate(emotions)]
    end_s = len(emotions) / 5
    return analysis(faces, [reading.time_s for reading in faces], **{"end_s": end_s, "picture_end_s": end_s, **changes})
