"""`models fetch` of what writes down speech, with the real hub client, against a small hub on this machine."""

import hashlib
from pathlib import Path

import pytest

from emoclassify.errors import ModelError
from emoclassify.networks import models, recognizers
from emoclassify.transcript.engines import open_recognizer
from tests.support.hub import files_in, hub, run_models
from tests.support.recognizers import bursts, write_onnx_model

pytestmark = [pytest.mark.model, pytest.mark.process]

OFFER = recognizers.OFFERS[0]


def test_a_recognizer_is_fetched_by_name_recorded_loaded_and_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = files_in(write_onnx_model(tmp_path / "made"))
    with hub({OFFER.repository: {**files, "README.md": b"of no use", "v3_ctc.onnx": b"another form"}}) as address:
        fetched = run_models(tmp_path, address, "fetch", OFFER.name)
    assert fetched.returncode == 0, fetched.stderr
    for name, content in files.items():
        assert f"{hashlib.sha256(content).hexdigest()}  {name}" in fetched.stdout
    assert "README.md" not in fetched.stdout
    assert f"--transcribe-model {OFFER.name}" in fetched.stdout
    assert OFFER.licence in fetched.stdout

    monkeypatch.setenv("EMOCLASSIFY_DATA_DIR", str(tmp_path / "data"))
    assert recognizers.is_ready("")
    model = recognizers.recognizer()  # the first that is here, since none is named
    assert (model.name, set(model.files)) == (OFFER.name, set(files))
    assert [word.text for word in open_recognizer(model, 1).hear(bursts(1.0), "")] == ["la"]
    weights = (model.path / "v3_e2e_ctc.int8.onnx").resolve()
    weights.write_bytes(weights.read_bytes() + b"more")
    with pytest.raises(ModelError, match="is not the file"):
        models.verify(recognizers.recognizer(OFFER.name))


@pytest.mark.parametrize(
    ("files", "offline", "told"),
    [
        ({"config.json": b"{}"}, False, "v3_e2e_ctc.int8.onnx"),  # the hub has not all of it
        (None, False, "does not give"),
        ({"config.json": b"{}"}, True, "cannot be reached"),
    ],
)
def test_what_cannot_be_fetched_is_one_clear_line(
    tmp_path: Path, files: dict[str, bytes] | None, offline: bool, told: str
) -> None:
    with hub({} if files is None else {OFFER.repository: files}) as address:
        failed = run_models(tmp_path, address, "fetch", OFFER.name, offline=offline)
    assert failed.returncode == 1
    line = failed.stderr.splitlines()[-1]  # what was downloaded before it failed shows its progress
    assert line.startswith("emoclassify: ")
    assert told in line
    assert "Traceback" not in failed.stderr
