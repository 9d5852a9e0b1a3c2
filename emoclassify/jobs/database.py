"""Opens the database and brings its tables up to date. SQLite by default; several processes write to it."""

import errno
import fcntl
import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import alembic.command
import alembic.config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, TimeoutError

from emoclassify.errors import UsageError
from emoclassify.jobs.reserve import Reserve

logger = logging.getLogger(__name__)

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_S = 10.0
"""How long a writer waits for another before it gives up."""

_MOST_WRITERS, _TURN_S = 4, 1.0
"""Threads that may wait for SQLite's lock at once, and how long a further one waits for its turn. Where another program
holds the lock, most threads of the API are then free for calls that only read, or ask for its health."""
_FORGET_MS = 500
"""How long it waits for readers to take what was deleted out of the log."""

_OVERWRITES_SINCE = "0006"
"""The first version of the tables whose program overwrites what it deletes."""

_CONNECT_S = 10

_MIGRATION_LOCK = 7_301_442
"""The number of the advisory lock in PostgreSQL; any number that no other program uses."""

_READING = "emoclassify_reading"


class Database:
    """An open database. Close it, or use it in `with`."""

    def __init__(self, url: str) -> None:
        """Connects when first used.

        Raises:
            UsageError: an address that SQLAlchemy does not understand, or whose driver is not installed.
        """
        try:
            self.url = make_url(url)
            self._is_sqlite = self.url.get_backend_name() == "sqlite"
            timeouts = {"timeout": _BUSY_S} if self._is_sqlite else {"connect_timeout": _CONNECT_S}
            self.engine: Engine = create_engine(self.url, pool_pre_ping=not self._is_sqlite, connect_args=timeouts)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as exc:
            raise UsageError("address_unopened", field="EMOCLASSIFY_DATABASE_URL") from exc
        self._writers = threading.BoundedSemaphore(_MOST_WRITERS)
        if self._is_sqlite:
            _tune_sqlite(self.engine)
        path = self.path
        self._reserve = None if path is None else Reserve(path.with_name(path.name + ".reserve"))

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def path(self) -> Path | None:
        """The file of the database; None where it is none of SQLite's."""
        is_file = self._is_sqlite and self.url.database and self.url.database != ":memory:"
        return Path(str(self.url.database)) if is_file else None

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A short transaction that may write; on SQLite no other can write meanwhile.

        Raises:
            SQLAlchemyError: the database does not answer, or others hold its lock for too long.
        """
        with self._turn(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._is_sqlite:
            yield
            return
        if not self._writers.acquire(timeout=_TURN_S):
            raise TimeoutError("the database is locked")
        try:
            yield
        finally:
            self._writers.release()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads; on SQLite it never waits for a writer."""
        with self.engine.connect().execution_options(**{_READING: True}) as connection:
            yield connection

    def check(self) -> None:
        """Raises SQLAlchemyError where the database does not answer, or has no tables."""
        with self.reading() as connection:
            connection.execute(text("SELECT version_num FROM alembic_version"))

    def forget_deleted(self) -> None:
        """Takes what was deleted out of SQLite's log beside the database; where another reads just now, a later call
        does. Nothing to do elsewhere: what PostgreSQL deletes goes with its own vacuum."""
        if not self._is_sqlite:
            return
        connection = self.engine.raw_connection()
        try:
            with closing(connection.cursor()) as cursor:
                cursor.execute(f"PRAGMA busy_timeout = {_FORGET_MS}")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as exc:
            logger.warning("what was deleted is still in the log of the database: %s", str(exc))
        finally:
            with closing(connection.cursor()) as cursor:
                cursor.execute(f"PRAGMA busy_timeout = {int(1000 * _BUSY_S)}")
            connection.close()

    def keep_reserve(self) -> None:
        """Has some room of the disk taken up beside the database, for when it is full."""
        if self._reserve is not None:
            self._reserve.keep()

    def make_room(self) -> None:
        """Gives back what room there is, after an error for which `is_full` is true."""
        self.forget_deleted()
        if self._reserve is not None:
            self._reserve.release()

    def migrate(self) -> None:
        """Makes the tables, or brings them up to date; several processes that start at once wait for each other."""
        config = alembic.config.Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        with self._one_at_a_time(), self.engine.connect() as connection:
            if self.url.get_backend_name() == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
            config.attributes["connection"] = connection
            revision = MigrationContext.configure(connection).get_current_revision()
            alembic.command.upgrade(config, "head")
            connection.commit()
        if self._is_sqlite and revision is not None and revision < _OVERWRITES_SINCE:
            self._overwrite_free_pages()

    def _overwrite_free_pages(self) -> None:
        """Older versions left in the file what they deleted."""
        connection = self.engine.raw_connection()
        try:
            connection.cursor().execute("VACUUM")
        except sqlite3.Error as exc:  # no room for a second copy, or another process reads
            logger.warning("what older versions deleted is still in the database: %s", str(exc))
        finally:
            connection.close()

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        path = self.path
        if path is None:
            yield
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.with_name(path.name + ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def is_full(error: Exception) -> bool:
    """Whether an error says that a disk is full: that of files, or that of the database."""
    if isinstance(error, DBAPIError):
        driver_codes = (getattr(error.orig, "sqlite_errorname", ""), getattr(error.orig, "sqlstate", ""))
        return driver_codes in (("SQLITE_FULL", ""), ("", "53100"))
    return isinstance(error, OSError) and error.errno == errno.ENOSPC


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # transactions begin where this module says so
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")  # readers and the writer do not wait for each other
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten, not only marked as free
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # A transaction that reads first and writes later fails at once where another wrote in between. So the write
        # lock is taken at the start: there SQLite waits for it, up to the busy timeout.
        is_reading = connection.get_execution_options().get(_READING)
        connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")
