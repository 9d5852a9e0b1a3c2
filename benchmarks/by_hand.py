"""The command lines of the benchmarks that need packages or models which were installed by hand."""

import argparse
from pathlib import Path
from typing import Any

from benchmarks import in_browser, mono_calls, peers, transcripts
from emoclassify.model_kinds import EXPRESSION_MODEL, FACE_DETECTOR, RECOGNIZER
from emoclassify.networks import models
from emoclassify.networks.runtime import choose_place
from emoclassify.settings import Options


def add_by_hand(commands: Any) -> None:
    """Adds the commands to those of a parser."""
    _add_peers(commands)
    _add_transcripts(commands)
    _add_mono_calls(commands)
    _add_in_browser(commands)


def _add_in_browser(commands: Any) -> None:
    parser = commands.add_parser("in-browser", help="the networks in Chromium, by onnxruntime-web: a trial")
    parser.add_argument("recording", type=Path, metavar="RECORDING", help="whose faces are read")
    parser.add_argument("--packages", type=Path, required=True, metavar="DIR", help="where it was installed by hand")
    parser.set_defaults(run=_in_browser)


def _in_browser(args: argparse.Namespace) -> None:
    for line in in_browser.lines(args.recording, args.packages):
        print(line, flush=True)


def _add_peers(commands: Any) -> None:
    parser = commands.add_parser("peers", help="expression models of other packages beside ours, on labelled faces")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="FOLDER/<label>/<image>")
    parser.add_argument("--packages", type=Path, metavar="DIR", help="where the peers were installed by hand")
    parser.add_argument("--faces-only", action="store_true", help="each picture is a face already: find none")
    parser.add_argument("--expression-model", default=models.EMBEDDED, metavar="DIR_OR_NAME", help="ours")
    parser.set_defaults(run=_peers)


def _peers(args: argparse.Namespace) -> None:
    options = Options(expression_model=args.expression_model)
    place = choose_place(options.runtime, options.device)
    detector = None if args.faces_only else FACE_DETECTOR.open(options, place)
    for line in peers.lines(args.folder, detector, EXPRESSION_MODEL.open(options, place), args.packages):
        print(line, flush=True)


def _add_transcripts(commands: Any) -> None:
    parser = commands.add_parser("transcripts", help="errors of words and of their times, on speech that is known")
    parser.add_argument("--transcribe-model", default="", metavar="DIR_OR_NAME")
    parser.add_argument("--clips", nargs="+", type=Path, default=[], metavar="CLIP", help="of GRID, by their names")
    parser.add_argument(
        "--same", nargs="+", type=Path, default=[], metavar="FILE", help="the same speech in several formats or sounds"
    )
    parser.add_argument("--ravdess", type=Path, metavar="DIR", help="the recordings of RAVDESS")
    parser.add_argument("--most", type=int, default=48, help="recordings of RAVDESS (default 48)")
    parser.set_defaults(run=_transcripts)


def _transcripts(args: argparse.Namespace) -> None:
    recognizer = RECOGNIZER.open(Options(transcribe_model=args.transcribe_model), choose_place("auto", "cpu"))
    for line in transcripts.lines(recognizer, args.clips, args.ravdess, args.most, args.same):
        print(line, flush=True)


def _add_mono_calls(commands: Any) -> None:
    parser = commands.add_parser("mono-calls", help="the two voices of made mono calls, told apart by Resemblyzer")
    parser.add_argument("packages", type=Path, metavar="DIR", help="where resemblyzer was installed by hand")
    parser.add_argument("--ravdess", type=Path, metavar="DIR", help="the recordings of RAVDESS")
    parser.add_argument("--pairs", type=int, default=10, metavar="N", help="of its actors (default %(default)s)")
    parser.set_defaults(run=_mono_calls)


def _mono_calls(args: argparse.Namespace) -> None:
    for line in mono_calls.lines(args.packages, args.ravdess, args.pairs):
        print(line, flush=True)
