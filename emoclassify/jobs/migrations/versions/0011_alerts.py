"""What a webhook tells of the alerts of a study."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Adds the column."""
    op.add_column("webhooks", sa.Column("alerts", sa.JSON()))


def downgrade() -> None:
    """Removes it."""
    op.drop_column("webhooks", "alerts")
