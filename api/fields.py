"""The fields of a submitted job: what each wants, in words and as OpenAPI, and how its text is read."""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from werkzeug.exceptions import UnprocessableEntity

from emoclassify.errors import UsageError
from emoclassify.jobs.settings import ServerSettings
from emoclassify.settings import Options
from emoclassify.words.texts import LANGUAGES

_LONGEST_LABEL = 100
_REPORTS = ("docx", "pdf", "html")
_FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}

_FLAG_SCHEMA = {"type": "string", "enum": list(_FLAGS)}
_LABEL_SCHEMA = {"type": "string", "maxLength": _LONGEST_LABEL}


@dataclass(frozen=True)
class Field:
    """One field of the form."""

    wanted: str
    """In words, for whoever sent something else."""
    read: Callable[[str], Any]
    schema: dict[str, Any]
    help: str


@dataclass(frozen=True)
class Asked:
    """What a submitted job asks for."""

    options: Options
    tag: str = ""
    group: str = ""
    keep_days: int = 0
    webhook_url: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Everything that makes two requests different."""
        return {**asdict(self.options), "tag": self.tag, "group": self.group, "keep_days": self.keep_days}


def read_fields(form: Mapping[str, str], defaults: Options, settings: ServerSettings) -> Asked:
    """What the fields of a request ask for.

    Raises:
        UnprocessableEntity: an unknown field, or a value that does not fit; the message names it.
    """
    given: dict[str, Any] = {}
    for name, text in form.items():
        if name in _IGNORED:
            continue
        if name not in FIELDS:
            raise UnprocessableEntity(f"{name[:100]} is no field of this call; these are: {', '.join(FIELDS)}.")
        given[name] = _read(name, text)
    for name in _NOT_BUILT:
        if given.pop(name, False):
            raise UnprocessableEntity(f"{name} is not built yet.")
    if "sample_fps" in given and "every" in given:
        raise UnprocessableEntity("sample_fps and every exclude each other.")
    rest = {name: given.pop(name) for name in ("tag", "group", "keep_days", "webhook_url") if name in given}
    if "make_graph" in given:
        given["graph"] = given.pop("make_graph")
    try:
        options = replace(defaults, **given)
    except UsageError as exc:
        raise UnprocessableEntity(str(exc)) from exc
    asked = Asked(options, **{"keep_days": settings.keep_days, **rest})
    _check(asked, settings)
    return asked


def _check(asked: Asked, settings: ServerSettings) -> None:
    if asked.options.expression_model not in (*settings.expression_models, Options.read({}).expression_model):
        known = ", ".join(settings.expression_models)
        raise UnprocessableEntity(f"expression_model must be one of this server's: {known}.")
    if not 0 <= asked.keep_days <= settings.max_keep_days:
        raise UnprocessableEntity(f"keep_days must be from 0 to {settings.max_keep_days}.")
    if asked.webhook_url:
        _check_webhook(asked.webhook_url, settings)


def _check_webhook(url: str, settings: ServerSettings) -> None:
    if not settings.webhook_hosts:
        raise UnprocessableEntity("webhook_url is switched off on this server.")
    try:
        parts = urlsplit(url)
        host = parts.hostname
        port = parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if (
        not url.isprintable()
        or parts.scheme not in ("http", "https")
        or parts.username
        or parts.password
        or len(url) > 2000
        or port == 0
    ):
        raise UnprocessableEntity("webhook_url must be an http or https address without a password in it.")
    if host not in settings.webhook_hosts:
        raise UnprocessableEntity("webhook_url leads to a host that this server may not call.")


def _read(name: str, text: str) -> Any:
    field = FIELDS[name]
    try:
        return field.read(text.strip())
    except (ValueError, KeyError, OverflowError) as exc:
        raise UnprocessableEntity(f"{name} must be {field.wanted}, but is '{text[:100]}'.") from exc


def _flag(text: str) -> bool:
    return _FLAGS[text.lower()]


def _number(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(text)
    return number


def _whole(text: str) -> int:
    if len(text) > 9:
        raise ValueError(text[:20])
    return int(text)


def _one_of(*values: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in values:
            raise ValueError(text)
        return text

    return read


def _label(text: str) -> str:
    if len(text) > _LONGEST_LABEL or not text.isprintable():
        raise ValueError(text[:20])
    return text


def _report(text: str) -> str:
    if text.lower() in _FLAGS:
        return "docx" if _flag(text) else ""
    asked = [part.strip().lower() for part in text.split(",") if part.strip()]
    if not asked or not set(asked) <= set(_REPORTS):
        raise ValueError(text)
    return ",".join(kind for kind in _REPORTS if kind in asked)


def _flag_field(help: str) -> Field:
    return Field("true or false", _flag, _FLAG_SCHEMA, help)


FIELDS: dict[str, Field] = {
    "double_check": _flag_field("Read the voice too and compare it with the face."),
    "echo_mean": _flag_field("Read the voice too and tell the one emotion of all speech."),
    "make_graph": _flag_field("Draw the charts, as PNG and SVG."),
    "report": Field(
        "true, false or a list of docx, pdf, html",
        _report,
        {"type": "string", "examples": ["docx,pdf"]},
        "Write a report; true means docx.",
    ),
    "annotate": _flag_field("Draw what was found into the video: annotated.mp4."),
    "anonymize": _flag_field("Cover every face found in the annotated video."),
    "xlsx": _flag_field("Write the tables as report.xlsx too."),
    "csv_excel": _flag_field("Write the CSV files so that Excel opens them by a double click."),
    "sample_fps": Field(
        "a number", _number, {"type": "number", "exclusiveMinimum": 0, "maximum": 1000}, "Frames looked at a second."
    ),
    "every": Field(
        "a whole number", _whole, {"type": "integer", "minimum": 1, "maximum": 999_999_999}, "Instead: every Nth frame."
    ),
    "faces": Field(
        "largest or all",
        _one_of("largest", "all"),
        {"type": "string", "enum": ["largest", "all"]},
        "The main person, or every person.",
    ),
    "min_face": Field(
        "a number",
        _number,
        {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
        "Smallest face, as a share of the frame's shorter side.",
    ),
    "expression_model": Field(
        "the name of a model", _label, {"type": "string"}, "The model that reads faces, from the server's list."
    ),
    "lang": Field(
        " or ".join(LANGUAGES),
        _one_of(*LANGUAGES),
        {"type": "string", "enum": list(LANGUAGES)},
        "Language of the results.",
    ),
    "tag": Field("a short text", _label, _LABEL_SCHEMA, "A word to find the job by."),
    "group": Field("a short text", _label, _LABEL_SCHEMA, "Another one, e.g. the study."),
    "keep_days": Field(
        "a whole number",
        _whole,
        {"type": "integer", "minimum": 0},
        "Days the job is kept after its end; 0: the upload goes at once, the results after a day.",
    ),
    "webhook_url": Field(
        "an address", str, {"type": "string", "format": "uri"}, "Told of the job's end, where the server allows it."
    ),
    "transcribe": _flag_field("Not built yet: false only."),
    "transcribe_focus": _flag_field("Not built yet: false only."),
}
"""Every field that is taken; ranges that the Options have are checked there."""

_NOT_BUILT = ("transcribe", "transcribe_focus")
_IGNORED = ("filename", "file_type")
"""What existing scripts post beside, of no meaning here."""
