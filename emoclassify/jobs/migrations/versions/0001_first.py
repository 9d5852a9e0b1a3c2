"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SHORT, _LONG, _TIME = sa.String(64), sa.String(2048), sa.Float(53)


def upgrade() -> None:
    """Makes all tables."""
    op.create_table(
        "jobs",
        sa.Column("id", _SHORT, primary_key=True),
        *(sa.Column(name, _SHORT, nullable=False) for name in ("owner", "state")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("name", "name_folded")),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("sha256", _SHORT, nullable=False),
        sa.Column("content_type", sa.String(255), nullable=False),
        sa.Column("options", sa.JSON, nullable=False),
        *(sa.Column(name, sa.String(255), nullable=False) for name in ("tag", "group")),
        sa.Column("keep_days", sa.Integer, nullable=False),
        sa.Column("webhook_url", _LONG, nullable=False),
        *(sa.Column(name, _TIME, nullable=False) for name in ("created_at", "queued_at")),
        *(sa.Column(name, _TIME) for name in ("started_at", "ended_at")),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("upload_kept", sa.Boolean, nullable=False),
        sa.Column("stage", _SHORT, nullable=False),
        sa.Column("done", _TIME, nullable=False),
        sa.Column("total", _TIME),
        *(sa.Column(name, _TIME, nullable=False) for name in ("fraction", "elapsed_s")),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("lease", _SHORT, nullable=False),
        sa.Column("lease_until", _TIME, nullable=False),
        sa.Column("cancel_asked", sa.Boolean, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("results", sa.String(255), nullable=False),
        sa.Column("files", sa.JSON, nullable=False),
        sa.Column("has_video", sa.Boolean, nullable=False),
        sa.Column("summary", sa.JSON),
    )
    op.create_index("jobs_by_state", "jobs", ["state", "queued_at"])
    op.create_index("jobs_by_owner", "jobs", ["owner", "created_at", "id"])
    op.create_table(
        "repeats",
        sa.Column("owner", _SHORT, primary_key=True),
        sa.Column("key", sa.String(255), primary_key=True),
        *(sa.Column(name, _SHORT, nullable=False) for name in ("fingerprint", "job_id")),
        sa.Column("created_at", _TIME, nullable=False),
    )
    op.create_table(
        "keys",
        sa.Column("id", _SHORT, primary_key=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("digest", _SHORT, nullable=False, unique=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("revoked_at", _TIME),
        *(sa.Column(name, sa.Integer) for name in ("max_upload_mb", "submits_per_minute")),
    )
    op.create_table(
        "workers",
        sa.Column("name", _SHORT, primary_key=True),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.Column("ready", sa.Boolean, nullable=False),
    )
    op.create_table(
        "totals",
        *(sa.Column(name, _SHORT, primary_key=True) for name in ("name", "label")),
        sa.Column("value", _TIME, nullable=False),
    )
    op.create_table(
        "webhooks",
        sa.Column("id", _SHORT, primary_key=True),
        sa.Column("job_id", _SHORT, nullable=False),
        sa.Column("url", _LONG, nullable=False),
        sa.Column("state", _SHORT, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_at", _TIME, nullable=False),
    )


def downgrade() -> None:
    """Removes all tables."""
    for name in ("webhooks", "totals", "workers", "keys", "repeats", "jobs"):
        op.drop_table(name)
