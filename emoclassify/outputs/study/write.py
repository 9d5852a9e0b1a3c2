"""Writes the files of a study into a folder."""

import csv
import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from emoclassify import __version__
from emoclassify.errors import ResultError, UsageError
from emoclassify.outputs.charts.kinds import CHART_ENDINGS
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.json_file import read_json, write_json
from emoclassify.outputs.names import NORMS, PANEL
from emoclassify.outputs.study.bids import write_study_bids
from emoclassify.outputs.study.columns import STUDY_TABLES
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.names import pair_name, reason_in, side_names
from emoclassify.outputs.study.norms_file import write_norms
from emoclassify.outputs.study.outcomes_told import level_sentence, link_sentence, shown_group
from emoclassify.outputs.study.rows import study_rows
from emoclassify.outputs.study.scenes_told import film_scene_answer, scene_answer
from emoclassify.outputs.study.told import curves_answer, film_sentence, study_headline
from emoclassify.outputs.study.waves_told import step_sentence, wave_name
from emoclassify.outputs.tables.columns import Column
from emoclassify.outputs.tables.parquet import arrow_type
from emoclassify.outputs.tables.rows import Cell, Row
from emoclassify.settings import REPORT_FORMATS, STUDY_EXPORTS
from emoclassify.study.contrasts import Contrast, SceneFinding
from emoclassify.study.film_scenes import FilmScene
from emoclassify.study.findings import Answers, FilmFindings
from emoclassify.study.stimulus import BIN_S
from emoclassify.study.study import Study
from emoclassify.study.viewing import Viewing
from emoclassify.words.names import as_cell
from emoclassify.words.texts import LANGUAGES

if TYPE_CHECKING:  # tables are written without what draws
    from emoclassify.outputs.study.report.write import StudyDocuments

SLIDES, WORKBOOK = "pptx", "report.xlsx"
DOCUMENTS = (*(f"report.{kind}" for kind in REPORT_FORMATS), WORKBOOK)
"""The files for people, beside the charts."""

STUDY_CHART = re.compile(
    r"(?:(?:film|people|comparison|scenes)-\d+(?:-[a-z]+)?|waves-[a-z]+|shares|who-counts|outcomes)\.(?:png|svg)"
)
"""Name of a file that may be a chart of a study."""

SCHEMA = 1
"""Counts the changes of panel.json that a reader would notice."""

STUDY_FILE, COLUMNS_FILE, BIDS = "study.json", "columns.md", "bids.zip"


def write_study(material: StudyMaterial, folder: Path) -> list[Path]:
    """Writes what the options want of report, slides, workbook and charts; the tables, columns.md, study.json and
    panel.json, each beside its place first; returns their paths.

    Charts, report, slides and workbook of a run before are removed: they would tell of other figures.

    Raises:
        ResultError: one of them cannot be written.
        UsageError: the brand cannot be read, or an export is wanted that a study has not.
    """
    study, answers, exports = material.study, material.answers, material.options.export_formats
    if others := [name for name in exports if name not in STUDY_EXPORTS]:
        raise UsageError("study_export_unfit", formats=others, choices=STUDY_EXPORTS)
    tables = {name: list(study_rows(study, answers, name)) for name in STUDY_TABLES}
    writers: dict[str, Callable[[Path], None]] = {
        **_document_writers(material, tables),
        **{f"{name}.csv": _csv_writer(rows, name) for name, rows in tables.items()},
        **{f"{name}.parquet": _parquet_writer(rows, name) for name, rows in tables.items()},
        **({BIDS: lambda path: write_study_bids(study, __version__, path)} if exports else {}),
        COLUMNS_FILE: _write_columns,
        STUDY_FILE: lambda path: write_json(study_content(study), path),
        NORMS: lambda path: write_norms(path, material.norm_lines),
        PANEL: lambda path: write_json(panel_content(study, answers), path),
    }
    paths = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_others(folder, writers.keys())
        for name, write in writers.items():
            partial_path = folder / f".{name}.part"
            write(partial_path)
            partial_path.replace(folder / name)
            paths.append(folder / name)
    except OSError as exc:
        raise ResultError("tables_unwritten", folder=str(folder), why=exc.strerror or str(exc)) from exc
    return paths


def with_look_before(study: Study, folder: Path) -> Study:
    """The same study, its scenes late where the folder has results of a film with other scenes: somebody has looked."""
    try:
        before = read_json(folder / STUDY_FILE)
        scenes_before = {film["id"]: _times(film["scenes"]) for film in before["stimuli"]}
    except (ResultError, KeyError, TypeError):
        return study
    scenes = {film.id: _times(map(asdict, film.scenes)) for film in study.stimuli}
    are_others = any(scenes[film] != scenes_before[film] for film in scenes.keys() & scenes_before.keys())
    return replace(study, are_scenes_late=are_others or bool(before.get("are_scenes_late")))


def _times(scenes: Iterable[Mapping[str, Any]]) -> set[tuple[str, float, float]]:
    return {(scene["id"], scene["start_s"], scene["end_s"]) for scene in scenes}


