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
from emoclassify.errors import EmoClassifyError, WorkshopError
from emoclassify.faces.expressions import ExpressionModel
from emoclassify.faces.network import FaceVitConfig, FaceVitForImageClassification
from emoclassify.model_kinds import FACE_DETECTOR
from emoclassify.networks.models import record_checksums, record_scores
from emoclassify.networks.runtime import Place, choose_place
from emoclassify.settings import Options
from video import breadth, corpora, framing, pasted, robustness, sensitivity, steadiness, teacher
from video.calibrate import recalibrate, uncalibrated
from video.convert import EMBEDDED, convert_model
from video.export import export
from video.faceres import GRAPH, NUMBERS, FaceRes, read_weights
from video.photographs import CHOOSING, read_photographs
from video.settings import FINE_TUNING, TrainSettings
from video.train import CHECKPOINT, Network, Training


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
    settings = _settings(args, FINE_TUNING if args.fine_tune else TrainSettings())
    torch.manual_seed(settings.seed)
    teachers: list[Network] = []
    if args.teacher and not args.weights:
        raise WorkshopError("--teacher needs --weights too: the folder that the teacher began with")
    if args.teacher:
        other, ours = teacher.load_teacher(args.weights, args.teacher), uncalibrated(args.model)
        other.average_mirror = ours.config.average_mirror = False  # every face is drawn mirrored or not: half the time
        teachers = [other, ours]
    training = Training(FaceVitForImageClassification(FaceVitConfig()), settings, teachers, _device())
    if args.start_from:
        training.start_from(args.start_from)
    _run(training, args)


def _teacher(args: argparse.Namespace) -> None:
    settings = _settings(args, FINE_TUNING)
    torch.manual_seed(settings.seed)
    _run(Training(FaceRes(read_weights(args.weights)), settings, device=_device()), args)
    home, posed = (corpora.read(args.data, "validation", labels) for labels in ("ferplus", "original"))
    print(teacher.compare(args.model, teacher.load_teacher(args.weights, args.out), home, posed))


def _device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"


def _settings(args: argparse.Namespace, defaults: TrainSettings) -> TrainSettings:
    changes = {name: value for name in ("epochs", "seed") if (value := getattr(args, name)) is not None}
    return replace(defaults, **changes)


def _run(training: Training, args: argparse.Namespace) -> None:
    if args.resume:
        training.resume(args.out / CHECKPOINT)
    train = corpora.read(args.data, "train", args.labels, training.settings.original_share)
    training.run(train, corpora.read(args.data, "validation", args.labels), args.out)


def _export(args: argparse.Namespace) -> None:
    validation = corpora.read(args.data, "validation", args.labels)
    share = TrainSettings().start_share
    print(export(args.run / CHECKPOINT, validation, args.out, start=args.start_from, start_share=share))
    if args.out.resolve() == EMBEDDED:
        record_checksums()


def _calibrate(args: argparse.Namespace) -> None:
    home, posed = (corpora.read(args.data, "validation", labels) for labels in ("ferplus", "original"))
    detector = FACE_DETECTOR.open(Options(), Place())
    others = {folder.name: read_photographs(folder, detector, CHOOSING) for folder in args.photographs}
    print(recalibrate(args.model, home, posed, others))
    if args.model.resolve() == EMBEDDED:
        record_checksums()


def _evaluate(args: argparse.Namespace) -> None:
    faces = corpora.read(args.data, args.split, args.labels)
    model = _model(args)
    scores = model.predict(np.repeat(faces.pixels[:, :, :, None], 3, axis=3))  # type: ignore[arg-type]
    figures = metrics.measure(scores, faces.truth)
    if args.json:
        print(json.dumps({**figures.to_dict(), "left_out": dict(faces.left_out), "notes": model.notes}, indent=1))
    else:
        print(metrics.table(figures))


def _scores(args: argparse.Namespace) -> None:
    model, sets = _model(args), []
    for split in ("validation", "test"):
        faces = corpora.read(args.data, split, args.labels)
        scores = model.predict(np.repeat(faces.pixels[:, :, :, None], 3, axis=3))  # type: ignore[arg-type]
        figures = metrics.measure(scores, faces.truth)
        name = f"{'FER+' if args.labels == 'ferplus' else args.data.name}, {split}"
        sets.append(metrics.record(name, None, figures, metrics.log_loss(scores, faces.truth)))
    record_scores(args.model, sets, sets[0]["log_loss"])
    if args.model.resolve() == EMBEDDED:
        record_checksums()


