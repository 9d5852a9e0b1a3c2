"""Many jobs are removed without reading all that is kept."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds the indexes."""
    op.create_index("repeats_by_job", "repeats", ["job_id"])
    op.create_index("jobs_by_expiry", "jobs", ["expires_at"])


def downgrade() -> None:
    """Removes them."""
    op.drop_index("jobs_by_expiry", "jobs")
    op.drop_index("repeats_by_job", "repeats")
