"""Reads the clips of the published speech corpora, each in its published layout, and of the user's own corpora.

A published corpus is a folder of its name (`layouts`), a corpus of the user's a folder with speakers.csv (`speakers`).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av
import numpy as np

from emoclassify.errors import MediaError, WorkshopError
from emoclassify.labels import EMOTIONS, emotion_of
from emoclassify.media.container import ReadCounts, choose_stream, decode, open_container
from emoclassify.voice.mfcc import RATE_HZ, Waveform
from emoclassify.words.messages import AS_TOLD
from voice_model.layouts import LAYOUTS, parse_name
from voice_model.speakers import SPEAKER_TABLE, SpeakerRow, read_speakers


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
        """Index of the emotion in EMOTIONS, 0..6."""
        return EMOTIONS.index(self.emotion)


@dataclass(frozen=True)
class Corpora:
    """The clips, and how many files were left out for which reason."""

    clips: tuple[Clip, ...]
    left_out: Counter[str]
    """"emodb: boredom is none of the seven emotions" -> files."""


def read_corpora(folder: str | Path) -> Corpora:
    """Reads every corpus below a folder: sub-folders named by a published corpus, or with a speakers.csv.

    Args:
        folder: holds one folder for each corpus (its name in any case, with or without hyphens), or is itself a corpus
            of the user's.

    Returns:
        The clips in the order of their paths. Calm counts as neutral. Files without sound are left out, and in
        published corpora also files with a picture and duplicates.

    Raises:
        WorkshopError: there is no corpus below the folder, one is there twice, a file of one has no place in its
            published layout, or a speakers.csv has a line that cannot be used.
    """
    clips: list[Clip] = []
    left_out: Counter[str] = Counter()
    for name, corpus in _named(Path(folder)).items():
        for path, speaker, label in _read(name, corpus, left_out):
            emotion = emotion_of(label)
            if emotion is None:
                left_out[f"{name}: {label} is none of the seven emotions"] += 1
            else:
                clips.append(Clip(path, name, f"{name}/{speaker}", emotion))
    if not clips:
        raise WorkshopError(
            f"{folder}: no corpus here; expected the folder that holds folders named {', '.join(LAYOUTS)}"
            f" or with {SPEAKER_TABLE}"
        )
    return Corpora(tuple(clips), +left_out)


def waveform(path: Path, rate_hz: int = RATE_HZ) -> Waveform:
    """Decodes a whole audio file.

    Returns:
        float32 (n,), mono, at `rate_hz`, -1..1.

    Raises:
        MediaError: the file cannot be decoded or has no sound.
    """
    resampler = av.AudioResampler(format="flt", layout="mono", rate=rate_hz)
    try:
        with open_container(path) as container:
            stream = choose_stream(container, "audio")
            frames = [] if stream is None else [*decode(container, stream, ReadCounts()), None]  # None flushes
            blocks = [block.to_ndarray()[0] for frame in frames for block in resampler.resample(frame)]
    except (MediaError, av.FFmpegError, ValueError) as error:
        raise MediaError(AS_TOLD, text=f"{path}: cannot be decoded ({error})") from error
    if not blocks:
        raise MediaError(AS_TOLD, text=f"{path}: has no sound")
    return np.concatenate(blocks).astype(np.float32)


@cache  # a command reads the corpora several times
def _kinds(path: Path) -> frozenset[str]:
    """Which of "audio" and "video" a file holds; empty where it cannot be opened."""
    try:
        with open_container(path) as container:
            return frozenset(kind for kind in ("audio", "video") if choose_stream(container, kind) is not None)
    except MediaError:
        return frozenset()


def _named(folder: Path) -> dict[str, Path]:
    """The folders that may be corpora, by the name of the corpus."""
    alone = (folder / SPEAKER_TABLE).is_file()
    corpora: dict[str, Path] = {}
    for corpus in [folder] if alone else sorted(path for path in folder.glob("[!.]*") if path.is_dir()):
        own_name = (corpus.name.strip(".") or corpus.resolve().name).lower()  # DATA may be "." or ".."
        published = own_name.replace("-", "")
        name = published if published in LAYOUTS else own_name
        if name in corpora:
            raise WorkshopError(f"{corpora[name]} and {corpus} are both named {name}; move one of them away")
        corpora[name] = corpus
    return corpora


def _read(name: str, corpus: Path, left_out: Counter[str]) -> Iterator[SpeakerRow]:
    if (corpus / SPEAKER_TABLE).is_file():
        yield from _read_own(name, corpus, left_out)
    elif name in LAYOUTS:
        yield from _read_published(name, corpus, left_out)
    else:
        left_out[f"{name}: no folder of a known corpus, and without {SPEAKER_TABLE}"] += len(_files(corpus))


def _read_published(name: str, corpus: Path, left_out: Counter[str]) -> Iterator[SpeakerRow]:
    takes: set[tuple[str, str]] = set()
    for path in _files(corpus):
        kinds = _kinds(path)
        if kinds != {"audio"}:
            left_out[f"{name}: {'with a picture' if kinds else 'no sound that can be read'}"] += 1
            continue
        speaker, label = parse_name(name, path)
        if (speaker, path.stem) in takes:  # CREMA-D comes as WAV and as MP3, archives of others hold a folder twice
            left_out[f"{name}: there twice"] += 1
            continue
        takes.add((speaker, path.stem))
        yield path, speaker, label


def _read_own(name: str, corpus: Path, left_out: Counter[str]) -> Iterator[SpeakerRow]:
    rows = read_speakers(corpus)
    left_out[f"{name}: not in {SPEAKER_TABLE}"] += len(set(_files(corpus)) - {path for path, _, _ in rows})
    for row in rows:
        if "audio" in _kinds(row[0]):
            yield row
        else:
            left_out[f"{name}: no sound that can be read"] += 1


def _files(corpus: Path) -> list[Path]:
    """The files of a corpus, sorted, without hidden ones and without the table of speakers."""
    below = (path for path in corpus.rglob("*") if path.is_file() and path != corpus / SPEAKER_TABLE)
    return sorted(path for path in below if not any(part.startswith(".") for part in path.relative_to(corpus).parts))
