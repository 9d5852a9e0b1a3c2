"""Analysis: everything found in one recording. A pure value, saved by `to_dict` and read by `from_dict` alone."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from emoclassify import __version__
from emoclassify.analysis_parts import (
    baseline_from_dict,
    baseline_to_dict,
    bin_to_dict,
    face_from_dict,
    face_to_dict,
    frame_from_dict,
    frame_to_dict,
    means_to_dict,
    other_from_dict,
    other_to_dict,
    rounded,
    segment_from_dict,
    segment_to_dict,
    source_from_dict,
    source_to_dict,
    summary_to_dict,
    voice_from_dict,
    voice_to_dict,
)
from emoclassify.crosscheck import EQUAL, Agreement, Summary, Weights, summarize
from emoclassify.episodes import Episode, measure_values, stretches_of
from emoclassify.errors import ResultError
from emoclassify.faces.baseline import Baseline
from emoclassify.faces.reading import FaceReading, FrameTime, OtherFace
from emoclassify.labels import EMOTIONS
from emoclassify.means import Means, face_mean, means
from emoclassify.media.nouns import Source
from emoclassify.networks.nouns import ModelUsed
from emoclassify.older_schemas import SCHEMA, to_this_schema
from emoclassify.settings import Options
from emoclassify.smoothing import smoothed_readings
from emoclassify.spoken_parts import (
    episode_to_dict,
    role_from_dict,
    role_to_dict,
    talk_to_dict,
    transcript_from_dict,
    transcript_to_dict,
)
from emoclassify.timeline import Bins, Timeline
from emoclassify.transcript.transcript import Transcript
from emoclassify.turns import RoleTalk, Talk, talk_of
from emoclassify.voice.reading import SpeechLevel, VoiceRead
from emoclassify.words.messages import Message

SERIES_BIN_S = 0.5
_VOICE_STEP_S = 0.02  # how finely windows of speech are laid on the grid


@dataclass(frozen=True)
class Counts:
    """What was counted while a recording was read.

    Attributes:
        decoded: frames decoded.
        sampled: frames looked at.
        with_face: of these, frames with a face that was read.
        faces: readings of faces.
        doubtful: of these, readings not good enough to count in means.
        unconfirmed: faces left out, since no other frame near in time has the same person.
        persons: people told apart.
        gaps: stretches of frames without a face.
        speech_stretches: stretches of speech.
        voice_windows: windows in which speech was heard.
    """

    decoded: int
    sampled: int
    with_face: int
    faces: int
    doubtful: int
    unconfirmed: int
    persons: int
    gaps: int
    speech_stretches: int
    voice_windows: int


@dataclass(frozen=True)
class Analysis:
    """Everything found in one recording.

    Attributes:
        source: the recording: name, checksum, and what its headers say.
        options: which the user chose.
        models: those used, each with its checksums and terms.
        end_s: where the recording ends, as read.
        picture_end_s: where its picture ends; 0 where there is none.
        frames: every sampled frame; empty where there is no picture.
        faces: every face read in them.
        voice: the readings of the voice; None where the voice was not read.
        segments: voice and face side by side, one for each stretch of speech.
        roles: the sides of a call, where the options name roles; `voice` is that of the first one that is scored.
        transcript: what was said; None where that was not asked for.
        counts: of frames, faces, stretches of speech and so on.
        timings_s: seconds by stage.
        warnings: what a reader should know before trusting the figures.
        others: the faces found that are not among `faces`, so that they can be covered.
        unlike: how different person 2, 3 and so on are from person 1, the colours apart, 0..1 (see
            `faces.appearance.picture_distance`); with `faces` "largest" they are among `others` only. Empty in results
            of older versions.
        pictures: the persons who are not there themselves, beside one who is (photographs, faces on a screen, mirror
            images): their numbers are the highest.
        baselines: each person's face at rest, where the scores of `faces` are told against it (option `baseline`).
        analyzed_at: when, ISO 8601 in UTC; empty where it is not known.
        weights: how much each model counts in a joint score.
        version: of the program that made it.
    """

    source: Source
    options: Options
    models: tuple[ModelUsed, ...]
    end_s: float
    picture_end_s: float
    frames: tuple[FrameTime, ...]
    faces: tuple[FaceReading, ...]
    voice: VoiceRead | None
    segments: tuple[Agreement, ...]
    counts: Counts
    timings_s: dict[str, float]
    warnings: tuple[Message, ...]
    others: tuple[OtherFace, ...] = ()
    unlike: tuple[float, ...] = ()
    pictures: tuple[int, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    analyzed_at: str = ""
    weights: Weights = EQUAL
    transcript: Transcript | None = None
    roles: tuple[RoleTalk, ...] = ()
    version: str = __version__

    @cached_property
    def persons(self) -> tuple[int, ...]:
        """The persons seen, from 1."""
        return tuple(sorted({reading.person for reading in self.faces}))

    @property
    def was_heard(self) -> bool:
        """Whether the voice was read."""
        return self.voice is not None

    @property
    def was_compared(self) -> bool:
        """True where face and voice were to be compared, and the voice was read."""
        return self.options.double_check and self.voice is not None

    @cached_property
    def episodes(self) -> tuple[Episode, ...]:
        """The stretches that the rules of the options mark, of each face, of each voice that was read, in order."""
        return tuple(sorted(self._all_episodes(), key=lambda episode: episode.span))

    def _all_episodes(self) -> Iterator[Episode]:
        rules = self.options.episode_rules
        voices = [(role.name, role.voice) for role in self.roles] or [("", self.voice)]
        curves: list[tuple[int | None, str, Timeline, float]] = [
            (person, "", self.timeline(person), self.picture_end_s) for person in self.persons if rules
        ]
        for role, voice in voices if rules else ():
            if voice is not None:
                bins = replace(self, voice=voice).voice_series()
                curves.append((None, role, Timeline(bins.starts_s, bins.scores), self.end_s))
        for (person, role, timeline, end_s), rule in product(curves, rules):
            values = measure_values(timeline.scores, rule.measure, self.options.emotion_groups)
            for span, highest in stretches_of(rule, timeline.times_s, timeline.lengths_s(end_s), values):
                yield Episode(rule, person, role, span, highest)

    @cached_property
    def talk(self) -> Talk | None:
        """Who speaks when; None where no roles were named."""
        return talk_of(self.roles, self.end_s) if self.roles else None

    @cached_property
    def crosscheck(self) -> Summary | None:
        """Face against voice over the whole recording; None where it was not asked for, or the voice not read."""
        return summarize(self.segments) if self.was_compared else None

    @cached_property
    def means(self) -> Means:
        """The mean emotion of each face, of the voice and of both."""
        face_means = (face_mean(person, self.timeline(person), self.picture_end_s) for person in self.persons)
        faces = tuple(mean for mean in face_means if mean)
        return means(faces, self.voice.mean if self.voice else None, self.end_s, self.weights)

    def timeline(self, person: int) -> Timeline:
        """One person's scores at every sampled frame; a frame without a good reading of that person is a gap."""
        row_of_frame = {sampled.frame: i for i, sampled in enumerate(self.frames)}
        scores = np.full((len(self.frames), len(EMOTIONS)), np.nan, dtype=np.float32)
        for reading in self.faces:
            if reading.person == person and reading.quality_ok:
                scores[row_of_frame[reading.frame]] = reading.scores
        return Timeline(np.array([sampled.time_s for sampled in self.frames], dtype=np.float64), scores)

    def shown_timeline(self, person: int) -> Timeline:
        """One person's scores as they are shown, without the flicker of single readings (see `smoothing`)."""
        shots = np.cumsum([sampled.cut for sampled in self.frames], dtype=np.int64)
        return smoothed_readings(self.timeline(person), shots)

    @property
    def n_faces(self) -> npt.NDArray[np.int64]:
        """All faces found in each sampled frame, int64 (n,), whoever they are; photographs do not count, nor who is
        outside the area."""
        persons = [(face.frame, face.person) for face in self.faces]
        persons += [(other.frame, other.person) for other in self.others if not other.outside]
        n_by_frame = Counter(frame for frame, person in persons if person not in self.pictures)
        return np.array([n_by_frame[sampled.frame] for sampled in self.frames], dtype=np.int64)

    @property
    def n_outside(self) -> int:
        """The faces that were left out, since they are outside the area."""
        return sum(other.outside for other in self.others)

    def series(self, person: int) -> Bins:
        """One person's timeline on the grid of series.csv."""
        return self.timeline(person).bins(SERIES_BIN_S, self.picture_end_s)

    def voice_series(self, bin_s: float = SERIES_BIN_S) -> Bins:
        """The scores of the voice on the same grid, or on a coarser one; silence is a gap, and so is laughter.

        The scores of a bin are the mean of the windows over the time in it in which someone speaks; its coverage is the
        share of that time.
        """
        windows = [window for window in self.voice.windows if window.is_speech] if self.voice else []
        moments_s = np.arange(_VOICE_STEP_S / 2, max(self.end_s, SERIES_BIN_S), _VOICE_STEP_S)
        sums, n_windows = np.zeros((len(moments_s), len(EMOTIONS))), np.zeros(len(moments_s))
        for window in windows:
            first, last = np.searchsorted(moments_s, (window.span.start_s, window.span.end_s))
            sums[first:last] += window.scores
            n_windows[first:last] += 1
        with np.errstate(invalid="ignore"):
            scores = (sums / n_windows[:, None]).astype(np.float32)
        return Timeline(moments_s, scores).bins(bin_s, self.end_s)

    def to_dict(self) -> dict[str, Any]:
        """The content of analysis.json: strict JSON, numbers or null, never NaN."""
        return {
            "schema": SCHEMA,
            "program": {"name": "emoclassify", "version": self.version},
            "analyzed_at": self.analyzed_at,
            "source": source_to_dict(self.source),
            "options": self.options.to_dict(),
            "models": [model.to_dict() for model in self.models],
            "labels": list(EMOTIONS),
            "end_s": self.end_s,
            "picture_end_s": self.picture_end_s,
            "counts": asdict(self.counts),
            "timings_s": self.timings_s,
            "warnings": [message.to_dict() for message in self.warnings],
            "frames": list(map(frame_to_dict, self.frames)),
            "faces": [face_to_dict(reading) for reading in self.faces],
            "others": list(map(other_to_dict, self.others)),
            **({"unlike": list(map(rounded, self.unlike))} if self.unlike else {}),
            **({"pictures": list(self.pictures)} if self.pictures else {}),
            **({"baselines": list(map(baseline_to_dict, self.baselines))} if self.baselines else {}),
            "series": [
                bin_to_dict(person, bins, i) for person, bins in self._all_series() for i in range(len(bins.n_valid))
            ],
            "voice": None if self.voice is None else [voice_to_dict(window) for window in self.voice.windows],
            **({"speech_level": asdict(self.voice.level)} if self.voice and self.voice.level else {}),
            "weights": vars(self.weights),
            "echo_mean": means_to_dict(self.means),
            "crosscheck": None if self.crosscheck is None else summary_to_dict(self.crosscheck),
            "segments": None if self.voice is None else [segment_to_dict(segment) for segment in self.segments],
            **({"transcript": transcript_to_dict(self.transcript)} if self.transcript else {}),
            **({"episodes": list(map(episode_to_dict, self.episodes))} if self.options.episodes else {}),
            **({"roles": list(map(role_to_dict, self.roles))} if self.roles else {}),
            **({"talk": talk_to_dict(self.talk)} if self.talk else {}),
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> "Analysis":
        """The Analysis that `to_dict` wrote.

        Raises:
            ResultError: written by a schema that is not read any more or not yet, or not an analysis at all.
        """
        try:
            return cls._from_fields(to_this_schema(content))
        except (KeyError, TypeError, ValueError) as exc:
            raise ResultError("analysis_damaged", why=repr(exc)) from exc

    @classmethod
    def _from_fields(cls, content: dict[str, Any]) -> "Analysis":
        segments = tuple(segment_from_dict(item) for item in content["segments"] or ())
        windows = tuple(voice_from_dict(item) for item in content["voice"] or ())
        level = content.get("speech_level")
        speech = tuple(segment.voice for segment in segments)
        voice = VoiceRead(windows, speech, level and SpeechLevel(**level))
        return cls(
            source=source_from_dict(content["source"]),
            options=Options.from_dict(content["options"]),
            models=tuple(map(ModelUsed.from_dict, content["models"])),
            end_s=content["end_s"],
            picture_end_s=content["picture_end_s"],
            frames=tuple(map(frame_from_dict, content["frames"])),
            faces=tuple(face_from_dict(item) for item in content["faces"]),
            voice=None if content["voice"] is None else voice,
            segments=segments,
            counts=Counts(**content["counts"]),
            timings_s=content["timings_s"],
            warnings=tuple(map(Message.from_dict, content["warnings"])),
            others=tuple(map(other_from_dict, content["others"])),
            unlike=tuple(content.get("unlike", ())),
            pictures=tuple(content.get("pictures", ())),
            baselines=tuple(map(baseline_from_dict, content.get("baselines", ()))),
            analyzed_at=content["analyzed_at"],
            weights=Weights(**content["weights"]),
            transcript=transcript_from_dict(content.get("transcript")),
            roles=tuple(map(role_from_dict, content.get("roles", ()))),
            version=content["program"]["version"],
        )

    def _all_series(self) -> list[tuple[int, Bins]]:
        return [(person, self.series(person)) for person in self.persons]
