"""Every error is a problem object of RFC 9457."""

import errno
import json
import logging
from typing import Any

from apiflask import APIFlask, HTTPError
from flask import Response
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from werkzeug.exceptions import (
    Conflict,
    HTTPException,
    InternalServerError,
    ServiceUnavailable,
    TooManyRequests,
    UnprocessableEntity,
)
from werkzeug.http import HTTP_STATUS_CODES

from emoclassify.errors import EmoClassifyError
from emoclassify.jobs.store import QueueFullError, RepeatConflictError, StateConflictError

logger = logging.getLogger(__name__)

PROBLEM = "application/problem+json"

RETRY_AFTER_S = 30
_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate", "Content-Range")

NO_ROOM = "There is no room left for the upload; try again later."
STORAGE_AWAY = "The storage does not answer; try again later."


class StorageFullError(HTTPException):
    """507: there is no room for the upload."""

    code = 507
    name = "Insufficient Storage"


def problem(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """A problem object."""
    title = HTTP_STATUS_CODES.get(status, "Error")
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}


def answer_with_problems(app: APIFlask) -> None:
    """Every error that a call raises, and every one of Flask's own, becomes a problem."""

    @app.error_processor
    def answer_invalid(error: HTTPError) -> Response:
        told = [f"{name}: {' '.join(map(str, lines))}" for name, lines in _flat(error.detail)]
        return _answer(UnprocessableEntity("; ".join(told) or error.message))

    # After it, since it claims these for itself.
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
    found = error.get_response()  # brings the headers that belong to it
    status = error.code or 500
    content = problem(status, error.description or error.name)
    answer = Response(json.dumps(content, ensure_ascii=False) + "\n", status=status, mimetype=PROBLEM)
    for name in _KEPT_HEADERS:
        for value in found.headers.getlist(name):
            answer.headers.add(name, value)
    return answer


def _answer_unexpected(error: Exception) -> Response:
    if isinstance(error, QueueFullError):
        return _answer(TooManyRequests(str(error), retry_after=RETRY_AFTER_S))
    if isinstance(error, RepeatConflictError):
        return _answer(UnprocessableEntity(str(error)))
    if isinstance(error, StateConflictError):
        return _answer(Conflict(str(error)))
    if isinstance(error, EmoClassifyError):
        return _answer(InternalServerError(str(error)))
    if _is_full(error):
        logger.warning("no room left: %s", type(error).__name__)
        return _answer(StorageFullError(NO_ROOM))
    if isinstance(error, SQLAlchemyError):
        logger.warning("database away: %s", type(error).__name__)
        return _answer(ServiceUnavailable("The database does not answer; try again later.", retry_after=RETRY_AFTER_S))
    if isinstance(error, OSError):
        logger.warning("storage away: %s", type(error).__name__)
        return _answer(ServiceUnavailable(STORAGE_AWAY, retry_after=RETRY_AFTER_S))
    logger.exception("unexpected error: %s", type(error).__name__)
    return _answer(InternalServerError("Unexpected error, please report it."))


def _is_full(error: Exception) -> bool:
    """Whether a disk is full: that of the files, or that of the database."""
    if isinstance(error, DBAPIError):
        told = (getattr(error.orig, "sqlite_errorname", ""), getattr(error.orig, "sqlstate", ""))
        return told in (("SQLITE_FULL", ""), ("", "53100"))
    return isinstance(error, OSError) and error.errno == errno.ENOSPC
