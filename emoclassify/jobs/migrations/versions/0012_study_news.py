"""Whom a study tells of its results, which recordings are on their way to it, and the new name of its rules."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Adds the columns; the rules in a plan are called `episode` from here on."""
    op.add_column("studies", sa.Column("webhook_url", sa.String(2048), nullable=False, server_default=""))
    op.add_column("studies", sa.Column("parcels", sa.JSON(), nullable=False, server_default="[]"))
    _rename_rules("alert", "episode")


def downgrade() -> None:
    """Removes them; the rules have their first name again."""
    _rename_rules("episode", "alert")
    op.drop_column("studies", "parcels")
    op.drop_column("studies", "webhook_url")


def _rename_rules(old: str, new: str) -> None:
    studies = sa.table("studies", sa.column("id", sa.String), sa.column("plan", sa.JSON))
    connection = op.get_bind()
    for study_id, plan in connection.execute(sa.select(studies.c.id, studies.c.plan)).all():
        if old in plan:
            renamed = {new if name == old else name: value for name, value in plan.items()}
            connection.execute(studies.update().where(studies.c.id == study_id).values(plan=renamed))
