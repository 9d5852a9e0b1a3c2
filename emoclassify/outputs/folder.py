"""One folder a recording. Every file is written beside and renamed; analysis.json comes last and says what is whole."""

import fcntl
import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from emoclassify.analysis import Analysis
from emoclassify.errors import ResultError
from emoclassify.older_schemas import SCHEMA
from emoclassify.outputs.json_file import read_json, write_json
from emoclassify.outputs.names import ANALYSIS
from emoclassify.outputs.registry import Material, OnPicture, Output, Use, file_names, wanted_outputs, with_outputs
from emoclassify.outputs.saved import OUTPUTS_KEY
from emoclassify.settings import Options

_BESIDE = ".partial"


def write_results(
    analysis: Analysis,
    folder: Path,
    options: Options,
    media: Path | None = None,
    *,
    preview: bool = False,
    on_picture: OnPicture = lambda stage, time_s: None,
) -> list[Path]:
    """Writes all files of one analysis, and removes those that an earlier one left and this one does not have.

    Files of other names in the folder are left alone. Killed at any moment, no file is half-written under its final
    name, and without analysis.json the folder counts as unfinished.

    Args:
        analysis: what was found.
        folder: where the files go.
        options: which files are asked for.
        media: the recording, which videos and stills are made from.
        preview: make preview.mp4 too where a browser would not play the recording itself.
        on_picture: told of each picture of a video that is made.

    Returns:
        The files, analysis.json first.

    Raises:
        MediaError: the recording cannot be read.
        ResultError: the folder cannot be written.
        UsageError: a video is asked for, without the recording.
    """
    analysis = Analysis.from_dict(analysis.to_dict())  # rounded as it is saved, so that `render` makes the same files
    material = Material(with_outputs(analysis, options), media, preview, on_picture)
    with _beside(folder) as beside:
        outputs = wanted_outputs(material)
        names = _make(outputs, material, beside)
        as_asked = _as_asked(outputs, names, material)
        write_json({**material.analysis.to_dict(), OUTPUTS_KEY: as_asked}, beside / ANALYSIS)
        (folder / ANALYSIS).unlink(missing_ok=True)
        _remove_others(folder, names)
        written = _put(names, beside, folder)
        return [*_put([ANALYSIS], beside, folder), *written]


def render_results(
    analysis: Analysis,
    folder: Path,
    options: Options,
    media: Path | None = None,
    *,
    removes_others: bool = False,
    on_picture: OnPicture = lambda stage, time_s: None,
) -> list[Path]:
    """Makes the outputs of a saved analysis anew; without the recording, those that can be made without.

    An analysis.json in the folder stays: it tells the options of the outputs from then on, and which files were made as
    they ask for. Killed at any moment, it claims nothing of files that were not.

    Args:
        analysis: what was found.
        folder: where the files go.
        options: which files are asked for; those that decide what is found are the analysis's own.
        media: the recording, where it is at hand.
        removes_others: remove what earlier results left and these options do not ask for; by default it stays.
        on_picture: told of each picture of a video that is made.

    Returns:
        The files made.

    Raises:
        MediaError, ResultError: as `write_results`.
    """
    material = Material(with_outputs(analysis, options), media, on_picture=on_picture)
    with _beside(folder) as beside:
        wanted = wanted_outputs(material)
        outputs = [output for output in wanted if media is not None or output.use is not Use.ALWAYS]
        names = _make(outputs, material, beside)
        content = _saved_content(folder)
        if content is not None:
            _save({**content, OUTPUTS_KEY: []}, beside, folder)  # true while the files are replaced
        if removes_others:
            _remove_others(folder, _names_of(wanted))
        written = _put(names, beside, folder)
        if content is not None and _is_of(content, analysis):
            _save(_rendered(content, material, _as_asked(outputs, names, material), names), beside, folder)
        return written


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
        raise ResultError("file_unwritten", file=str(folder), why=exc.strerror or str(exc)) from exc


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Holds the folder for this process: two runs into one folder wait for each other. A killed run's lock is gone."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _make(outputs: Iterable[Output], material: Material, folder: Path) -> list[str]:
    """The names of the files made, in the order in which they are shown."""
    for output in outputs:
        output.write(material, folder / output.names[0])
    return [name for name in file_names() if (folder / name).exists()]


def _names_of(outputs: Iterable[Output]) -> set[str]:
    return {name for output in outputs for name in output.names}


def _as_asked(outputs: Iterable[Output], names: Collection[str], material: Material) -> list[str]:
    """Which of the files made lack nothing that the recording would have given."""
    whole = _names_of(output for output in outputs if material.media is not None or output.use is Use.NEVER)
    return [name for name in names if name in whole]


def _remove_others(folder: Path, names: Collection[str]) -> None:
    for name in file_names():
        if name != ANALYSIS and name not in names:
            (folder / name).unlink(missing_ok=True)


def _put(names: Iterable[str], beside: Path, folder: Path) -> list[Path]:
    """Renames files into their place."""
    return [(beside / name).replace(folder / name) for name in names]


def _save(content: dict[str, Any], beside: Path, folder: Path) -> None:
    """Puts analysis.json in its place."""
    write_json(content, beside / ANALYSIS)
    _put([ANALYSIS], beside, folder)


def _saved_content(folder: Path) -> dict[str, Any] | None:
    """The content of an analysis.json of this schema; of another, nothing is claimed of the files beside it."""
    try:
        content = read_json(folder / ANALYSIS)
    except ResultError:
        return None
    return content if content.get("schema") == SCHEMA else None


def _is_of(content: dict[str, Any], analysis: Analysis) -> bool:
    """True where analysis.json has just this analysis."""
    return (content["source"]["sha256"], content["analyzed_at"]) == (analysis.source.sha256, analysis.analyzed_at)


def _rendered(
    content: dict[str, Any], material: Material, as_asked: list[str], made: Collection[str]
) -> dict[str, Any]:
    """The same analysis, with the options of the outputs now; what was not made again is as asked where it was before
    with the same options."""
    options = material.options.to_dict()
    earlier = set(content.get(OUTPUTS_KEY, ())) - set(made) if content["options"] == options else set()
    return {
        **content,
        "options": options,
        "warnings": [message.to_dict() for message in material.analysis.warnings],
        OUTPUTS_KEY: [name for name in file_names() if name in {*as_asked, *earlier}],
    }
