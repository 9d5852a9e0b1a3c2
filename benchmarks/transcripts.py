"""How well words are written down: their errors, the errors of their times, what the models make up, what it costs.

The model is one that `models fetch` fetched, or a folder. Speech is spoken by espeak-ng, which tells its words and
their times; recordings of the sets GRID and RAVDESS say by their names what is spoken in them.
"""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.espeak import Espeak, Spoken
from emoclassify.errors import UsageError
from emoclassify.media.container import ReadCounts
from emoclassify.media.nouns import Sound
from emoclassify.media.read import probe
from emoclassify.media.sound import read_sound
from emoclassify.speech.find import SpeechFinder
from emoclassify.speech.silero import RATE_HZ, Samples
from emoclassify.speech.stretch import Speech
from emoclassify.timeline import Span
from emoclassify.transcript.read import read_words
from emoclassify.transcript.recognizer import Recognizer
from emoclassify.transcript.transcript import Transcript

SENTENCES = {
    "en": (
        "Good morning, my name is Anna, how can I help you today?",
        "I ordered a blue jacket two weeks ago and it has not arrived yet.",
        "That is very disappointing, I will look into it right now.",
        "Thank you, I am really happy with the way you handled this.",
    ),
    "ru": (
        "Здравствуйте, меня зовут Анна, чем я могу вам помочь?",
        "Я заказал синюю куртку две недели назад, и она ещё не пришла.",
        "Мне очень жаль, я сейчас же всё проверю.",
        "Спасибо, я очень доволен тем, как вы решили мой вопрос.",
    ),
}
"""What is spoken, by language."""

_VOICES = {"en": "en-us", "ru": "ru"}
_PAUSE_S = 0.8

_GRID = {
    "bin place lay set": 0,
    "blue green red white": 1,
    "at by in with": 2,
    "again now please soon": 5,
}
"""The words of GRID -> the place of their first letter in the name of a recording; a letter and a digit are between."""

_DIGITS = dict(zip("z123456789", "zero one two three four five six seven eight nine".split(), strict=True))
_RAVDESS = {"01": "kids are talking by the door", "02": "dogs are sitting by the door"}


@dataclass(frozen=True)
class Figures:
    """How well some speech was written down.

    Attributes:
        n_words: that were said.
        n_errors: words replaced, left out and added.
        start_errors_s: of each word that is right: how far its start is from the truth.
        speech_s: length of the sound.
        processor_s: that it took.
    """

    n_words: int
    n_errors: int
    start_errors_s: tuple[float, ...]
    speech_s: float
    processor_s: float

    def __str__(self) -> str:
        text = f"{self.n_errors} errors in {self.n_words} words (WER {self.n_errors / self.n_words:.1%})"
        if self.start_errors_s:
            median_s, most_s = np.percentile(self.start_errors_s, [50, 95])
            text += f", starts off by {median_s:.3f} s (median), {most_s:.3f} s (95 %)"
        return f"{text}; {60 * self.processor_s / self.speech_s:.0f} processor seconds a minute of sound"


def lines(
    recognizer: Recognizer, clips: Sequence[Path], ravdess: Path | None, n_of_ravdess: int, same: Sequence[Path] = ()
) -> Iterator[str]:
    """All figures of a model, as lines to be printed."""
    finder = SpeechFinder()
    yield f"model run by {recognizer.runtime}"
    for language, sentences in SENTENCES.items():
        try:
            yield f"espeak-ng, {language}: {figures_of_speech(recognizer, finder, language, sentences)}"
        except UsageError as exc:  # a model of one language
            yield f"espeak-ng, {language}: {exc}"
    for name, paths in (("GRID", grid_clips(clips)), ("RAVDESS", ravdess_clips(ravdess, n_of_ravdess))):
        if paths:
            yield f"{name}, {len(paths)} recordings: {_figures_of_clips(recognizer, finder, paths)}"
    yield from _of_the_same(recognizer, finder, same)
    for name, samples in noises().items():
        yield f"{name}: {_invented(recognizer, finder, samples)}"


def figures_of_speech(recognizer: Recognizer, finder: SpeechFinder, language: str, sentences: Sequence[str]) -> Figures:
    """The figures of made speech with known words and times."""
    spoken = in_a_row([Espeak().say(sentence, _VOICES[language]) for sentence in sentences])
    started = time.process_time()
    transcript = read_words(finder.find(_blocks(spoken.samples)), recognizer, language=language)
    processor_s = time.process_time() - started
    words = transcript.words
    n_errors, pairs = aligned([text for text, _ in spoken.words], [word.text for word in words])
    errors_s = tuple(abs(words[j].span.start_s - spoken.words[i][1].start_s) for i, j in pairs)
    return Figures(len(spoken.words), n_errors, errors_s, spoken.length_s, processor_s)


def in_a_row(parts: Sequence[Spoken]) -> Spoken:
    """The same one after the other, with a pause after each."""
    silence = np.zeros(round(_PAUSE_S * RATE_HZ), np.float32)
    samples, words, offset_s = list[Samples](), list[tuple[str, Span]](), 0.0
    for part in parts:
        words += [(text, Span(span.start_s + offset_s, span.end_s + offset_s)) for text, span in part.words]
        samples += [part.samples, silence]
        offset_s += part.length_s + _PAUSE_S
    return Spoken(np.concatenate(samples), tuple(words))


