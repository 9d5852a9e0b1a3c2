"""Measures what each file of the results costs, in processor seconds: other work on the machine counts little then."""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from emoclassify.outputs.registry import Material, wanted_outputs
from emoclassify.pipeline import Analyzer
from emoclassify.settings import Options

EVERYTHING = Options.read({"double_check": True, "graph": True, "annotate": True, "report": "docx,pdf,html,pptx"})


def lines(recording: Path, options: Options = EVERYTHING) -> Iterator[str]:
    """A line for the analysis, as the first of a process and once its models are loaded, and one for each output.

    The first output that draws also pays for loading what draws, and the first report for the charts of all.
    """
    analyzer = Analyzer()
    for what in ("analysis, the first of a process", "analysis, models loaded"):
        started_s = time.process_time()
        analysis = analyzer.analyze(recording, options)
        yield _line(what, started_s)
    material = Material(analysis, recording)
    with TemporaryDirectory() as folder:
        for output in wanted_outputs(material):
            started_s = time.process_time()
            output.write(material, Path(folder) / output.names[0])
            yield _line(" ".join(output.names), started_s)


def _line(what: str, started_s: float) -> str:
    return f"{time.process_time() - started_s:6.2f} s of processor: {what}"
