"""Every error is a problem object of RFC 9457."""

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from apiflask import APIFlask, HTTPError
from flask import Response
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from emoclassify.errors import EmoClassifyError, UsageError
from emoclassify.jobs.database import is_full
from emoclassify.jobs.norms import NormsFullError
from emoclassify.jobs.store import QueueFullError, RepeatConflictError, StateConflictError
from emoclassify.jobs.studies import StudiesFullError
from emoclassify.words.messages import Field, Message

logger = logging.getLogger(__name__)

PROBLEM = "application/problem+json"

RETRY_AFTER_S = 30
_LATER = (("Retry-After", str(RETRY_AFTER_S)),)
_STATUSES = {
    QueueFullError: 429,
    RepeatConflictError: 422,
    StateConflictError: 409,
    StudiesFullError: 409,
    NormsFullError: 409,
}
"""Errors of the job system -> the status of the answer."""

_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate", "Content-Range")


class ProblemError(HTTPException):
    """A call that is refused: an HTTP status, and a message that says why."""

    def __init__(self, status: int, message: Message, headers: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message.text)
        self.code, self.message, self.headers = status, message, headers

    @property
    def name(self) -> str:
        """The name of the status."""
        return HTTP_STATUS_CODES.get(self.code or 0, "Error")

    def get_headers(self, *arguments: Any, **keywords: Any) -> list[tuple[str, str]]:
        """The headers of the exception, and its own."""
        return [*super().get_headers(*arguments, **keywords), *self.headers]


def problem_error(status: int, code: str, /, **fields: Field) -> ProblemError:
    """The error to raise for a call that is refused.

    Args:
        status: of HTTP.
        code: of the sentence in `emoclassify.words.messages`.
        fields: the values in the sentence.
    """
    return ProblemError(status, Message(code, fields))


@contextmanager
def refused_as_422() -> Iterator[None]:
    """What does not fit in the content of a call, a UsageError inside, is answered with 422 and the same message."""
    try:
        yield
    except UsageError as exc:
        raise ProblemError(422, exc.message) from exc


def problem(status: int, why: Message | str, **more: Any) -> dict[str, Any]:
    """A problem object: of a message with its `type`, `code` and `fields`; of a text with that as its `detail`."""
    content = why.to_problem() if isinstance(why, Message) else {"type": "about:blank", "detail": why}
    return {"title": HTTP_STATUS_CODES.get(status, "Error"), "status": status, **content, **more}


def answer_with_problems(app: APIFlask) -> None:
    """Every error that a call raises, and every one of Flask's own, becomes a problem."""

    @app.error_processor
    def answer_invalid(error: HTTPError) -> Response:
        reasons = [f"{name}: {' '.join(map(str, lines)).removesuffix('.')}" for name, lines in _flat(error.detail)]
        return _answer(problem_error(422, "query_unfit", reasons="; ".join(reasons) or str(error.message)))

    # After error_processor, which registers a handler of its own for HTTPException.
    app.register_error_handler(HTTPException, _answer)
    app.register_error_handler(Exception, _answer_unexpected)


def _flat(detail: Any) -> list[tuple[str, list[Any]]]:
    places = detail.values() if isinstance(detail, dict) else []
    return [
        (str(name), lines if isinstance(lines, list) else [lines])
        for place in places
        if isinstance(place, dict)
        for name, lines in place.items()
    ]


def _answer(error: HTTPException) -> Response:
    default_answer = error.get_response()  # has the headers of this status
    status = error.code or 500
    content = problem(status, error.message if isinstance(error, ProblemError) else error.description or error.name)
    answer = Response(json.dumps(content, ensure_ascii=False) + "\n", status=status, mimetype=PROBLEM)
    for name in _KEPT_HEADERS:
        for value in default_answer.headers.getlist(name):
            answer.headers.add(name, value)
    return answer


def _answer_unexpected(error: Exception) -> Response:
    if isinstance(error, EmoClassifyError):
        status = next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), 500)
        return _answer(ProblemError(status, error.message, _LATER if status == 429 else ()))
    if is_full(error):
        logger.warning("no room left: %s", type(error).__name__)
        return _answer(problem_error(507, "no_room"))
    if isinstance(error, SQLAlchemyError):
        logger.warning("database away: %s", type(error).__name__)
        return _answer(ProblemError(503, Message("database_away"), _LATER))
    if isinstance(error, OSError):
        logger.warning("storage away: %s", type(error).__name__)
        return _answer(ProblemError(503, Message("storage_away"), _LATER))
    logger.exception("unexpected error: %s", type(error).__name__)
    return _answer(problem_error(500, "unexpected"))
