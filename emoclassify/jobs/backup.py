"""Copies all data of a server on one computer, while it runs, and puts a copy back.

A copy is a folder with the database and the files. With services, PostgreSQL and the store of the files have tools of
their own for that.
"""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from emoclassify.errors import ResultError, UsageError
from emoclassify.jobs import queries
from emoclassify.jobs.database import Database
from emoclassify.jobs.settings import ServerSettings
from emoclassify.jobs.storage import Storage
from emoclassify.jobs.store import JobStore

_DATABASE, _FILES = "jobs.sqlite", "storage"


def back_up(settings: ServerSettings, folder: Path) -> None:
    """Copies database and files; the server may go on meanwhile.

    The files are copied before and after the database, so that those of every job in it are there; those of jobs that
    are not in it are left out, and so is what was deleted meanwhile.

    Args:
        settings: of the server.
        folder: a new one; it appears when it is complete.

    Raises:
        UsageError: database or files are elsewhere, or the folder is there already.
        ResultError: the copy cannot be written, or is damaged.
    """
    database_path, files = _places(settings)
    if folder.exists():
        raise UsageError("backup_there", folder=str(folder))
    partial_folder = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial_folder, ignore_errors=True)
    try:
        partial_folder.mkdir(mode=0o700, parents=True)
        _copy_new(files, partial_folder / _FILES)
        _copy_database(database_path, partial_folder / _DATABASE)
        _copy_new(files, partial_folder / _FILES)
        _leave_out_deleted(partial_folder / _DATABASE, database_path)
        _leave_out_strays(partial_folder)
        partial_folder.rename(folder)
    except OSError as exc:
        shutil.rmtree(partial_folder, ignore_errors=True)
        raise ResultError("file_unwritten", file=str(folder), why=exc.strerror or type(exc).__name__) from exc


def restore(settings: ServerSettings, folder: Path) -> None:
    """Puts a copy in place of nothing: where there is data already, it is left alone.

    Args:
        settings: of the server, which must not run.
        folder: as `back_up` wrote it.

    Raises:
        UsageError: database or files belong elsewhere, the folder is no copy, or there is data already.
        ResultError: the copy is damaged, or there is no room for it.
    """
    database_path, files = _places(settings)
    if not (folder / _DATABASE).is_file() or not (folder / _FILES).is_dir():
        raise UsageError("no_backup", folder=str(folder))
    for place in (database_path, files):
        if place.exists():
            raise UsageError("data_there", folder=str(place))
    partial_path = database_path.with_name(database_path.name + ".partial")
    try:
        for place in (database_path, files):
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _copy_database(folder / _DATABASE, partial_path)
        shutil.copytree(folder / _FILES, files)
        partial_path.rename(database_path)  # last: with the database, the data is there
    except OSError as exc:
        shutil.rmtree(files, ignore_errors=True)
        partial_path.unlink(missing_ok=True)
        raise ResultError("file_unwritten", file=str(files), why=exc.strerror or type(exc).__name__) from exc


def _places(settings: ServerSettings) -> tuple[Path, Path]:
    """The file of the database and the folder of the files."""
    with Database(settings.database) as database:
        storage_folder = Storage(settings.storage).folder
        if database.path is None or storage_folder is None:
            raise UsageError("backup_elsewhere")
        return database.path, storage_folder


def _copy_database(path: Path, copy: Path) -> None:
    """Copies an SQLite database as it is at one moment, also while others write, and checks the copy."""
    copy.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            (verdict,) = target.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.Error as exc:
        raise ResultError("backup_damaged", file=str(path), why=str(exc)) from exc
    if verdict != "ok":
        raise ResultError("backup_damaged", file=str(path), why=verdict)


def _copy_new(source: Path, target: Path) -> None:
    """Copies the files that are not there, or were not complete yet; those that go meanwhile are left out."""
    source.stat()  # raises where it is gone as a whole
    for folder, _, names in os.walk(source):  # which passes over folders that go meanwhile
        target_folder = target / Path(folder).relative_to(source)
        target_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in names:
            with suppress(FileNotFoundError):
                _copy_file(Path(folder) / name, target_folder / name)


def _copy_file(path: Path, copy: Path) -> None:
    if not copy.exists() or copy.stat().st_size != path.stat().st_size:
        shutil.copyfile(path, copy)


def _leave_out_deleted(copy: Path, database_path: Path) -> None:
    """Removes the jobs that were deleted since the copy was made, whose files may be gone."""
    with Database(f"sqlite:///{copy}") as copied, Database(f"sqlite:///{database_path}") as current:
        with copied.reading() as connection:
            ids = set(queries.all_ids(connection))
        with current.reading() as connection:
            ids -= set(queries.visible_ids(connection))
        store = JobStore(copied)
        for job_id in ids:
            store.remove(job_id)


def _leave_out_strays(folder: Path) -> None:
    """Removes the files of no job: uploads that were under way, and jobs that were deleted meanwhile."""
    storage = Storage(str(folder / _FILES))
    ids = storage.list_jobs()
    with Database(f"sqlite:///{folder / _DATABASE}") as database, database.reading() as connection:
        known_ids = {id_ for part in queries.in_parts(ids) for id_ in queries.existing_ids_of(connection, part)}
    for job_id in ids - known_ids:
        storage.remove_job(job_id)
