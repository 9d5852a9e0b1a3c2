"""Readers of the published speech corpora, each in its published layout, and of a folder of one's own.

RAVDESS  Actor_NN/03-01-EE-II-SS-RR-AA.*   emotion EE, actor AA             (Livingstone and Russo 2018)
TESS     OAF_angry/OAF_back_angry.*        speaker, word, emotion           (Pichora-Fuller and Dupuis 2020)
EMO-DB   wav/03a01Fa.*                     speaker, text, emotion letter    (Burkhardt et al. 2005)
nEMO     samples/EB0_anger_1.*             speaker, emotion, sentence       (Christop 2024)
CREMA-D  AudioWAV/1001_DFA_ANG_XX.*        actor, sentence, emotion, level  (Cao et al. 2014)
SAVEE    DC/a01.* or DC_a01.*              speaker, emotion letter, take    (Haq and Jackson 2009)
own      <label>/**, speakers.csv          columns file,speaker; file below the folder
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from emoclassify.errors import MediaError, UsageError
from emoclassify.labels import EMOTIONS, emotion_of
from emoclassify.voice.mfcc import RATE_HZ, Waveform

_AUDIO_ENDINGS = {".wav", ".opus", ".ogg", ".oga", ".flac", ".mp3", ".m4a"}
_SPEAKER_TABLE = "speakers.csv"
_RAVDESS = {
    "01": "neutral",
    "02": "calm",
    "03": "happy",
    "04": "sad",
    "05": "angry",
    "06": "fearful",
    "07": "disgust",
    "08": "surprised",
}
_CREMAD = {"ANG": "anger", "DIS": "disgust", "FEA": "fear", "HAP": "happy", "NEU": "neutral", "SAD": "sad"}
_SAVEE = {
    "a": "anger",
    "d": "disgust",
    "f": "fear",
    "h": "happiness",
    "n": "neutral",
    "sa": "sadness",
    "su": "surprise",
}
_SAVEE_SPEAKERS = ("DC", "JE", "JK", "KL")
_TESS_SPEAKERS = {"OAF": "OAF", "OA": "OAF", "YAF": "YAF"}  # one published file is misnamed: OA_bite_neutral
_EMODB = {"W": "anger", "L": "boredom", "E": "disgust", "A": "fear", "F": "happiness", "T": "sadness", "N": "neutral"}


@dataclass(frozen=True)
class Clip:
    """One recording of one speaker with one emotion."""

    path: Path
    corpus: str
    speaker: str
    """Unique over all corpora, "ravdess/07"."""
    emotion: str
    """One of EMOTIONS."""

    @property
    def label(self) -> int:
        """The emotion's place in EMOTIONS, 0..6."""
        return EMOTIONS.index(self.emotion)


@dataclass(frozen=True)
class Corpora:
    """The clips found, and how many files were left out under each label that is none of the seven."""

    clips: tuple[Clip, ...]
    left_out: Counter[str]
    """"emodb: boredom" -> files."""


def read_corpora(folder: str | Path) -> Corpora:
    """Reads every corpus below a folder: sub-folders named by a published corpus, or with a speakers.csv.

    Args:
        folder: holds one folder a corpus.

    Returns:
        The clips in the order of their paths. Calm counts as neutral.

    Raises:
        UsageError: there is no corpus below the folder, or a file of one has no place in its published layout.
    """
    clips: list[Clip] = []
    left_out: Counter[str] = Counter()
    for corpus in sorted(path for path in Path(folder).glob("*") if path.is_dir()):
        for path, speaker, label in _read(corpus):
            emotion = emotion_of(label)
            if emotion is None:
                left_out[f"{corpus.name.lower()}: {label}"] += 1
            else:
                clips.append(Clip(path, corpus.name.lower(), f"{corpus.name.lower()}/{speaker}", emotion))
    if not clips:
        raise UsageError(f"{folder}: no corpus here; expected folders named {', '.join(_READERS)} or with speakers.csv")
    return Corpora(tuple(clips), left_out)


def waveform(path: Path, rate_hz: int = RATE_HZ) -> Waveform:
    """Decodes a whole audio file.

    Returns:
        float32 (n,), mono, at the rate asked for, -1..1.

    Raises:
        MediaError: the file cannot be decoded or has no sound.
    """
    try:
        with av.open(str(path)) as container:
            resampler = av.AudioResampler(format="flt", layout="mono", rate=rate_hz)
            frames = [*container.decode(audio=0), None]  # None flushes the resampler
            blocks = [block.to_ndarray()[0] for frame in frames for block in resampler.resample(frame)]
    except (av.FFmpegError, IndexError) as error:
        raise MediaError(f"{path}: cannot be decoded ({error})") from error
    if not blocks:
        raise MediaError(f"{path}: has no sound")
    return np.concatenate(blocks).astype(np.float32)


_Row = tuple[Path, str, str]  # file, speaker inside the corpus, label as the corpus writes it


def _read(corpus: Path) -> Iterable[_Row]:
    reader = _READERS.get(corpus.name.lower())
    if reader is None:
        return _read_own(corpus) if (corpus / _SPEAKER_TABLE).is_file() else []
    files = sorted(path for path in corpus.rglob("*") if path.suffix.lower() in _AUDIO_ENDINGS)
    return [(path, *_parsed(reader, path)) for path in files]


def _parsed(reader: Callable[[Path], tuple[str, str]], path: Path) -> tuple[str, str]:
    try:
        return reader(path)
    except (IndexError, KeyError, ValueError) as error:
        raise UsageError(f"{path}: not a name of this corpus's published layout; move the file away") from error


def _ravdess(path: Path) -> tuple[str, str]:
    _modality, channel, emotion, _intensity, _statement, _repetition, actor = path.stem.split("-")
    return actor, _RAVDESS[emotion] if channel == "01" else "song"


def _tess(path: Path) -> tuple[str, str]:
    speaker, _word, emotion = path.stem.split("_")
    return _TESS_SPEAKERS[speaker], emotion


def _emodb(path: Path) -> tuple[str, str]:
    return path.stem[:2], _EMODB[path.stem[5]]


def _nemo(path: Path) -> tuple[str, str]:
    speaker, emotion, _sentence = path.stem.split("_")
    return speaker, emotion


def _cremad(path: Path) -> tuple[str, str]:
    actor, _sentence, emotion, _level = path.stem.split("_")
    return actor, _CREMAD[emotion]


def _savee(path: Path) -> tuple[str, str]:
    """The corpus has a folder a speaker; copies of it often carry the speaker in the name instead."""
    speaker, _, take = path.stem.rpartition("_")
    speaker = speaker or path.parent.name
    return _SAVEE_SPEAKERS[_SAVEE_SPEAKERS.index(speaker)], _SAVEE[take.rstrip("0123456789")]


def _read_own(corpus: Path) -> Iterable[_Row]:
    with (corpus / _SPEAKER_TABLE).open(newline="", encoding="utf-8") as table:
        rows = sorted((row["file"], row["speaker"]) for row in csv.DictReader(table))
    return [(corpus / file, speaker, Path(file).parts[0]) for file, speaker in rows]


_READERS: dict[str, Callable[[Path], tuple[str, str]]] = {
    "ravdess": _ravdess,
    "tess": _tess,
    "emodb": _emodb,
    "nemo": _nemo,
    "cremad": _cremad,
    "savee": _savee,
}
