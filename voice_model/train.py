"""Trains the speech network; a training that broke off continues where it stopped."""

import json
import logging
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from emoclassify.errors import WorkshopError
from emoclassify.voice.listener import Head
from voice_model.batches import Batches
from voice_model.corpora import Clip, read_corpora
from voice_model.features import training_features
from voice_model.hints import Hints, hear_copies
from voice_model.last_layer import fit_last_layer, fit_to_labels
from voice_model.listener import hear_convolutions
from voice_model.network import build, build_with_hints
from voice_model.provenance import require_same_clips
from voice_model.settings import Settings
from voice_model.splits import split

WEIGHTS_FILE = "final.weights.h5"
SETTINGS_FILE = "settings.json"

HEAD_PENALTY = 3e-3
"""Of a listener's linear layer; a third or three times changes nothing that these speakers show (`RESULTS.md`)."""

log = logging.getLogger(__name__)


def train(data: Path, run: Path, settings: Settings, encoder: Path | None = None) -> None:
    """Trains on the training speakers and writes the weights and settings into a run folder.

    Args:
        data: holds the corpora.
        run: new, or of a training with the same settings; a finished one is not changed.
        settings: of the training.
        encoder: model.bin of the teacher, where the settings give its hints a weight.

    Raises:
        WorkshopError: there is no corpus, the settings' fold does not exist, or the run has other settings or learned
            from other clips; the teacher is missing or cannot be read.
    """
    if settings.hints < 0:
        raise WorkshopError(f"hints of weight {settings.hints:g}: a weight is 0 or more")
    if settings.hints > 0 and encoder is None:
        raise WorkshopError("hints are a teacher's; give its model.bin with --encoder")
    everyone = read_corpora(data).clips
    clips = training_clips(everyone, settings)
    if (run / SETTINGS_FILE).exists():
        if read_settings(run) != settings:
            raise WorkshopError(f"{run} holds a training with other settings; give another folder, or remove it")
        require_same_clips(run, clips)
    if (run / WEIGHTS_FILE).exists():
        return
    keras.utils.set_random_seed(settings.seed)
    # Copies of all clips are made, once for every fold.
    places, cache = {clip: place for place, clip in enumerate(everyone)}, features_folder(run)
    rows = [places[clip] for clip in clips]
    features = training_features(everyone, settings, cache)[rows]
    hints = None
    if settings.hints > 0 and encoder is not None:
        hints = Hints.of(hear_copies(everyone, settings, encoder, cache)[rows], settings)
    run.mkdir(parents=True, exist_ok=True)
    (run / SETTINGS_FILE).write_text(json.dumps(asdict(settings), indent=2) + "\n", encoding="utf-8")
    require_same_clips(run, clips)
    model = fit(Batches(features, clips, settings, hints), run, settings)
    if settings.last_layer_penalty > 0:
        model = fit_last_layer(model, features, clips, settings)
    beside = run / f"part.{WEIGHTS_FILE}"
    model.save_weights(beside)
    beside.replace(run / WEIGHTS_FILE)


def features_folder(run: Path) -> Path:
    """Where what is made of clips is kept, for all runs beside this one."""
    return run.parent / "features"


def training_clips(clips: tuple[Clip, ...], settings: Settings) -> tuple[Clip, ...]:
    """The clips that a training with these settings learns from."""
    sides = split(clips, fold=settings.fold)
    return {"train": sides.train, "all-but-test": sides.train + sides.validation, "all": clips}[settings.speakers]


def fit(batches: Batches, run: Path, settings: Settings) -> Any:
    """Trains a network on batches, with checkpoints in the run folder. Returns the keras.Model.

    Where the settings give a teacher's hints a weight, the batches have them; the network that comes back is without.
    """
    keras.config.set_dtype_policy(settings.precision)
    model, learner = build_with_hints(settings) if settings.hints > 0 else (build(settings),) * 2
    keras.config.set_dtype_policy("float32")
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0,
        decay_steps=max(1, (settings.epochs - 1) * len(batches)),
        warmup_target=settings.learning_rate,
        warmup_steps=len(batches),
    )
    of_labels = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=settings.label_smoothing)
    learner.compile(
        keras.optimizers.AdamW(schedule, weight_decay=settings.weight_decay),
        {"emotions": of_labels, "whole": "mse", "steps": "mse"} if settings.hints > 0 else of_labels,
        {"emotions": 1.0, "whole": settings.hints, "steps": settings.hints} if settings.hints > 0 else None,
    )
    callbacks = [
        keras.callbacks.BackupAndRestore(run / "checkpoint"),
        keras.callbacks.LambdaCallback(
            on_epoch_begin=lambda epoch, _logs: batches.start_epoch(epoch),
            on_epoch_end=lambda epoch, logs: log.info("epoch %d: loss %.4f", epoch + 1, logs["loss"]),
        ),
    ]
    learner.fit(batches, epochs=settings.epochs, shuffle=False, callbacks=callbacks, verbose=0)
    return model


def taught_head(everyone: tuple[Clip, ...], settings: Settings, encoder: Path, folder: Path) -> Head:
    """The head of a listener that the clips of a training with these settings teach.

    Args:
        everyone: all clips; all are heard, once for every fold.
        settings: of the training.
        encoder: model.bin of a Whisper model of CTranslate2.
        folder: keeps what is heard, created if missing.

    Returns:
        One column for each emotion.

    Raises:
        WorkshopError: the encoder cannot be read.
    """
    learners = training_clips(everyone, settings)
    places = {clip: place for place, clip in enumerate(everyone)}
    hearings = hear_convolutions(everyone, settings, encoder, folder)[[places[clip] for clip in learners]]
    linear = fit_to_labels(hearings.reshape(-1, hearings.shape[2]).astype(np.float32), learners, settings, HEAD_PENALTY)
    return np.concatenate([linear.bias[None], linear.weight]).astype(np.float32)


def read_settings(run: Path) -> Settings:
    """The settings that a run folder was trained with.

    Raises:
        WorkshopError: they cannot be read.
    """
    path = run / SETTINGS_FILE
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return replace(Settings(), **{name: _tuples(value) for name, value in values.items()})
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise WorkshopError(f"{path}: cannot be read as the settings of a training; train in another folder") from error


def trained(run: Path) -> tuple[Any, Settings]:
    """The keras.Model of a finished run with its weights, and its settings.

    Raises:
        WorkshopError: the run is not finished, or its files cannot be read.
    """
    if not (run / WEIGHTS_FILE).exists():
        raise WorkshopError(
            f"{run}: no finished training; `python -m voice_model train DATA --run {run}` goes on with it"
        )
    settings = read_settings(run)
    model = build(settings)
    try:
        model.load_weights(run / WEIGHTS_FILE)
    except (OSError, ValueError) as error:
        raise WorkshopError(f"{run / WEIGHTS_FILE}: cannot be read as weights; train in another folder") from error
    return model, settings


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
