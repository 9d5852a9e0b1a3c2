"""The command `analyze`."""

import argparse
import os
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emoclassify.child import Child
from emoclassify.cli.at_once import Outcome, outcomes
from emoclassify.cli.options import add_options
from emoclassify.cli.sides import PATHS_HELP, joined_sides
from emoclassify.cli.terminal import DONE, FAILED, Line, recording_sha256
from emoclassify.errors import EmoClassifyError, ResultError
from emoclassify.outputs.names import ANALYSIS
from emoclassify.recordings import Recording, find_recordings, printable
from emoclassify.settings import Options, options_of
from emoclassify.stages import models_of
from emoclassify.startup import NUMPY_THREADS

if TYPE_CHECKING:  # numpy and what needs it are imported while the process that reads the recordings starts
    from emoclassify.outputs.saved import Saved


def add_analyze_command(commands: Any) -> None:
    """Adds it to the command line."""
    parser = commands.add_parser(
        "analyze",
        help="analyze recordings and write what was found",
        description="Analyzes video, audio and picture files. Each gets a folder DIR/<file name>/ with analysis.json, "
        "frames.csv and series.csv, and where asked voice.csv, segments.csv and charts.",
        epilog="Exit status: 0 all done, 1 some recording failed (the others are done), 2 wrong usage. The options of "
        "the analysis can also be set by the environment, e.g. EMOCLASSIFY_SAMPLE_FPS=10.",
    )
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help=PATHS_HELP,
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the results go")
    add_options(parser, options_of())
    parser.add_argument(
        "--existing",
        choices=("keep", "redo", "fail"),
        default="keep",
        help="where there are results: keep those of the same file and options, and make files again where only their "
        "options differ (default), redo them, or fail",
    )
    parser.add_argument(
        "--jobs",
        type=_count,
        default=1,
        metavar="N",
        help="how many recordings are analyzed at once, each by a process of its own: 0.3 GB of memory, 0.6 GB with "
        "charts, video and reports (default %(default)s, which decodes in a thread of its own; for many short "
        "recordings as many as there are processors)",
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON a recording to stdout")
    parser.set_defaults(run=_analyze)


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("1 or more")
    return count


def _analyze(args: argparse.Namespace) -> int:
    with joined_sides(vars(args)) as arguments:
        return _analyze_all(argparse.Namespace(**arguments))


def _analyze_all(args: argparse.Namespace) -> int:
    options = Options.read(vars(args))
    if options.brand:  # read before the networks run: one that cannot be used is said at once
        from emoclassify.outputs.document.brand import read_brand

        read_brand(options.brand)
    search = find_recordings(args.paths, args.out)
    recordings, n_failed = search.recordings, search.n_missing
    if args.is_joined:
        recordings = [replace(one, name=one.path.name) for one in recordings]
    lines = {
        one.path: Line(f"[{position}/{len(recordings)}] {printable(one.shown)}")
        for position, one in enumerate(recordings, start=1)
    }

    def analyze_one(child: Child, recording: Recording) -> str:
        return _analyze_one(child, recording, options, args.existing, lines[recording.path])

    reading = outcomes(recordings, args.out, options, analyze_one, args.jobs, meanwhile=_prepare_to_tell)
    for recording, outcome in reading:
        lines[recording.path].clear()
        n_failed += not _tell(args.json, recording, outcome)
    for text in search.lines():
        print(text, file=sys.stderr)
    n_all = len(recordings) + search.n_missing
    if n_failed and n_all > 1:
        print(f"{n_failed} of {n_all} recordings failed.", file=sys.stderr)
    return FAILED if n_failed else DONE


def _prepare_to_tell() -> None:
    """Imports what reads the results, numpy among it, which takes a quarter of a second."""
    for name, value in NUMPY_THREADS.items():
        os.environ.setdefault(name, value)
    import_module("emoclassify.cli.told")


def _tell(as_json: bool, recording: Recording, outcome: Outcome) -> bool:
    """Prints what became of a recording; False where it failed."""
    from emoclassify.cli.told import report

    try:
        if isinstance(outcome, EmoClassifyError):
            raise outcome
        report(as_json, recording, outcome)
    except EmoClassifyError as exc:
        print(f"{printable(recording.shown)}: {exc}", file=sys.stderr)
        report(as_json, recording, "failed", error=str(exc))
        return False
    return True


def _analyze_one(child: Child, recording: Recording, options: Options, existing: str, line: Line) -> str:
    if existing == "fail" and (recording.folder / ANALYSIS).exists():
        raise ResultError("results_there", folder=str(recording.folder))
    saved = _saved(recording, options) if existing == "keep" else None
    if saved is None:
        child.analyze(recording.path, recording.folder, options, line.show)
        return "done"
    if saved.has_outputs(options):
        return "kept"
    child.render(saved.analysis, saved.folder, options, recording.path, line.show, removes_others=True)
    return "rendered"


def _saved(recording: Recording, options: Options) -> "Saved | None":
    """The results of an earlier run, where no network needs to run again."""
    if not (recording.folder / ANALYSIS).exists() or not recording.path.is_file():
        return None
    from emoclassify.outputs.saved import find_saved

    models = [model.to_dict() for model in models_of(options)]
    return find_saved(recording.folder, recording_sha256(recording.path), options, models)
