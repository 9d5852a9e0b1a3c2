"""Speech recognition by Whisper, run by faster-whisper (https://github.com/SYSTRAN/faster-whisper) on a CPU.

Its times of words follow the attention of the network (dynamic time warping). Nothing is sampled at random, so that the
same sound gives the same words.
"""

from pathlib import Path

from emoclassify.errors import ModelError, UsageError
from emoclassify.extras import packages
from emoclassify.speech.silero import Samples
from emoclassify.timeline import Span
from emoclassify.transcript.word import Word

_FILES = ("config.json", "tokenizer.json")
"""Beside the weights; without them the engine would ask the hub."""


class WhisperRecognizer:
    """A Whisper model that faster-whisper runs."""

    window_s = 28.0
    """Whatever the length of the sound, the network reads 30 s: short stretches are read together."""

    def __init__(self, folder: Path, threads: int) -> None:
        """Loads a model in the form of CTranslate2.

        Args:
            folder: of the model.
            threads: of the processor.

        Raises:
            ModelError: a file is missing or damaged.
            EmoClassifyError: faster-whisper is not installed.
        """
        with packages("transcribe"):
            import ctranslate2
            from faster_whisper import WhisperModel
        for file in _FILES:
            if not (folder / file).is_file():
                raise ModelError("recognizer_not_loaded", path=str(folder), why=f"{file} is missing")
        try:
            self._model = WhisperModel(
                str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
            )
        except Exception as exc:  # tokenizers raises Exception itself, CTranslate2 RuntimeError and ValueError
            why = " ".join(str(exc).split())[:200]
            raise ModelError("recognizer_not_loaded", path=str(folder), why=why) from exc
        self.runtime = f"ctranslate2 {ctranslate2.__version__}, cpu, int8"

    def language_of(self, samples: Samples) -> str:
        """The most likely of its languages."""
        if not self._model.model.is_multilingual:
            return "en"
        language, _, _ = self._model.detect_language(samples)
        return str(language)

    def hear(self, samples: Samples, language: str) -> list[Word]:
        """The words in order, as `Recognizer.hear`."""
        if language and language not in self._model.supported_languages:
            raise UsageError("speech_language_unknown", given=language)
        segments, _ = self._model.transcribe(
            samples,
            language=language or None,
            beam_size=5,
            temperature=[0.0],
            condition_on_previous_text=False,
            word_timestamps=True,
        )
        return [
            Word(Span(float(word.start), float(word.end)), word.word.strip(), float(word.probability))
            for segment in segments
            for word in segment.words or ()
            if word.word.strip()
        ]
