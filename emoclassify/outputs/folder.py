"""Writes the files of results, one folder for each recording.

Every file is written in a scratch folder and then moved to its place. analysis.json comes last, and names the files
that are complete.
"""

import fcntl
import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from emoclassify import stages
from emoclassify.analysis import Analysis
from emoclassify.errors import ResultError
from emoclassify.media.picture_store import PictureStore
from emoclassify.older_schemas import SCHEMA
from emoclassify.outputs.json_file import read_json, write_json
from emoclassify.outputs.names import ANALYSIS, ANNOTATED
from emoclassify.outputs.registry import Material, OnPicture, Output, Use, file_names, wanted_outputs, with_outputs
from emoclassify.outputs.saved import OUTPUTS_KEY
from emoclassify.settings import Options
from emoclassify.transcript.mask import hides_more

_SCRATCH_NAME = ".partial"


def store_for(options: Options) -> PictureStore | None:
    """What an analysis leaves its pictures in, where outputs with these options need some of them; else None."""
    has_stills = bool(options.report_formats) and not options.anonymize
    return PictureStore() if has_stills and not options.annotate else None  # the video decodes all of them anyway


def write_results(
    analysis: Analysis,
    folder: Path,
    options: Options,
    media: Path | None = None,
    *,
    preview: bool = False,
    on_picture: OnPicture = lambda stage, time_s: None,
    store: PictureStore | None = None,
) -> list[Path]:
    """Writes all files of one analysis, and removes files of earlier results that this one does not have.

    Files of other names in the folder are left alone. If the program is killed meanwhile, no file is half-written under
    its final name, and without analysis.json the folder counts as unfinished.

    Args:
        analysis: of the recording.
        folder: where the files go.
        options: they say which files are wanted.
        media: the recording, from which videos and stills are made.
        preview: whether to make preview.mp4 where a browser would not play the recording itself.
        on_picture: called for each picture of a video that is made.
        store: pictures of the recording that its analysis looked at.

    Returns:
        The files, analysis.json first.

    Raises:
        MediaError: the recording cannot be read.
        ResultError: the folder cannot be written.
        UsageError: a video is asked for, without the recording.
    """
    analysis = Analysis.from_dict(analysis.to_dict())  # rounded as it is saved, so that `render` makes the same files
    material = Material(with_outputs(analysis, options), media, preview, on_picture, store=store)
    with _scratch_folder(folder) as scratch:
        outputs = wanted_outputs(material)
        names = _make(outputs, material, scratch)
        complete_names = _complete_names(outputs, names, material)
        write_json({**material.analysis.to_dict(), OUTPUTS_KEY: complete_names}, scratch / ANALYSIS)
        (folder / ANALYSIS).unlink(missing_ok=True)
        _remove_others(folder, names)
        paths = _move(names, scratch, folder)
        return [*_move([ANALYSIS], scratch, folder), *paths]


def render_results(
    analysis: Analysis,
    folder: Path,
    options: Options,
    media: Path | None = None,
    *,
    removes_others: bool = False,
    on_picture: OnPicture = lambda stage, time_s: None,
) -> list[Path]:
    """Makes the outputs of a saved analysis again; without the recording, only those that do not need it.

    An analysis.json in the folder is kept, with the new output options and the names of the files that were made with
    them. If the program is killed meanwhile, it names no file that is not complete.

    Args:
        analysis: of the recording.
        folder: where the files go.
        options: they say which files are wanted; the options of the analysis itself are not changed.
        media: the recording, where it is at hand.
        removes_others: whether to remove files of earlier results that these options do not ask for.
        on_picture: called for each picture of a video that is made.

    Returns:
        The files made.

    Raises:
        MediaError, ResultError: as `write_results`.
    """
    material = Material(with_outputs(analysis, options), media, on_picture=on_picture)
    with _scratch_folder(folder) as scratch:
        outputs = wanted_outputs(material)
        possible_outputs = [output for output in outputs if media is not None or output.use is not Use.ALWAYS]
        names = _make(possible_outputs, material, scratch)
        content = _saved_content(folder)
        if content is not None:
            _save({**content, OUTPUTS_KEY: []}, scratch, folder)  # names no file while the files are replaced
        if removes_others or hides_more(material.options, analysis.options):
            _remove_others(folder, _names_of(outputs))
        paths = _move(names, scratch, folder)
        if content is not None and _is_content_of(content, analysis):
            complete_names = _complete_names(possible_outputs, names, material)
            _save(_content_now(content, material, complete_names, names), scratch, folder)
        return paths


