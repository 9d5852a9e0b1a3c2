"""Makes the outputs of a saved analysis by other options, into a folder of their own; no model runs."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from emoclassify import stages
from emoclassify.analysis import Analysis
from emoclassify.jobs.selection import differ_in_selection_only
from emoclassify.outputs.json_file import write_json
from emoclassify.outputs.names import ANALYSIS, PREVIEW
from emoclassify.outputs.registry import Material, Output, file_names, wanted_outputs, with_outputs
from emoclassify.outputs.saved import OUTPUTS_KEY, read_analysis
from emoclassify.settings import Options

EARLIER, UPLOAD = "results", "upload"
"""In the folder of the input: the folder of the results so far, and the recording."""


def render(
    tell: Callable[[str, float, float | None], None], source: Path, folder: Path, name: str, options: dict[str, Any]
) -> None:
    """Makes all files of the results; those that are the same by options of before and now are taken over.

    Args:
        tell: called with stage, seconds done and in all.
        source: has the folder `EARLIER` and, where the recording is kept, the file `UPLOAD`.
        folder: where all files go; it does not exist yet.
        name: of the recording, as it is called now.
        options: of the job, with the outputs that are wanted now.

    Raises:
        EmoClassifyError: as `outputs.folder.render_results`.
    """
    earlier_analysis = read_analysis(source / EARLIER)
    analysis = with_outputs(earlier_analysis, Options.from_dict(options))
    analysis = replace(analysis, source=replace(analysis.source, name=name))
    tell(stages.OUTPUTS.name, 0.0, None)
    media = source / UPLOAD
    material = Material(
        analysis,
        media if media.exists() else None,
        on_picture=lambda stage, time_s: tell(stage, time_s, analysis.picture_end_s),
    )
    is_same = name == earlier_analysis.source.name and differ_in_selection_only(
        earlier_analysis.options, analysis.options
    )
    folder.mkdir()
    take_over = partial(_take_over, source / EARLIER, folder)
    for output in wanted_outputs(material):
        if not (is_same and take_over(output)):
            output.write(material, folder / output.names[0])
    _take_over_file(source / EARLIER / PREVIEW, folder)
    _write_analysis(analysis, folder)


def _take_over(earlier_folder: Path, folder: Path, output: Output) -> bool:
    """Copies the files of an output; False where they are not all there."""
    paths = [earlier_folder / name for name in output.names]
    return all(path.is_file() for path in paths) and all(_take_over_file(path, folder) for path in paths)


def _take_over_file(path: Path, folder: Path) -> bool:
    if not path.is_file():
        return False
    shutil.copyfile(path, folder / path.name)
    return True


def _write_analysis(analysis: Analysis, folder: Path) -> None:
    names = [name for name in file_names() if (folder / name).exists()]
    write_json({**analysis.to_dict(), OUTPUTS_KEY: names}, folder / ANALYSIS)
