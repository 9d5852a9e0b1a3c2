"""What the process that opens recordings tells its parent: progress, a result or an error, as JSON.

Nothing that it sends is trusted, since a recording may have taken it over: pickled objects could run a program in the
parent, names could lead out of the folder of the results.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from multiprocessing.connection import Connection
from typing import Any

from emoclassify.errors import EmoClassifyError, MediaError, ModelError, ResultError, UsageError
from emoclassify.words.messages import Message

LONGEST_ANSWER_BYTES = 16 * 2**20
"""A longer one is no answer."""

_ERRORS = {kind.__name__: kind for kind in (EmoClassifyError, MediaError, ModelError, ResultError, UsageError)}


@dataclass(frozen=True)
class Progress:
    """A step: its stage, seconds of it done, and seconds in all (None where unknown)."""

    stage: str
    done_s: float
    total_s: float | None


@dataclass(frozen=True)
class Result:
    """The end of a task: what it returns, as JSON gives it."""

    content: Any


class AnswerError(Exception):
    """An answer that cannot be read."""


def send_progress(pipe: Connection, step: Progress) -> None:
    """Sends a step."""
    _send(pipe, {"progress": [step.stage, step.done_s, step.total_s]})


def send_result(pipe: Connection, result: Result) -> None:
    """Sends what a task returned.

    Raises:
        TypeError, ValueError: it cannot be written as JSON.
    """
    _send(pipe, {"result": result.content})


def send_error(pipe: Connection, error: EmoClassifyError) -> None:
    """Sends the error with which a task ended."""
    name = next(kind.__name__ for kind in type(error).__mro__ if kind.__name__ in _ERRORS)
    _send(pipe, {"error": name, "message": error.message.to_dict()})


def receive(pipe: Connection) -> Progress | Result:
    """Waits for an answer.

    Raises:
        EmoClassifyError: the task ended with this error.
        AnswerError: what came is no answer.
        EOFError, OSError: the process is gone.
    """
    try:
        answer = json.loads(pipe.recv_bytes(LONGEST_ANSWER_BYTES))
        if "error" not in answer:
            return _progress(answer["progress"]) if "progress" in answer else Result(answer["result"])
        error = _error(answer)
    except (ValueError, TypeError, KeyError, RecursionError) as exc:
        raise AnswerError(repr(exc)) from exc
    raise error


def _send(pipe: Connection, answer: dict[str, Any]) -> None:
    pipe.send_bytes(json.dumps(answer, allow_nan=False).encode())


def _progress(item: Any) -> Progress:
    stage, done_s, total_s = item
    seconds = (done_s, 0.0 if total_s is None else total_s)
    if not isinstance(stage, str) or not all(isinstance(value, int | float) and isfinite(value) for value in seconds):
        raise ValueError("no progress")
    return Progress(stage, done_s, total_s)


def _error(answer: dict[str, Any]) -> EmoClassifyError:
    make: Callable[..., EmoClassifyError] = _ERRORS[answer["error"]]
    message = Message.from_dict(answer["message"])
    if not all(_is_field(value) for value in message.fields.values()):
        raise ValueError("no message")
    return make(message.code, **message.fields)


def _is_field(value: object) -> bool:
    items = value if isinstance(value, list) else [value]
    return all(isinstance(item, str | int | float) for item in items)
