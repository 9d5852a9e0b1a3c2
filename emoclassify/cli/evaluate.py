"""The command `evaluate`."""

import argparse
import json
from pathlib import Path
from typing import Any

from emoclassify.cli.options import add_options
from emoclassify.cli.terminal import DONE
from emoclassify.declared import Role
from emoclassify.errors import UsageError
from emoclassify.settings import Options, options_of


def add_evaluate_command(commands: Any) -> None:
    """Adds it to the command line."""
    parser = commands.add_parser(
        "evaluate",
        help="measure a model on labelled files of your own",
        description="Measures a model on FOLDER/<label>/<files> and what is in folders below; a label is a usual name "
        "of an emotion (happy, joy); a folder that is none of the seven is left out and counted.",
    )
    parser.add_argument("what", choices=("faces", "voice"), help="pictures of faces, or recordings of speech")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--detect", action="store_true", help="faces: find the face first, on whole pictures")
    add_options(parser, [option for option in options_of() if option.role is Role.NETWORKS])
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw the confusion matrix to FILE (png)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.set_defaults(run=_evaluate)


def _evaluate(args: argparse.Namespace) -> int:
    from emoclassify.evaluate import evaluate_faces, evaluate_voice  # here, since it imports the networks

    if args.detect and args.what == "voice":
        raise UsageError("detect_without_faces")
    options = Options.read(vars(args))
    if args.what == "faces":
        evaluation = evaluate_faces(args.folder, options, detect=args.detect)
    else:
        evaluation = evaluate_voice(args.folder, options)
    if args.picture:
        from emoclassify.outputs.charts.confusion import draw_confusion  # here, since it takes long to import

        draw_confusion(evaluation.measured, args.picture, f"{args.what}: {args.folder.name}")
    if args.json:
        print(json.dumps({**evaluation.measured.to_dict(), "left_out": evaluation.left_out}))
        return DONE
    from emoclassify.metrics import table

    print(table(evaluation.measured))
    for reason, n in evaluation.left_out.items():
        print(f"{n} left out: {reason}")
    return DONE
