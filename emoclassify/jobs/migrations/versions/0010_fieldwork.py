"""Fieldwork: how a study collects recordings by links, the links, and who sat before them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "fieldwork",
        sa.Column("study_id", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
    )
    op.create_table(
        "invites",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("study_id", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("respondent", sa.String(255), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Float(53), nullable=False),
        sa.Column("expires_at", sa.Float(53), nullable=False),
        sa.Column("closed_at", sa.Float(53)),
    )
    op.create_index("invites_by_study", "invites", ["study_id", "created_at"])
    op.create_table(
        "sittings",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("study_id", sa.String(64), nullable=False),
        sa.Column("invite_id", sa.String(64), nullable=False),
        sa.Column("respondent", sa.String(255), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("code_digest", sa.String(64), nullable=False),
        sa.Column("step", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("consent", sa.JSON(), nullable=False),
        sa.Column("films", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("witness", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.Float(53), nullable=False),
        sa.Column("seen_at", sa.Float(53), nullable=False),
    )
    op.create_index("sittings_by_study", "sittings", ["study_id", "created_at"])
    op.create_index("sittings_by_digest", "sittings", ["digest"])
    op.create_index("sittings_by_code", "sittings", ["code_digest"])


def downgrade() -> None:
    """Removes them."""
    for name in ("sittings", "invites", "fieldwork"):
        op.drop_table(name)
