"""Whom a study tells of its results, and which recordings are on their way to it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Adds the columns."""
    op.add_column("studies", sa.Column("webhook_url", sa.String(2048), nullable=False, server_default=""))
    op.add_column("studies", sa.Column("parcels", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Removes them."""
    op.drop_column("studies", "parcels")
    op.drop_column("studies", "webhook_url")
