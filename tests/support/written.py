"""Outputs written alone, and what a folder of results is asked."""

import json
from pathlib import Path
from typing import Any

from emoclassify.analysis import Analysis
from emoclassify.outputs.charts.kinds import CHART_ENDINGS, charts_of
from emoclassify.outputs.registry import Material, file_names, wanted_outputs, with_outputs
from emoclassify.outputs.saved import find_saved
from emoclassify.settings import Options
from tests.support.sources import ROOT


def write_tables(analysis: Analysis, folder: Path, options: Options) -> None:
    """The CSV files, and what their columns mean."""
    material = Material(with_outputs(analysis, options))
    for output in wanted_outputs(material):
        if output.names[0].endswith((".csv", ".md")):
            output.write(material, folder / output.names[0])


def chart_names(analysis: Analysis) -> list[str]:
    """The files of all charts of a recording."""
    return [chart.name + ending for chart in charts_of(analysis) for ending in CHART_ENDINGS]


def is_done(folder: Path, sha256: str, options: Options, models: list[dict[str, Any]]) -> bool:
    """Whether a run with these options has nothing to do."""
    saved = find_saved(folder, sha256, options, models)
    return saved is not None and saved.has_outputs(options)


def all_contents(folder: Path) -> dict[str, bytes]:
    """Name -> content of the files of results in a folder; no workbook, which tells the time when it was made."""
    names = [name for name in file_names() if name != "report.xlsx" and (folder / name).is_file()]
    return {name: (folder / name).read_bytes() for name in names}


def saved_as(schema: int, name: str) -> dict[str, Any]:
    """An analysis.json that the last version with this schema wrote: of an analysis made by hand, or of "demo"."""
    path = ROOT / "tests" / "library" / "schemas" / f"schema_{schema}.json"
    saved: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))[name]
    return saved
