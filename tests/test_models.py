from pathlib import Path

import pytest

from emoclassify import models
from emoclassify.errors import ModelError

MAX_BYTES = {"expression": 12_000_000, "voice": 4_000_000}


@pytest.mark.parametrize("model", models.list_models(), ids=lambda model: model.name)
def test_every_model_is_whole_and_described(model: models.ModelInfo) -> None:
    models.verify(model)
    assert model.purpose
    assert model.licence


@pytest.mark.parametrize("name", MAX_BYTES)
def test_the_embedded_models_are_small_and_come_with_card_and_terms(name: str) -> None:
    folder = (models.expression_model() if name == "expression" else models.voice_model()).path
    assert sum(path.stat().st_size for path in folder.iterdir()) <= MAX_BYTES[name]
    assert "split" in (folder / "MODEL_CARD.md").read_text().lower()
    assert (folder / "LICENSE").read_text().strip()


def test_the_voice_model_is_not_for_commercial_use() -> None:
    assert not models.voice_model().commercial_use


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


def test_where_a_model_lies_is_not_told() -> None:
    assert "path" not in models.expression_model().to_dict()
