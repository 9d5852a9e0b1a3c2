"""The fields of a submitted job: what each accepts, in words and as OpenAPI, and how its text is parsed.

Those of the analysis are made from the declarations of its options; those of the job itself are here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from api.problems import ProblemError, problem_error, refused_as_422
from api.schemas import LONGEST_LABEL
from api.upload import source_name
from emoclassify.declared import FLAGS, MOST_DIGITS, Option, Range, Role, Setting
from emoclassify.jobs.settings import ServerSettings
from emoclassify.networks import recognizers
from emoclassify.settings import Options, options_of, study_options
from emoclassify.terms import note_of, switched


@dataclass(frozen=True)
class FormField:
    """One field of the form."""

    rule: str | tuple[str, ...]
    """What its text must be, in words, or the choices: for the refusal of another text."""
    parse: Callable[[str], Any]
    """Gives the value of a text; raises ValueError where the text does not fit."""
    schema: dict[str, Any]
    help: str
    option: str = ""
    """The name of the option that it sets; empty for a field of the job."""


@dataclass(frozen=True)
class JobRequest:
    """The values of a submitted form."""

    options: Options
    tag: str = ""
    group: str = ""
    batch: str = ""
    keep_days: int = 0
    webhook_url: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Everything in which two requests can differ."""
        return {**self.options.to_dict(), "tag": self.tag, "group": self.group, "batch": self.batch} | {
            "keep_days": self.keep_days
        }


def read_fields(form: Mapping[str, str], defaults: Options, settings: ServerSettings) -> JobRequest:
    """Reads the fields of a form.

    Raises:
        ProblemError: 422, an unknown field, or a value that does not fit; the message names it.
    """
    fields = form_fields(type(defaults))
    values = _values({name: text for name, text in form.items() if name not in _IGNORED}, fields)
    _refuse_both(options_of(type(defaults)), values)
    job_values = {name: value for name, value in values.items() if not fields[name].option}
    options = _with_values(defaults, fields, {name: values[name] for name in values if name not in job_values})
    job_request = JobRequest(options, **{"keep_days": settings.keep_days, **job_values})
    if job_request.options.is_transcribed and not can_transcribe(defaults):
        raise problem_error(422, "transcribe_off")
    _check(job_request, defaults, settings)
    return job_request


def read_outputs(form: Mapping[str, str], options: Options) -> Options:
    """Reads the outputs that are wanted of a completed job; what the form does not name stays.

    Args:
        form: of the call.
        options: of the job.

    Raises:
        ProblemError: 422, as `read_fields`.
    """
    fields = output_fields(type(options))
    return _with_values(options, fields, _values(form, fields))


def read_study_outputs(form: Mapping[str, str], options: Options) -> Options:
    """Reads the outputs that are wanted of a study, as `read_outputs`."""
    fields = {option.field: _field_of(option, option.name) for option in study_options() if option.posted}
    return _with_values(options, fields, _values(form, fields))


def read_labels(form: Mapping[str, str]) -> dict[str, str]:
    """Reads a new name, tag or group of a job.

    Raises:
        ProblemError: 422, as `read_fields`.
    """
    return _values(form, label_fields(Options))


def output_fields(holder: type[Options]) -> dict[str, FormField]:
    """The fields that say which outputs there are, by name."""
    names = {option.field for option in options_of(holder) if option.role is Role.OUTPUTS}
    return {name: field for name, field in form_fields(holder).items() if name in names}


def label_fields(holder: type[Options]) -> dict[str, FormField]:
    """The fields of a job that can be changed in any state, by name."""
    labels = {name: field for name, field in form_fields(holder).items() if name in ("tag", "group")}
    return {"name": _NAME, **labels}


def _values(form: Mapping[str, str], fields: Mapping[str, FormField]) -> dict[str, Any]:
    """The values of a form by name; refuses a field that is none of these."""
    for name in form:
        if name not in fields:
            raise problem_error(422, "field_unknown", field=name[:100], fields=list(fields))
    return {name: _parse(name, fields[name], text) for name, text in form.items()}


def _with_values(options: Options, fields: Mapping[str, FormField], values: Mapping[str, Any]) -> Options:
    """The same options with the values of fields; refuses what is out of range, or does not go together."""
    with refused_as_422():
        for option in options_of(type(options)):  # before the Options do, which call it as the command line does
            option.check(values.get(option.field), option.field)
        return replace(options, **{fields[name].option: value for name, value in values.items()})


def offered_models(defaults: Options, settings: ServerSettings) -> tuple[str, ...]:
    """The expression models that a job may name."""
    return tuple(dict.fromkeys((*settings.expression_models, defaults.expression_model)))


def field_notes(defaults: Options) -> dict[str, str]:
    """Name of a field -> what there is to know of the model that it brings in, with the models of this server."""
    posted = [option for option in options_of(type(defaults)) if option.posted]
    return {option.field: note for option in posted if (note := note_of(option, defaults))}


def refused_fields(defaults: Options) -> list[str]:
    """The fields that this server refuses, since they do not go with its own options."""
    flags = [option for option in options_of(type(defaults)) if option.kind is bool and option.role is Role.FINDINGS]
    refused = [option.field for option in flags if switched(option, defaults, on=True) is None]
    refused += [option.field for option in options_of(type(defaults)) if _is_fixed(option, defaults)]
    return refused if can_transcribe(defaults) else [*refused, *(name for name in _WORDS if name not in refused)]


