"""Measures the models on the user's own labelled files: FOLDER/<label>/<files>, in sub-folders too."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emoclassify.errors import MediaError, UsageError
from emoclassify.faces.expressions import crop_face
from emoclassify.labels import EMOTIONS, Scores, emotion_of
from emoclassify.media.container import ReadCounts
from emoclassify.media.formats import MEDIA_ENDINGS
from emoclassify.media.nouns import Sound
from emoclassify.media.read import FrameStream, probe
from emoclassify.media.sound import read_sound
from emoclassify.metrics import Measured, measure
from emoclassify.model_kinds import EXPRESSION_MODEL, FACE_DETECTOR, SPEECH_FINDER, VOICE_MODEL
from emoclassify.networks.runtime import choose_place, set_threads
from emoclassify.settings import Options
from emoclassify.speech.silero import RATE_HZ
from emoclassify.voice.read import Finder, Voice, read_voice, windows

Score = Callable[[Path], Scores]
"""One file -> float32 (7,), sum 1."""


@dataclass(frozen=True)
class Evaluation:
    """How good a model is on a folder, and which files were left out."""

    measured: Measured
    left_out: dict[str, int]
    """Reason -> how many files."""


def evaluate_faces(folder: Path, options: Options, *, detect: bool) -> Evaluation:
    """Measures the expression model on pictures of faces, or with `detect` on whole pictures.

    A video counts as the mean of its sampled frames; a picture in which no face is found is scored as it is.

    Raises:
        UsageError: no labelled file.
        ModelError: the model cannot be loaded.
    """
    place = choose_place(options.runtime, options.device)
    model = EXPRESSION_MODEL.open(options, place)
    detector = FACE_DETECTOR.open(options, place) if detect else None
    set_threads(1)

    def score(path: Path) -> Scores:
        crops = []
        for frame in FrameStream(path, probe(path), sample_fps=options.sample_fps, every=options.every):
            detections = detector.detect(frame.rgb, options.min_face) if detector else None
            crops.append(crop_face(frame.rgb, detections.boxes_xyxy[0]) if detections else frame.rgb)
        if not crops:
            raise MediaError("file_no_picture")
        return _mean(model.predict(crops))

    return _evaluate(folder, score)


def evaluate_voice(folder: Path, options: Options) -> Evaluation:
    """Measures the voice model on recordings of speech, each scored by `hear`.

    Raises:
        UsageError: no labelled file.
        ModelError: the model cannot be loaded.
    """
    place = choose_place(options.runtime, options.device)
    model, finder = VOICE_MODEL.open(options, place), SPEECH_FINDER.open(options, place)
    set_threads(1)
    return _evaluate(folder, lambda path: hear(path, finder, model))


def hear(path: Path, finder: Finder, model: Voice) -> Scores:
    """The scores of a whole recording, as `analyze` gives them with `echo_mean`; float32 (7,), sum 1.

    A recording without detected speech is scored as if all of it were speech.

    Raises:
        MediaError: it cannot be read, or has no sound.
    """
    sounds = list(read_sound(path, probe(path), rate_hz=RATE_HZ, counts=ReadCounts()))
    if not sounds:
        raise MediaError("file_no_sound")
    mean = read_voice(sounds, finder, model).mean
    if mean is not None:
        return mean.scores
    recording = Sound(0.0, np.concatenate([sound.samples for sound in sounds]))
    return _mean(model.predict([window.samples for window in windows(recording)]))


def _evaluate(folder: Path, score: Score) -> Evaluation:
    left_out: Counter[str] = Counter()
    truth: list[int] = []
    scores: list[Scores] = []
    for path, label in _labelled(folder):
        if label is None:
            left_out["in no folder of a label"] += 1
            continue
        emotion = emotion_of(label)
        if emotion is None:
            left_out[f"label {label} is none of the seven"] += 1
            continue
        try:
            scores.append(score(path))
            truth.append(EMOTIONS.index(emotion))
        except MediaError as exc:
            left_out[str(exc)] += 1
    if not truth:
        raise UsageError("no_labelled_file", folder=str(folder), labels=list(EMOTIONS))
    return Evaluation(measure(np.stack(scores), np.array(truth)), dict(left_out))


def _labelled(folder: Path) -> Iterator[tuple[Path, str | None]]:
    """The files with a media ending that are not hidden, each with its label, the name of its top folder, or None."""
    # Each top folder is searched separately, so that a label may be a link to a folder elsewhere.
    below = (path for place in folder.glob("*") for path in (place.rglob("*") if place.is_dir() else [place]))
    for path in sorted(below):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in parts)
        if path.is_file() and path.suffix.lower() in MEDIA_ENDINGS and not hidden:
            yield path, parts[0] if len(parts) > 1 else None


def _mean(scores: Scores) -> Scores:
    return np.asarray(scores.mean(axis=0, dtype=np.float64), dtype=np.float32)
