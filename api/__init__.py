"""The HTTP API: one recording in, its analysis out, one at a time. It keeps nothing.

Every error is a problem object of RFC 9457; nothing of an upload, its name included, goes to the log.
"""

import json
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from flask import Flask, Response, request
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    RequestEntityTooLarge,
    ServiceUnavailable,
    UnprocessableEntity,
)

from api.upload import Upload, read_options, read_upload
from emoclassify import __version__
from emoclassify.child import OnProgress
from emoclassify.errors import EmoClassifyError, MediaError
from emoclassify.settings import Options

MAX_BYTES = 2 * 1024**3
"""The largest request."""

WAIT_S = 30.0
"""How long a request waits for the one before it."""

_RETRY_AFTER_S = 30


class Analyzer(Protocol):
    """What analyzes a recording: `emoclassify.child.Child`, or a stand-in of a test."""

    def analyze(self, path: Path, folder: Path, options: Options, on_progress: OnProgress) -> list[Path]:
        """Writes the results to the folder and returns the files, analysis.json first."""


def create_app(
    analyzer: Analyzer,
    uploads: Path,
    *,
    options: Options | None = None,
    max_bytes: int = MAX_BYTES,
    wait_s: float = WAIT_S,
) -> Flask:
    """The program as a WSGI application.

    Args:
        analyzer: analyzes the recordings; the caller closes it.
        uploads: a folder for the uploads; each is removed before its request is answered.
        options: what holds where a request does not say; the library's defaults where left out.
        max_bytes: a larger request is refused (413).
        wait_s: seconds a request waits for the one before it, then it is refused (503).
    """
    app = Flask(__name__)
    busy = threading.Lock()
    _answer_errors_as_problems(app, max_bytes)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok", "version": __version__}

    @app.post("/v1/analyze")
    def analyze() -> Response:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(dir=uploads)))
            upload = read_upload(request.environ, folder, stack, max_bytes)
            asked = read_options(upload.form, options or Options())
            if not busy.acquire(timeout=wait_s):
                raise ServiceUnavailable("Another recording is being analyzed; try again.", retry_after=_RETRY_AFTER_S)
            stack.callback(busy.release)
            return _json(_found(analyzer, upload, folder / "results", asked))

    return app


def _found(analyzer: Analyzer, upload: Upload, folder: Path, options: Options) -> dict[str, Any]:
    """The content of analysis.json, with the recording's own name instead of that of the stored upload."""
    written = analyzer.analyze(upload.path, folder, options, lambda stage, done_s, total_s: None)
    content: dict[str, Any] = json.loads(written[0].read_text(encoding="utf-8"))
    content["source"]["name"] = upload.name
    return content


def _answer_errors_as_problems(app: Flask, max_bytes: int) -> None:
    answers: dict[type[Exception], Callable[[Any], Response]] = {
        HTTPException: _problem,
        MediaError: lambda error: _problem(UnprocessableEntity(str(error))),
        EmoClassifyError: lambda error: _problem(InternalServerError(str(error))),
        RequestEntityTooLarge: lambda error: _problem(
            RequestEntityTooLarge(f"The request is larger than {max_bytes // 1024**2} MB.")
        ),
    }
    for kind, answer in answers.items():
        app.register_error_handler(kind, answer)


def _problem(error: HTTPException) -> Response:
    found = error.get_response()  # brings the headers that belong to it: Allow, Retry-After
    problem = {"type": "about:blank", "title": error.name, "status": error.code, "detail": error.description}
    answer = _json(problem, status=error.code or 500, mimetype="application/problem+json")
    for name in ("Allow", "Retry-After"):
        if name in found.headers:
            answer.headers[name] = found.headers[name]
    return answer


def _json(content: dict[str, Any], status: int = 200, mimetype: str = "application/json") -> Response:
    return Response(json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n", status=status, mimetype=mimetype)
