"""The stages of a job in their order: what each does, when, with which models and in what share of the time.

A new stage is a `Stage` in STAGES. The analysis, its progress, the models on which a result depends and the models that
a worker checks are all read from there.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from emoclassify.model_kinds import EXPRESSION_MODEL, FACE_DETECTOR, RECOGNIZER, SPEECH_FINDER, VOICE_MODEL
from emoclassify.networks.loaded import ModelKind
from emoclassify.networks.models import ModelInfo
from emoclassify.settings import Options
from emoclassify.words.messages import Message

if TYPE_CHECKING:  # the API reads this list too, and opens no media
    from emoclassify.faces.read import FacesRead
    from emoclassify.media.nouns import Frame, MediaInfo, Sound
    from emoclassify.media.read import FrameStream
    from emoclassify.run import Run
    from emoclassify.voice.read import Finder


@dataclass(frozen=True)
class Streams:
    """Whether a recording has picture and sound; None where that is not known yet."""

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
    """Its name in progress; the page has a text `stage_<name>` in each language."""
    weight: float
    """Its usual share of the time, relative to those of the others."""
    wanted: Callable[[Options, Streams], bool] = lambda options, streams: True
    """Whether the stage is needed. For a stream that is not known yet, it assumes the most common case."""
    models: tuple[ModelKind[Any], ...] = ()
    """The models it uses; loaded before it runs."""
    run: Callable[["Run"], None] | None = None
    """Runs the stage and stores its result in the `Run`. None for a stage that is part of another one, or that `child`
    runs before or after the analysis."""
    instead_of: str = ""
    """Name of the stage of which this one is a part where its model is slow, which is known when the model is loaded;
    progress then names the parts instead."""
    asked_for: Callable[[Options], bool] = lambda options: True
    """Whether any recording can need it with these options: else its models need not be here."""


def _read_faces(run: "Run") -> None:
    """Finds the faces and reads their expressions; with a slow model, only those of the main person, and last."""
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
        area=run.options.read_area,
        still=run.info.still,
        on_frame=lambda time_s: run.tell(stage.name, time_s, frames.counts),
        again=_frames_with_progress(run, run.frames(), EXPRESSIONS) if read_last else None,
    )
    if run.options.rest_s is not None:
        run.faces, notes = compare_with_rest(run.faces, run.options.rest_s)
        run.notes += notes


def compare_with_rest(faces: "FacesRead", rest_s: tuple[float, float]) -> tuple["FacesRead", list[Message]]:
    """The readings told against each person's face in a neutral stretch, and notes: whose face could not be taken."""
    from emoclassify.faces.baseline import all_against, baselines_of
    from emoclassify.timeline import Span  # here, as what it needs: the API imports this module without numpy

    baselines = baselines_of(faces.readings, Span(*rest_s))
    start_s, end_s = (round(time_s, 1) for time_s in rest_s)
    is_neutral_of = {baseline.person: baseline.is_neutral for baseline in baselines}
    notes = []
    for person in sorted({reading.person for reading in faces.readings}):
        if person not in is_neutral_of:
            notes.append(Message("baseline_missing", {"person": person, "start_s": start_s, "end_s": end_s}))
        elif not is_neutral_of[person]:
            notes.append(Message("baseline_not_neutral", {"person": person, "start_s": start_s, "end_s": end_s}))
    if baselines:
        notes.append(Message("baseline_subtracted", {"start_s": start_s, "end_s": end_s}))
    return replace(faces, readings=all_against(faces.readings, baselines), baselines=baselines), notes


def _frames_with_progress(run: "Run", frames: "FrameStream", stage: Stage) -> Iterator["Frame"]:
    """Yields the same frames and reports progress after each was used."""
    for frame in run.frames_ahead(frames):
        yield frame
        run.tell(stage.name, frame.time_s, frames.counts)


def _find_turns(run: "Run") -> None:
    """Finds who speaks when in a call."""
    from emoclassify.turns import RoleTalk

    finder = run.model(SPEECH_FINDER)
    for role, place in run.options.role_places.items():
        sounds = _sounds_with_progress(run, run.sounds_of(place), TURNS)
        run.roles += (RoleTalk(role, tuple(speech.span for speech in finder.find(sounds))),)


def _read_voice(run: "Run") -> None:
    """Finds the speech and reads its emotions; in a call, those of the roles that are to be scored."""
    from emoclassify.voice.read import read_voice

    if run.roles:
        _read_roles(run)
        return
    sounds = _sounds_with_progress(run, run.sounds(), VOICE)
    run.voice = read_voice(sounds, run.model(SPEECH_FINDER), run.model(VOICE_MODEL))


def _read_roles(run: "Run") -> None:
    """Reads the voice of each role that is to be scored; the first of them stands for the recording."""
    from emoclassify.speech.cut import Known
    from emoclassify.voice.read import read_voice

    scored, places = run.options.scored_roles, run.options.role_places
    for i, role in enumerate(run.roles):
        if role.name in scored:
            sounds = _sounds_with_progress(run, run.sounds_of(places[role.name]), VOICE)
            voice = read_voice(sounds, Known(role.stretches), run.model(VOICE_MODEL))
            run.roles = (*run.roles[:i], replace(role, voice=voice), *run.roles[i + 1 :])
            run.voice = run.voice or voice


