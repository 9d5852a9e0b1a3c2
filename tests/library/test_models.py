from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from emoclassify.errors import ModelError
from emoclassify.metrics import log_loss, measure, record
from emoclassify.networks import models
from emoclassify.settings import VOICE_MODELS, Options
from emoclassify.stages import models_of

MAX_BYTES = {"expression": 12_000_000, "embedded": 7_000_000, "large": 10_000_000}
"""Of the expression model, and of the voice models by their names in options."""


@pytest.mark.parametrize("model", models_of(Options()), ids=lambda model: model.name)
def test_every_model_is_whole_and_described(model: models.ModelInfo) -> None:
    models.verify(model)
    assert model.purpose
    assert model.licence


@pytest.mark.parametrize("name", MAX_BYTES)
def test_the_embedded_models_are_small_and_come_with_card_and_terms(name: str) -> None:
    folder = (models.expression_model() if name == "expression" else models.voice_model(name)).path
    assert sum(path.stat().st_size for path in folder.iterdir()) <= MAX_BYTES[name]
    assert "split" in (folder / "MODEL_CARD.md").read_text().lower()
    assert (folder / "LICENSE").read_text().strip()


def test_the_voice_model_is_not_for_commercial_use() -> None:
    assert models.voice_model().commercial_use is False


@pytest.mark.parametrize("model", [models.expression_model, models.voice_model])
def test_a_model_of_the_users_is_all_that_it_is_read_from_and_its_terms_are_not_known(
    tmp_path: Path, model: Callable[[str], models.ModelInfo]
) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="No checksum"):
        models.verify(model(str(tmp_path)))  # no weights
    for file in ("model.safetensors", "preprocessor_config.json", "README.md"):
        (tmp_path / file).write_text("as it was")
    before = model(str(tmp_path))
    models.verify(before)
    assert before.commercial_use is None
    assert list(before.files) == ["config.json", "model.safetensors", "preprocessor_config.json"]
    for file in before.files:
        (tmp_path / file).write_text("another one")
        after = model(str(tmp_path))
        assert after.files[file] != before.files[file]
        assert after.files[file] == models.sha256_of(tmp_path / file)


@pytest.mark.parametrize(("change", "told"), [(b"x", "is not the file"), (None, "lacks")])
def test_a_changed_or_missing_file_is_found(tmp_path: Path, change: bytes | None, told: str) -> None:
    (tmp_path / "weights").write_bytes(b"weights")
    model = models.ModelInfo(
        "made", "a test", "MIT", True, tmp_path, {"weights": models.sha256_of(tmp_path / "weights")}
    )
    models.verify(model)
    if change is None:
        (tmp_path / "weights").unlink()
    else:
        (tmp_path / "weights").write_bytes(change)
    with pytest.raises(ModelError, match=told):
        models.verify(model)


def test_the_checksum_of_weights_follows_the_file(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    for content in (b"one", b"two", b"longer"):
        path.with_suffix(".beside").write_bytes(content)
        path.with_suffix(".beside").replace(path)
        assert models.sha256_of_weights(path) == models.sha256_of_weights(path) == sha256(content).hexdigest()


def test_where_a_model_lies_is_not_told() -> None:
    assert "path" not in models.expression_model().to_dict()


@pytest.mark.parametrize(
    "model", [models.expression_model(), *map(models.voice_model, VOICE_MODELS)], ids=lambda model: model.name
)
def test_the_embedded_models_tell_how_good_they_are_as_their_cards_do(model: models.ModelInfo) -> None:
    assert model.scores is not None
    assert 0 < (model.validation_log_loss or 0) < np.log(7)
    rows = (model.path / "MODEL_CARD.md").read_text().replace(",", "").splitlines()
    for measured in model.scores["sets"]:
        told = [f"{measured['n']}", f"{measured['accuracy']:.3f}", f"{measured['uar']:.3f}"]
        assert [row for row in rows if all(figure in row for figure in told)], measured["set"]
        confusion = np.array(measured["confusion"])
        assert confusion.sum() == measured["n"]
        assert np.trace(confusion) / measured["n"] == pytest.approx(measured["accuracy"])


def test_scores_are_recorded_and_read(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(b"weights")
    assert models.expression_model(str(tmp_path)).validation_log_loss is None
    scores, truth = np.tile(np.full(7, 1 / 7, np.float32), (4, 1)), np.array([0, 1, 2, 3])
    made = record("made", None, measure(scores, truth), log_loss(scores, truth))
    models.record_scores(tmp_path, [made], made["log_loss"])
    found = models.expression_model(str(tmp_path))
    assert found.validation_log_loss == pytest.approx(np.log(7))
    assert found.scores == {"validation_log_loss": made["log_loss"], "sets": [made]}
    (tmp_path / "scores.json").write_text('{"sets": [{}]}')
    with pytest.raises(ModelError, match="scores"):
        models.expression_model(str(tmp_path))
