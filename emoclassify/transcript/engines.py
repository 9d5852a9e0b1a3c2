"""The engine of a model, told by the files of the model."""

from pathlib import Path

from emoclassify.errors import ModelError
from emoclassify.networks.models import ModelInfo
from emoclassify.transcript.by_onnx import OnnxRecognizer
from emoclassify.transcript.by_whisper import WhisperRecognizer
from emoclassify.transcript.recognizer import Recognizer


def open_recognizer(model: ModelInfo, threads: int) -> Recognizer:
    """The model in memory, run by the engine that its files are for.

    Raises:
        ModelError: its files are of no engine, or it is damaged.
        EmoClassifyError: the engine is not installed.
    """
    if "model.bin" in model.files:
        return WhisperRecognizer(model.path, threads)
    if any(Path(file).suffix == ".onnx" for file in model.files):
        return OnnxRecognizer(model.path, sorted(model.files), threads)
    raise ModelError("recognizer_unfit", path=str(model.path))
