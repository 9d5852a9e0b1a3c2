"""Counters that only grow, for the metrics: they stay when jobs are deleted."""

from sqlalchemy import Connection, and_, insert, select, update

from emoclassify.jobs.tables import totals


def add_to_total(connection: Connection, name: str, label: str, value: float = 1.0) -> None:
    """Adds to a counter, in the caller's transaction; it begins at 0."""
    is_counter = and_(totals.c.name == name, totals.c.label == label)
    if not connection.execute(update(totals).where(is_counter).values(value=totals.c.value + value)).rowcount:
        connection.execute(insert(totals).values(name=name, label=label, value=value))


def read_totals(connection: Connection) -> list[tuple[str, str, float]]:
    """Name, label and value of each counter."""
    return [(row.name, row.label, row.value) for row in connection.execute(select(totals))]
