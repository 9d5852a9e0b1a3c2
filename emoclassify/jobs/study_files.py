"""A stored study as the files of a study's folder."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from emoclassify.study_content import VIEWING_COLUMNS, as_toml
from emoclassify.study_folder import PARTICIPANTS_FILE, PLAN_FILE, VIEWINGS_FILE
from emoclassify.words.names import as_cell

Cells = Mapping[str, str]


def write_tables(
    folder: Path, plan: dict[str, Any], viewings: Iterable[Cells], participants: Mapping[str, Cells]
) -> None:
    """Writes study.toml, viewings.csv and, where there are people, participants.csv. Raises OSError."""
    (folder / PLAN_FILE).write_text(as_toml(plan), encoding="utf-8")
    _write(folder / VIEWINGS_FILE, VIEWING_COLUMNS, viewings)
    if participants:
        columns = dict.fromkeys(column for cells in participants.values() for column in cells)
        rows = ({"respondent": name, **cells} for name, cells in participants.items())
        _write(folder / PARTICIPANTS_FILE, ("respondent", *columns), rows)


def _write(path: Path, columns: Iterable[str], rows: Iterable[Cells]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        names = list(columns)
        writer.writerow(map(as_cell, names))
        writer.writerows([as_cell(row.get(name, "")) for name in names] for row in rows)
