"""`models fetch` with the real hub client, against a small hub on this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from emoclassify.errors import ModelError
from emoclassify.networks import models
from tests.support.hub import files_in, hub, run_models

pytestmark = pytest.mark.model


@pytest.fixture(name="hub")
def hub_with_a_model(tmp_path: Path) -> Iterator[str]:
    from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessor

    names = ["angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"]
    config = ViTConfig(
        hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, image_size=32, patch_size=16,
        id2label=dict(enumerate(names)), label2id={name: i for i, name in enumerate(names)},
    )  # fmt: skip
    ViTForImageClassification(config).save_pretrained(tmp_path / "model")
    ViTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(tmp_path / "model")
    files = {**files_in(tmp_path / "model"), "code.py": b"raise SystemExit", "pytorch_model.bin": b"pickle"}
    with hub({"made/tiny": files}) as address:
        yield address


def test_a_model_is_fetched_by_name_recorded_and_checked(
    tmp_path: Path, hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched = run_models(tmp_path, hub, "fetch", "made/tiny")
    assert fetched.returncode == 0, fetched.stderr
    assert "model.safetensors" in fetched.stdout

    monkeypatch.setenv("EMOCLASSIFY_DATA_DIR", str(tmp_path / "data"))
    model = models.expression_model("made/tiny")
    assert set(model.files) == {"config.json", "preprocessor_config.json", "model.safetensors"}  # and no code
    models.verify(model)
    assert "made/tiny" in run_models(tmp_path, hub, "list", offline=True).stdout

    from emoclassify.faces.expressions import ExpressionModel

    assert ExpressionModel.load(str(model.path)).notes == ()
    weights = (model.path / "model.safetensors").resolve()
    weights.write_bytes(weights.read_bytes() + b"more")
    with pytest.raises(ModelError, match="is not the file"):
        models.expression_model("made/tiny")


@pytest.mark.parametrize(
    ("name", "offline", "told"),
    [("made/none", False, "does not give"), ("made/tiny", True, "cannot be reached"), ("not a name", False, "no name")],
)
def test_what_cannot_be_fetched_is_one_clear_line(
    tmp_path: Path, hub: str, name: str, offline: bool, told: str
) -> None:
    failed = run_models(tmp_path, hub, "fetch", name, offline=offline)
    assert failed.returncode == 1
    assert told in failed.stderr
    assert failed.stderr.count("\n") == 1


def test_a_model_that_was_not_fetched_says_how(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMOCLASSIFY_DATA_DIR", str(tmp_path))
    with pytest.raises(ModelError, match="emoclassify models fetch made/tiny"):
        models.expression_model("made/tiny")
