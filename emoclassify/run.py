"""One running analysis: what its stages share, and their results so far."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from emoclassify.errors import MediaError
from emoclassify.faces.read import FacesRead
from emoclassify.media.container import ReadCounts
from emoclassify.media.nouns import Frame, MediaInfo, Sound
from emoclassify.media.picture_store import PictureStore
from emoclassify.media.read import FrameStream, probe
from emoclassify.media.sound import read_sound
from emoclassify.networks.loaded import LoadedModels, M, ModelKind
from emoclassify.networks.models import ModelInfo
from emoclassify.networks.nouns import ModelUsed
from emoclassify.networks.runtime import choose_place, set_threads
from emoclassify.prefetch import prefetch
from emoclassify.settings import Options
from emoclassify.speech.silero import RATE_HZ
from emoclassify.transcript.transcript import Transcript
from emoclassify.turns import RoleTalk
from emoclassify.voice.reading import VoiceRead
from emoclassify.words.messages import Message

_TORCH_THREADS = 1
"""Decoding keeps the other cores busy; a second torch thread then costs more than it gives."""

_FRAMES_AHEAD = 4
"""How many frames are decoded ahead: enough that no stage waits for the decoder, in little memory."""


@dataclass(frozen=True)
class StageProgress:
    """How far a stage of an analysis is."""

    stage: str
    """Its name, one of `stages.STAGES`."""
    done_s: float
    """Seconds of the recording that are done."""
    total_s: float | None
    """Length of the recording in seconds: from its header, or estimated by the share of the file that was read where
    the header has no length or one that is too short; None while neither is known."""


OnProgress = Callable[[StageProgress], None]


class Run:
    """One running analysis.

    Attributes:
        path: of the recording.
        options: of the analysis.
        info: the facts in the recording's headers.
        place: what runs the networks.
        faces: the readings of the faces; empty before they are read, and where there is no picture.
        voice: the readings of the voice; None before it is read, and where it is not.
        roles: the sides of a call; empty without roles.
        transcript: what was said; None before it is written down, and where it is not.
        picture_counts: frames of the picture read so far.
        sound_counts: blocks of the sound read so far.
        notes: messages of the models about themselves, for the warnings.
        timings_s: seconds that each stage took.
        started_at: when it began.
    """

    def __init__(
        self,
        path: Path,
        options: Options,
        loaded: LoadedModels,
        on_progress: OnProgress,
        store: PictureStore | None = None,
    ) -> None:
        """Opens the recording; reads nothing of it yet. `store` takes the decoded pictures that are looked at.

        Raises:
            MediaError: the recording cannot be read, or lacks the sound track that is asked for.
            UsageError: an option that this machine cannot fulfil.
        """
        self.path, self.options, self.info = path, options, _probe(path, options.audio_track)
        self.place = choose_place(options.runtime, options.device)
        self.faces = FacesRead((), ())
        self.voice: VoiceRead | None = None
        self.transcript: Transcript | None = None
        self.roles: tuple[RoleTalk, ...] = ()
        self.picture_counts, self.sound_counts = ReadCounts(), ReadCounts()
        self.notes: list[Message] = []
        self.timings_s: dict[str, float] = {}
        self.started_at = datetime.now(UTC)
        self._loaded, self._on_progress, self._store = loaded, on_progress, store
        self._descriptions: dict[ModelKind[Any], ModelInfo] = {}

    def load(self, kinds: Sequence[ModelKind[Any]]) -> None:
        """Loads the models that a stage uses, each in a thread of its own.

        Raises:
            ModelError: a model is missing, damaged or does not fit.
        """

        def load(kind: ModelKind[Any]) -> ModelInfo:
            description = kind.describe(self.options)  # which hashes all its weights
            self._loaded.get(kind, description, self.place)
            return description

        with ThreadPoolExecutor(max(1, len(kinds)), thread_name_prefix="load") as pool:
            self._descriptions |= zip(kinds, pool.map(load, kinds), strict=True)
        set_threads(_TORCH_THREADS)

    def model(self, kind: ModelKind[M]) -> M:
        """The model of a kind that the running stage uses."""
        return self._loaded.get(kind, self._descriptions[kind], self.place)

    def log_loss(self, kind: ModelKind[Any]) -> float | None:
        """The mean log-loss of a model on labelled data; None where unknown, or where no such model was used."""
        return self._descriptions[kind].validation_log_loss if kind in self._descriptions else None

    @property
    def models_used(self) -> tuple[ModelUsed, ...]:
        """The models of all stages so far, in the order in which they were loaded."""
        facts = ({**info.to_dict(), "runtime": self.model(kind).runtime} for kind, info in self._descriptions.items())
        return tuple(map(ModelUsed.from_dict, facts))

    def frames(self) -> FrameStream:
        """The sampled frames of the recording, from its beginning; the store takes pictures of the first reading."""
        store, self._store = self._store, None
        sample_fps, every = self.options.sample_fps, self.options.every
        return FrameStream(self.path, self.info, sample_fps=sample_fps, every=every, store=store)

    def frames_ahead(self, frames: FrameStream) -> Iterator[Frame]:
        """The same frames, decoded in a thread while the ones before are processed."""
        return prefetch(frames, _FRAMES_AHEAD)

    def sounds(self) -> Iterable[Sound]:
        """The sound of the recording, mono at 16 kHz, in blocks; only the first reading of it is counted."""
        return read_sound(self.path, self.info, rate_hz=RATE_HZ, counts=self._counts_of_sound())

    def sounds_of(self, place: str) -> Iterator[Sound]:
        """The sound on one side of a call: left, right, or the sound track of a number, from 1.

        Raises:
            MediaError: there is no such side.
        """
        if place.startswith("track"):
            info = _probe(self.path, int(place.removeprefix("track")))
            yield from read_sound(self.path, info, rate_hz=RATE_HZ, counts=self._counts_of_sound())
            return
        if self.info.audio is None or self.info.audio.channels < 2:
            raise MediaError("roles_lack_channels", place=place)
        both = read_sound(self.path, self.info, rate_hz=RATE_HZ, counts=self._counts_of_sound(), layout="stereo")
        for sound in both:
            yield Sound(sound.start_s, sound.samples[:, int(place == "right")].copy())

    def _counts_of_sound(self) -> ReadCounts:
        return ReadCounts() if self.sound_counts.decoded else self.sound_counts

    def tell_begun(self, stage: str) -> None:
        """Reports that a stage begins."""
        self._on_progress(StageProgress(stage, 0.0, None))

    def tell(self, stage: str, done_s: float, counts: ReadCounts) -> None:
        """Reports how far a stage is; `counts` of the stream that it reads, to estimate the length."""
        self._on_progress(StageProgress(stage, done_s, self._total_s(done_s, counts)))

    def _total_s(self, done_s: float, counts: ReadCounts) -> float | None:
        header_s = self.info.duration_s
        if header_s is not None and done_s <= header_s and not counts.restarts:
            return header_s
        if not counts.read_bytes or not done_s:
            return None
        return max(done_s, done_s * self.info.size_bytes / counts.read_bytes)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Records in `timings_s` how long the code inside takes."""
        started = time.perf_counter()
        yield
        self.timings_s[stage] = time.perf_counter() - started


def _probe(path: Path, audio_track: int | None) -> MediaInfo:
    """What the recording holds, with the sound track of that number, from 1, where one is asked for."""
    info = probe(path)
    if audio_track is None or (audio_track == 1 and not info.audio_tracks):
        return info
    if audio_track > len(info.audio_tracks):
        raise MediaError("track_missing", n=len(info.audio_tracks), given=audio_track)
    return probe(path, info.audio_tracks[audio_track - 1])
