"""`models fetch` with the real hub client, against a small hub on this machine."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from emoclassify.errors import ModelError
from emoclassify.networks import models

pytestmark = pytest.mark.model

COMMIT = "0123456789012345678901234567890123456789"


class Hub(BaseHTTPRequestHandler):
    """Answers as the hub does, for the model made/tiny."""

    files: dict[str, bytes] = {}  # noqa: RUF012  # filled by the fixture

    def do_HEAD(self) -> None:  # the name that http.server calls
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        path = self.path.split("?")[0]
        content = None
        if path.startswith("/api/models/made/tiny/tree/"):
            content = json.dumps([self._entry(name) for name in self.files]).encode()
        elif path.startswith("/api/models/made/tiny"):
            listed = [{"rfilename": name} for name in self.files]
            content = json.dumps({"id": "made/tiny", "sha": COMMIT, "siblings": listed}).encode()
        elif path.startswith("/made/tiny/resolve/"):
            content = self.files.get(path.rsplit("/", 1)[-1])
        self.send_response(200 if content is not None else 404)
        if content is None:
            content = b""
            self.send_header("X-Error-Code", "RepoNotFound")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", f'"{hashlib.sha1(content).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if body:
            self.wfile.write(content)

    def _entry(self, name: str) -> dict[str, object]:
        content = self.files[name]
        return {"type": "file", "path": name, "size": len(content), "oid": hashlib.sha1(content).hexdigest()}

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessor

    names = ["angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"]
    config = ViTConfig(
        hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, image_size=32, patch_size=16,
        id2label=dict(enumerate(names)), label2id={name: i for i, name in enumerate(names)},
    )  # fmt: skip
    ViTForImageClassification(config).save_pretrained(tmp_path / "model")
    ViTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(tmp_path / "model")
    monkeypatch.setattr(Hub, "files", {path.name: path.read_bytes() for path in (tmp_path / "model").iterdir()})
    monkeypatch.setattr(Hub, "files", {**Hub.files, "code.py": b"raise SystemExit", "pytorch_model.bin": b"pickle"})
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def run(tmp_path: Path, endpoint: str, *arguments: str, offline: bool = False) -> subprocess.CompletedProcess[str]:
    environ = {
        **os.environ,
        "HF_ENDPOINT": endpoint,
        "HF_HOME": str(tmp_path / "hub"),
        "HF_HUB_OFFLINE": "1" if offline else "0",
        "HF_HUB_DISABLE_XET": "1",
        "EMOCLASSIFY_DATA_DIR": str(tmp_path / "data"),
    }
    command = [sys.executable, "-m", "emoclassify", "models", *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True)


def test_a_model_is_fetched_by_name_recorded_and_checked(
    tmp_path: Path, hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched = run(tmp_path, hub, "fetch", "made/tiny")
    assert fetched.returncode == 0, fetched.stderr
    assert "model.safetensors" in fetched.stdout

    monkeypatch.setenv("EMOCLASSIFY_DATA_DIR", str(tmp_path / "data"))
    model = models.expression_model("made/tiny")
    assert set(model.files) == {"config.json", "preprocessor_config.json", "model.safetensors"}  # and no code
    models.verify(model)
    assert "made/tiny" in run(tmp_path, hub, "list", offline=True).stdout

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
    failed = run(tmp_path, hub, "fetch", name, offline=offline)
    assert failed.returncode == 1
    assert told in failed.stderr
    assert failed.stderr.count("\n") == 1


def test_a_model_that_was_not_fetched_says_how(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMOCLASSIFY_DATA_DIR", str(tmp_path))
    with pytest.raises(ModelError, match="emoclassify models fetch made/tiny"):
        models.expression_model("made/tiny")
