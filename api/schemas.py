"""The input and output of the calls, as OpenAPI shows them."""

from datetime import UTC, datetime
from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, DateTime, Dict, Float, Integer, List, Nested, String
from apiflask.validators import Length, OneOf, Range, Regexp

from api.problems import problem
from emoclassify import stages
from emoclassify.job_states import SHOWN, JobState
from emoclassify.jobs.job import RECORDING, STUDY, Job, figures_in, usability_in
from emoclassify.usability import Verdict

SORTS = ("-created_at", "created_at", "-name", "name", "-size_bytes", "size_bytes")
LONGEST_LABEL = 100
FAILED_STATUS = 422
"""The status of the problem that a failed job has: the recording could not be analyzed."""


def _stages_in_order() -> str:
    """The names of all stages in one sentence."""
    names = []
    for stage in stages.STAGES:
        parts = ", then ".join(part.name for part in stages.parts_of(stage.name))
        if not stage.instead_of:
            names.append(f"{stage.name} (or {parts})" if parts else stage.name)
    return ", ".join(names)


class ProgressOut(Schema):
    """How far a job is."""

    stage = String(metadata={"description": f"{_stages_in_order()}; empty before"})
    done = Float(metadata={"description": "seconds of the recording that this stage has behind it"})
    total = Float(allow_none=True, metadata={"description": "seconds in all; null where they are not known"})
    fraction = Float(metadata={"description": "of the whole job, 0 to 1; never falls", "minimum": 0, "maximum": 1})
    elapsed_s = Float(metadata={"description": "seconds that the job has run"})


class ProblemOut(Schema):
    """An error, as RFC 9457 has it."""

    type = String(required=True)
    title = String(required=True)
    status = Integer(required=True)
    detail = String(required=True)
    code = String(metadata={"description": "which sentence it is; `type` ends with it"})
    fields_ = Dict(
        attribute="fields", data_key="fields", metadata={"description": "what stands in the places of the sentence"}
    )


class JobOut(Schema):
    """One job."""

    id = String(required=True)
    kind = String(
        required=True,
        metadata={
            "description": "what is done: recording, the analysis of one; call, that of the two of a call; scores, "
            "that of readings without a recording; study, the results of one"
        },
    )
    state = String(required=True, validate=OneOf(SHOWN))
    name = String(required=True, metadata={"description": "of the recording, as it was sent"})
    size_bytes = Integer(required=True)
    duration_s = Float(required=True, allow_none=True, metadata={"description": "null before the recording was read"})
    sha256 = String(required=True)
    same_as = String(
        required=True,
        allow_none=True,
        metadata={"description": "id of your last earlier job with the same bytes; null where there is none"},
    )
    tag = String(required=True)
    group = String(required=True)
    batch = String(required=True, metadata={"description": "what recordings handed in together have in common"})
    rendering = Boolean(
        required=True,
        metadata={
            "description": "outputs are being made again, or wait for it; the results so far are there meanwhile"
        },
    )
    options = Dict(
        required=True,
        metadata={"description": "what is asked of the analysis; of a study its id and the checksum of its plan"},
    )
    progress = Nested(ProgressOut, required=True)
    tries = Integer(required=True)
    cancel_requested = Boolean(required=True)
    upload_kept = Boolean(required=True)
    created_at = DateTime(required=True, format="iso")
    started_at = DateTime(required=True, allow_none=True, format="iso")
    ended_at = DateTime(required=True, allow_none=True, format="iso")
    expires_at = DateTime(required=True, format="iso")
    error = Nested(
        ProblemOut,
        required=True,
        allow_none=True,
        metadata={"description": "why it failed; of a completed job: why its outputs could not be made again"},
    )
    summary = Dict(
        required=True,
        allow_none=True,
        metadata={
            "description": "of the main face, else of the voice (`of`): coverage, the share of the recording that can "
            "be read; shares, of this time, in which each emotion leads, and their sums positive, neutral, negative by "
            "the job's groups; scores, the mean score of each emotion; dominant, the one that leads for longest"
        },
    )
    usability = Dict(
        required=True,
        allow_none=True,
        metadata={
            "description": f"whether the recording is usable: verdict ({', '.join(Verdict)}), share of its time that "
            "is, and reasons, the worst first, each with name, share, start_s and message; null before the end"
        },
    )


