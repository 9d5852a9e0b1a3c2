"""Speech recognition by onnx-asr (https://github.com/istupakov/onnx-asr): GigaAM, Parakeet and others, on a CPU.

Its models tell where each token starts: letters or parts of words, which are joined to words here.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from emoclassify.errors import ModelError
from emoclassify.extras import packages
from emoclassify.speech.silero import Samples
from emoclassify.timeline import Span
from emoclassify.transcript.word import Word

_LONGEST_TOKEN_S = 0.4
"""A token ends where the next one starts, and after this time at the latest: a pause may follow."""

_VARIANTS = {
    "v3_e2e_ctc": "gigaam-v3-e2e-ctc",
    "v3_e2e_rnnt": "gigaam-v3-e2e-rnnt",
    "v3_ctc": "gigaam-v3-ctc",
    "v3_rnnt": "gigaam-v3-rnnt",
    "v2_ctc": "gigaam-v2-ctc",
    "v2_rnnt": "gigaam-v2-rnnt",
}
"""Start of a file name -> what onnx-asr calls the model: these models share a folder, whose config.json names none."""

_ONE_LANGUAGE = ""


class OnnxRecognizer:
    """A model that onnx-asr runs."""

    window_s = 0.0

    def __init__(self, folder: Path, files: Sequence[str], threads: int) -> None:
        """Loads a model.

        Args:
            folder: of the model.
            files: the names of its files.
            threads: of the processor.

        Raises:
            ModelError: a file is missing or damaged, or the model does not tell the times of its words.
            EmoClassifyError: onnx-asr is not installed.
        """
        with packages("transcribe"):
            import onnx_asr
            import onnxruntime
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads, settings.inter_op_num_threads = threads, 1
        variant: Any = next((name for start, name in _VARIANTS.items() if any(map(_begins(start), files))), None)
        quantization = "int8" if any(".int8." in file for file in files) else None
        try:
            model = onnx_asr.load_model(
                variant, folder, quantization=quantization, sess_options=settings, providers=["CPUExecutionProvider"]
            )
        except Exception as exc:  # onnxruntime and json raise classes of many kinds
            raise ModelError("recognizer_not_loaded", path=str(folder), why=_one_line(exc)) from exc
        self.runtime = f"onnxruntime {onnxruntime.__version__}, cpu"
        self._model = model.with_timestamps()

    def language_of(self, samples: Samples) -> str:
        """Empty: these models have one language, or hear by themselves which one it is."""
        return _ONE_LANGUAGE

    def hear(self, samples: Samples, language: str) -> list[Word]:
        """The words in order, as `Recognizer.hear`.

        Raises:
            ModelError: the model does not tell times.
        """
        result = self._model.recognize(samples, sample_rate=16_000)
        if result.timestamps is None or result.tokens is None:
            raise ModelError("recognizer_no_times")
        confidences = [1.0] * len(result.tokens) if result.logprobs is None else list(map(math.exp, result.logprobs))
        return list(_words(result.tokens, result.timestamps, confidences, len(samples) / 16_000))


def _words(
    tokens: Sequence[str], starts_s: Sequence[float], confidences: Sequence[float], end_s: float
) -> Iterator[Word]:
    """The tokens joined: a space in front of one begins a word."""
    ends_s = [
        min(next_s, start_s + _LONGEST_TOKEN_S)
        for start_s, next_s in zip(starts_s, [*starts_s, end_s][1:], strict=True)
    ]
    pieces = list[tuple[str, float, float, float]]()
    for token, start_s, stop_s, confidence in zip(tokens, starts_s, ends_s, confidences, strict=True):
        if token.startswith(" ") and pieces:
            yield _word(pieces)
            pieces = []
        if token.strip():
            pieces.append((token.strip(), start_s, stop_s, confidence))
    if pieces:
        yield _word(pieces)


def _word(pieces: Sequence[tuple[str, float, float, float]]) -> Word:
    """Its confidence is the geometric mean of those of its tokens."""
    logs = [math.log(max(confidence, 1e-9)) for _, _, _, confidence in pieces]
    confidence = min(1.0, math.exp(sum(logs) / len(logs)))
    return Word(Span(pieces[0][1], max(pieces[-1][2], pieces[0][1])), "".join(text for text, *_ in pieces), confidence)


def _begins(start: str) -> Callable[[str], bool]:
    return lambda file: file.startswith(start)


def _one_line(exc: Exception) -> str:
    return " ".join(str(exc).split())[:200] or type(exc).__name__
