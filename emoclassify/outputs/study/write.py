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
from emoclassify.outputs.names import PANEL
from emoclassify.outputs.study.columns import STUDY_TABLES
from emoclassify.outputs.study.rows import study_rows
from emoclassify.outputs.study.told import curves_sentence, film_sentence, reason_in_words, scene_sentence
from emoclassify.outputs.tables.columns import Column
from emoclassify.outputs.tables.parquet import arrow_type
from emoclassify.outputs.tables.rows import Cell, Row
from emoclassify.study.contrasts import Contrast
from emoclassify.study.findings import Answers
from emoclassify.study.stimulus import BIN_S
from emoclassify.study.study import Study
from emoclassify.study.viewing import Viewing
from emoclassify.words.names import as_cell
from emoclassify.words.texts import LANGUAGES

SCHEMA = 1
"""Counts the changes of panel.json that a reader would notice."""

STUDY_FILE, COLUMNS_FILE = "study.json", "columns.md"


def write_study(study: Study, answers: Answers, folder: Path) -> list[Path]:
    """Writes the tables, columns.md, study.json and panel.json, each beside its place first; returns their paths.

    Raises:
        ResultError: one of them cannot be written.
    """
    tables = {name: list(study_rows(study, answers, name)) for name in STUDY_TABLES}
    writers: dict[str, Callable[[Path], None]] = {
        **{f"{name}.csv": _csv_writer(rows, name) for name, rows in tables.items()},
        **{f"{name}.parquet": _parquet_writer(rows, name) for name, rows in tables.items()},
        COLUMNS_FILE: _write_columns,
        STUDY_FILE: lambda path: write_json(study_content(study), path),
        PANEL: lambda path: write_json(panel_content(study, answers), path),
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


def _csv_writer(rows: list[Row], table: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        columns = STUDY_TABLES[table]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([column.name for column in columns])
            writer.writerows([[_cell(row.get(column.name), column) for column in columns] for row in rows])

    return write


def _parquet_writer(rows: list[Row], table: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = STUDY_TABLES[table]
        schema = pa.schema(
            [
                pa.field(one.name, arrow_type(one), metadata={"unit": one.unit, "meaning": one.meaning})
                for one in columns
            ]
        )
        cells = {one.name: [_plain_cell(row.get(one.name), one) for row in rows] for one in columns}
        pq.write_table(pa.Table.from_pydict(cells, schema), path, compression="zstd")

    return write


def _plain_cell(value: Cell, column: Column) -> Cell:
    """A cell with its type: a flag is a whole number."""
    if value is None or column.is_text:
        return None if value is None else str(value)
    return int(value) if column.decimals is None else float(value)


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
        "recordings": [{"recording": viewing.recording, "sha256": viewing.sha256} for viewing in study.viewings],
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
        "films": [{**_plain(asdict(film)), "told": _told(film_sentence, film)} for film in answers.films],
        "contrasts": [_contrast_content(contrast, study.plan.alpha) for contrast in answers.contrasts],
        "people": [_plain(asdict(person)) for person in answers.people],
        "outcome_levels": [_plain(asdict(level)) for level in answers.outcome_levels],
        "outcome_links": [_plain(asdict(link)) for link in answers.outcome_links],
        "variants": [_plain(asdict(variant)) for variant in answers.variants],
        "episodes": [_plain(asdict(episode)) for episode in answers.episodes],
        "viewings": [_viewing_content(study, viewing) for viewing in study.judged],
    }


def _contrast_content(contrast: Contrast, alpha: float) -> dict[str, Any]:
    """A contrast with its answers in sentences, in each language."""
    content: dict[str, Any] = _plain(asdict(contrast))
    for scene, finding in zip(content["scenes"], contrast.scenes, strict=True):
        scene["told"] = _told(scene_sentence, contrast, finding, alpha)
    content["told"] = _told(curves_sentence, contrast, alpha)
    return {**content, "is_covered_alike": contrast.is_covered_alike}


def _told(sentence: Callable[..., str], *facts: Any) -> dict[str, str]:
    """Language -> the sentence on some facts."""
    return {lang: sentence(*facts, lang) for lang in LANGUAGES}


def _viewing_content(study: Study, viewing: Viewing) -> dict[str, Any]:
    """A viewing: whose, in which recording, by which clock, and whether it counts."""
    clock = viewing.clock
    return {
        **{name: getattr(viewing, name) for name in ("recording", "respondent", "stimulus")},
        "clock": {"method": clock.method, "pieces": [_plain(asdict(piece)) for piece in clock.pieces]},
        "coverage": _plain(viewing.coverage(study.film(viewing.stimulus))),
        "used": viewing.is_usable,
        "reason": None if viewing.is_usable else _told(reason_in_words, viewing.reason),
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
