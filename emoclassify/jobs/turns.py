"""Whose turn it is: owners are served one after another, so that nobody waits behind all that another handed in."""

from sqlalchemy import Connection, insert, update
from sqlalchemy.exc import IntegrityError

from emoclassify.jobs.tables import turns


def note_turn(connection: Connection, owner: str, now: float) -> None:
    """Stores that an owner is served now, in the caller's transaction."""
    is_owner = turns.c.owner == owner
    if connection.execute(update(turns).where(is_owner).values(served_at=now)).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(turns).values(owner=owner, served_at=now))
    except IntegrityError:  # another worker served the same owner for the first time, at the same moment
        return