def _model(args: argparse.Namespace) -> ExpressionModel:
    return ExpressionModel.load(args.model, choose_place())


def _framing(args: argparse.Namespace) -> None:
    faces = corpora.read(args.data, "validation", "original")
    print(json.dumps(asdict(framing.measure_framing(faces.pixels, args.count)), indent=1))


def _robustness(args: argparse.Namespace) -> None:
    faces = corpora.read(args.data, args.split, args.labels).sample(args.count)
    model = _model(args)
    print(f"{len(faces.truth)} faces\n\n" + robustness.table(robustness.measure_robustness(faces, model)))


def _pasted(args: argparse.Namespace) -> None:
    faces = corpora.read(args.data, "validation", args.labels).sample(args.count)
    print(pasted.table(pasted.measure_pasted(faces, FACE_DETECTOR.open(Options(), Place()), _model(args))))


def _sensitivity(args: argparse.Namespace) -> None:
    smiles = sensitivity.read_smiles(args.photographs, FACE_DETECTOR.open(Options(), Place()), _model(args))
    talkers = dict(zip(("as read", "as shown"), sensitivity.read_talkers(args.clips, str(args.model)), strict=True))
    against_own = sensitivity.read_talkers(args.clips, str(args.model), rest_s=args.rest_s)
    talkers |= zip(("against own beginning, as read", "the same as shown"), against_own, strict=True)
    print(sensitivity.table(smiles, talkers))


def _breadth(args: argparse.Namespace) -> None:
    print(
        breadth.table(breadth.measure_breadth(args.photographs, FACE_DETECTOR.open(Options(), Place()), _model(args)))
    )


