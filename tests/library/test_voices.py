"""Both speech models that ship answer alike: what holds of one holds of the other."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from emoclassify.errors import ModelError
from emoclassify.labels import EMOTIONS
from emoclassify.networks import models
from emoclassify.networks.runtime import Place
from emoclassify.settings import VOICE_MODELS
from emoclassify.voice.large import LargeVoiceModel
from emoclassify.voice.load import LoadedVoice, load_voice
from emoclassify.voice.mfcc import RATE_HZ
from emoclassify.voice.reading import WORDLESS

SAME_SCORE = 1e-3  # the large model computes with 16 bits where the processor does

pytestmark = pytest.mark.model


def noise(seconds: float, seed: int = 0) -> npt.NDArray[np.float32]:
    return (0.1 * np.random.default_rng(seed).standard_normal(int(seconds * RATE_HZ))).astype(np.float32)


@pytest.fixture(scope="module", params=VOICE_MODELS)
def voice(request: pytest.FixtureRequest) -> LoadedVoice:
    return load_voice(models.voice_model(request.param).path, Place("openvino"))


def test_a_row_of_scores_and_a_sound_for_each_window_of_any_length(voice: LoadedVoice) -> None:
    windows = [noise(3), noise(1.3), noise(0.01), np.zeros(RATE_HZ, dtype=np.float32), noise(5)]
    heard = voice.hear(windows)
    assert heard.scores.shape == (len(windows), len(EMOTIONS))
    assert heard.scores.dtype == np.float32
    assert np.isfinite(heard.scores).all()
    np.testing.assert_allclose(heard.scores.sum(axis=1), 1, atol=1e-5)
    assert set(heard.sounds) <= {"", *WORDLESS}
    np.testing.assert_allclose(voice.predict(windows), heard.scores, atol=SAME_SCORE)


def test_no_windows_give_no_rows(voice: LoadedVoice) -> None:
    assert voice.predict([]).shape == (0, len(EMOTIONS))
    assert voice.hear([]).sounds == ()


def test_neighbours_and_loudness_change_nothing(voice: LoadedVoice) -> None:
    windows = [noise(1 + 0.3 * place, seed=place) for place in range(5)]
    alone = np.concatenate([voice.predict([0.1 * window]) for window in windows])
    np.testing.assert_allclose(voice.predict(windows), alone, atol=SAME_SCORE)


def test_it_says_what_runs_it(voice: LoadedVoice) -> None:
    assert voice.runtime.startswith("openvino")


@pytest.mark.parametrize("name", VOICE_MODELS)
def test_its_terms_and_figures_are_told(name: str) -> None:
    model = models.voice_model(name)
    models.verify(model)
    assert model.commercial_use is False
    assert {scores["people"] for scores in (model.scores or {})["sets"]} == {20, 8, 7}


@pytest.mark.parametrize("missing", ["config.json", "encoder.xml", "encoder.bin", "head.npy"])
def test_a_missing_file_of_the_large_model_is_told(tmp_path: Path, missing: str) -> None:
    for path in models.voice_model("large").path.iterdir():
        if path.name != missing:
            (tmp_path / path.name).symlink_to(path)
    with pytest.raises(ModelError, match=missing):
        LargeVoiceModel.load(tmp_path)


@pytest.mark.parametrize("damaged", ["config.json", "encoder.xml", "head.npy"])
def test_a_damaged_file_of_the_large_model_is_told_in_one_line(tmp_path: Path, damaged: str) -> None:
    for path in models.voice_model("large").path.iterdir():
        if path.name == damaged:
            (tmp_path / path.name).write_bytes(b"no model")
        else:
            (tmp_path / path.name).symlink_to(path)
    with pytest.raises(ModelError) as raised:
        LargeVoiceModel.load(tmp_path)
    assert "\n" not in str(raised.value)