def _is_fixed(option: Option, defaults: Options) -> bool:
    """Whether the server takes something of its own, in the place of what is offered by name."""
    return bool(option.names) and getattr(defaults, option.name) not in option.names


def can_transcribe(defaults: Options) -> bool:
    """Whether this server has a model that writes down speech: one is named in its options, or was fetched here."""
    return recognizers.is_ready(defaults.transcribe_model)


def _refuse_both(options: tuple[Option, ...], values: Mapping[str, Any]) -> None:
    """Refuses two options that exclude each other."""
    for group in {option.excludes for option in options if option.excludes}:
        names = [option.field for option in options if option.excludes == group and option.field in values]
        if len(names) > 1:
            raise problem_error(422, "fields_exclude", both=names)


def _check(job_request: JobRequest, defaults: Options, settings: ServerSettings) -> None:
    models = offered_models(defaults, settings)
    for option in options_of(type(defaults)):
        if _is_fixed(option, defaults) and getattr(job_request.options, option.name) in option.names:
            raise problem_error(422, "model_of_the_server", field=option.field)
    if job_request.options.expression_model not in models:
        raise problem_error(422, "model_not_offered", models=models)
    if not 0 <= job_request.keep_days <= settings.max_keep_days:
        raise problem_error(422, "keep_days_out_of_range", most=settings.max_keep_days)
    if job_request.webhook_url:
        check_webhook(job_request.webhook_url, settings)


def check_webhook(url: str, settings: ServerSettings) -> None:
    """Refuses an address that this server may not call. Raises ProblemError: 422."""
    if not settings.webhook_hosts:
        raise problem_error(422, "webhook_off")
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
        raise problem_error(422, "webhook_no_address")
    if host not in settings.webhook_hosts:
        raise problem_error(422, "webhook_host_unknown")


def _parse(name: str, field: FormField, text: str) -> Any:
    try:
        return field.parse(text.strip())
    except ValueError as exc:
        raise _unfit(name, field.rule, text[:100]) from exc


def _unfit(name: str, rule: str | tuple[str, ...], text: str) -> ProblemError:
    if isinstance(rule, tuple):
        return problem_error(422, "text_not_a_choice", field=name, choices=rule, given=text)
    return problem_error(422, "text_unfit", field=name, wanted=rule, given=text)


def form_fields(holder: type[Options]) -> dict[str, FormField]:
    """Every field of the form, by its name: those of the options that a job may set, then those of the job."""
    option_fields = {option.field: _field_of(option, option.name) for option in options_of(holder) if option.posted}
    return option_fields | _JOB_FIELDS


def _field_of(setting: Setting, option: str = "") -> FormField:
    if isinstance(setting, Option) and setting.names:
        setting = replace(setting, choices=setting.names)
    help = setting.help.removesuffix(".") + (f"; true: {setting.choices[0]}" if setting.several else "") + "."
    return FormField(setting.text_rule, _parser_of(setting), _schema_of(setting), help, option)


def _parser_of(setting: Setting) -> Callable[[str], Any]:
    is_free_text = setting.kind is str and not setting.choices

    def parse(text: str) -> Any:
        value = setting.read(text)
        if is_free_text and (len(text) > LONGEST_LABEL or not text.isprintable()):
            raise ValueError(text[:20])
        if setting.choices and not setting.several and value not in setting.choices:
            raise ValueError(text[:20])
        return value  # a number out of range is refused by `read_fields`

    return parse


def _schema_of(setting: Setting) -> dict[str, Any]:
    if setting.kind is bool:
        return {"type": "string", "enum": list(FLAGS)}
    if setting.several:
        return {"type": "string", "examples": [",".join(setting.choices[:2])]}
    if setting.choices:
        return {"type": "string", "enum": list(setting.choices)}
    if setting.kind is str:
        return {"type": "string", "maxLength": LONGEST_LABEL}
    range = setting.range or Range()
    limits = {"exclusiveMinimum": range.above, "minimum": range.at_least, "maximum": range.at_most}
    if setting.kind is int and range.at_most is None:
        limits["maximum"] = 10**MOST_DIGITS - 1
    kind = "integer" if setting.kind is int else "number"
    return {"type": kind, **{name: limit for name, limit in limits.items() if limit is not None}}


def _read_name(text: str) -> str:
    if source_name(text) != text or not text:
        raise ValueError(text[:20])
    return text


_NAME = FormField("a file name", _read_name, {"type": "string", "minLength": 1, "maxLength": 255}, "Of the recording.")

_WORDS = ("transcribe", "transcribe_focus")
_IGNORED = ("filename", "file_type")
"""Fields that existing scripts send; they have no effect."""

_JOB_FIELDS = {
    "tag": _field_of(Setting(help="A word to find the job by.")),
    "group": _field_of(Setting(help="Another one, e.g. the study.")),
    "batch": _field_of(Setting(help="A word that recordings handed in together have in common, to count them by.")),
    "keep_days": _field_of(
        Setting(
            help="Days the job is kept after its end; 0: the upload goes at once, the results after a day.",
            kind=int,
            range=Range(at_least=0),
        )
    ),
    "webhook_url": FormField(
        "an address", str, {"type": "string", "format": "uri"}, "Told of the job's end, where the server allows it."
    ),
}
"""The fields that belong to the job and not to its analysis."""
