"""`analyze`: runs the stages on one recording and builds the analysis from their results."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from emoclassify import stages
from emoclassify.analysis import Analysis, Counts
from emoclassify.crosscheck import Agreement, compare, weights_of
from emoclassify.errors import MediaError
from emoclassify.media.container import file_errors
from emoclassify.media.nouns import MediaInfo, Source
from emoclassify.media.picture_store import PictureStore
from emoclassify.model_kinds import EXPRESSION_MODEL, SPEECH_FINDER, VOICE_MODEL
from emoclassify.networks import models
from emoclassify.networks.loaded import LoadedModels
from emoclassify.run import OnProgress, Run
from emoclassify.settings import Options
from emoclassify.speech.track import with_speaking_track
from emoclassify.transcript.transcript import Transcript
from emoclassify.words.messages import Message

_SHORT_BY_S = 1.0
"""A recording that ends more than this before its header says gets a warning."""


class Analyzer:
    """Analyzes one recording after another with the models that it holds.

    A model is loaded when it is first needed and stays in memory until another of its kind is asked for. Two analyzers
    in two threads share nothing; an analyzer that two threads call runs one analysis after the other.
    """

    def __init__(self) -> None:
        """Loads nothing yet."""
        self._loaded = LoadedModels()
        self._one_at_a_time = threading.Lock()  # models have state: what finds speech remembers the sound before

    def analyze(
        self,
        path: str | Path,
        options: Options | None = None,
        *,
        on_progress: OnProgress = lambda progress: None,
        store: PictureStore | None = None,
    ) -> Analysis:
        """Reads the faces and the voice of one recording.

        The voice is read where there is no picture, and where `double_check` or `echo_mean` is set. A recording without
        faces or speech is no error.

        Args:
            path: a video, audio or picture file.
            options: all options of the analysis; the defaults where left out.
            on_progress: called with the progress of each stage.
            store: takes the decoded pictures that are looked at.

        Raises:
            MediaError: the recording cannot be read, or has no picture where voices are not read.
            ModelError: a model is missing, damaged or does not fit.
            UsageError: an option that this machine cannot fulfil.
        """
        path = Path(path)
        with self._one_at_a_time:
            run = Run(path, options or Options(), self._loaded, on_progress, store)
            if run.info.video is None and run.options.voice == "off" and not run.options.is_transcribed:
                raise MediaError("sound_alone_off")
            with file_errors():
                before = path.stat()
            _run_stages(run)
            analysis = _analysis(run)
            with file_errors():
                after = path.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise MediaError("file_changed")
        return analysis


def analyze(
    path: str | Path, options: Options | None = None, *, on_progress: OnProgress = lambda progress: None
) -> Analysis:
    """Reads the faces and the voice of one recording, as `Analyzer.analyze`.

    Each thread that calls it has an analyzer of its own, which lives as long as the thread: a second call finds the
    models loaded, and threads do not wait for each other. To free the memory of the models earlier, use an
    `Analyzer`.
    """
    return _of_this_thread.analyzer.analyze(path, options, on_progress=on_progress)


class _OfThread(threading.local):
    def __init__(self) -> None:  # called once in each thread that uses it
        self.analyzer = Analyzer()


_of_this_thread = _OfThread()


def _run_stages(run: Run) -> None:
    streams = stages.Streams.of(run.info)
    hears = stages.VOICE.wanted(run.options, streams) or stages.WORDS.wanted(run.options, streams)
    if hears and not run.options.roles and run.options.audio_track is None and len(run.info.audio_tracks) > 1:
        run.load((SPEECH_FINDER,))
        run.info = with_speaking_track(run.path, run.info, run.model(SPEECH_FINDER))
    for stage in stages.STAGES:
        if stage.run is None or not stage.wanted(run.options, streams):
            continue
        if not stages.parts_of(stage.name):  # else it is reported as one of its parts, known when its models are loaded
            run.tell_begun(stage.name)
        with run.timed(f"load_{stage.name}"):
            run.load(stage.models)
        with run.timed(stage.name):
            stage.run(run)


def _analysis(run: Run) -> Analysis:
    analysis = Analysis(
        source=_source(run.path, run.info),
        options=run.options,
        models=run.models_used,
        end_s=max(run.picture_counts.end_s, run.sound_counts.end_s),
        picture_end_s=run.picture_counts.end_s,
        frames=run.faces.frames,
        faces=run.faces.readings,
        voice=run.voice,
        segments=(),
        counts=Counts(**dict.fromkeys(Counts.__dataclass_fields__, 0)),
        timings_s={stage: round(seconds, 3) for stage, seconds in run.timings_s.items()},
        warnings=(),
        others=run.faces.others,
        unlike=run.faces.unlike,
        pictures=run.faces.pictures,
        baselines=run.faces.baselines,
        analyzed_at=run.started_at.isoformat(timespec="seconds"),
        roles=run.roles,
        weights=weights_of(run.log_loss(EXPRESSION_MODEL), run.log_loss(VOICE_MODEL)),
    )
    segments = _segments(run, analysis)
    transcript = _transcript(run, analysis)
    warnings = (*_read_warnings(run), *_found_warnings(run))
    counts = _counts(run, analysis)
    return replace(analysis, segments=segments, transcript=transcript, counts=counts, warnings=warnings)


def _segments(run: Run, analysis: Analysis) -> tuple[Agreement, ...]:
    if run.voice is None:
        return ()
    stretches = run.voice.stretches
    if not run.options.double_check:
        return tuple(Agreement(stretch) for stretch in stretches)
    if not analysis.persons:
        return compare(stretches, None, None)
    return compare(stretches, 1, analysis.timeline(1), n_faces=analysis.n_faces, weights=analysis.weights)


def _transcript(run: Run, analysis: Analysis) -> Transcript | None:
    """What was said, with the main person's face beside each phrase."""
    if run.transcript is None or not analysis.persons:
        return run.transcript
    return run.transcript.with_faces(1, analysis.timeline(1), analysis.n_faces, analysis.weights)


