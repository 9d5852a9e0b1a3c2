"""Reads a folder of results, and says whether it has what the options of now ask for."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emoclassify import __version__
from emoclassify.analysis import Analysis
from emoclassify.errors import ResultError
from emoclassify.networks.nouns import ModelUsed
from emoclassify.older_schemas import SCHEMA
from emoclassify.outputs.json_file import read_json
from emoclassify.outputs.names import ANALYSIS, OVERVIEW
from emoclassify.outputs.registry import Material, wanted_outputs, with_outputs
from emoclassify.overview import Overview
from emoclassify.settings import Options
from emoclassify.transcript.mask import hides_more

OUTPUTS_KEY = "outputs"
"""Key of analysis.json: the names of the files that are complete and made with its options."""


@dataclass(frozen=True)
class Saved:
    """The results in a folder.

    Attributes:
        folder: where they are.
        analysis: of the recording, with the options of its outputs.
        outputs: names of the files made with these options, and from the recording where they use it.
    """

    folder: Path
    analysis: Analysis
    outputs: frozenset[str]

    def has_outputs(self, options: Options) -> bool:
        """True where every file that these options ask for is there and was made with them."""
        material = Material(with_outputs(self.analysis, options))
        names = {name for output in wanted_outputs(material) for name in output.names}
        is_current = self.analysis.options == material.options and names <= self.outputs
        return is_current and all((self.folder / name).is_file() for name in names)


def find_saved(folder: Path, sha256: str, options: Options, models: Collection[dict[str, Any]]) -> Saved | None:
    """The results in a folder, if they spare another analysis; else None.

    They do where recording, models, program version and all options but those of the outputs are the same.

    Args:
        folder: of the results; it need not exist.
        sha256: of the recording.
        options: those of now.
        models: those that would be used now, each as `Model.to_dict` gives it.
    """
    try:
        content = read_json(folder / ANALYSIS)
        analysis = Analysis.from_dict(content)
        if content["schema"] != SCHEMA or analysis.version != __version__ or analysis.source.sha256 != sha256:
            return None
        outputs = frozenset(map(str, content.get(OUTPUTS_KEY, ())))
    except (ValueError, KeyError, TypeError, ResultError):
        return None
    available_models = [ModelUsed.from_dict({**model, "runtime": ""}) for model in models]
    if not all(any(map(model.is_same_model, available_models)) for model in analysis.models):
        return None
    if hides_more(analysis.options, options):  # words that are wanted now were taken out
        return None
    return Saved(folder, analysis, outputs) if with_outputs(analysis, options).options == options else None


def read_analysis(path: Path) -> Analysis:
    """The analysis in a folder of results, or in a file.

    Raises:
        ResultError: there is none, or it cannot be read.
    """
    return Analysis.from_dict(read_json(path / ANALYSIS if path.is_dir() else path))


def read_overview(folder: Path) -> Overview:
    """The overview in a folder of results; made of the analysis where an older version wrote them.

    Raises:
        ResultError: there is none, or it cannot be read.
    """
    return saved_overview(folder) or Overview.of(read_analysis(folder))


def saved_overview(folder: Path) -> Overview | None:
    """The overview in a folder of results; None where an older version wrote them.

    Raises:
        ResultError: it cannot be read.
    """
    path = folder / OVERVIEW
    return Overview.if_current(read_json(path) if path.exists() else None)
