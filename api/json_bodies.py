"""JSON in the bodies of calls: what is no text, or too deep, is no JSON, whichever call it comes to."""

import json
from typing import Any

from apiflask import APIFlask
from apiflask.schema_adapters.marshmallow import parser
from flask import Request
from flask.json.provider import DefaultJSONProvider

from api.problems import problem_error


def loaded_json(content: str | bytes) -> Any:
    """The value of a text in the form JSON.

    Raises:
        ValueError: it is none, is nested deeper than Python reads, or holds half a letter (a lone surrogate), which
            no database, file or answer takes.
    """
    try:
        value = json.loads(content)
    except RecursionError as exc:
        raise ValueError("nested too deep") from exc
    has_escapes = b"\\u" in content if isinstance(content, bytes) else "\\u" in content
    if has_escapes:
        json.dumps(value, ensure_ascii=False).encode()  # a UnicodeEncodeError is a ValueError
    return value


def read_json_bodies(app: APIFlask) -> None:
    """Reads the bodies of all calls by `loaded_json`: those that Flask reads, and those with a schema."""
    app.json = _Bodies(app)
    parser.location_loader("json")(_load)


class _Bodies(DefaultJSONProvider):
    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return loaded_json(s)


def _load(request: Request, schema: Any) -> Any:
    """The content of a body for a schema. Raises ProblemError: 422, it is no JSON."""
    try:
        if request.is_json and (content := request.get_data()):
            loaded_json(content)
    except ValueError as exc:
        raise problem_error(422, "request_unread") from exc
    return parser.load_json(request, schema)
