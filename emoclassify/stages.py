"""The stages of a job in their order: what is done, when, with which models and in what share of the time.

A new stage is a `Stage` in STAGES. The analysis, the progress that is told of it, the models that make a result
another one and those that a worker looks after are read from there.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emoclassify.model_kinds import EXPRESSION_MODEL, FACE_DETECTOR, SPEECH_FINDER, VOICE_MODEL
from emoclassify.networks.loaded import ModelKind
from emoclassify.networks.models import ModelInfo
from emoclassify.settings import Options

if TYPE_CHECKING:  # the API reads this list too, and opens no media
    from emoclassify.media.nouns import Frame, MediaInfo, Sound
    from emoclassify.media.read import FrameStream
    from emoclassify.run import Run


@dataclass(frozen=True)
class Streams:
    """What a recording has; None where it is not known yet."""

    picture: bool | None = None
    sound: bool | None = None

    @classmethod
    def of(cls, info: "MediaInfo") -> "Streams":
        """Those that the header of a recording names."""
        return cls(picture=info.video is not None, sound=info.audio is not None)


@dataclass(frozen=True)
class Stage:
    """One stage of a job."""

    name: str
    """As it is told in progress; the page has a text `stage_<name>` in each language."""
    weight: float
    """Its usual share of the time, beside those of the others."""
    wanted: Callable[[Options, Streams], bool] = lambda options, streams: True
    """Whether it is done. Of a stream that is not known yet it expects what most recordings have."""
    models: tuple[ModelKind[Any], ...] = ()
    """What it uses; loaded before it runs."""
    run: Callable[["Run"], None] | None = None
    """Does it, and leaves what was found in the `Run`. None for a stage that another one tells of, or that comes
    before or after the analysis, in `child`."""
    instead_of: str = ""
    """The stage that is told as this one and others, where its model takes long; which one, shows when it is loaded."""


def _read_faces(run: "Run") -> None:
    """Finds the faces and reads their expressions; those of the main person last, where the model takes long."""
    from emoclassify.faces.read import read_faces

    expressions = run.model(EXPRESSION_MODEL)
    run.notes += expressions.notes
    read_last = expressions.costly and run.options.faces == "largest"
    stage = SEARCH if read_last else FACES
    frames = run.frames()
    run.picture_counts = frames.counts
    run.faces = read_faces(
        run.frames_ahead(frames),
        run.model(FACE_DETECTOR),
        expressions,
        which=run.options.faces,
        min_face=run.options.min_face,
        on_frame=lambda time_s: run.tell(stage.name, time_s, frames.counts),
        again=_frames_told(run, run.frames(), EXPRESSIONS) if read_last else None,
    )


def _frames_told(run: "Run", frames: "FrameStream", stage: Stage) -> Iterator["Frame"]:
    """The same frames; each is told of when it was used."""
    for frame in run.frames_ahead(frames):
        yield frame
        run.tell(stage.name, frame.time_s, frames.counts)


def _read_voice(run: "Run") -> None:
    """Finds the speech and reads its emotions."""
    from emoclassify.voice.read import read_voice

    sounds = _sounds_told(run, run.sounds(), VOICE)
    run.voice = read_voice(sounds, run.model(SPEECH_FINDER), run.model(VOICE_MODEL))


def _sounds_told(run: "Run", sounds: Iterable["Sound"], stage: Stage) -> Iterator["Sound"]:
    """The same blocks; each second of them is told of, with speech in it or not."""
    next_s = 0.0
    for sound in sounds:
        if sound.start_s >= next_s:
            run.tell(stage.name, sound.start_s, run.sound_counts)
            next_s = sound.start_s + 1.0
        yield sound


def _with_picture(options: Options, streams: Streams) -> bool:
    return streams.picture is not False


def _voice_wanted(options: Options, streams: Streams) -> bool:
    asked = options.double_check or options.echo_mean
    return streams.sound is not False and (streams.picture is False or asked)


def _video_wanted(options: Options, streams: Streams) -> bool:
    return options.annotate and streams.picture is not False


START = Stage("start", 5.0)
FACES = Stage("faces", 60.0, _with_picture, (FACE_DETECTOR, EXPRESSION_MODEL), _read_faces)
SEARCH = Stage("search", 60.0, _with_picture, instead_of=FACES.name)
EXPRESSIONS = Stage("expressions", 540.0, _with_picture, instead_of=FACES.name)
VOICE = Stage("voice", 20.0, _voice_wanted, (SPEECH_FINDER, VOICE_MODEL), _read_voice)
OUTPUTS = Stage("outputs", 5.0)
VIDEO = Stage("video", 30.0, _video_wanted)
PREVIEW = Stage("preview", 10.0, _with_picture)

STAGES = (START, FACES, SEARCH, EXPRESSIONS, VOICE, OUTPUTS, VIDEO, PREVIEW)
"""All of them, in the order in which they are done."""


def parts_of(name: str) -> tuple[Stage, ...]:
    """The stages as which the one of that name is told where its model takes long; none for most."""
    return tuple(stage for stage in STAGES if name and stage.instead_of == name)


def models_of(*asked: Options) -> list[ModelInfo]:
    """The models that all stages together use with any of these options, each once.

    Raises:
        ModelError: one is not there.
    """
    used: list[ModelInfo] = []
    for kind in dict.fromkeys(kind for stage in STAGES for kind in stage.models):
        for options in asked:
            if (model := kind.describe(options)) not in used:
                used.append(model)
    return used
