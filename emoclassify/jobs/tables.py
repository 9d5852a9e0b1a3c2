"""The tables of the database. A change here needs a migration in migrations/versions; a test compares the two."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text

from emoclassify.jobs.job import RECORDING
from emoclassify.jobs.scopes import DEFAULT_SCOPES

metadata = MetaData()

_SHORT, _LONG = String(64), String(2048)

jobs = Table(
    "jobs",
    metadata,
    Column("id", _SHORT, primary_key=True),
    Column("kind", _SHORT, nullable=False, server_default=RECORDING),  # an older API does not set it
    Column("owner", _SHORT, nullable=False),
    Column("state", _SHORT, nullable=False),
    Column("name", Text, nullable=False),
    # Name, tag and group, to search in: SQLite folds the case of ASCII only. An older API writes the name alone.
    Column("name_folded", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", _SHORT, nullable=False),
    Column("content_type", String(255), nullable=False),
    Column("options", JSON, nullable=False),
    Column("options_before", JSON(none_as_null=True)),
    Column("tag", String(255), nullable=False),
    Column("group", String(255), nullable=False),
    Column("batch", String(255), nullable=False, server_default=""),  # an older API does not set it
    Column("keep_days", Integer, nullable=False),
    Column("webhook_url", _LONG, nullable=False),
    Column("created_at", Float(53), nullable=False),
    Column("queued_at", Float(53), nullable=False),
    Column("started_at", Float(53)),
    Column("ended_at", Float(53)),
    Column("expires_at", Float(53), nullable=False),
    Column("upload_kept", Boolean, nullable=False),
    Column("stage", _SHORT, nullable=False),
    Column("done", Float(53), nullable=False),
    Column("total", Float(53)),
    Column("fraction", Float(53), nullable=False),
    Column("elapsed_s", Float(53), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("lease", _SHORT, nullable=False),
    Column("lease_until", Float(53), nullable=False),
    Column("cancel_asked", Boolean, nullable=False),
    Column("error", Text, nullable=False),
    Column("results", String(255), nullable=False),
    Column("files", JSON, nullable=False),
    Column("has_video", Boolean, nullable=False),
    Column("duration_s", Float(53)),
    Column("summary", JSON(none_as_null=True)),
    Index("jobs_by_state", "state", "queued_at"),
    Index("jobs_by_owner", "owner", "created_at", "id"),
    Index("jobs_by_expiry", "expires_at"),
    Index("jobs_by_batch", "owner", "batch"),
    Index("jobs_by_content", "owner", "sha256", "created_at"),
)

# Recordings that come in chunks. The id of an upload becomes that of its job.
uploads = Table(
    "uploads",
    metadata,
    Column("id", _SHORT, primary_key=True),
    Column("owner", _SHORT, nullable=False),
    Column("name", Text, nullable=False),
    Column("content_type", String(255), nullable=False),
    Column("fields", JSON, nullable=False),  # the form of the job to be, as it was sent
    Column("touched_at", Float(53), nullable=False),
    Column("joined_at", Float(53)),  # since when its chunks are put together
    Index("uploads_by_owner", "owner"),
)

chunks = Table(
    "chunks",
    metadata,
    Column("upload_id", _SHORT, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("file", _SHORT, nullable=False),  # its name in the storage
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", _SHORT, nullable=False),
)

# The same upload with the same Idempotency-Key is one job.
repeats = Table(
    "repeats",
    metadata,
    Column("owner", _SHORT, primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", _SHORT, nullable=False),
    Column("job_id", _SHORT, nullable=False),
    Column("created_at", Float(53), nullable=False),
    Index("repeats_by_job", "job_id"),
)

keys = Table(
    "keys",
    metadata,
    Column("id", _SHORT, primary_key=True),
    Column("name", String(255), nullable=False),
    Column("digest", _SHORT, nullable=False, unique=True),
    Column("created_at", Float(53), nullable=False),
    Column("revoked_at", Float(53)),
    Column("max_upload_mb", Integer),
    Column("submits_per_minute", Integer),
    Column("owner", _SHORT),  # whose jobs it sees; nothing: those of its own id, as an older API writes it
    Column("scopes", _SHORT, nullable=False, server_default=DEFAULT_SCOPES),
    Column("expires_at", Float(53)),
)

# When each owner was served last: the next job is that of the owner who waits longest for a turn.
turns = Table(
    "turns",
    metadata,
    Column("owner", _SHORT, primary_key=True),
    Column("served_at", Float(53), nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("name", _SHORT, primary_key=True),
    Column("seen_at", Float(53), nullable=False),
    Column("ready", Boolean, nullable=False),
)

# Counters that only grow, for the metrics: jobs are deleted.
totals = Table(
    "totals",
    metadata,
    Column("name", _SHORT, primary_key=True),
    Column("label", _SHORT, primary_key=True),
    Column("value", Float(53), nullable=False),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", _SHORT, primary_key=True),
    Column("job_id", _SHORT, nullable=False),
    Column("url", _LONG, nullable=False),
    Column("state", _SHORT, nullable=False),
    Column("alerts", JSON, key="episodes"),  # of a study, by the rules of its plan; an older worker sets none
    Column("tries", Integer, nullable=False),
    Column("next_at", Float(53), nullable=False),
)

studies = Table(
    "studies",
    metadata,
    Column("id", _SHORT, primary_key=True),
    Column("owner", _SHORT, nullable=False),
    Column("title", Text, nullable=False),
    Column("plan", JSON, nullable=False),
    Column("plan_sha256", _SHORT, nullable=False),
    Column("created_at", Float(53), nullable=False),
    Column("job_id", _SHORT, nullable=False),  # that computes its results; empty before
    Column("locked_at", Float(53)),  # when its results were looked at first
    Column("locked_sha256", _SHORT, nullable=False),
    Column("changes", JSON, nullable=False),  # of the plan after that
    Column("webhook_url", _LONG, nullable=False, server_default=""),  # an older API does not set it
    Column("parcels", JSON, nullable=False, server_default="[]"),  # recordings on their way
    Index("studies_by_owner", "owner", "created_at"),
)

study_viewings = Table(
    "study_viewings",
    metadata,
    Column("study_id", _SHORT, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("job_id", _SHORT, nullable=False),
    Column("respondent", String(255), nullable=False),
    Column("cells", JSON, nullable=False),
    Index("study_viewings_by_job", "job_id"),
)

study_participants = Table(
    "study_participants",
    metadata,
    Column("study_id", _SHORT, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("respondent", String(255), nullable=False),
    Column("cells", JSON, nullable=False),
)

# The jobs that a study keeps: its recordings, its films, and the one that computes its results.
study_jobs = Table(
    "study_jobs",
    metadata,
    Column("study_id", _SHORT, primary_key=True),
    Column("job_id", _SHORT, primary_key=True),
    Index("study_jobs_by_job", "job_id"),
)

# What the films of finished studies showed, in single figures of their panels: nothing of any person.
norms = Table(
    "norms",
    metadata,
    Column("owner", _SHORT, primary_key=True),
    Column("film", String(255), primary_key=True),
    Column("content", JSON, nullable=False),
    Column("added_at", Float(53), nullable=False),
)

# How a study collects recordings by links.
fieldwork = Table(
    "fieldwork",
    metadata,
    Column("study_id", _SHORT, primary_key=True),
    Column("state", _SHORT, nullable=False),
    Column("settings", JSON, nullable=False),
)

invites = Table(
    "invites",
    metadata,
    Column("id", _SHORT, primary_key=True),
    Column("study_id", _SHORT, nullable=False),
    Column("digest", _SHORT, nullable=False, unique=True),  # of the token, which nobody keeps
    Column("respondent", String(255), nullable=False),  # whose link it is; empty: of anybody
    Column("most", Integer, nullable=False),  # people who may take part by it
    Column("created_at", Float(53), nullable=False),
    Column("expires_at", Float(53), nullable=False),
    Column("closed_at", Float(53)),
    Index("invites_by_study", "study_id", "created_at"),
)

# One person before the page of an invite. The id becomes that of the upload and of its job.
sittings = Table(
    "sittings",
    metadata,
    Column("id", _SHORT, primary_key=True),
    Column("study_id", _SHORT, nullable=False),
    Column("invite_id", _SHORT, nullable=False),
    Column("respondent", String(255), nullable=False),
    Column("digest", _SHORT, nullable=False),  # of what the page proves itself with
    Column("code_digest", _SHORT, nullable=False),  # of the code that withdraws the consent
    Column("step", _SHORT, nullable=False),  # the furthest
    Column("reason", _SHORT, nullable=False),  # why it goes no further; empty while it may
    Column("consent", JSON, nullable=False),
    Column("films", JSON, nullable=False),  # ids, in the order in which they are shown
    Column("answers", JSON, nullable=False),
    Column("witness", JSON, nullable=False),  # what the page saw while it recorded
    Column("created_at", Float(53), nullable=False),
    Column("seen_at", Float(53), nullable=False),
    Index("sittings_by_study", "study_id", "created_at"),
    Index("sittings_by_digest", "digest"),
    Index("sittings_by_code", "code_digest"),
)
