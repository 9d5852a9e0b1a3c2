"""Outputs that are made later, what was handed in together, a search in tags and groups, and uploads in chunks."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Adds columns and tables; what jobs so far are searched by gets their tags and groups."""
    op.add_column("jobs", sa.Column("options_before", sa.JSON()))
    op.add_column("jobs", sa.Column("batch", sa.String(255), nullable=False, server_default=""))
    op.create_index("jobs_by_batch", "jobs", ["owner", "batch"])
    _make_searchable()
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.String(255), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("touched_at", sa.Float(53), nullable=False),
        sa.Column("joined_at", sa.Float(53)),
    )
    op.create_index("uploads_by_owner", "uploads", ["owner"])
    op.create_table(
        "chunks",
        sa.Column("upload_id", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("file", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
    )


def _make_searchable() -> None:
    names = ("id", "name", "name_folded", "tag", "group")
    jobs = sa.table("jobs", *(sa.column(name) for name in names))
    connection = op.get_bind()
    has_labels = sa.or_(jobs.c.tag != "", jobs.c.group != "")
    for row in connection.execute(sa.select(jobs).where(has_labels)).all():
        text = "\n".join((row.name, row.tag, row.group)).casefold()
        connection.execute(sa.update(jobs).where(jobs.c.id == row.id).values(name_folded=text))


def downgrade() -> None:
    """Removes them."""
    op.drop_table("chunks")
    op.drop_table("uploads")
    op.drop_index("jobs_by_batch", "jobs")
    for name in ("options_before", "batch"):
        op.drop_column("jobs", name)
