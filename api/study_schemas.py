"""The input and output of the calls on studies, as OpenAPI shows them."""

from collections.abc import Mapping
from typing import Any, cast

from apiflask import Schema
from apiflask.fields import Boolean, DateTime, Dict, Field, Float, Integer, List, Nested, String
from apiflask.validators import Length, Range

from api.schemas import datetime_of
from emoclassify.declared import Option
from emoclassify.jobs.studies import StoredStudy
from emoclassify.settings import study_options

LONGEST_TITLE = 200
_LONGEST_NAME, _MOST_FILMS, _MOST_FILES = 255, 1000, 10_000
"""Of a parcel: what a file or a film is called, and how many there may be."""


_PLAN_HELP = (
    "what study.toml has, as JSON: measures, share_above, min_coverage, baseline, alpha, seed, and lists of stimulus, "
    "comparison, outcome and episode; `file` of a stimulus is the id of a job whose upload is the film"
)


class StudyIn(Schema):
    """A study: its title and plan."""

    title = String(required=True, validate=Length(1, LONGEST_TITLE))
    plan = Dict(required=True, metadata={"description": _PLAN_HELP})
    webhook_url = String(
        load_default=None,
        allow_none=True,
        validate=Length(max=2000),
        metadata={"description": "told of all results, where the call that asks for them names none; null: as before"},
    )


class ParcelIn(Schema):
    """Recordings on their way to a study; who hands them in puts them into it as they arrive."""

    token = String(required=True, validate=Length(1, 64), metadata={"description": "`batch` of their jobs"})
    n = Integer(required=True, validate=Range(0, _MOST_FILES), metadata={"description": "how many files"})
    films = Dict(
        keys=String(validate=Length(max=_LONGEST_NAME)),
        values=String(validate=Length(max=_LONGEST_NAME)),
        load_default=dict,
        validate=Length(max=_MOST_FILMS),
        metadata={"description": "name of a film's file -> the film's id"},
    )
    start_s = String(load_default="", validate=Length(max=64), metadata={"description": "as in viewings"})
    film = String(
        load_default="",
        validate=Length(max=_LONGEST_NAME),
        metadata={"description": "that all saw; empty: the names of the files say it"},
    )
    job_ids = List(
        String(validate=Length(max=64)),
        load_default=list,
        validate=Length(max=_MOST_FILES),
        metadata={"description": "recordings that were here before"},
    )


class ParcelOut(ParcelIn):
    """The same, with the time when they were announced."""

    at = DateTime(required=True, format="iso")


def _output_field(option: Option) -> Field[Any]:
    """A field for an option of the outputs, of its own kind in JSON."""
    described = {"description": option.help}
    return Boolean(metadata=described) if option.kind is bool else String(metadata=described)


STUDY_FIELDS = {option.field: _output_field(option) for option in study_options() if option.posted}
"""Name of a field -> the option of the results that it sets."""

ResultsIn = cast(
    type[Schema],
    Schema.from_dict(
        {
            "webhook_url": String(
                load_default="",
                validate=Length(max=2000),
                metadata={"description": "told of the end and of the films' episodes, where the server allows it"},
            ),
            **STUDY_FIELDS,
        },
        name="ResultsIn",
    ),
)
"""How results are asked for."""


class ChangeOut(Schema):
    """A change of the plan after somebody looked at the results."""

    at = DateTime(required=True, format="iso")
    plan_sha256 = String(required=True)
    scenes = Boolean(required=True, metadata={"description": "whether the scenes are others: they are exploration now"})


class StudyOut(Schema):
    """One study."""

    id = String(required=True)
    title = String(required=True)
    plan = Dict(required=True, metadata={"description": _PLAN_HELP})
    plan_sha256 = String(required=True, metadata={"description": "of the decisions and scenes"})
    created_at = DateTime(required=True, format="iso")
    job_id = String(
        required=True, allow_none=True, metadata={"description": "of the job with the results; null before the first"}
    )
    locked_at = DateTime(
        required=True,
        allow_none=True,
        format="iso",
        metadata={"description": "when results were looked at first; null before"},
    )
    locked_sha256 = String(
        required=True, allow_none=True, metadata={"description": "plan_sha256 then; another one now means a later plan"}
    )
    changes = List(Nested(ChangeOut), required=True, metadata={"description": "of the plan after that"})
    webhook_url = String(required=True, metadata={"description": "told of all results; empty: nobody"})
    parcels = List(Nested(ParcelOut), required=True, metadata={"description": "recordings on their way"})
    viewings = Integer(required=True, metadata={"description": "how many there are"})
    respondents = Integer(required=True, metadata={"description": "people in them"})