class UploadOut(Schema):
    """A recording that comes in chunks."""

    id = String(required=True, metadata={"description": "of the upload; its job will have the same"})
    name = String(required=True)
    size_bytes = Integer(required=True, metadata={"description": "of all chunks that are there"})
    next = Integer(required=True, metadata={"description": "number of the first chunk that is missing"})
    max_chunk_bytes = Integer(required=True, metadata={"description": "the largest chunk that is taken"})


class JobsOut(Schema):
    """A page of jobs."""

    jobs = List(Nested(JobOut), required=True)
    next_cursor = String(required=True, allow_none=True, metadata={"description": "of the next page; null on the last"})


class ArtifactOut(Schema):
    """One file that was made."""

    name = String(required=True)
    size_bytes = Integer(required=True)


class ArtifactsOut(Schema):
    """The files that were made."""

    artifacts = List(Nested(ArtifactOut), required=True)


class DayOut(Schema):
    """What the completed jobs of one day showed, as shares of the time that was read; faces and voices apart, each job
    counts the same."""

    day = String(required=True, metadata={"format": "date"})
    of = String(
        required=True, validate=OneOf(("face", "voice")), metadata={"description": "voice: no face was readable"}
    )
    jobs = Integer(required=True)
    positive = Float(required=True)
    neutral = Float(required=True)
    negative = Float(required=True)
    surprise = Float(required=True, metadata={"description": "a part of its group, which is positive by default"})


class StatsOut(Schema):
    """Shares by day (UTC): a row for faces, and one for voices where there are recordings with a voice alone."""

    days = List(Nested(DayOut), required=True)


class RestrictedOut(Schema):
    """A model whose terms forbid commercial use, and what brings it in."""

    field = String(
        required=True, metadata={"description": "that brings it in where it is set; `file`: by sound without a picture"}
    )
    model = String(required=True)
    licence = String(required=True)


class LimitsOut(Schema):
    """What this server takes."""

    max_upload_mb = Integer(required=True, metadata={"description": "the largest recording that this caller may send"})
    max_length_s = Float(required=True, metadata={"description": "the length of the longest recording"})
    max_label_length = Integer(required=True, metadata={"description": "characters of tag and group"})
    keep_days = Integer(required=True, metadata={"description": "where a job does not say"})
    max_keep_days = Integer(required=True, metadata={"description": "the most that a job may ask for"})
    endings = List(String(), required=True, metadata={"description": "of the names of recordings, without the dot"})
    expression_models = List(String(), required=True, metadata={"description": "that a job may name"})
    languages = List(String(), required=True, metadata={"description": "of the outputs"})
    voice = Boolean(
        required=True, metadata={"description": "false: no voice is read, and sound without a picture fails"}
    )
    refused_fields = List(String(), required=True, metadata={"description": "flags that may not be set on this server"})
    not_commercial = List(Nested(RestrictedOut), required=True)


class HealthOut(Schema):
    """The program runs."""

    status = String(required=True)
    version = String(required=True)


class ChecksOut(Schema):
    """Which parts answer."""

    database = Boolean(required=True)
    storage = Boolean(required=True)
    queue = Boolean(required=True)
    models = Boolean(required=True, metadata={"description": "a worker lives and its models are whole"})


class ReadyOut(Schema):
    """All parts answer."""

    status = String(required=True)
    checks = Nested(ChecksOut, required=True)


_PRINTABLE = Regexp(r"[^\x00-\x1f\x7f]*\Z", error="Control characters are not taken.")


