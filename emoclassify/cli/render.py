"""The command `render`."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emoclassify.cli.confined import confined_child
from emoclassify.cli.options import add_options
from emoclassify.cli.terminal import DONE, Line, recording_sha256
from emoclassify.declared import Role
from emoclassify.errors import UsageError
from emoclassify.recordings import printable
from emoclassify.settings import OUTPUT_OPTIONS, Options, options_of

if TYPE_CHECKING:
    from emoclassify.analysis import Analysis


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
    add_options(parser, [option for option in options_of() if option.role is Role.OUTPUTS])
    parser.set_defaults(run=_render)


def _render(args: argparse.Namespace) -> int:
    from emoclassify.outputs.folder import render_results  # here, since it imports numpy
    from emoclassify.outputs.saved import read_analysis

    folder = args.analysis if args.analysis.is_dir() else args.analysis.parent
    analysis = read_analysis(args.analysis)
    values = {
        name: getattr(analysis.options, name) if vars(args)[name] is None else vars(args)[name]
        for name in OUTPUT_OPTIONS
    }
    options, out = Options.read(values), args.out or folder
    if args.media is None:
        if args.annotate or (args.anonymize and not options.report):
            raise UsageError("render_lacks_media")
    elif recording_sha256(args.media) != analysis.source.sha256:
        raise UsageError("other_recording", path=str(args.media))
    if args.media is None:
        paths = render_results(analysis, out, options)
    else:
        paths = _render_with_recording(analysis, out, options, args)
    for path in paths:
        print(printable(path))
    if args.media is None and (lacks := _lacks(analysis, options)):
        print(f"Without the recording {' and '.join(lacks)}: give it with --media.", file=sys.stderr)
    return DONE


def _lacks(analysis: "Analysis", options: Options) -> list[str]:
    """What could not be made again without the recording, in words."""
    from emoclassify.outputs.report.write import lacks_stills  # here, since importing it takes half a second

    lacks = []
    if analysis.options.annotate and analysis.source.has_moving_picture:
        lacks.append("the annotated video is not made again")
    if lacks_stills(analysis, options):
        lacks.append("the report has no stills of the key moments")
    return lacks


def _render_with_recording(analysis: "Analysis", out: Path, options: Options, args: argparse.Namespace) -> list[Path]:
    """Makes the outputs again in a child process, since the recording is opened."""
    line = Line(printable(args.media))
    with confined_child([args.media], out, options) as child:
        try:
            return child.render(analysis, out, options, args.media, line.show)
        finally:
            line.clear()
