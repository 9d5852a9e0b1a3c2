"""One analysis under way: what its stages share, and what they have found so far."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from emoclassify.faces.read import FacesRead
from emoclassify.media.container import ReadCounts
from emoclassify.media.nouns import Frame, Sound
from emoclassify.media.read import FrameStream, probe, read_sound
from emoclassify.networks.loaded import LoadedModels, M, ModelKind
from emoclassify.networks.models import ModelInfo
from emoclassify.networks.nouns import ModelUsed
from emoclassify.networks.runtime import choose_place, set_threads
from emoclassify.prefetch import prefetch
from emoclassify.settings import Options
from emoclassify.speech.silero import RATE_HZ
from emoclassify.voice.reading import VoiceRead
from emoclassify.words.messages import Message

_TORCH_THREADS = 1
"""Decoding keeps the other cores busy; a second torch thread then costs more than it gives."""

_FRAMES_AHEAD = 4
"""Frames that are decoded while others are looked at: enough to even out, and little to hold in memory."""


@dataclass(frozen=True)
class StageProgress:
    """How far a stage of an analysis has come."""

    stage: str
    """Its name, one of `stages.STAGES`."""
    done_s: float
    """The part of the recording that it has behind it."""
    total_s: float | None
    """Length of the recording: as its header says, or by the share of the file that was read where the header says
    nothing or too little; None while neither is known."""


OnProgress = Callable[[StageProgress], None]


class Run:
    """One analysis under way.

    Attributes:
        path: of the recording.
        options: what is asked.
        info: what the recording's header says.
        place: where the networks run.
        faces: what was read of the faces; empty before, and where there is no picture.
        voice: what was heard; None before, and where the voice is not read.
        picture_counts: of the picture, as far as it was read.
        sound_counts: of the sound, as far as it was read.
        notes: what the models have to say of themselves, for the warnings.
        timings_s: seconds by stage.
        started_at: when it began.
    """

    def __init__(self, path: Path, options: Options, loaded: LoadedModels, on_progress: OnProgress) -> None:
        """Opens the recording; reads nothing of it yet.

        Raises:
            MediaError: the recording cannot be read.
            UsageError: an option that this machine cannot fulfil.
        """
        self.path, self.options, self.info = path, options, probe(path)
        self.place = choose_place(options.runtime, options.device)
        self.faces = FacesRead((), ())
        self.voice: VoiceRead | None = None
        self.picture_counts, self.sound_counts = ReadCounts(), ReadCounts()
        self.notes: list[Message] = []
        self.timings_s: dict[str, float] = {}
        self.started_at = datetime.now(UTC)
        self._loaded, self._on_progress = loaded, on_progress
        self._descriptions: dict[ModelKind[Any], ModelInfo] = {}

    def load(self, kinds: Sequence[ModelKind[Any]]) -> None:
        """Loads the models that a stage uses.

        Raises:
            ModelError: a model is missing, damaged or does not fit.
        """
        with ThreadPoolExecutor(1) as beside:  # to describe a model, all its weights are hashed
            descriptions = [beside.submit(kind.describe, self.options) for kind in kinds]
            for kind, description in zip(kinds, descriptions, strict=True):
                self._loaded.get(kind, description.result(), self.place)
                self._descriptions[kind] = description.result()
        set_threads(_TORCH_THREADS)

    def model(self, kind: ModelKind[M]) -> M:
        """The model of a kind that the stage under way uses."""
        return self._loaded.get(kind, self._descriptions[kind], self.place)

    def log_loss(self, kind: ModelKind[Any]) -> float | None:
        """The mean log-loss of a model on labelled data; None where it is not known, or no such model was used."""
        return self._descriptions[kind].validation_log_loss if kind in self._descriptions else None

    @property
    def models_used(self) -> tuple[ModelUsed, ...]:
        """The models of all stages until here, in the order in which they were loaded."""
        used = ({**info.to_dict(), "runtime": self.model(kind).runtime} for kind, info in self._descriptions.items())
        return tuple(map(ModelUsed.from_dict, used))

    def frames(self) -> FrameStream:
        """The sampled frames of the recording, from its beginning."""
        return FrameStream(self.path, self.info, sample_fps=self.options.sample_fps, every=self.options.every)

    def frames_ahead(self, frames: FrameStream) -> Iterator[Frame]:
        """The same frames, decoded while the ones before are looked at."""
        return prefetch(frames, _FRAMES_AHEAD)

    def sounds(self) -> Iterable[Sound]:
        """The sound of the recording, mono at 16 kHz, in blocks."""
        return read_sound(self.path, self.info, rate_hz=RATE_HZ, counts=self.sound_counts)

    def tell_begun(self, stage: str) -> None:
        """Tells that a stage begins."""
        self._on_progress(StageProgress(stage, 0.0, None))

    def tell(self, stage: str, done_s: float, counts: ReadCounts) -> None:
        """Tells how far a stage is, and of how much by what was read of the file."""
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
        """Writes down how long what is done inside takes."""
        started = time.perf_counter()
        yield
        self.timings_s[stage] = time.perf_counter() - started
