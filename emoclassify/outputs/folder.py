"""One folder a recording. Every file is written beside and renamed; analysis.json comes last and says it is whole."""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from emoclassify import __version__
from emoclassify.analysis import Analysis
from emoclassify.errors import ResultError, UsageError
from emoclassify.networks.nouns import ModelUsed
from emoclassify.older_schemas import SCHEMA
from emoclassify.outputs.names import ANALYSIS, NAMES, OVERVIEW, VIDEO, WORKBOOK, output_names
from emoclassify.outputs.tables.rows import write_tables
from emoclassify.overview import Overview
from emoclassify.settings import Options

_BESIDE = ".partial"

OnPicture = Callable[[float], None]
"""Told the time of each picture of the annotated video."""


def write_results(
    analysis: Analysis,
    folder: Path,
    options: Options,
    media: Path | None = None,
    *,
    on_picture: OnPicture = lambda time_s: None,
) -> list[Path]:
    """Writes all files of one analysis, and removes those that an earlier one left and this one does not have.

    Files of other names in the folder are left alone. Killed at any moment, no file is half-written under its final
    name, and without analysis.json the folder counts as unfinished.

    Args:
        analysis: what was found.
        folder: where the files go.
        options: which files are asked for.
        media: the recording, which an annotated video is made from.
        on_picture: told the time of each picture of that video.

    Returns:
        The files, analysis.json first.

    Raises:
        MediaError: the recording cannot be read.
        ResultError: the folder cannot be written.
        UsageError: an annotated video is asked for, without the recording.
    """
    analysis = Analysis.from_dict(analysis.to_dict())  # rounded as it is saved, so that `render` makes the same files
    with _beside(folder) as beside:
        _make_outputs(analysis, beside, options, media, on_picture)
        _write_json(analysis.to_dict(), beside / ANALYSIS)
        return _publish(beside, folder)


def render_results(
    analysis: Analysis,
    folder: Path,
    options: Options,
    media: Path | None = None,
    *,
    on_picture: OnPicture = lambda time_s: None,
) -> list[Path]:
    """Makes the outputs of a saved analysis anew. All other files of the folder stay, analysis.json among them.

    Returns:
        The files made.

    Raises:
        MediaError, ResultError, UsageError: as `write_results`.
    """
    with _beside(folder) as beside:
        _make_outputs(analysis, beside, options, media, on_picture)
        return _put(beside, folder)


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """An empty folder to write in, inside the one of the results, which is held meanwhile."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            beside = folder / _BESIDE
            shutil.rmtree(beside, ignore_errors=True)  # what a killed run left
            beside.mkdir()
            try:
                yield beside
            finally:
                shutil.rmtree(beside, ignore_errors=True)
    except OSError as exc:
        raise ResultError(f"{folder} cannot be written: {exc.strerror or exc}.") from exc


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Holds the folder for this process: two runs into one folder wait for each other. A killed run's lock is gone."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _make_outputs(
    analysis: Analysis,
    folder: Path,
    options: Options,
    media: Path | None,
    on_picture: OnPicture,
) -> None:
    """Makes what `names.output_names` tells. What draws is imported where it is needed: it takes half a second."""
    _write_json(Overview.of(analysis).to_dict(), folder / OVERVIEW)
    write_tables(analysis, folder, options)
    if options.xlsx:
        from emoclassify.outputs.tables.workbook import write_workbook

        write_workbook(analysis, folder / WORKBOOK, options.lang)
    if options.graph:
        from emoclassify.outputs.charts.over_time import draw_charts

        draw_charts(analysis, folder, options.lang)
    if options.report_formats:
        from emoclassify.outputs.report.write import write_reports

        write_reports(analysis, folder, options, media)
    if options.annotate and analysis.source.has_moving_picture:
        if media is None:
            raise UsageError("The annotated video is made from the recording: give it too.")
        from emoclassify.outputs.video.annotate import annotate

        anonymize = options.anonymize
        annotate(analysis, media, folder / VIDEO, lang=options.lang, anonymize=anonymize, on_picture=on_picture)


def _write_json(content: dict[str, Any], path: Path) -> None:
    # Piece by piece: as one text, that of hours takes as much memory as all the rest.
    with path.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, allow_nan=False, indent=1)
        file.write("\n")


def read_analysis(path: Path) -> Analysis:
    """The analysis in a folder of results, or in a file.

    Raises:
        ResultError: there is none, or it cannot be read.
    """
    return Analysis.from_dict(_read_json(path / ANALYSIS if path.is_dir() else path))


def read_overview(folder: Path) -> Overview:
    """The overview in a folder of results; made of the analysis where an older version wrote none.

    Raises:
        ResultError: there is none, or it cannot be read.
    """
    path = folder / OVERVIEW
    return Overview.from_dict(_read_json(path)) if path.exists() else Overview.of(read_analysis(folder))


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise ResultError(f"{path} cannot be read: {exc}.") from exc
    if not isinstance(content, dict):
        raise ResultError(f"{path} is no analysis.")
    return content


def _publish(beside: Path, folder: Path) -> list[Path]:
    """Puts all files in their place, analysis.json last, and removes what an earlier analysis left."""
    (folder / ANALYSIS).unlink(missing_ok=True)
    for name in NAMES:
        if not (beside / name).exists():
            (folder / name).unlink(missing_ok=True)
    return _put(beside, folder)


def _put(beside: Path, folder: Path) -> list[Path]:
    present = [name for name in NAMES if (beside / name).exists()]
    for name in reversed(present):
        (beside / name).replace(folder / name)
    return [folder / name for name in present]


def is_done(folder: Path, sha256: str, options: Options, models: list[dict[str, Any]]) -> bool:
    """True where the folder holds the whole results of the same file, options, models and program version."""
    try:
        content = json.loads((folder / ANALYSIS).read_text(encoding="utf-8"))
        found = Analysis.from_dict(content)
        if not all((folder / name).is_file() for name in output_names(found, options)):
            return False
        same_file = found.source.sha256 == sha256 and found.options == options
        same_program = content["schema"] == SCHEMA and found.version == __version__
        offered = [ModelUsed.from_dict({**model, "runtime": ""}) for model in models]
        return same_file and same_program and all(any(map(used.is_same_model, offered)) for used in found.models)
    except (OSError, ValueError, KeyError, TypeError, ResultError):
        return False