def _steadiness(args: argparse.Namespace) -> None:
    print(steadiness.table(steadiness.measure_clips(args.clips, str(args.model), args.sample_fps)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m video", description="Makes and measures the expression model.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (*_add_training(commands), *_add_models(commands), *_add_measures(commands)):
        command.add_argument("--data", type=Path, required=True, help="FER2013, or folders of <label>/<image>")
        command.add_argument("--labels", choices=["ferplus", "original"], default="ferplus")
        command.add_argument("--threads", type=int, help="bound torch's threads; on a busy machine 1 is fastest")
    return parser


def _add_training(commands: Any) -> list[argparse.ArgumentParser]:
    """Adds what trains the network and its teacher; returns both."""
    train_command = commands.add_parser("train", help="train the network; writes OUT/checkpoint.pt after every epoch")
    train_command.add_argument("--out", type=Path, required=True, help="folder of the checkpoint")
    train_command.add_argument(
        "--fine-tune", action="store_true", help="other settings: for a finished model (--start-from) to go on with"
    )
    train_command.add_argument(
        "--start-from", type=Path, metavar="MODEL", help="folder of an exported model to go on from"
    )
    train_command.add_argument(
        "--teacher", type=Path, metavar="RUN", help="the --out of `teacher`: it and --model answer beside the votes"
    )
    train_command.set_defaults(command=_train)

    teacher_command = _add_teacher(commands)
    for command in (train_command, teacher_command):
        command.add_argument(
            "--epochs",
            type=int,
            help=f"default {TrainSettings().epochs}; of teacher and --fine-tune {FINE_TUNING.epochs}",
        )
        command.add_argument("--seed", type=int, help=f"default {TrainSettings().seed}")
        command.add_argument("--resume", action="store_true", help="go on from OUT/checkpoint.pt")
        command.add_argument(
            "--weights",
            type=Path,
            required=command is teacher_command,
            metavar="FOLDER",
            help=f"{GRAPH} and {NUMBERS}, the teacher's beginning",
        )
        command.add_argument("--model", type=Path, default=EMBEDDED, help="default: the embedded model")
    return [train_command, teacher_command]


def _add_models(commands: Any) -> list[argparse.ArgumentParser]:
    """Adds what makes a model of a training, and measures it; returns those that read labelled faces."""
    export_command = commands.add_parser(
        "export", help="calibrate the best epoch on the validation split and write the model"
    )
    export_command.add_argument("--run", type=Path, required=True, help="the --out of the training")
    export_command.add_argument(
        "--start-from", type=Path, metavar="MODEL", help="the model that the training started from, to be mixed in"
    )
    export_command.add_argument("--out", type=Path, default=EMBEDDED, help="default: the embedded model")
    export_command.set_defaults(command=_export)

    calibrate_command = commands.add_parser(
        "calibrate", help="fit prior and temperature anew on several sets; changes config.json only"
    )
    calibrate_command.add_argument("--model", type=Path, default=EMBEDDED, help="default: the embedded model")
    calibrate_command.add_argument(
        "--photographs",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="<label>/<image>; every second person of it is taken; repeat",
    )
    calibrate_command.set_defaults(command=_calibrate)

    convert_command = commands.add_parser("convert", help="write the network so that it runs without torch")
    convert_command.add_argument("--model", type=Path, default=EMBEDDED, help="default: the embedded model, and MTCNN")
    convert_command.set_defaults(command=lambda args: convert_model(args.model), threads=None)

    evaluate_command = commands.add_parser("evaluate", help="measure any Hugging Face expression model")
    evaluate_command.add_argument("--model", type=Path, default=EMBEDDED, help="default: the embedded model")
    evaluate_command.add_argument("--split", choices=["validation", "test"], required=True)
    evaluate_command.add_argument("--json", action="store_true")
    evaluate_command.set_defaults(command=_evaluate)

    scores_command = commands.add_parser("scores", help="measure both splits and write scores.json beside the weights")
    scores_command.add_argument("--model", type=Path, default=EMBEDDED, help="default: the embedded model")
    scores_command.set_defaults(command=_scores)

    framing_command = commands.add_parser("framing", help="where a training face lies in the detector's box")
    framing_command.add_argument("--count", type=int, default=400, help="faces to detect")
    framing_command.set_defaults(command=_framing)
    return [export_command, calibrate_command, evaluate_command, scores_command, framing_command]


def _add_measures(commands: Any) -> list[argparse.ArgumentParser]:
    """Adds the measures that give more than one figure; returns those that read labelled faces."""
    robustness_command = commands.add_parser(
        "robustness", help="accuracy on faces changed in light, sharpness, tilt ..."
    )
    robustness_command.add_argument("--split", choices=["validation", "test"], default="validation")
    robustness_command.add_argument("--count", type=int, help="faces drawn at random; default all")
    robustness_command.set_defaults(command=_robustness)

    pasted_command = commands.add_parser("pasted", help="validation faces pasted into frames, found, cut out and read")
    pasted_command.add_argument("--count", type=int, default=400, help="faces drawn at random")
    pasted_command.set_defaults(command=_pasted)

    steadiness_command = commands.add_parser(
        "steadiness", help="how answers change from frame to frame along recordings"
    )
    steadiness_command.add_argument("clips", type=Path, nargs="+", metavar="CLIP")
    steadiness_command.add_argument("--sample-fps", type=float, default=steadiness.SAMPLE_FPS, help="default: 10")
    steadiness_command.set_defaults(command=_steadiness, threads=None)
    sensitivity_command = commands.add_parser("sensitivity", help="faint smiles found, and false smiles of talkers")
    sensitivity_command.add_argument("clips", type=Path, nargs="+", metavar="CLIP", help="somebody talks, neutral")
    sensitivity_command.add_argument(
        "--photographs", type=Path, required=True, metavar="FOLDER", help="neutral/, smiling/ and people.csv"
    )
    sensitivity_command.add_argument(
        "--rest-s", type=float, default=1.0, metavar="S", help="first seconds taken as the neutral face (default 1)"
    )
    sensitivity_command.set_defaults(command=_sensitivity, threads=None)
    breadth_command = commands.add_parser("breadth", help="by sex, age and ethnicity; with glasses and masks drawn on")
    breadth_command.add_argument(
        "--photographs", type=Path, required=True, metavar="FOLDER", help="neutral/, smiling/ and people.csv"
    )
    breadth_command.set_defaults(command=_breadth, threads=None)
    for command in (robustness_command, pasted_command, steadiness_command, sensitivity_command, breadth_command):
        command.add_argument("--model", type=Path, default=EMBEDDED, help="default: the embedded model")
    return [robustness_command, pasted_command]


def _add_teacher(commands: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        "teacher", help="train a network of faces that can teach; tells what it would add to the model"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the checkpoint")
    parser.set_defaults(command=_teacher)
    return parser


if __name__ == "__main__":
    sys.exit(main())