class Period(Schema):
    """From when to when."""

    from_ = DateTime(data_key="from", metadata={"description": "created at or after this (ISO 8601; UTC without zone)"})
    to = DateTime(metadata={"description": "created before this"})


class JobsQuery(Period):
    """Which jobs are listed."""

    kind = String(
        load_default=RECORDING,
        validate=OneOf((RECORDING, STUDY)),
        metadata={"description": "recordings with scores, or the results of studies"},
    )
    state = String(load_default="", validate=OneOf(("", *SHOWN)))
    tag = String(load_default="", validate=[Length(max=LONGEST_LABEL), _PRINTABLE])
    group = String(load_default="", validate=[Length(max=LONGEST_LABEL), _PRINTABLE])
    usability = String(
        load_default="",
        validate=OneOf(("", *Verdict)),
        metadata={"description": "only completed jobs with this verdict"},
    )
    owner = String(
        load_default="",
        validate=[Length(max=64), _PRINTABLE],
        metadata={"description": "for a key with the scope admin: whose jobs, as `keys list` shows the owner"},
    )
    batch = String(
        load_default="",
        validate=[Length(max=LONGEST_LABEL), _PRINTABLE],
        metadata={"description": "only what was handed in together, with this word"},
    )
    study = String(
        load_default="",
        validate=[Length(max=64), _PRINTABLE],
        metadata={"description": "only the recordings and films of a study, by its id"},
    )
    q = String(
        load_default="",
        validate=[Length(max=LONGEST_LABEL), _PRINTABLE],
        metadata={"description": "words, of each of which name, tag or group has a part"},
    )
    sort = String(load_default=SORTS[0], validate=OneOf(SORTS))
    limit = Integer(load_default=50, validate=Range(1, 200))
    cursor = String(
        load_default="", validate=Length(max=1000), metadata={"description": "next_cursor of the page before"}
    )


class ZipQuery(Schema):
    """Which jobs are packed."""

    ids = String(
        required=True, validate=Length(max=10_000), metadata={"description": "of the jobs, with commas between"}
    )


class StatsQuery(Period):
    """What is counted together."""

    by = String(load_default="day", validate=OneOf(("day",)))
    tag = String(load_default="", validate=[Length(max=LONGEST_LABEL), _PRINTABLE])
    group = String(load_default="", validate=[Length(max=LONGEST_LABEL), _PRINTABLE])


def job_content(job: Job, earlier_id: str | None) -> dict[str, Any]:
    """A job as the API shows it to its owner.

    Args:
        job: to be shown.
        earlier_id: of the owner's last earlier job with the same recording.
    """
    has_begun = job.state != JobState.QUEUED or job.tries > 0
    progress = {"stage": job.stage, "done": job.done, "total": job.total, "fraction": job.fraction}
    names = (
        "id",
        "kind",
        "state",
        "name",
        "size_bytes",
        "duration_s",
        "sha256",
        "tag",
        "group",
        "batch",
        "options",
        "tries",
        "upload_kept",
    )
    return {name: getattr(job, name) for name in names} | {
        "same_as": earlier_id,
        "rendering": job.is_rendering,
        "progress": progress | {"elapsed_s": job.elapsed_s if has_begun else 0.0},
        "cancel_requested": job.cancel_asked,
        "created_at": datetime_of(job.created_at),
        "started_at": datetime_of(job.started_at),
        "ended_at": datetime_of(job.ended_at),
        "expires_at": datetime_of(job.expires_at),
        "summary": figures_in(job.summary),
        "usability": usability_in(job.summary),
        "error": problem(FAILED_STATUS, job.error) if job.error else None,
    }


def datetime_of(seconds: float | None) -> datetime | None:
    """Seconds since 1970 as a date and time in UTC."""
    return None if seconds is None else datetime.fromtimestamp(round(seconds, 3), UTC)


def seconds_of(value: datetime | None) -> float | None:
    """A date and time as seconds since 1970; without a time zone it is UTC."""
    if value is None:
        return None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
