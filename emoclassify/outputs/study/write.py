"""Writes the files of a study into a folder."""

import csv
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from emoclassify import __version__
from emoclassify.errors import ResultError
from emoclassify.outputs.json_file import write_json
from emoclassify.outputs.study.columns import STUDY_TABLES
from emoclassify.outputs.study.rows import study_rows
from emoclassify.outputs.tables.columns import Column
from emoclassify.outputs.tables.rows import Cell
from emoclassify.study.findings import Answers
from emoclassify.study.stimulus import BIN_S
from emoclassify.study.study import Study
from emoclassify.words.names import as_cell

SCHEMA = 1
"""Counts the changes of panel.json that a reader would notice."""

PANEL_FILE, STUDY_FILE, COLUMNS_FILE = "panel.json", "study.json", "columns.md"


def write_study(study: Study, answers: Answers, folder: Path) -> list[Path]:
    """Writes the tables, columns.md, study.json and panel.json, each beside its place first; returns their paths.

    Raises:
        ResultError: one of them cannot be written.
    """
    writers: dict[str, Callable[[Path], None]] = {
        **{f"{name}.csv": _table_writer(study, answers, name) for name in STUDY_TABLES},
        COLUMNS_FILE: _write_columns,
        STUDY_FILE: lambda path: write_json(study_content(study), path),
        PANEL_FILE: lambda path: write_json(panel_content(study, answers), path),
    }
    paths = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, write in writers.items():
            partial_path = folder / f".{name}.part"
            write(partial_path)
            partial_path.replace(folder / name)
            paths.append(folder / name)
    except OSError as exc:
        raise ResultError("tables_unwritten", folder=str(folder), why=exc.strerror or str(exc)) from exc
    return paths


def _table_writer(study: Study, answers: Answers, table: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        columns = STUDY_TABLES[table]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([column.name for column in columns])
            for row in study_rows(study, answers, table):
                writer.writerow([_cell(row.get(column.name), column) for column in columns])

    return write


def _cell(value: Cell, column: Column) -> str:
    if value is None:
        return ""
    if column.is_text:
        return as_cell(str(value))
    return str(int(value)) if column.decimals is None else f"{float(value):.{column.decimals}f}"


def _write_columns(path: Path) -> None:
    lines = ["# Columns", "", "Times are film time in seconds; a cell is empty where there is nothing to tell.", ""]
    for name, columns in STUDY_TABLES.items():
        lines += [f"## {name}.csv", "", "| column | meaning | unit |", "|---|---|---|"]
        lines += [f"| {column.name} | {column.meaning} | {column.unit} |" for column in columns] + [""]
    path.write_text("\n".join(lines), encoding="utf-8")


def study_content(study: Study) -> dict[str, Any]:
    """study.json: what was decided, with its checksum, and what was shown to how many."""
    return {
        "program": {"name": "emoclassify", "version": __version__},
        "title": study.title,
        "plan": asdict(study.plan),
        "plan_sha256": study.plan.sha256,
        "stimuli": [asdict(stimulus) for stimulus in study.stimuli],
        "viewings": len(study.viewings),
        "used": sum(viewing.is_usable for viewing in study.judged),
        "respondents": len({viewing.respondent for viewing in study.viewings}),
    }


def panel_content(study: Study, answers: Answers) -> dict[str, Any]:
    """panel.json: all answers, strict JSON, null in gaps."""
    return {
        "schema": SCHEMA,
        "program": {"name": "emoclassify", "version": __version__},
        "plan_sha256": study.plan.sha256,
        "bin_s": BIN_S,
        "films": [_plain(asdict(film)) for film in answers.films],
        "contrasts": [
            {**_plain(asdict(contrast)), "is_covered_alike": contrast.is_covered_alike}
            for contrast in answers.contrasts
        ],
    }


def _plain(value: Any) -> Any:
    """Arrays as lists, NaN as null, floats with six decimals."""
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return None if np.isnan(value) else round(value, 6)
    return value
