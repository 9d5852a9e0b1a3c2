"""An earlier job of the same recording is looked up without reading all that is kept."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Adds the index."""
    op.create_index("jobs_by_content", "jobs", ["owner", "sha256", "created_at"])


def downgrade() -> None:
    """Removes it."""
    op.drop_index("jobs_by_content", "jobs")
