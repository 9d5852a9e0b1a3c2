"""The command `demo`."""

import argparse
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emoclassify.cli.confined import confined_child
from emoclassify.cli.terminal import DONE, Line
from emoclassify.emotions import EMOTIONS
from emoclassify.settings import Options
from emoclassify.words.numbers import clock

if TYPE_CHECKING:
    from emoclassify.analysis import Analysis


def add_demo_command(commands: Any) -> None:
    """Adds it to the command line."""
    parser = commands.add_parser("demo", help="analyze the recording inside the program and show what was found")
    parser.add_argument(
        "--out", type=Path, default=Path("emoclassify-demo"), metavar="DIR", help="default: %(default)s"
    )
    parser.set_defaults(run=_demo)


def _demo(args: argparse.Namespace) -> int:
    options = Options(double_check=True, graph=True)
    with (
        as_file(files("emoclassify") / "assets" / "demo.mp4") as path,
        confined_child([path], args.out, options) as child,
    ):
        line = Line("demo.mp4")
        paths = child.analyze(path, args.out / path.name, options, line.show)
        line.clear()
    from emoclassify.outputs.saved import read_analysis  # here, since it imports numpy

    _print_table(read_analysis(args.out / "demo.mp4"))
    print("\nWritten:", *paths, sep="\n  ")
    return DONE


def _print_table(analysis: "Analysis") -> None:
    """Prints a row for every half second: the emotion of the face, and that of the voice."""
    print(f"{'time':>7}  {'face':<9} {'score':>5}  {'':<20}  voice")
    series = analysis.series(1)
    for i, start_s in enumerate(series.starts_s):
        face_columns = f"{'-':<9} {'':>5}  {'no face':<20}"
        if series.n_valid[i]:
            top = int(series.scores[i].argmax())
            score = float(series.scores[i, top])
            face_columns = f"{EMOTIONS[top]:<9} {score:>5.2f}  {'#' * round(20 * score):<20}"
        voices = [
            segment.voice.answer
            for segment in analysis.segments
            if segment.voice.span.start_s <= start_s < segment.voice.span.end_s
        ]
        print(f"{clock(float(start_s), 'en'):>7}  {face_columns}  {'/'.join(voices)}".rstrip())
    for segment in analysis.segments:
        span = segment.voice.span
        verdict = f"{segment.verdict} ({segment.reason})" if segment.reason else segment.verdict
        print(f"Speech {clock(span.start_s, 'en')} to {clock(span.end_s, 'en')}: face and voice: {verdict}.")