def aligned(said: Sequence[str], answers: Sequence[str]) -> tuple[int, list[tuple[int, int]]]:
    """The fewest words to replace, leave out or add, and the pairs of words that are the same (Levenshtein)."""
    truth, answer = list(map(plain, said)), list(map(plain, answers))
    costs = np.zeros((len(truth) + 1, len(answer) + 1), np.int64)
    costs[:, 0], costs[0] = np.arange(len(truth) + 1), np.arange(len(answer) + 1)
    for i, one in enumerate(truth, start=1):
        for j, other in enumerate(answer, start=1):
            costs[i, j] = min(costs[i - 1, j] + 1, costs[i, j - 1] + 1, costs[i - 1, j - 1] + (one != other))
    pairs, i, j = list[tuple[int, int]](), len(truth), len(answer)
    while i and j:
        if truth[i - 1] == answer[j - 1] and costs[i, j] == costs[i - 1, j - 1]:
            pairs.append((i - 1, j - 1))
            i, j = i - 1, j - 1
        elif costs[i, j] == costs[i - 1, j - 1] + 1:
            i, j = i - 1, j - 1
        elif costs[i, j] == costs[i - 1, j] + 1:
            i -= 1
        else:
            j -= 1
    return int(costs[-1, -1]), pairs[::-1]


def plain(word: str) -> str:
    """A word as it is compared: small letters without punctuation."""
    return re.sub(r"[^\w]", "", word.lower().replace("\u0451", "\u0435"))


def grid_clips(paths: Sequence[Path]) -> dict[Path, str]:
    """Recordings of GRID -> what is said in them, which their names say in six letters."""
    return {path: text for path in paths if (text := _grid_text(path.stem.removeprefix("grid_")))}


def _grid_text(code: str) -> str:
    if not re.fullmatch("[bpls][bgrw][abiw][a-z][z0-9][anps]", code):
        return ""
    words = {
        place: next(word for word in names.split() if word.startswith(code[place])) for names, place in _GRID.items()
    }
    return " ".join([words[0], words[1], words[2], code[3], _DIGITS[code[4]], words[5]])


def ravdess_clips(folder: Path | None, most: int) -> dict[Path, str]:
    """Some spoken recordings of RAVDESS, spread over all -> what is said in them."""
    paths = [] if folder is None else sorted(folder.rglob("03-01-*.*"))
    step = max(1, len(paths) // most)
    return {path: _RAVDESS[path.stem.split("-")[4]] for path in paths[::step][:most]}


def _figures_of_clips(recognizer: Recognizer, finder: SpeechFinder, texts: dict[Path, str]) -> Figures:
    n_words = n_errors = 0
    speech_s = processor_s = 0.0
    for path, text in texts.items():
        samples = _samples_of(path)
        started = time.process_time()
        transcript = read_words(finder.find(_blocks(samples)), recognizer, language="en")
        processor_s += time.process_time() - started
        n_errors += aligned(text.split(), [word.text for word in transcript.words])[0]
        n_words += len(text.split())
        speech_s += len(samples) / RATE_HZ
    return Figures(n_words, n_errors, (), speech_s, processor_s)


def _of_the_same(recognizer: Recognizer, finder: SpeechFinder, paths: Sequence[Path]) -> Iterator[str]:
    """How many words of recordings of the same speech differ from those of the first; what is said is not known."""
    first = list[str]()
    for path in paths:
        started, samples = time.process_time(), _samples_of(path)
        words = [word.text for word in read_words(finder.find(_blocks(samples)), recognizer).words]
        cost_s = 60 * (time.process_time() - started) / (len(samples) / RATE_HZ)
        n_other = aligned(first, words)[0] if first else 0
        first = first or words
        yield f"{path.name}: {len(words)} words, {n_other} not as in the first; {cost_s:.0f} processor seconds a minute"


def _samples_of(path: Path) -> Samples:
    sounds = read_sound(path, probe(path), rate_hz=RATE_HZ, counts=ReadCounts())
    return np.concatenate([sound.samples for sound in sounds])


def _blocks(samples: Samples) -> Iterator[Sound]:
    for first in range(0, len(samples), RATE_HZ):
        yield Sound(first / RATE_HZ, samples[first : first + RATE_HZ])


def noises(length_s: float = 20.0) -> dict[str, Samples]:
    """Sound in which nobody speaks, by name: float32 (n,), 16 kHz."""
    rng, times_s = np.random.default_rng(1), np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    white = rng.normal(0, 0.1, len(times_s))
    chords_hz = np.array([[262, 330, 392], [220, 262, 330], [175, 220, 262], [196, 247, 294]])
    of_moment = (times_s // 1.0).astype(int) % len(chords_hz)
    music = sum(np.sin(2 * np.pi * chords_hz[of_moment, i] * times_s) for i in range(3)) / 6
    melody_hz = 440 * 2 ** (rng.integers(0, 12, round(length_s * 4)) / 12)
    melody = 0.3 * np.sin(2 * np.pi * np.cumsum(melody_hz[(times_s * 4).astype(int)]) / RATE_HZ)
    hum = 0.2 * np.sin(2 * np.pi * 50 * times_s) + 0.02 * white
    named = {"silence": 0 * white, "noise": white, "music": music + melody, "hum": hum}
    return {name: samples.astype(np.float32) for name, samples in named.items()}


def _invented(recognizer: Recognizer, finder: SpeechFinder, samples: Samples) -> str:
    """What is written down of it: by the model alone, and by the program."""
    whole = Speech(Span(0.0, len(samples) / RATE_HZ), Sound(0.0, samples))
    n_alone = len(recognizer.hear(samples, "en"))
    judged = read_words([whole], recognizer, language="en")
    transcript = read_words(finder.find(_blocks(samples)), recognizer, language="en")
    return (
        f"the model alone writes {n_alone} words, of which the rules leave {_n_words(judged)}; "
        f"with the speech found first {_n_words(transcript)} are written"
    )


def _n_words(transcript: Transcript) -> int:
    return len(transcript.words)
