"""Studies: their plans, viewings, people, and the jobs that they keep."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "studies",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("plan_sha256", sa.String(64), nullable=False),
        sa.Column("created_at", sa.Float(53), nullable=False),
        sa.Column("job_id", sa.String(64), nullable=False),
        sa.Column("locked_at", sa.Float(53)),
        sa.Column("locked_sha256", sa.String(64), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
    )
    op.create_index("studies_by_owner", "studies", ["owner", "created_at"])
    op.create_table(
        "study_viewings",
        sa.Column("study_id", sa.String(64), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("job_id", sa.String(64), nullable=False),
        sa.Column("respondent", sa.String(255), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
    )
    op.create_index("study_viewings_by_job", "study_viewings", ["job_id"])
    op.create_table(
        "study_participants",
        sa.Column("study_id", sa.String(64), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("respondent", sa.String(255), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
    )
    op.create_table(
        "study_jobs",
        sa.Column("study_id", sa.String(64), primary_key=True),
        sa.Column("job_id", sa.String(64), primary_key=True),
    )
    op.create_index("study_jobs_by_job", "study_jobs", ["job_id"])


def downgrade() -> None:
    """Removes them."""
    for name in ("study_jobs", "study_participants", "study_viewings", "studies"):
        op.drop_table(name)