@contextmanager
def _scratch_folder(folder: Path) -> Iterator[Path]:
    """An empty folder to write in, inside the one of the results, which is locked until the end."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            scratch = folder / _SCRATCH_NAME
            shutil.rmtree(scratch, ignore_errors=True)  # what a killed run left
            scratch.mkdir()
            try:
                yield scratch
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
    except OSError as exc:
        raise ResultError("file_unwritten", file=str(folder), why=exc.strerror or str(exc)) from exc


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Locks the folder: two runs into one folder wait for each other. The lock of a killed run ends with it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _make(outputs: Iterable[Output], material: Material, folder: Path) -> list[str]:
    """The names of the files made, in the order in which they are shown.

    Videos are made in a thread beside the others: decoding and encoding leave Python to the drawing of charts.
    """
    outputs = list(outputs)
    videos = [output for output in outputs if output.stage is not stages.OUTPUTS]
    if any(output.names == (ANNOTATED,) for output in videos):
        material.want_stills()
    with ThreadPoolExecutor(1, thread_name_prefix="videos") as pool:
        making = [pool.submit(output.write, material, folder / output.names[0]) for output in videos]
        try:
            for output in outputs:
                if output not in videos:
                    output.write(material, folder / output.names[0])
            for video in making:
                video.result()
        finally:
            pool.shutdown(cancel_futures=True)
    return [name for name in file_names() if (folder / name).exists()]


def _names_of(outputs: Iterable[Output]) -> set[str]:
    return {name for output in outputs for name in output.names}


def _complete_names(outputs: Iterable[Output], names: Collection[str], material: Material) -> list[str]:
    """The names of the files that would be the same with the recording at hand."""
    complete = _names_of(output for output in outputs if material.media is not None or output.use is Use.NEVER)
    return [name for name in names if name in complete]


def _remove_others(folder: Path, names: Collection[str]) -> None:
    for name in file_names():
        if name != ANALYSIS and name not in names:
            (folder / name).unlink(missing_ok=True)


def _move(names: Iterable[str], scratch: Path, folder: Path) -> list[Path]:
    """Moves files from the scratch folder to their place, and returns their new paths."""
    return [(scratch / name).replace(folder / name) for name in names]


def _save(content: dict[str, Any], scratch: Path, folder: Path) -> None:
    """Puts analysis.json in its place."""
    write_json(content, scratch / ANALYSIS)
    _move([ANALYSIS], scratch, folder)


def _saved_content(folder: Path) -> dict[str, Any] | None:
    """The content of an analysis.json, in the schema of now; None where there is none, or none that can be read."""
    try:
        content = read_json(folder / ANALYSIS)
        return content if content.get("schema") == SCHEMA else Analysis.from_dict(content).to_dict()
    except ResultError:
        return None


def _is_content_of(content: dict[str, Any], analysis: Analysis) -> bool:
    """True where the content of analysis.json is of this analysis."""
    return (content["source"]["sha256"], content["analyzed_at"]) == (analysis.source.sha256, analysis.analyzed_at)


def _content_now(
    content: dict[str, Any], material: Material, complete_names: list[str], new_names: Collection[str]
) -> dict[str, Any]:
    """The content of analysis.json after rendering: the same analysis, with the output options of now.

    Files that were not made again still count as complete where the options are the same as before.
    """
    options, now = material.options.to_dict(), material.analysis.to_dict()
    earlier_names = set(content.get(OUTPUTS_KEY, ())) - set(new_names) if content["options"] == options else set()
    return {
        **{name: value for name, value in content.items() if name != "episodes"},
        "options": options,
        "warnings": now["warnings"],
        **{name: now[name] for name in ("transcript", "episodes") if name in now},
        OUTPUTS_KEY: [name for name in file_names() if name in {*complete_names, *earlier_names}],
    }
