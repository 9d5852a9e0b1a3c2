"""The norms of an owner: a line of figures for each film of an earlier study, and nothing of any person."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, delete, func, insert, select

from emoclassify.errors import EmoClassifyError
from emoclassify.jobs.database import Database
from emoclassify.jobs.job import Clock
from emoclassify.jobs.tables import norms

MOST_FILMS = 5000
"""Of one owner."""

Line = dict[str, Any]
"""A line of a norms file as plain data (`outputs.study.norms_file`); `film` is its key."""


class NormsFullError(EmoClassifyError):
    """The owner would have more films than one may have."""


class NormStore:
    """Norms in a database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def lines(self, owner: str) -> list[Line]:
        """All lines of an owner, those added last at the end."""
        rows = select(norms.c.content).where(norms.c.owner == owner).order_by(norms.c.added_at, norms.c.film)
        with self._database.reading() as connection:
            return list(connection.scalars(rows))

    def add(self, owner: str, lines: Iterable[Line]) -> None:
        """Adds lines; one of the same film takes the place of the earlier one.

        Raises:
            NormsFullError: the owner would have more than MOST_FILMS.
        """
        content_of = {str(line["film"]): line for line in lines}
        added_at = self._clock()
        rows = [
            {"owner": owner, "film": film, "content": line, "added_at": added_at} for film, line in content_of.items()
        ]
        with self._database.writing() as connection:
            for film in content_of:
                connection.execute(delete(norms).where(norms.c.owner == owner, norms.c.film == film))
            n = connection.scalar(select(func.count()).where(norms.c.owner == owner)) or 0
            if n + len(rows) > MOST_FILMS:
                raise NormsFullError("norms_full", n=MOST_FILMS)
            if rows:
                connection.execute(insert(norms), rows)

    def remove(self, owner: str, film: str) -> bool:
        """Removes the line of a film; False where there is none."""
        with self._database.writing() as connection:
            is_line = and_(norms.c.owner == owner, norms.c.film == film)
            return connection.execute(delete(norms).where(is_line)).rowcount > 0

    def remove_all(self, owner: str) -> None:
        """Removes all lines of an owner."""
        with self._database.writing() as connection:
            connection.execute(delete(norms).where(norms.c.owner == owner))
