"""What is checked of a call as soon as its headers are complete, before a byte of its body is received.

All that needs no body is checked in `before_request`: key, name, origin, path, method, length, rate. The server asks
`admit` before it receives a body; the application checks the same again when the body is there.
"""

import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, request

from api.access import caller
from api.problems import problem_error

SMALL_KB = 64
"""The largest body of a call that is no upload."""

_ADMITTED = "emoclassify.admitted"


@dataclass(frozen=True)
class Admission:
    """A call whose body may be received."""

    most_bytes: int
    """The largest body that it may have."""
    owner: str
    """Whose call it is; empty where no keys are asked for."""


def allow_body(most_bytes: int) -> None:
    """For a `before_request`: the current call is an upload, with a body of so many bytes at most."""
    g.most_body_bytes = most_bytes


def is_admitted() -> bool:
    """Whether the server has asked `admit` for the current call, so that it is counted already."""
    return _ADMITTED in request.environ


def refuse_large_bodies(app: Flask, uploads: Collection[str]) -> None:
    """Refuses large bodies of other calls than uploads, which check theirs themselves and then call `allow_body`.

    Args:
        app: the API.
        uploads: their endpoints.
    """

    @app.before_request
    def check_length() -> None:
        if request.endpoint not in uploads and (request.content_length or 0) > SMALL_KB * 1024:
            if request.routing_exception:  # there is no such call at all
                raise request.routing_exception
            raise problem_error(413, "body_too_large", most_kb=SMALL_KB)


def admit(app: Flask, environ: dict[str, Any]) -> Admission | Response:
    """Checks a call of which only the headers are there.

    Args:
        app: the API.
        environ: of the call, by WSGI, without a body; marked as admitted where it is.

    Returns:
        What its body may be; or the answer that refuses the call.
    """
    with app.request_context(environ):
        try:
            answer = app.preprocess_request()
            if answer is None and request.routing_exception:
                raise request.routing_exception
            if answer is None:
                environ[_ADMITTED] = True
                return Admission(g.get("most_body_bytes", SMALL_KB * 1024), caller().owner if "caller" in g else "")
            response = app.make_response(answer)
        except Exception as exc:
            response = app.make_response(app.handle_user_exception(exc))
        return app.process_response(response)


def refuse(app: Flask, environ: dict[str, Any], error: Exception) -> Response:
    """The answer to a call that failed while its body was received."""
    with app.request_context(environ):
        g.started_s = time.perf_counter()
        return app.process_response(app.make_response(app.handle_user_exception(error)))