def _read_words(run: "Run") -> None:
    """Writes down what is said; with `transcribe_focus`, with the emotion of each phrase."""
    from emoclassify.transcript.read import read_words
    from emoclassify.transcript.transcript import joined

    sides = [
        read_words(
            finder.find(_sounds_with_progress(run, sounds, WORDS)),
            run.model(RECOGNIZER),
            language=run.options.speech_language,
            voice=run.model(VOICE_MODEL) if run.options.transcribe_focus and is_scored else None,
            role=role,
        )
        for role, sounds, finder, is_scored in _sides(run)
    ]
    run.transcript = joined(sides)


def _sides(run: "Run") -> Iterator[tuple[str, Iterable["Sound"], "Finder", bool]]:
    """Who speaks, the sound, what finds speech in it, and whether emotions may be read; one item but for a call."""
    from emoclassify.speech.cut import Known

    for role in run.roles:
        sounds = run.sounds_of(run.options.role_places[role.name])
        yield role.name, sounds, Known(role.stretches), role.voice is not None
    if not run.roles:
        spans = None if run.voice is None else [stretch.span for stretch in run.voice.stretches]
        yield "", run.sounds(), run.model(SPEECH_FINDER) if spans is None else Known(spans), True


def _sounds_with_progress(run: "Run", sounds: Iterable["Sound"], stage: Stage) -> Iterator["Sound"]:
    """Yields the same blocks and reports progress once for each second of sound."""
    next_s = 0.0
    for sound in sounds:
        if sound.start_s >= next_s:
            run.tell(stage.name, sound.start_s, run.sound_counts)
            next_s = sound.start_s + 1.0
        yield sound


def _with_picture(options: Options, streams: Streams) -> bool:
    return streams.picture is not False


def _is_voice_wanted(options: Options, streams: Streams) -> bool:
    is_asked_for = options.double_check or options.echo_mean or options.transcribe_focus
    if options.roles:
        return options.voice != "off" and streams.sound is not False and bool(options.scored_roles)
    return options.voice != "off" and streams.sound is not False and (streams.picture is False or is_asked_for)


def _are_turns_wanted(options: Options, streams: Streams) -> bool:
    return bool(options.roles) and streams.sound is not False


def _are_words_asked_for(options: Options) -> bool:
    return options.is_transcribed


def _are_words_wanted(options: Options, streams: Streams) -> bool:
    return _are_words_asked_for(options) and streams.sound is not False


def _is_video_wanted(options: Options, streams: Streams) -> bool:
    return options.annotate and streams.picture is not False


START = Stage("start", 5.0)
FACES = Stage("faces", 60.0, _with_picture, (FACE_DETECTOR, EXPRESSION_MODEL), _read_faces)
SEARCH = Stage("search", 60.0, _with_picture, instead_of=FACES.name)
EXPRESSIONS = Stage("expressions", 540.0, _with_picture, instead_of=FACES.name)
TURNS = Stage("turns", 5.0, _are_turns_wanted, (SPEECH_FINDER,), _find_turns)
VOICE = Stage("voice", 20.0, _is_voice_wanted, (SPEECH_FINDER, VOICE_MODEL), _read_voice)
WORDS = Stage(
    "words", 200.0, _are_words_wanted, (SPEECH_FINDER, RECOGNIZER), _read_words, asked_for=_are_words_asked_for
)
OUTPUTS = Stage("outputs", 5.0)
VIDEO = Stage("video", 30.0, _is_video_wanted)
PREVIEW = Stage("preview", 10.0, _with_picture)

STAGES = (START, FACES, SEARCH, EXPRESSIONS, TURNS, VOICE, WORDS, OUTPUTS, VIDEO, PREVIEW)
"""All stages, in the order in which they run."""


def parts_of(name: str) -> tuple[Stage, ...]:
    """The stages that progress names instead of the one with this name where its model is slow; none for most."""
    return tuple(stage for stage in STAGES if name and stage.instead_of == name)


def kinds_of(options: Options, streams: Streams) -> tuple[ModelKind[Any], ...]:
    """The kinds of models that an analysis with these options uses for these streams."""
    return tuple(kind for stage in STAGES if stage.wanted(options, streams) for kind in stage.models)


def models_of(*option_sets: Options) -> list[ModelInfo]:
    """The models that the stages together use with any of these options for any recording, each once.

    Raises:
        ModelError: a model is missing.
    """
    infos: list[ModelInfo] = []
    for kind in dict.fromkeys(kind for stage in STAGES for kind in stage.models):
        for options in option_sets:
            is_needed = any(kind in stage.models and stage.asked_for(options) for stage in STAGES)
            if is_needed and (info := kind.describe(options)) not in infos:
                infos.append(info)
    return infos
