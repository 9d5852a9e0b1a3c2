"""Teaches a trained model what is no speech: laughter, and other sounds of a voice without words.

A linear layer on what its networks hear anyway, so that it costs no time. Speech and bursts get the same changes: the
same silence cut off, the same rooms, noises, crowds and telephones; loudness is levelled by the features. What else
differs between the recordings of the two could still be learned instead; MODEL_CARD.md tells how that was tested.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import load_file, save_file

from emoclassify.errors import WorkshopError
from emoclassify.labels import EMOTIONS
from emoclassify.networks.models import sha256_of
from emoclassify.networks.runtime import Network
from emoclassify.voice.answer import CONFIG_FILE, SOUNDS
from emoclassify.voice.listener import ENCODER_FILE, HEAD_FILE, open_encoder
from emoclassify.voice.logmel import log_mel
from emoclassify.voice.mfcc import RATE_HZ, Waveform, mfcc
from emoclassify.voice.network import VoiceEnsemble
from emoclassify.voice.predict import LISTENER, WEIGHTS_FILE, VoiceModel
from emoclassify.voice.reading import LAUGHTER, NO_WORDS
from voice_model.augment import random_copy, speech_of
from voice_model.bursts import Burst
from voice_model.corpora import Clip
from voice_model.evaluate import cut
from voice_model.features import Features, cached_features
from voice_model.linear import Linear, Rows, fit_linear
from voice_model.settings import Settings

FOLDS = 5
"""Groups of voices, of bursts and of speech; those of the first are kept for the test."""

MISSED_SHARE = 0.1
"""Share of the windows of laughter that are heard as speech, of voices that the layer did not learn from. With fewer,
more speech into other microphones than those of the corpora is taken for no speech (`RESULTS.md`)."""

_MOST_CLIPS = 600  # of a corpus of speech
_PENALTY = 1e-2
_OTHERS = 2  # clips of speech in a crowd, behind speech and bursts alike
_PIECE_S = (0.4, 1.2)
_SEED = 1

Rng = np.random.Generator


@dataclass(frozen=True)
class Source:
    """A sound to learn from.

    Attributes:
        path: of the recording.
        voice: whose it is, unique over speech and bursts.
        corpus: what it is from; each counts the same among the sounds of its kind.
        sound: one of SOUNDS.
        crowd: clips of speech, of voices in the same group.
    """

    path: Path
    voice: str
    corpus: str
    sound: str
    crowd: tuple[Path, ...] = ()

    @property
    def group(self) -> int:
        """The group of the voice, 0..FOLDS - 1."""
        return hashlib.sha256(self.voice.encode()).digest()[0] % FOLDS


def sources_of(clips: Sequence[Clip], bursts: Sequence[Burst]) -> tuple[Source, ...]:
    """Speech, up to _MOST_CLIPS of a corpus, and all bursts."""
    speech = [
        Source(clip.path, clip.speaker, clip.corpus, "")
        for corpus in sorted({clip.corpus for clip in clips})
        for clip in _evenly([clip for clip in clips if clip.corpus == corpus])
    ]
    others = [
        Source(burst.path, f"burst/{burst.contributor}", "bursts", LAUGHTER if burst.is_laughter else NO_WORDS)
        for burst in bursts
    ]
    by_group = [[source.path for source in speech if source.group == group] for group in range(FOLDS)]
    return tuple(_with_crowd(source, by_group[source.group]) for source in (*speech, *others))


def _evenly(clips: list[Clip]) -> list[Clip]:
    """At most _MOST_CLIPS of them, from all over the list."""
    return (
        [clips[place * len(clips) // _MOST_CLIPS] for place in range(_MOST_CLIPS)]
        if len(clips) > _MOST_CLIPS
        else clips
    )


def _with_crowd(source: Source, paths: list[Path]) -> Source:
    places = rng_of(source, "crowd").integers(len(paths), size=_OTHERS) if paths else ()
    return Source(source.path, source.voice, source.corpus, source.sound, tuple(paths[place] for place in places))


def rng_of(source: Source, purpose: str) -> Rng:
    """A generator seeded by the sound, so that nothing depends on the order in which sounds are read."""
    seed = hashlib.sha256(f"{purpose} {source.path.stem}".encode()).digest()[:8]
    return np.random.default_rng((_SEED, int.from_bytes(seed)))


def teach(model: Path, sources: Sequence[Source], cache_folder: Path) -> str:
    """Fits the layer, writes it into a model's folder, and tests it on the voices that were kept.

    Args:
        model: folder of an exported model; its sounds, if any, are learned anew.
        sources: from `sources_of`.
        cache_folder: what the networks hear is kept here.

    Returns:
        How often each kind of sound is taken for each, Markdown.
    """
    rows = _heard_rows(model, sources, cache_folder)
    fitted = fit_layer(rows, sources, [group for group in range(FOLDS) if group])
    shift = np.array([shift_of(rows, sources), 0, 0], dtype=np.float32)
    layer = Linear(fitted.weight, fitted.bias + shift)
    _write(model, layer)
    kept_places = [place for place, source in enumerate(sources) if not source.group]
    kept_sources = [sources[place] for place in kept_places]
    return _table(layer, rows[kept_places], kept_sources, _emotions(model, kept_sources, cache_folder))


def _heard_rows(model: Path, sources: Sequence[Source], cache_folder: Path) -> Rows:
    """What the networks, and the listener, hear of each sound: its windows of `_windows`; float32 (n, 3, features)."""
    weights = {name: weight for name, weight in _read(model)[1].items() if "sounds" not in name}
    networks_sha256 = hashlib.sha256(b"".join(weights[name].tobytes() for name in sorted(weights))).hexdigest()
    encoder_sha256 = sha256_of(_encoder_weights(model)) if _has_listener(model) else ""
    key = repr((networks_sha256, encoder_sha256, Settings(), _PIECE_S, _SEED, [source.crowd for source in sources]))
    return cached_features(sources, partial(_heard, model), cache_folder, key).astype(np.float32)


def _emotions(model: Path, sources: Sequence[Source], cache_folder: Path) -> npt.NDArray[np.int64]:
    """The top emotion of the same windows, were they speech; int64 (n, 3)."""
    files = [sha256_of(path) for path in sorted(model.iterdir()) if path.suffix in (".safetensors", ".npy", ".bin")]
    key = repr(("emotions", files, Settings(), _PIECE_S, _SEED, [source.crowd for source in sources]))
    scores = cached_features(sources, partial(_scores, model), cache_folder, key)
    return np.asarray(scores.argmax(axis=2))


def _heard(model: Path, source: Source) -> Features:
    return np.stack([_embedding(model, window) for window in _windows(source)]).astype(np.float16)


def _scores(model: Path, source: Source) -> Features:
    return _voice(model).predict(_windows(source)).astype(np.float16)


def _windows(source: Source) -> list[Waveform]:
    """The first window of a sound as it is, a random copy, and a short piece, as of a single word."""
    sound, rng = speech_of(source.path), rng_of(source, "piece")
    copy = random_copy(sound, [speech_of(path) for path in source.crowd], rng_of(source, "copy"), Settings())
    length = round(rng.uniform(*_PIECE_S) * RATE_HZ)
    start = int(rng.integers(max(1, len(sound) - length + 1)))
    return [cut(sound)[0], copy, sound[start : start + length]]


def _embedding(model: Path, window: Waveform) -> Rows:
    with torch.inference_mode():
        parts = [part[0].numpy() for part in _ensemble(model).hear(torch.from_numpy(mfcc(window))[None])]
    if _has_listener(model):
        parts.append(_encoder(model)(log_mel(window)[None])[0])
    return np.asarray(np.concatenate(parts), dtype=np.float32)


@cache  # asked of each window
def _has_listener(model: Path) -> bool:
    return LISTENER in _read(model)[0]


def _encoder_weights(model: Path) -> Path:
    return (model / ENCODER_FILE).with_suffix(".bin")


@cache  # as below
def _encoder(model: Path) -> Network:
    return open_encoder(model / ENCODER_FILE)


@cache  # as below
def _voice(model: Path) -> VoiceModel:
    torch.set_num_threads(1)
    return VoiceModel.load(model)


@cache  # read once in each process
def _ensemble(model: Path) -> VoiceEnsemble:
    torch.set_num_threads(1)  # two processes hear at once
    config, weights = _read(model)
    network = VoiceEnsemble({name: value for name, value in config["network"].items() if name != "sounds"})
    network.load_state_dict(
        {name: torch.from_numpy(weight.astype(np.float32)) for name, weight in weights.items() if "sounds" not in name},
        strict=False,  # the batch counters are torch's alone
    )
    return network.eval()


def _read(model: Path) -> tuple[dict[str, Any], dict[str, npt.NDArray[np.float16]]]:
    return json.loads((model / CONFIG_FILE).read_text(encoding="utf-8")), load_file(model / WEIGHTS_FILE)


def _write(model: Path, layer: Linear) -> None:
    config, weights = _read(model)
    config["network"]["sounds"] = list(SOUNDS)
    n_networks = len(layer.weight)
    if LISTENER in config:  # which has the last rows of the layer, and no bias of it
        head = np.load(model / HEAD_FILE)[:, : len(EMOTIONS)]
        n_networks -= len(head) - 1
        of_listener = np.concatenate([np.zeros((1, len(SOUNDS)), dtype=np.float32), layer.weight[n_networks:]])
        np.save(model / HEAD_FILE, np.ascontiguousarray(np.concatenate([head, of_listener], axis=1)))
    of_networks = layer.weight[:n_networks].T
    weights |= {"sounds.weight": of_networks.astype(np.float16), "sounds.bias": layer.bias.astype(np.float16)}
    save_file({name: np.ascontiguousarray(weight) for name, weight in weights.items()}, model / WEIGHTS_FILE)
    (model / WEIGHTS_FILE).chmod(0o644)  # safetensors writes files only their owner may read
    (model / CONFIG_FILE).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def fit_layer(rows: Rows, sources: Sequence[Source], groups: Sequence[int]) -> Linear:
    """The layer that the voices of some groups teach."""
    places = [place for place, source in enumerate(sources) if source.group in groups]
    copies = rows.shape[1]
    kinds = [SOUNDS.index(sources[place].sound) for place in places]
    return fit_linear(
        rows[places].reshape(-1, rows.shape[2]),
        np.repeat(np.eye(len(SOUNDS), dtype=np.float32)[kinds], copies, axis=0),
        np.repeat(_weights([sources[place] for place in places]), copies),
        _PENALTY,
    )


def _weights(sources: Sequence[Source]) -> Rows:
    """Each kind of sound counts the same, and in it each corpus; float32 (n,)."""
    corpora = Counter((source.sound, source.corpus) for source in sources)
    kinds = Counter(sound for sound, _ in corpora)
    counts = [kinds[source.sound] * corpora[source.sound, source.corpus] for source in sources]
    return np.asarray(1 / np.array(counts), dtype=np.float32)


def shift_of(rows: Rows, sources: Sequence[Source]) -> float:
    """What is added to the logit of speech, so that MISSED_SHARE of the laughs are heard as speech.

    Each group that is learned from is asked of a layer that learned from the others.

    Raises:
        WorkshopError: there is no laughter in these groups.
    """
    groups = [group for group in range(FOLDS) if group]
    leads: list[Rows] = []
    for group in groups:
        layer = fit_layer(rows, sources, [other for other in groups if other != group])
        places = [place for place, source in enumerate(sources) if source.group == group and source.sound == LAUGHTER]
        logits = layer.logits(rows[places].reshape(-1, rows.shape[2]))
        leads.append(logits[:, 1:].max(axis=1) - logits[:, 0])
    if not any(map(len, leads)):
        raise WorkshopError("no laughter among the bursts to learn from; give EmoGator's files of kind 02 too")
    return float(np.quantile(np.concatenate(leads), MISSED_SHARE))


def _table(layer: Linear, rows: Rows, sources: Sequence[Source], emotions: npt.NDArray[np.int64]) -> str:
    """What the kept voices, of `sources`, are taken for: shares of the answers, and of fear before and after."""
    lines = [
        "| kept voices | n | speech | laughter | no words | fear before | fear now |",
        "|---|---|---|---|---|---|---|",
    ]
    for sound in SOUNDS:
        places = [place for place, source in enumerate(sources) if source.sound == sound]
        for copy, changes in enumerate(("as it is", "changed", "a piece")):
            answers = layer.logits(rows[places, copy]).argmax(axis=1)
            is_fear = emotions[places, copy] == EMOTIONS.index("fear")
            shares = [
                *((answers == kind).mean() for kind in range(len(SOUNDS))),
                is_fear.mean(),
                (is_fear & (answers == 0)).mean(),
            ]
            cells = " | ".join(f"{share:.3f}" for share in shares)
            lines.append(f"| {sound or 'speech'}, {changes} | {len(places)} | {cells} |")
    return "\n".join(lines) + "\n"
