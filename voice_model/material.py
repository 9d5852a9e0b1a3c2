"""What the large model is made from: clips, bursts, and what Whisper's encoder hears of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emoclassify.networks.convert import Built, converted, store
from emoclassify.voice.listener import ENCODER_FILE
from emoclassify.voice.logmel import N_MELS
from emoclassify.voice.reading import LAUGHTER, NO_WORDS
from voice_model.bursts import Burst
from voice_model.corpora import Clip
from voice_model.head import ALL_LAYERS
from voice_model.heard import COPIES, Heard, hear_bursts, hear_clips
from voice_model.sounds import Source, rng_of
from voice_model.whisper import Encoder, read_weights

CONDITIONS = ("clean", "telephone", "crowd", "street")
_PASSES = (["clean", COPIES, "telephone", "street"], ["crowd"])  # a crowd takes as long as all others together

_OTHERS = 2  # clips of speech in a crowd behind a burst
_CROWDS = 40  # clips of speech of a group from which they are drawn
_FRAMES = 300  # of the example that the encoder is converted with: three seconds


@dataclass(frozen=True)
class Material:
    """All that the model is made from.

    Attributes:
        clips: of all corpora.
        embeddings: name of a condition, or COPIES -> what the encoder hears of them.
        sources, bursts: sounds that are no speech, and what it hears of these.
        encoder: the weights of Whisper's encoder.
    """

    clips: tuple[Clip, ...]
    embeddings: dict[str, Heard]
    sources: tuple[Source, ...]
    bursts: Heard
    encoder: Path


def hear(clips: tuple[Clip, ...], bursts: Sequence[Burst], encoder: Path, run: Path) -> Material:
    """What the encoder hears of everything; kept in the run's folder, so that a call that broke off goes on.

    Args:
        clips: to learn from, and to test on by folds.
        bursts: sounds that are no speech.
        encoder: model.bin of a Whisper model of CTranslate2.
        run: a folder, created if missing.

    Raises:
        WorkshopError: the encoder cannot be read.
    """
    converted_encoder = run / ENCODER_FILE
    if not converted_encoder.exists():
        convert_encoder(encoder, ALL_LAYERS, converted_encoder)
    sources = burst_sources(clips, bursts)
    embeddings: dict[str, Heard] = {}
    for names in _PASSES:
        embeddings |= hear_clips(converted_encoder, clips, names, run)
    return Material(
        clips,
        embeddings,
        sources,
        hear_bursts(converted_encoder, sources, run),
        encoder,
    )


def convert_encoder(weights: Path, layers: tuple[int, ...], path: Path) -> None:
    """Writes the encoder for OpenVINO, its large matrices in 8 bits; the same bytes each time."""
    module = Encoder(read_weights(weights), layers)
    built = Built(module, np.ones((1, _FRAMES, N_MELS), np.float32), free_axes=(1,))
    store(converted(built, precise=False), path, halves=True)


def burst_sources(clips: Sequence[Clip], bursts: Sequence[Burst]) -> tuple[Source, ...]:
    """The bursts, each with speech of voices in the same group for the crowd behind its copy."""
    by_group: dict[int, list[Clip]] = {}
    for clip in clips:
        by_group.setdefault(Source(clip.path, clip.speaker, clip.corpus, "").group, []).append(clip)
    return tuple(_with_crowd(burst, by_group) for burst in bursts)


def _with_crowd(burst: Burst, by_group: Mapping[int, list[Clip]]) -> Source:
    sound = LAUGHTER if burst.is_laughter else NO_WORDS
    source = Source(burst.path, f"burst/{burst.contributor}", "bursts", sound)
    speech = by_group.get(source.group, [])
    few = speech[:: max(1, len(speech) // _CROWDS)]
    places = rng_of(source, "crowd").integers(len(few), size=_OTHERS) if few else ()
    return Source(source.path, source.voice, source.corpus, sound, tuple(few[place].path for place in places))