def _read_warnings(run: Run) -> Iterator[Message]:
    picture, sound = run.picture_counts, run.sound_counts
    of_picture = picture.warnings("picture")
    of_sound = [warning for warning in sound.warnings("sound") if warning not in of_picture]
    of_file = [note for note in run.info.notes if not (run.roles and note.code == "track_chosen")]  # all are read
    yield from (*of_file, *of_picture, *of_sound, *run.notes)
    header_s = run.info.duration_s
    for kind, counts in (("picture", picture), ("sound", sound)):
        if counts.decoded and header_s is not None and counts.end_s < header_s - _SHORT_BY_S:
            ends = {"end_s": round(float(counts.end_s), 1), "header_s": round(header_s, 1)}
            yield Message(f"{kind}_ends_early", ends)


def _source(path: Path, info: MediaInfo) -> Source:
    with file_errors():
        return Source.of(path.name, models.sha256_of(path), info)


def _counts(run: Run, analysis: Analysis) -> Counts:
    with_face = {reading.frame for reading in analysis.faces}
    has_face = [sampled.frame in with_face for sampled in analysis.frames]
    gaps = sum(not here and (i == 0 or has_face[i - 1]) for i, here in enumerate(has_face))
    return Counts(
        decoded=run.picture_counts.decoded,
        sampled=len(analysis.frames),
        with_face=len(with_face),
        faces=len(analysis.faces),
        doubtful=sum(not reading.quality_ok for reading in analysis.faces),
        unconfirmed=run.faces.unconfirmed,
        persons=len(set(analysis.persons) - set(analysis.pictures)),
        gaps=gaps,
        speech_stretches=len(run.voice.stretches) if run.voice else 0,
        voice_windows=len(run.voice.windows) if run.voice else 0,
    )


def _found_warnings(run: Run) -> Iterator[Message]:
    if not run.info.has("picture"):
        yield Message("no_picture")
    if run.info.video is not None and not run.faces.readings:
        yield Message("no_face", {"n": len(run.faces.frames)})
    if n_outside := len({other.frame for other in run.faces.others if other.outside}):
        yield Message("faces_outside", {"n": n_outside, "area": run.options.area})
    if run.faces.pictures:
        yield Message("pictures_left_out", {"n": len(run.faces.pictures)})
    if run.options.double_check and not run.info.has("sound"):
        yield Message("no_sound_to_compare")
    if run.options.echo_mean and not run.info.has("sound"):
        yield Message("no_sound_to_hear")
    if run.voice is not None and not run.voice.stretches:
        yield Message("no_speech")
    if run.options.is_transcribed and not run.info.has("sound"):
        yield Message("no_sound_to_transcribe")
    if unscored := [role.name for role in run.roles if role.voice is None]:
        yield Message("roles_not_scored", {"roles": unscored})
    if run.transcript is not None and run.transcript.n_invented:
        yield Message("words_invented", {"n": run.transcript.n_invented})
    wordless = [stretch for stretch in run.voice.stretches if not stretch.is_speech] if run.voice else []
    if wordless:
        yield Message("sounds_without_words", {"n": len(wordless)})
