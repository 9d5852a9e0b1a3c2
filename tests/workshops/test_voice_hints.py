"""A network learns what a teacher hears in the same copies, and is kept without the layers that say so."""

from pathlib import Path

import numpy as np
import pytest

from emoclassify.errors import WorkshopError
from emoclassify.labels import EMOTIONS
from emoclassify.voice.mfcc import N_VIEW
from tests.support.whisper_made import WIDTH, write_encoder
from voice_model.corpora import read_corpora
from voice_model.hints import Hints, hear_copies, steps_of
from voice_model.settings import Settings

pytestmark = pytest.mark.whole

N_CLIPS, COPIES = 40, 3
SETTINGS = Settings(filters=(8, 8, 8), hints=1.0, hint_components=8)
STEPS = steps_of(SETTINGS)


def heard() -> np.ndarray[tuple[int, ...], np.dtype[np.float16]]:
    """Random values of a teacher of eight numbers, the last half of each window silent."""
    rows = np.random.default_rng(1).standard_normal((N_CLIPS, COPIES, 8 * (2 + STEPS))).astype(np.float16)
    rows[..., 8 * (2 + STEPS // 2) :] = 0
    return rows


def test_what_is_learned_are_main_components_of_variance_one() -> None:
    hints = Hints.of(heard(), SETTINGS)
    assert hints.whole.shape == (N_CLIPS, COPIES, 8)
    assert hints.steps.shape == (N_CLIPS, COPIES, STEPS, 8)
    assert hints.sounding.sum(axis=-1).tolist() == [[STEPS // 2] * COPIES] * N_CLIPS
    for rows in (hints.whole.reshape(-1, 8), hints.steps[hints.sounding > 0].astype(np.float32)):
        np.testing.assert_allclose(np.cov(rows, rowvar=False), np.eye(8), atol=0.02)
        np.testing.assert_allclose(rows.mean(axis=0), 0, atol=0.02)


@pytest.mark.slow
@pytest.mark.model
def test_hints_are_mixed_as_labels_are(corpora: Path) -> None:
    pytest.importorskip("keras")
    from voice_model.batches import Batches

    clips = read_corpora(corpora).clips[:N_CLIPS]
    labels = np.eye(len(EMOTIONS), dtype=np.float32)[[clip.label for clip in clips]]
    whole = np.repeat(labels[:, None], COPIES, axis=1)
    sounding = np.repeat((np.arange(STEPS) < 6).astype(np.float32)[None, None], COPIES, axis=1)
    hints = Hints(
        whole,
        np.repeat(whole[:, :, None], STEPS, axis=2).astype(np.float16),
        np.repeat(sounding, len(clips), axis=0),
    )
    features = np.ones((len(clips), COPIES, 128, N_VIEW), dtype=np.float16)
    _, targets, weights = Batches(features, clips, SETTINGS, hints)[0]
    assert isinstance(targets, dict)
    assert isinstance(weights, dict)
    np.testing.assert_allclose(targets["whole"], targets["emotions"], atol=1e-6)
    np.testing.assert_allclose(targets["steps"][:, 3], targets["emotions"], atol=1e-6)
    assert (targets["emotions"].max(axis=1) < 1).any()
    np.testing.assert_allclose(weights["steps"].mean(axis=1), 1, rtol=1e-6)
    assert weights["steps"][:, 6:].max() == 0


# Keras 3.15 copies TensorFlow's tensors the way numpy 1 did; nothing here can change that.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
@pytest.mark.slow
@pytest.mark.model
def test_a_network_that_learned_from_a_teacher_is_kept_without_its_layers(corpora: Path, tmp_path: Path) -> None:
    pytest.importorskip("tensorflow")
    from voice_model.train import train, trained

    settings = Settings(filters=(8, 8, 8), epochs=2, copies=1, hints=1.0, hint_components=8)
    with pytest.raises(WorkshopError, match="--encoder"):
        train(corpora, tmp_path / "run", settings)
    with pytest.raises(WorkshopError, match="0 or more"):
        train(corpora, tmp_path / "run", Settings(hints=-1))
    encoder = write_encoder(tmp_path / "model.bin")
    train(corpora, tmp_path / "run", settings, encoder)
    network, of_run = trained(tmp_path / "run")
    assert of_run == settings
    assert network.output_shape == (None, len(EMOTIONS))
    clips = read_corpora(corpora).clips
    kept = hear_copies(clips, settings, encoder, tmp_path / "features")  # read, not heard again
    assert kept.shape == (len(clips), 1, WIDTH * (2 + steps_of(settings)))


# The same warning as above.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
@pytest.mark.slow
@pytest.mark.model
def test_the_last_layer_alone_is_fitted_anew(corpora: Path) -> None:
    pytest.importorskip("tensorflow")
    from voice_model.last_layer import fit_last_layer
    from voice_model.network import build

    settings = Settings(filters=(8, 8, 8), last_layer_penalty=1e-3)
    clips = read_corpora(corpora).clips
    labels = np.array([clip.label for clip in clips])
    features = np.random.default_rng(0).normal(0, 0.1, (len(clips), COPIES, 32, N_VIEW)).astype(np.float16)
    for copy in range(COPIES):
        features[np.arange(len(clips)), copy, :, labels] += 3  # a coefficient for each label
    untrained = build(settings)
    fitted = fit_last_layer(untrained, features, clips, settings)
    for layer, before in zip(fitted.layers, untrained.layers, strict=True):
        for weight, as_it_was in zip(layer.get_weights(), before.get_weights(), strict=True):
            assert np.array_equal(weight, as_it_was) == (layer.name != "classes")
    copies = features.reshape(-1, *features.shape[2:]).astype(np.float32)
    answers = fitted.predict_on_batch(copies).argmax(axis=1)
    assert (answers == labels.repeat(COPIES)).mean() > 0.95
