"""The command `render`."""

import argparse
import sys
from pathlib import Path
from typing import Any

from emoclassify.analysis import Analysis
from emoclassify.child import Child
from emoclassify.cli.options import add_options
from emoclassify.cli.terminal import DONE, Line, sha256_of
from emoclassify.declared import Role
from emoclassify.errors import UsageError
from emoclassify.outputs.folder import render_results
from emoclassify.outputs.saved import read_analysis
from emoclassify.recordings import shown
from emoclassify.settings import OUTPUT_OPTIONS, Options, options_of


def add_render_command(commands: Any) -> None:
    """Adds it to the command line."""
    parser = commands.add_parser(
        "render",
        help="make tables and charts again from a saved analysis, without running any model",
        description="Makes the outputs of a saved analysis again: those asked for when it was made, and those asked "
        "for now, which analysis.json tells from then on. The recording is needed for the annotated video and for the "
        "stills of the report only.",
    )
    parser.add_argument("analysis", type=Path, metavar="ANALYSIS", help="an analysis.json, or the folder it is in")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where they go (default: beside analysis.json)")
    parser.add_argument("--media", type=Path, metavar="FILE", help="the recording, to make its annotated video again")
    add_options(parser, [option for option in options_of() if option.role is Role.MADE])
    parser.set_defaults(run=_render)


def _render(args: argparse.Namespace) -> int:
    folder = args.analysis if args.analysis.is_dir() else args.analysis.parent
    found = read_analysis(args.analysis)
    asked = {
        name: getattr(found.options, name) if vars(args)[name] is None else vars(args)[name] for name in OUTPUT_OPTIONS
    }
    options, out = Options.read(asked), args.out or folder
    if args.media is None:
        if args.annotate or (args.anonymize and not options.report):
            raise UsageError("render_lacks_media")
    elif sha256_of(args.media) != found.source.sha256:
        raise UsageError("other_recording", path=str(args.media))
    for written in render_results(found, out, options) if args.media is None else _rendered(found, out, options, args):
        print(shown(written))
    if args.media is None and (lacking := _lacking(found, options)):
        print(f"Without the recording {' and '.join(lacking)}: give it with --media.", file=sys.stderr)
    return DONE


def _lacking(found: Analysis, options: Options) -> list[str]:
    """What only the recording itself could be made of."""
    from emoclassify.outputs.report.write import lacks_stills  # here, since it draws: half a second for every command

    lacking = []
    if found.options.annotate and found.source.has_moving_picture:
        lacking.append("the annotated video is not made again")
    if lacks_stills(found, options):
        lacking.append("the report has no stills of the key moments")
    return lacking


def _rendered(found: Analysis, out: Path, options: Options, args: argparse.Namespace) -> list[Path]:
    """Made again in a process of its own, since the recording is opened."""
    line = Line(shown(args.media))
    with Child() as child:
        try:
            return child.render(found, out, options, args.media, line.show)
        finally:
            line.clear()
