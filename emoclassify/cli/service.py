"""The job system of this machine, opened for one command."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from emoclassify.errors import EmoClassifyError
from emoclassify.extras import packages


@contextmanager
def opened_service() -> Iterator[Any]:
    """The job system that the environment describes, a `jobs.service.Jobs`.

    Raises:
        EmoClassifyError: its packages are not installed, or database or storage do not answer.
    """
    with packages("api"):
        from sqlalchemy.exc import SQLAlchemyError

        from emoclassify.jobs.private import keep_files_private
        from emoclassify.jobs.service import open_jobs
        from emoclassify.jobs.settings import ServerSettings
    keep_files_private()
    try:
        with open_jobs(ServerSettings.read(), time.time) as service:
            yield service
    except (SQLAlchemyError, OSError) as exc:
        raise EmoClassifyError("database_or_storage_away", error=type(exc).__name__) from exc
