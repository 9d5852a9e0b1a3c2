"""Keys that end by themselves, that may do less or more, and several keys of one owner."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_COLUMNS = ("owner", "scopes", "expires_at")


def upgrade() -> None:
    """Adds the columns; keys so far do not end, and may do what they could."""
    op.add_column("keys", sa.Column("owner", sa.String(64)))
    op.add_column("keys", sa.Column("scopes", sa.String(64), nullable=False, server_default="read,submit"))
    op.add_column("keys", sa.Column("expires_at", sa.Float(53)))


def downgrade() -> None:
    """Removes them."""
    for name in _COLUMNS:
        op.drop_column("keys", name)
