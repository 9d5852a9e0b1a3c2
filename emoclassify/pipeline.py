"""analyze: the order of the stages and nothing else."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from emoclassify.analysis import Analysis, Counts
from emoclassify.crosscheck import Agreement, compare, weights_of
from emoclassify.errors import MediaError
from emoclassify.faces.detect import FaceDetector
from emoclassify.faces.expressions import ExpressionModel
from emoclassify.faces.read import FacesRead, read_faces
from emoclassify.media.container import ReadCounts
from emoclassify.media.nouns import Frame, MediaInfo, Sound, Source
from emoclassify.media.read import FrameStream, probe, read_sound
from emoclassify.networks import models
from emoclassify.networks.nouns import ModelUsed
from emoclassify.networks.runtime import Place, choose_place, set_threads
from emoclassify.prefetch import prefetch
from emoclassify.settings import Options
from emoclassify.speech.find import SpeechFinder
from emoclassify.speech.silero import RATE_HZ
from emoclassify.voice.predict import VoiceModel
from emoclassify.voice.read import read_voice
from emoclassify.voice.reading import VoiceRead

_TORCH_THREADS = 1
"""Decoding keeps the other cores busy; a second torch thread then costs more than it gives."""

_FRAMES_AHEAD = 4
"""Frames that are decoded while others are looked at: enough to even out, and little to hold in memory."""

_SHORT_BY_S = 1.0
"""A recording that ends this much before its header says so is told as a warning."""


@dataclass(frozen=True)
class Progress:
    """How far an analysis has come."""

    stage: str
    """"faces", or "search" and "expressions" where the faces that count are read last; "voice"."""
    done_s: float
    total_s: float | None
    """Length of the recording: as its header says, or by the share of the file that was read where the header says
    nothing or too little; None while neither is known."""


def analyze(
    path: str | Path, options: Options | None = None, *, on_progress: Callable[[Progress], None] = lambda progress: None
) -> Analysis:
    """Reads one recording and tells what was found in it.

    The voice is read where there is no picture, and where `double_check` or `echo_mean` asks for it. Nothing found is
    no error.

    Args:
        path: a video, audio or picture file.
        options: what is asked; the defaults where left out.
        on_progress: told of each step.

    Raises:
        MediaError: the recording cannot be read.
        ModelError: a model is missing, damaged or does not fit.
        UsageError: an option that this machine cannot fulfil.
    """
    path, options = Path(path), options or Options()
    info, before = probe(path), path.stat()
    job = _Job(path, options, info, on_progress)
    place = choose_place(options.runtime, options.device)
    faces = job.faces(place) if job.info.video else FacesRead((), ())
    voice = job.voice(place) if job.wants_voice else None
    found = job.analysis(faces, voice)
    after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise MediaError("The file changed while it was read; analyze it again when it is complete.")
    return found


class _Job:
    """One analysis under way: what the stages share."""

    def __init__(self, path: Path, options: Options, info: MediaInfo, on_progress: Callable[[Progress], None]) -> None:
        self.path, self.options, self.info = path, options, info
        self.models: list[ModelUsed] = []
        self.picture, self.sound = ReadCounts(), ReadCounts()
        self.timings_s: dict[str, float] = {}
        self.notes: list[str] = []
        self.log_loss: dict[str, float | None] = {}
        self.started = datetime.now(UTC)
        self._on_progress = on_progress

    @property
    def wants_voice(self) -> bool:
        asked = self.options.double_check or self.options.echo_mean
        return self.info.audio is not None and (self.info.video is None or asked)

    def faces(self, place: Place) -> FacesRead:
        with self._timed("load_faces"), ThreadPoolExecutor(1) as beside:
            describing = beside.submit(models.expression_model, self.options.expression_model)  # hashes all its weights
            detector, described = _detector(place), describing.result()
            expressions = _expressions(described.path, _files_of(described), place)
            self._used(models.face_detector(), detector.runtime)
            self._used(described, expressions.runtime)
            self.log_loss["face"] = described.validation_log_loss
            self.notes += expressions.notes
            set_threads(_TORCH_THREADS)
        frames = self._frames()
        self.picture = frames.counts
        read_last = expressions.costly and self.options.faces == "largest"
        with self._timed("faces"):
            return read_faces(
                prefetch(frames, _FRAMES_AHEAD),
                detector,
                expressions,
                which=self.options.faces,
                min_face=self.options.min_face,
                on_frame=lambda time_s: self._tell("search" if read_last else "faces", time_s, frames.counts),
                again=self._told("expressions", self._frames()) if read_last else None,
            )

    def _frames(self) -> FrameStream:
        return FrameStream(self.path, self.info, sample_fps=self.options.sample_fps, every=self.options.every)

    def voice(self, place: Place) -> VoiceRead:
        self._on_progress(Progress("voice", 0.0, None))
        with self._timed("load_voice"):
            described = models.voice_model(self.options.voice_model)
            finder, voice = _speech_finder(), _voice(described.path, _files_of(described), place)
            self._used(models.speech_finder(), finder.runtime)
            self._used(described, voice.runtime)
            self.log_loss["voice"] = described.validation_log_loss
            set_threads(_TORCH_THREADS)
        with self._timed("voice"):
            sounds = read_sound(self.path, self.info, rate_hz=RATE_HZ, counts=self.sound)
            return read_voice(self._heard(sounds), finder, voice)

    def analysis(self, faces: FacesRead, voice: VoiceRead | None) -> Analysis:
        found = Analysis(
            source=_source(self.path, self.info),
            options=self.options,
            models=tuple(self.models),
            end_s=max(self.picture.end_s, self.sound.end_s),
            picture_end_s=self.picture.end_s,
            frames=faces.frames,
            faces=faces.readings,
            voice=voice,
            segments=(),
            counts=Counts(**dict.fromkeys(Counts.__dataclass_fields__, 0)),
            timings_s={stage: round(seconds, 3) for stage, seconds in self.timings_s.items()},
            warnings=(),
            others=faces.others,
            analyzed_at=self.started.isoformat(timespec="seconds"),
            weights=weights_of(self.log_loss.get("face"), self.log_loss.get("voice")),
        )
        segments = self._segments(found, voice)
        warnings = (*self._read_warnings(), *_found_warnings(self, faces, voice))
        return replace(found, segments=segments, counts=_counts(self, found, faces, voice), warnings=warnings)

    def _segments(self, found: Analysis, voice: VoiceRead | None) -> tuple[Agreement, ...]:
        if voice is None:
            return ()
        if not self.options.double_check:
            return tuple(Agreement(stretch) for stretch in voice.stretches)
        if not found.persons:
            return compare(voice.stretches, None, None)
        return compare(voice.stretches, 1, found.timeline(1), n_faces=found.n_faces, weights=found.weights)

    def _read_warnings(self) -> list[str]:
        told = [*self.info.notes, *self.picture.warnings("picture"), *self.sound.warnings("sound"), *self.notes]
        for what, counts in (("picture", self.picture), ("sound", self.sound)):
            header_s = self.info.duration_s
            if counts.decoded and header_s is not None and counts.end_s < header_s - _SHORT_BY_S:
                told.append(f"The {what} ends at {counts.end_s:.1f} s; the file's header says {header_s:.1f} s.")
        return told

    def _used(self, described: models.ModelInfo, runtime: str) -> None:
        self.models.append(ModelUsed.from_dict({**described.to_dict(), "runtime": runtime}))

    def _tell(self, stage: str, done_s: float, counts: ReadCounts) -> None:
        self._on_progress(Progress(stage, done_s, self._total_s(done_s, counts)))

    def _total_s(self, done_s: float, counts: ReadCounts) -> float | None:
        header_s = self.info.duration_s
        if header_s is not None and done_s <= header_s and not counts.restarts:
            return header_s
        if not counts.read_bytes or not done_s:
            return None
        return max(done_s, done_s * self.info.size_bytes / counts.read_bytes)

    def _told(self, stage: str, frames: FrameStream) -> Iterator[Frame]:
        for frame in prefetch(frames, _FRAMES_AHEAD):
            yield frame
            self._tell(stage, frame.time_s, frames.counts)

    def _heard(self, sounds: Iterable[Sound]) -> Iterator[Sound]:
        """The same blocks; each second of them is told of, with speech in it or not."""
        next_s = 0.0
        for sound in sounds:
            if sound.start_s >= next_s:
                self._tell("voice", sound.start_s, self.sound)
                next_s = sound.start_s + 1.0
            yield sound

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.timings_s[stage] = time.perf_counter() - started


def _source(path: Path, info: MediaInfo) -> Source:
    name = os.fsencode(path.name).decode("utf-8", "replace")  # JSON has no place for other bytes
    return Source.of(name, models.sha256_of(path), info)


def _counts(job: _Job, found: Analysis, faces: FacesRead, voice: VoiceRead | None) -> Counts:
    with_face = {reading.frame for reading in found.faces}
    seen = [sampled.frame in with_face for sampled in found.frames]
    gaps = sum(not now and (i == 0 or seen[i - 1]) for i, now in enumerate(seen))
    return Counts(
        decoded=job.picture.decoded,
        sampled=len(found.frames),
        with_face=len(with_face),
        faces=len(found.faces),
        doubtful=sum(not reading.quality_ok for reading in found.faces),
        unconfirmed=faces.unconfirmed,
        persons=len(found.persons),
        gaps=gaps,
        speech_stretches=len(voice.stretches) if voice else 0,
        voice_windows=len(voice.windows) if voice else 0,
    )


def _found_warnings(job: _Job, faces: FacesRead, voice: VoiceRead | None) -> Iterator[str]:
    if job.info.video is None:
        yield "The recording has no picture: only the voice was read."
    elif not faces.readings:
        yield f"No face was found in the {len(faces.frames)} frames looked at."
    if job.options.double_check and job.info.audio is None:
        yield "The recording has no sound: face and voice cannot be compared."
    if job.options.echo_mean and job.info.audio is None:
        yield "The recording has no sound: there is no voice to tell an emotion of."
    if job.options.annotate and (job.info.video is None or job.info.still):
        yield "The recording has no moving picture: there is no annotated video."
    if voice is not None and not voice.stretches:
        yield "No speech was found in the sound."


@lru_cache(maxsize=1)
def _detector(place: Place) -> FaceDetector:
    return FaceDetector(place)


def _files_of(described: models.ModelInfo) -> tuple[tuple[str, str], ...]:
    """A model whose files were replaced is another one, though it lies in the same folder."""
    return tuple(described.files.items())


@lru_cache(maxsize=1)
def _expressions(folder: Path, _: tuple[tuple[str, str], ...], place: Place) -> ExpressionModel:
    return ExpressionModel.load(folder, place)


@lru_cache(maxsize=1)
def _speech_finder() -> SpeechFinder:
    return SpeechFinder()


@lru_cache(maxsize=1)
def _voice(folder: Path, _: tuple[tuple[str, str], ...], place: Place) -> VoiceModel:
    return VoiceModel.load(folder, place)
