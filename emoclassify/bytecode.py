"""Keeps what Python compiled of the modules that a confined process imports.

Python keeps the bytecode of a module beside it, where it may write; a process that opens recordings may not. Installers
that do not compile (uv, `pip --no-compile`), and a working copy, would leave it to compile the same modules at every
start: numpy, matplotlib and the program take it two seconds.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from emoclassify.networks.library import load_openvino

OF_TASKS = (
    "emoclassify.pipeline",
    "emoclassify.outputs.folder",
    "emoclassify.outputs.report.write",
    "emoclassify.outputs.video.annotate",
    "emoclassify.outputs.charts.draw",
    "emoclassify.outputs.document.docx",
    "emoclassify.outputs.document.pdf",
)
"""What the process imports once it is confined, beside OpenVINO; each brings with it what it needs itself."""


def keep_bytecode(names: Sequence[str] = OF_TASKS) -> list[str]:
    """Imports modules whose bytecode is not kept and could be; in a process that is not yet confined.

    Returns:
        Their names: none, but for the first start after an installation.
    """
    if sys.dont_write_bytecode:
        return []
    missing = [name for name in names if _is_missing(name)]
    for name in missing:
        import_module(name)
    if _is_missing("openvino"):
        load_openvino()
        missing.append("openvino")
    return missing


def _is_missing(name: str) -> bool:
    spec = find_spec(name)
    if spec is None or spec.cached is None or Path(spec.cached).exists():
        return False
    folder = next(folder for folder in Path(spec.cached).parents if folder.exists())
    return os.access(folder, os.W_OK)
