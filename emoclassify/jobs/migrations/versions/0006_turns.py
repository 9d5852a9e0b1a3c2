"""Owners take turns: when each was served last."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Makes the table; nobody was served yet."""
    op.create_table(
        "turns",
        sa.Column("owner", sa.String(64), primary_key=True),
        sa.Column("served_at", sa.Float(53), nullable=False),
    )


def downgrade() -> None:
    """Removes it."""
    op.drop_table("turns")
