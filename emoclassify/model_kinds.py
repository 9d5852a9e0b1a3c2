"""The kinds of models that an analysis uses. The modules that load them are imported only then, since they are slow."""

from typing import TYPE_CHECKING

from emoclassify.networks import models, recognizers
from emoclassify.networks.loaded import ModelKind
from emoclassify.networks.models import ModelInfo
from emoclassify.settings import Options

if TYPE_CHECKING:
    from emoclassify.faces.detectors import LoadedDetector
    from emoclassify.faces.expressions import ExpressionModel
    from emoclassify.networks.runtime import Place
    from emoclassify.speech.find import SpeechFinder
    from emoclassify.transcript.recognizer import Recognizer
    from emoclassify.voice.load import LoadedVoice


def _detector_class() -> "type[LoadedDetector]":
    from emoclassify.faces import detectors

    return detectors.DETECTORS[detectors.DETECTOR]


def _load_expressions(description: ModelInfo, place: "Place") -> "ExpressionModel":
    from emoclassify.faces.expressions import ExpressionModel

    return ExpressionModel.load(description.path, place)


def _load_speech_finder(description: ModelInfo, place: "Place") -> "SpeechFinder":
    from emoclassify.speech.find import SpeechFinder

    return SpeechFinder()


def _load_voice_model(description: ModelInfo, place: "Place") -> "LoadedVoice":
    from emoclassify.voice.load import load_voice

    return load_voice(description.path, place)


def _load_recognizer(description: ModelInfo, place: "Place") -> "Recognizer":
    from emoclassify.transcript.engines import open_recognizer

    return open_recognizer(description, place.threads)


def _describe_expressions(options: Options) -> ModelInfo:
    return models.expression_model(options.expression_model)


def _describe_voice_model(options: Options) -> ModelInfo:
    return models.voice_model(options.voice_model)


def _describe_recognizer(options: Options) -> ModelInfo:
    return recognizers.recognizer(options.transcribe_model)


FACE_DETECTOR: "ModelKind[LoadedDetector]" = ModelKind(
    lambda options: _detector_class().describe(), lambda description, place: _detector_class()(place)
)
EXPRESSION_MODEL: "ModelKind[ExpressionModel]" = ModelKind(_describe_expressions, _load_expressions, "expression_model")
SPEECH_FINDER: "ModelKind[SpeechFinder]" = ModelKind(lambda options: models.speech_finder(), _load_speech_finder)
VOICE_MODEL: "ModelKind[LoadedVoice]" = ModelKind(_describe_voice_model, _load_voice_model, "voice_model")
RECOGNIZER: "ModelKind[Recognizer]" = ModelKind(_describe_recognizer, _load_recognizer, "transcribe_model")
