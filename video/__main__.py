"""The command line of the workshop: `python -m video COMMAND`; -h lists the commands."""

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from emoclassify import metrics
from emoclassify.errors import EmoClassifyError
from emoclassify.faces.expressions import ExpressionModel
from emoclassify.faces.network import FaceVitConfig
from emoclassify.model_kinds import FACE_DETECTOR
from emoclassify.networks.models import record_checksums, record_scores
from emoclassify.networks.runtime import Place, choose_place
from emoclassify.settings import Options
from video import corpora, framing, pasted, robustness, steadiness
from video.export import export
from video.settings import TrainSettings
from video.train import CHECKPOINT, Training

_EMBEDDED = Path(__file__).parent.parent / "emoclassify" / "assets" / "models" / "expression"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0 done, 1 failed with one line on stderr, 2 wrong usage."""
    args = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    if args.threads:
        torch.set_num_threads(args.threads)
    try:
        args.command(args)
    except EmoClassifyError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _train(args: argparse.Namespace) -> None:
    settings = TrainSettings() if args.epochs is None else replace(TrainSettings(), epochs=args.epochs)
    training = Training(FaceVitConfig(), settings, "cuda" if torch.cuda.is_available() else "cpu")
    if args.start_from:
        training.start_from(args.start_from)
    if args.resume:
        training.resume(args.out / CHECKPOINT)
    train = corpora.read(args.data, "train", args.labels)
    training.run(train, corpora.read(args.data, "validation", args.labels), args.out)


def _export(args: argparse.Namespace) -> None:
    validation = corpora.read(args.data, "validation", args.labels)
    print(export(args.run / CHECKPOINT, validation, args.out))
    if args.out.resolve() == _EMBEDDED:
        record_checksums()


def _evaluate(args: argparse.Namespace) -> None:
    faces = corpora.read(args.data, args.split, args.labels)
    model = _model(args)
    scores = model.predict(np.repeat(faces.pixels[:, :, :, None], 3, axis=3))  # type: ignore[arg-type]
    measured = metrics.measure(scores, faces.truth)
    if args.json:
        print(json.dumps({**measured.to_dict(), "left_out": dict(faces.left_out), "notes": model.notes}, indent=1))
    else:
        print(metrics.table(measured))


def _scores(args: argparse.Namespace) -> None:
    model, sets = _model(args), []
    for split in ("validation", "test"):
        faces = corpora.read(args.data, split, args.labels)
        scores = model.predict(np.repeat(faces.pixels[:, :, :, None], 3, axis=3))  # type: ignore[arg-type]
        measured = metrics.measure(scores, faces.truth)
        named = f"{'FER+' if args.labels == 'ferplus' else args.data.name}, {split}"
        sets.append(metrics.record(named, None, measured, metrics.log_loss(scores, faces.truth)))
    record_scores(args.model, sets, sets[0]["log_loss"])
    if args.model.resolve() == _EMBEDDED:
        record_checksums()


def _model(args: argparse.Namespace) -> ExpressionModel:
    return ExpressionModel.load(args.model, choose_place())


def _framing(args: argparse.Namespace) -> None:
    faces = corpora.read(args.data, "validation", "original")
    print(json.dumps(asdict(framing.measure_framing(faces.pixels, args.count)), indent=1))


def _robustness(args: argparse.Namespace) -> None:
    faces = corpora.read(args.data, args.split, args.labels).drawn(args.count)
    model = _model(args)
    print(f"{len(faces.truth)} faces\n\n" + robustness.table(robustness.measure_robustness(faces, model)))


def _pasted(args: argparse.Namespace) -> None:
    faces = corpora.read(args.data, "validation", args.labels).drawn(args.count)
    print(pasted.table(pasted.measure_pasted(faces, FACE_DETECTOR.open(Options(), Place()), _model(args))))


def _steadiness(args: argparse.Namespace) -> None:
    print(steadiness.table(steadiness.measure_clips(args.clips, str(args.model))))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m video", description="Makes and measures the expression model.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    train = commands.add_parser("train", help="train the network; writes OUT/checkpoint.pt after every epoch")
    train.add_argument("--out", type=Path, required=True, help="folder of the checkpoint")
    train.add_argument("--epochs", type=int, help=f"default {TrainSettings().epochs}")
    train.add_argument("--resume", action="store_true", help="go on from OUT/checkpoint.pt")
    train.add_argument("--start-from", type=Path, metavar="MODEL", help="folder of an exported model to go on from")
    train.set_defaults(command=_train)

    made = commands.add_parser("export", help="calibrate the best epoch on the validation split and write the model")
    made.add_argument("--run", type=Path, required=True, help="the --out of the training")
    made.add_argument("--out", type=Path, default=_EMBEDDED, help="default: the embedded model")
    made.set_defaults(command=_export)

    measured = commands.add_parser("evaluate", help="measure any Hugging Face expression model")
    measured.add_argument("--model", type=Path, default=_EMBEDDED, help="default: the embedded model")
    measured.add_argument("--split", choices=["validation", "test"], required=True)
    measured.add_argument("--json", action="store_true")
    measured.set_defaults(command=_evaluate)

    recorded = commands.add_parser("scores", help="measure both splits and write scores.json beside the weights")
    recorded.add_argument("--model", type=Path, default=_EMBEDDED, help="default: the embedded model")
    recorded.set_defaults(command=_scores)

    frames = commands.add_parser("framing", help="where a training face lies in the detector's box")
    frames.add_argument("--count", type=int, default=400, help="faces to detect")
    frames.set_defaults(command=_framing)

    for command in (train, made, measured, recorded, frames, *_add_measures(commands)):
        command.add_argument("--data", type=Path, required=True, help="FER2013, or folders of <label>/<image>")
        command.add_argument("--labels", choices=["ferplus", "original"], default="ferplus")
        command.add_argument("--threads", type=int, help="bound torch's threads; on a busy machine 1 is fastest")
    return parser


def _add_measures(commands: Any) -> list[argparse.ArgumentParser]:
    """The measures that go beyond one figure; returns those that read labelled faces."""
    changed = commands.add_parser("robustness", help="accuracy on faces changed in light, sharpness, tilt ...")
    changed.add_argument("--split", choices=["validation", "test"], default="validation")
    changed.add_argument("--count", type=int, help="faces drawn at random; default all")
    changed.set_defaults(command=_robustness)

    whole = commands.add_parser("pasted", help="validation faces pasted into frames, found, cut out and read")
    whole.add_argument("--count", type=int, default=400, help="faces drawn at random")
    whole.set_defaults(command=_pasted)

    steady = commands.add_parser("steadiness", help="how answers change from frame to frame along recordings")
    steady.add_argument("clips", type=Path, nargs="+", metavar="CLIP")
    steady.set_defaults(command=_steadiness, threads=None)
    for command in (changed, whole, steady):
        command.add_argument("--model", type=Path, default=_EMBEDDED, help="default: the embedded model")
    return [changed, whole]


if __name__ == "__main__":
    sys.exit(main())
