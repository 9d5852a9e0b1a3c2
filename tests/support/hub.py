"""A small hub of models on this machine, which answers as the Hugging Face hub does."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "0123456789012345678901234567890123456789"

Files = Mapping[str, bytes]
"""Name of a file -> its content."""


def files_in(folder: Path) -> dict[str, bytes]:
    """The files of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@contextmanager
def hub(repositories: Mapping[str, Files]) -> Iterator[str]:
    """Runs the hub with the files of some repositories ("owner/name"); yields its address."""

    class Hub(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:  # the name that http.server calls
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, *, body: bool) -> None:
            content = _content(self.path.split("?")[0], repositories)
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

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _content(path: str, repositories: Mapping[str, Files]) -> bytes | None:
    """The answer to a path; None: not found."""
    for repository, files in repositories.items():
        if path.startswith(f"/api/models/{repository}/tree/"):
            return json.dumps([_entry(name, content) for name, content in files.items()]).encode()
        if path.startswith(f"/api/models/{repository}"):
            listed = [{"rfilename": name} for name in files]
            return json.dumps({"id": repository, "sha": COMMIT, "siblings": listed}).encode()
        if path.startswith(f"/{repository}/resolve/"):
            return files.get(path.rsplit("/", 1)[-1])
    return None


def _entry(name: str, content: bytes) -> dict[str, object]:
    return {"type": "file", "path": name, "size": len(content), "oid": hashlib.sha1(content).hexdigest()}


def run_models(folder: Path, endpoint: str, *arguments: str, offline: bool = False) -> subprocess.CompletedProcess[str]:
    """Runs `emoclassify models` with caches and data of its own below a folder."""
    environ = {
        **os.environ,
        "HF_ENDPOINT": endpoint,
        "HF_HOME": str(folder / "hub"),
        "HF_HUB_OFFLINE": "1" if offline else "0",
        "HF_HUB_DISABLE_XET": "1",
        "EMOCLASSIFY_DATA_DIR": str(folder / "data"),
    }
    command = [sys.executable, "-m", "emoclassify", "models", *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True)
