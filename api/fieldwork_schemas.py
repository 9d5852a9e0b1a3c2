"""The input and output of the calls on fieldwork, as OpenAPI shows them."""

from apiflask import Schema
from apiflask.fields import Boolean, DateTime, Dict, Integer, List, Nested, String
from apiflask.validators import Length, OneOf, Range, Regexp

from emoclassify.capture.questions import KINDS
from emoclassify.job_states import FieldworkState

_LONGEST_TEXT, _LONGEST_NAME, _MOST_AT_ONCE = 2000, 64, 5000
_PRINTABLE = Regexp(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]*\Z", error="no control characters")
_PERSON = Regexp(r"(?=.*\S)[^\x00-\x1f\x7f-\x9f\ud800-\udfff]*\Z", error="no control characters, and not empty")
_SOME_TEXT = Regexp(r"[^\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]*\Z", error="no control characters")


class QuestionIn(Schema):
    """One question, after the films or before them."""

    id = String(required=True, validate=Length(1, 32), metadata={"description": "column of its answers"})
    kind = String(required=True, validate=OneOf(KINDS))
    text = String(
        validate=[Length(max=500), _PRINTABLE], metadata={"description": "in your words; empty: the page's own"}
    )
    each_film = Boolean(metadata={"description": "asked of each film"})
    choices = List(
        String(validate=[Length(1, _LONGEST_NAME), _PRINTABLE]),
        validate=Length(max=20),
        metadata={"description": "of the kind choice: the answers to choose from"},
    )
    before = Boolean(metadata={"description": "a choice that is asked before the films, and that cells go by"})


class CellIn(Schema):
    """People with certain answers, of whom so many take part."""

    name = String(required=True, validate=[Length(1, _LONGEST_NAME), _PRINTABLE])
    most = Integer(required=True, validate=Range(0, 100_000), metadata={"description": "people who take part"})
    answers = Dict(
        keys=String(),
        values=List(String(), validate=Length(1, 20)),
        required=True,
        metadata={"description": "id of a question before the films -> the choices that belong to the cell"},
    )


class CellOut(Schema):
    """How full a cell is."""

    name = String(required=True)
    most = Integer(required=True)
    n = Integer(required=True, metadata={"description": "people in it who agreed and did not leave"})


class FieldworkIn(Schema):
    """How a study collects."""

    state = String(load_default=FieldworkState.OPEN.value, validate=OneOf([one.value for one in FieldworkState]))
    title = String(required=True, validate=[Length(1, 200), _PRINTABLE], metadata={"description": "for respondents"})
    contact = String(
        required=True,
        validate=[Length(1, 300), _PRINTABLE],
        metadata={"description": "who is responsible for the data, and how to reach them"},
    )
    about = String(
        validate=[Length(max=_LONGEST_TEXT), _SOME_TEXT],
        metadata={"description": "what respondents read before they agree"},
    )
    microphone = Boolean(metadata={"description": "may be recorded, of those who allow it"})
    scores_only = Boolean(
        metadata={"description": "nothing is recorded: pictures are read while people watch, and forgotten"}
    )
    keep_days = Integer(
        validate=Range(1, 3650), metadata={"description": "after these a person's recording is deleted"}
    )
    films_each = Integer(
        allow_none=True, validate=Range(1), metadata={"description": "films that each person sees; null: all"}
    )
    questions = List(Nested(QuestionIn), validate=Length(max=30))
    cells = List(
        Nested(CellIn), validate=Length(max=100), metadata={"description": "whom the study wants; none: everybody"}
    )
    redirects = Dict(
        keys=String(),
        values=String(validate=[Length(max=2000), _PRINTABLE]),
        metadata={
            "description": "complete, declined, no_camera, screened_out -> a secure address, with {respondent} in it"
        },
    )


class FieldworkOut(FieldworkIn):
    """How a study collects, as it was set."""


class InvitesIn(Schema):
    """Which links are made."""

    respondents = List(
        String(validate=[Length(1, _LONGEST_NAME), _PERSON]),
        load_default=list,
        validate=Length(max=_MOST_AT_ONCE),
        metadata={"description": "one link for each; empty: one for anybody"},
    )
    most = Integer(
        load_default=100, validate=Range(1, 100_000), metadata={"description": "people who take part by one"}
    )
    days = Integer(load_default=30, validate=Range(1, 365), metadata={"description": "until it opens nothing"})


class InviteOut(Schema):
    """One link."""

    id = String(required=True)
    respondent = String(required=True, metadata={"description": "whose it is; empty: anybody's"})
    most = Integer(required=True)
    n = Integer(required=True, metadata={"description": "people who take part by it"})
    created_at = DateTime(required=True, format="iso")
    expires_at = DateTime(required=True, format="iso")
    closed_at = DateTime(required=True, allow_none=True, format="iso")


class InviteMadeOut(InviteOut):
    """A new link."""

    token = String(required=True, metadata={"description": "shown this once"})
    path = String(required=True, metadata={"description": "of the page, on this server"})


class InvitesOut(Schema):
    """The links of a study."""

    invites = List(Nested(InviteOut), required=True)


class InvitesMadeOut(Schema):
    """New links."""

    invites = List(Nested(InviteMadeOut), required=True)


class FunnelOut(Schema):
    """How many people came how far."""

    steps = Dict(keys=String(), values=Integer(), required=True)
    reasons = Dict(keys=String(), values=Dict(keys=String(), values=Integer()), required=True)
    cells = List(Nested(CellOut), required=True)
    seen_at = DateTime(
        required=True, allow_none=True, format="iso", metadata={"description": "when somebody was heard of last"}
    )