def _document_writers(material: StudyMaterial, tables: Mapping[str, list[Row]]) -> dict[str, Callable[[Path], None]]:
    """Name -> writer of the files for people that the options want."""
    options = material.options
    if not (options.report_formats or options.graph or options.xlsx):
        return {}  # tables are written without what draws
    from emoclassify.outputs.report.write import write_report, write_slides
    from emoclassify.outputs.study.charts.draw import charts_of
    from emoclassify.outputs.study.report.write import StudyDocuments
    from emoclassify.outputs.study.workbook import write_study_workbook

    documents = StudyDocuments(material)
    writers: dict[str, Callable[[Path], None]] = {}
    for kind in options.report_formats:
        name = f"report.{kind}"
        if kind == SLIDES:
            writers[name] = lambda path: write_slides(documents.slides, path)
        else:
            writers[name] = partial(_write_as, name, lambda path: write_report(documents.report, path))
    if options.xlsx:
        writers[WORKBOOK] = lambda path: write_study_workbook(material, tables, path)
    for chart in charts_of(material) if options.graph else ():
        for ending in CHART_ENDINGS:
            writers[chart.name + ending] = partial(_write_drawing, documents, chart.name, ending)
    return writers


def _write_as(name: str, write: Callable[[Path], None], path: Path) -> None:
    """Writes to a file beside `path` whose ending says the format, and renames it."""
    named_path = path.with_name(f".part-{name}")
    write(named_path)
    named_path.replace(path)


def _write_drawing(documents: "StudyDocuments", chart: str, ending: str, path: Path) -> None:
    path.write_bytes(documents.drawings[chart][ending])


def _remove_others(folder: Path, names: Container[str]) -> None:
    """Removes the charts and documents of a run before that this one does not write."""
    for path in folder.iterdir():
        if path.name not in names and (path.name in (*DOCUMENTS, BIDS) or STUDY_CHART.fullmatch(path.name)):
            path.unlink()


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
        "plan_sha256": study.plan_sha256,
        "are_scenes_late": study.are_scenes_late,
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
        "plan_sha256": study.plan_sha256,
        "are_scenes_late": study.are_scenes_late,
        "bin_s": BIN_S,
        "headline": _told(lambda words: study_headline(study, answers, words)),
        "films": [_film_content(study, film) for film in answers.films],
        "contrasts": [_contrast_content(study, contrast) for contrast in answers.contrasts],
        "people": [_plain(asdict(person)) for person in answers.people],
        "outcome_levels": [
            _with_told(level, partial(level_sentence, study, level)) for level in answers.outcome_levels
        ],
        "outcome_links": [_with_told(link, partial(link_sentence, study, link)) for link in answers.outcome_links],
        "variants": [_plain(asdict(variant)) for variant in answers.variants],
        "episodes": [_plain(asdict(episode)) for episode in answers.episodes],
        "waves": _waves_content(study, answers),
        "groups": [_with_told(group, partial(shown_group, study, group)) for group in answers.groups],
        "viewings": [_viewing_content(study, viewing) for viewing in study.judged],
    }


def _waves_content(study: Study, answers: Answers) -> dict[str, Any]:
    waves = answers.waves
    return {
        "order": list(waves.order),
        "are_days": waves.are_days,
        "levels": [
            {**_plain(asdict(level)), "told": _told(partial(wave_name, waves, level.wave))} for level in waves.levels
        ],
        "steps": [_with_told(step, partial(step_sentence, study, waves, step)) for step in waves.steps],
    }


def _with_told(finding: Any, sentence: Callable[[Words], str]) -> dict[str, Any]:
    """A finding as plain data, with its sentence in each language."""
    return {**_plain(asdict(finding)), "told": _told(sentence)}


def _film_content(study: Study, film: FilmFindings) -> dict[str, Any]:
    """A film with its sentences, in each language."""
    content: dict[str, Any] = _plain(asdict(film))
    for scene, finding in zip(content["scenes"], film.scenes, strict=True):
        scene["told"] = _told(partial(_film_scene_sentence, study, film, finding))
        scene["is_covered_alike"] = finding.is_covered_alike
    return {**content, "told": _told(lambda words: film_sentence(study, film, words))}


def _film_scene_sentence(study: Study, film: FilmFindings, finding: FilmScene, words: Words) -> str:
    return film_scene_answer(study, film, finding, words).sentence


def _contrast_content(study: Study, contrast: Contrast) -> dict[str, Any]:
    """A contrast with its answers in sentences, in each language."""
    content: dict[str, Any] = _plain(asdict(contrast))
    for scene, finding in zip(content["scenes"], contrast.scenes, strict=True):
        scene["told"] = _told(partial(_scene_sentence, study, contrast, finding))
    content["told"] = _told(lambda words: curves_answer(study, contrast, words).sentence)
    content["pair"] = _told(partial(pair_name, study, contrast.comparison))
    content["side_names"] = list(side_names(study, contrast.comparison))
    return {**content, "is_covered_alike": contrast.is_covered_alike}


def _scene_sentence(study: Study, contrast: Contrast, finding: SceneFinding, words: Words) -> str:
    return scene_answer(study, contrast, finding, words).sentence


def _told(sentence: Callable[[Words], str]) -> dict[str, str]:
    """Language -> a sentence in it."""
    return {lang: sentence(Words(lang)) for lang in LANGUAGES}


def _viewing_content(study: Study, viewing: Viewing) -> dict[str, Any]:
    """A viewing: whose, in which recording, by which clock, and whether it counts."""
    clock = viewing.clock
    return {
        **{name: getattr(viewing, name) for name in ("recording", "respondent", "stimulus")},
        "clock": {"method": clock.method, "pieces": [_plain(asdict(piece)) for piece in clock.pieces]},
        "coverage": _plain(viewing.coverage(study.film(viewing.stimulus))),
        "used": viewing.is_usable,
        "reason": None if viewing.is_usable else _told(lambda words: reason_in(viewing.reason, words)),
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