class StudiesOut(Schema):
    """All studies, the newest first."""

    studies = List(Nested(StudyOut), required=True)


class ViewingOut(Schema):
    """One person seeing one film, in a recording; every field is a text, as in a table."""

    recording = String(required=True, metadata={"description": "id of its job"})
    respondent = String(required=True)
    stimulus = String(required=True, metadata={"description": "id of the film"})
    start_s = String(metadata={"description": "when the film begins in it, in seconds, or `sound`; empty: 0"})
    person = String(metadata={"description": "number of the person in it; empty: 1"})
    place = String(metadata={"description": "of the film in the order in which the person saw them"})
    mark = String(
        metadata={"description": "name of a mark of the film: start_s is when it is seen; empty: its beginning"}
    )
    wave = String(metadata={"description": "a word for when it was seen, such as a date; empty: that of the person"})


class ViewingsOut(Schema):
    """The viewings of a study."""

    viewings = List(Nested(ViewingOut), required=True)


class SceneOut(Schema):
    """A scene of a film; every field is a text, as in a table."""

    stimulus = String(required=True, metadata={"description": "id of the film"})
    scene = String(required=True, metadata={"description": "its id, by which it is compared between films"})
    start_s = String(required=True, metadata={"description": "film time, seconds"})
    end_s = String(required=True, metadata={"description": "where it ends"})
    name = String(metadata={"description": "for people; empty: its id"})


class ScenesOut(Schema):
    """The scenes of all films."""

    scenes = List(Nested(SceneOut), required=True)


class CategoryIn(Schema):
    """Of which films: only those of one category are compared."""

    category = String(load_default="", validate=Length(max=255), metadata={"description": "a word of your own"})


class NormOut(Schema):
    """What one film showed in an earlier study; nothing of any person."""

    film = String(required=True, metadata={"description": "a checksum of the study, and the film's id"})
    reader_sha256 = String(required=True, metadata={"description": "of the models and options"})
    share_above = Float(required=True, metadata={"description": "as in the plan"})
    baseline = String(required=True, metadata={"description": "as in the plan"})
    category = String(required=True)
    n = Integer(required=True, metadata={"description": "people"})
    figures = Dict(required=True, metadata={"description": "measure -> figure -> value"})


class NormsOut(Schema):
    """All lines, those added last at the end."""

    norms = List(Nested(NormOut), required=True)


class NormsAddedOut(Schema):
    """What was added."""

    added = Integer(required=True, metadata={"description": "lines"})
    films = Integer(required=True, metadata={"description": "in the norms now"})


class StandingOut(Schema):
    """Where a figure of a film lies among other films."""

    measure = String(required=True)
    figure = String(required=True, metadata={"description": "mean, ever, highest, impact or early"})
    value = Float(required=True)
    percentile = Float(required=True, metadata={"description": "share of the other films that are below, 0..1"})
    n_films = Integer(required=True, metadata={"description": "others that have the figure"})


class FilmStandingsOut(Schema):
    """One film among the others."""

    film = String(required=True, metadata={"description": "of its line"})
    stimulus = String(required=True, metadata={"description": "its id in the plan"})
    n_films = Integer(required=True, metadata={"description": "others that it may be compared with"})
    is_added = Boolean(required=True, metadata={"description": "whether it is in the norms itself"})
    standings = List(Nested(StandingOut), required=True, metadata={"description": "none of too few films"})


class StandingsOut(Schema):
    """The films of a study that enough people saw, among the norms."""

    least_films = Integer(required=True, metadata={"description": "from which on percentiles are told"})
    films = List(Nested(FilmStandingsOut), required=True)


class ParticipantsOut(Schema):
    """The people of a study: `respondent`, and any other columns, as texts."""

    participants = List(Dict(), required=True)


def study_content(study: StoredStudy, counts: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    """A study as the API shows it to its owner; counts as `StudyStore.counts` gives them."""
    n_viewings, n_people = counts.get(study.id, (0, 0))
    return {
        **{name: getattr(study, name) for name in ("id", "title", "plan", "plan_sha256", "webhook_url")},
        "parcels": [{**one, "at": datetime_of(one["at"])} for one in study.parcels],
        "created_at": datetime_of(study.created_at),
        "job_id": study.job_id or None,
        "locked_at": datetime_of(study.locked_at),
        "locked_sha256": study.locked_sha256 or None,
        "changes": [{"scenes": False, **change, "at": datetime_of(change["at"])} for change in study.changes],
        "viewings": n_viewings,
        "respondents": n_people,
    }
