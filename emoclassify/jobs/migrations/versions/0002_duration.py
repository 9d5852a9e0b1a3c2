"""How long a recording is."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds the column; jobs that ended before do not say."""
    op.add_column("jobs", sa.Column("duration_s", sa.Float(53)))


def downgrade() -> None:
    """Removes it."""
    op.drop_column("jobs", "duration_s")
