"""A database as an older version left it."""

from pathlib import Path

import alembic.command
import alembic.config

from emoclassify.jobs import database as database_module
from emoclassify.jobs.database import Database


def migrate(database: Database, revision: str) -> None:
    """Brings the tables to a version of then."""
    config = alembic.config.Config()
    config.set_main_option("script_location", str(Path(database_module.__file__).parent / "migrations"))
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, revision)
        connection.commit()
