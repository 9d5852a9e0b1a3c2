"""Norms: what the films of finished studies showed, in single figures of their panels."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "norms",
        sa.Column("owner", sa.String(64), primary_key=True),
        sa.Column("film", sa.String(255), primary_key=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("added_at", sa.Float(53), nullable=False),
    )


def downgrade() -> None:
    """Removes it."""
    op.drop_table("norms")
