"""Reads one multipart request: the recording to a file of a random name, the fields to Options."""

import secrets
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, UnprocessableEntity
from werkzeug.formparser import parse_form_data

from emoclassify.errors import UsageError
from emoclassify.settings import Options

_FILE = "file"
_MAX_FORM_BYTES, _MAX_PARTS = 100_000, 100
_LONGEST_NAME = 255


@dataclass(frozen=True)
class Upload:
    """One recording that was sent, and what was sent beside it."""

    path: Path
    """Where it lies, under a name that says nothing."""
    name: str
    """How its owner calls it: data to show, never a path."""
    form: Mapping[str, str]


def read_upload(environ: dict[str, Any], folder: Path, stack: ExitStack, max_bytes: int) -> Upload:
    """Streams the recording of a request into the folder.

    Args:
        environ: the request, as WSGI has it.
        folder: where the recording goes.
        stack: closes the files.
        max_bytes: the largest request.

    Raises:
        BadRequest: no recording.
        UnprocessableEntity: more files than the one, or a field given twice.
        RequestEntityTooLarge: larger than allowed.
    """

    def store(*_: object, **__: object) -> IO[bytes]:
        return stack.enter_context((folder / secrets.token_hex(16)).open("xb+"))

    _, form, files = parse_form_data(
        environ,
        store,
        max_form_memory_size=_MAX_FORM_BYTES,
        max_content_length=max_bytes,
        max_form_parts=_MAX_PARTS,
    )
    sent = files.get(_FILE)
    if sent is None or not sent.filename:
        raise BadRequest(f"No recording was sent: the field '{_FILE}' is missing (multipart/form-data).")
    if len(list(files.items(multi=True))) > 1:
        raise UnprocessableEntity(f"More than one file was sent: only '{_FILE}' is taken, once.")
    sent.stream.flush()
    return Upload(Path(sent.stream.name), source_name(sent.filename), _each_once(form))


def _each_once(form: "MultiDict[str, str]") -> dict[str, str]:
    for name in form:
        if len(form.getlist(name)) > 1:
            raise UnprocessableEntity(f"{name} was sent more than once.")
    return dict(form.items())


def source_name(given: str) -> str:
    """The last part of a path as some system writes it, without control characters, at most 255 characters."""
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")[:_LONGEST_NAME]


def read_options(form: Mapping[str, str], defaults: Options) -> Options:
    """The options that the fields of a request ask for.

    Raises:
        UnprocessableEntity: an unknown field, or a value that does not fit; the message names it.
    """
    given: dict[str, Any] = {}
    for name, text in form.items():
        if name not in _FIELDS:
            raise UnprocessableEntity(f"{name} is no field of this call; these are: {', '.join(_FIELDS)}.")
        given[name] = _parsed(name, text)
    if "sample_fps" in given and "every" in given:
        raise UnprocessableEntity("sample_fps and every exclude each other.")
    try:
        return replace(defaults, **given)
    except UsageError as exc:
        raise UnprocessableEntity(str(exc)) from exc


def _parsed(name: str, text: str) -> Any:
    wanted, parse = _FIELDS[name]
    try:
        return parse(text.strip())
    except (ValueError, KeyError) as exc:
        raise UnprocessableEntity(f"{name} must be {wanted}, but is '{text[:100]}'.") from exc


def _flag(text: str) -> bool:
    return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[text.lower()]


_Field = tuple[str, Callable[[str], Any]]
_FIELDS: dict[str, _Field] = {
    "double_check": ("true or false", _flag),
    "sample_fps": ("a number", float),
    "every": ("a whole number", int),
    "faces": ("largest or all", str),
    "min_face": ("a number", float),
}
"""What a field wants, in words, and how its text is read; ranges are the Options' own."""
