"""Which kind of work a job is."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds the column; all jobs so far analyze a recording."""
    op.add_column("jobs", sa.Column("kind", sa.String(64), nullable=False, server_default="recording"))


def downgrade() -> None:
    """Removes it."""
    op.drop_column("jobs", "kind")
