"""`python -m voice_model train|export|large|evaluate|...`: makes and measures the speech models."""

import argparse
import json
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from emoclassify.errors import EmoClassifyError, WorkshopError
from emoclassify.networks.models import record_checksums, record_scores
from emoclassify.networks.runtime import choose_place, set_threads
from emoclassify.voice.load import load_voice
from emoclassify.voice.mfcc import FLOORS_DB
from emoclassify.voice.predict import VoiceModel
from voice_model.corpora import Corpora, read_corpora
from voice_model.evaluate import CONDITIONS, score
from voice_model.provenance import SHIPPED, learned_from, require_same_clips, unheard_fold
from voice_model.scored import NAMES, Scored, table
from voice_model.settings import Settings, taught
from voice_model.splits import clips_for


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns 0 on success, 1 on failure, 2 for wrong usage."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # else TensorFlow warns of missing GPUs
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except EmoClassifyError as error:
        print(f"voice_model: {error}", file=sys.stderr)
        return 2 if isinstance(error, WorkshopError) else 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="voice_model", description="Makes and measures the speech model.")
    commands = parser.add_subparsers(required=True)
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument("data", type=Path, help="folder with the corpora, as README.md says")
    _add_trainings(commands, data)
    _add_export(commands, data)
    _add_large(commands, data)
    _add_measures(commands, data)
    return parser


def _add_trainings(commands: Any, data: argparse.ArgumentParser) -> None:
    run = argparse.ArgumentParser(add_help=False)
    run.add_argument("--run", type=Path, required=True, help="folder of the training: checkpoints, weights, settings")
    train = commands.add_parser("train", parents=[data, run], help="train, or go on with a training that broke off")
    train.add_argument("--fold", type=int, default=Settings.fold, help="0..4: the fifth of the speakers kept for test")
    train.add_argument(
        "--speakers",
        choices=("train", "all-but-test", "all"),
        default=Settings.speakers,
        help="who is learned from; all for the model that ships",
    )
    train.add_argument(
        "--floor-db", type=float, choices=FLOORS_DB, default=Settings.floor_db, help="how far it listens"
    )
    train.set_defaults(command=_train)
    folds = commands.add_parser(
        "folds", parents=[data, run], help="train and test on all five folds, the first system's network beside ours"
    )
    folds.set_defaults(command=_folds)
    ablation = commands.add_parser(
        "ablation", parents=[data, run], help="change one thing at a time; compare on the validation speakers"
    )
    ablation.add_argument("--copies", type=int, default=Settings.copies, help="random copies of each clip")
    ablation.set_defaults(command=_ablation)
    for command in (train, folds):
        _add_encoder(command, "a teacher, as of what ships")
    for trains in (train, folds, ablation):
        trains.add_argument("--seed", type=int, default=Settings.seed)
        trains.add_argument("--epochs", type=int, help="default: of the recipe, with a teacher or without")
        trains.add_argument("--threads", type=int, default=2)


def _add_export(commands: Any, data: argparse.ArgumentParser) -> None:
    export = commands.add_parser("export", parents=[data], help="write the files that analysis loads")
    export.add_argument(
        "--run", type=Path, required=True, nargs="+", help="trainings with one network size; several make an ensemble"
    )
    export.add_argument("--out", type=Path, default=SHIPPED)
    export.add_argument(
        "--folds", type=Path, metavar="RUNS", help="take the folds' temperature, where this run kept no speakers"
    )
    _add_encoder(export, "give the networks a listener, as in what ships")
    export.set_defaults(command=_export)
    convert = commands.add_parser("convert", help="write the network so that it runs without torch")
    convert.add_argument("--model", type=Path, default=SHIPPED)
    convert.set_defaults(command=_convert)
    sounds = commands.add_parser("sounds", parents=[data], help="teach an exported model what is no speech")
    sounds.add_argument("bursts", type=Path, help="folder with the files of EmoGator")
    sounds.add_argument("--model", type=Path, default=SHIPPED)
    sounds.add_argument("--run", type=Path, required=True, help="folder that keeps what the networks hear")
    sounds.set_defaults(command=_sounds)


def _add_encoder(command: argparse.ArgumentParser, purpose: str) -> None:
    command.add_argument("--encoder", type=Path, help=f"{purpose}: model.bin of Whisper tiny.en for CTranslate2")


def _add_large(commands: Any, data: argparse.ArgumentParser) -> None:
    large = commands.add_parser(
        "large", parents=[data], help="make the large model: a layer on what Whisper's encoder hears"
    )
    large.add_argument("bursts", type=Path, help="folder with the files of EmoGator")
    large.add_argument("--encoder", type=Path, required=True, help="model.bin of Whisper tiny.en for CTranslate2")
    large.add_argument("--run", type=Path, required=True, help="folder that keeps what the encoder hears")
    large.add_argument("--out", type=Path, help="write the model into this folder; else only figures are told")
    large.add_argument("--fold", type=int, help="tell the candidates on the validation speakers of this fold")
    large.add_argument("--only", nargs="+", default=(), metavar="CORPUS", help="learn from these; test on all")
    large.set_defaults(command=_large)
    cost = commands.add_parser("cost", help="processor time for a second of sound")
    cost.add_argument("--model", type=Path, default=SHIPPED)
    cost.set_defaults(command=_cost)


def _add_measures(commands: Any, data: argparse.ArgumentParser) -> None:
    scores = commands.add_parser(
        "scores", parents=[data], help="measure on speakers the model never heard; write scores.json beside the weights"
    )
    scores.add_argument("--side", choices=("validation", "test"), default="test")
    scores.add_argument(
        "--folds", type=Path, metavar="RUNS", help="take what the folds' tests said, for a model of all speakers"
    )
    scores.set_defaults(command=_scores)
    evaluate = commands.add_parser("evaluate", parents=[data], help="measure on speakers the model never heard")
    evaluate.add_argument("--side", choices=("validation", "test"), default="validation")
    evaluate.add_argument("--condition", choices=tuple(CONDITIONS), default="clean")
    evaluate.add_argument("--json", action="store_true", help="everything, the confusion too, as JSON")
    evaluate.set_defaults(command=_evaluate)
    for measures in (scores, evaluate):
        measures.add_argument("--model", type=Path, default=SHIPPED)
        measures.add_argument("--fold", type=int, help="default: the one that the model was trained on")


def _train(options: argparse.Namespace) -> None:
    _start_tensorflow(options.threads)
    from voice_model.train import train

    settings = replace(
        _recipe(options, options.encoder), fold=options.fold, speakers=options.speakers, floor_db=options.floor_db
    )
    _tell_left_out(read_corpora(options.data))
    train(options.data, options.run, settings, options.encoder)


def _folds(options: argparse.Namespace) -> None:
    _start_tensorflow(options.threads)
    from voice_model.folds import run_folds

    set_threads(options.threads)
    _tell_left_out(read_corpora(options.data))
    print(run_folds(options.data, options.run, _recipe(options, options.encoder), options.encoder), end="")


def _ablation(options: argparse.Namespace) -> None:
    _start_tensorflow(options.threads)
    from voice_model.ablation import run_ablation

    set_threads(options.threads)
    settings = replace(_recipe(options), copies=options.copies)
    print(run_ablation(options.data, options.run, settings), end="")


def _recipe(options: argparse.Namespace, encoder: Path | None = None) -> Settings:
    recipe = Settings() if encoder is None else taught(Settings())
    return replace(recipe, seed=options.seed, epochs=options.epochs or recipe.epochs)


def _start_tensorflow(threads: int) -> None:
    # Read when TensorFlow starts, so before the import; which takes seconds, so only where it is needed.
    os.environ["TF_NUM_INTRAOP_THREADS"] = str(threads)


def _export(options: argparse.Namespace) -> None:
    from voice_model.calibrate import Logits, fit_temperature
    from voice_model.export import export, torch_ensemble
    from voice_model.folds import fold_temperature
    from voice_model.listener import listener_of
    from voice_model.train import features_folder, taught_head, trained, training_clips

    models, settings = zip(*map(trained, options.run), strict=True)
    speakers = learned_from(settings)["speakers"]
    everyone = read_corpora(options.data).clips
    for run, of_run in zip(options.run, settings, strict=True):
        require_same_clips(run, training_clips(everyone, of_run))
    listener = None
    if options.encoder:
        listener = options.encoder, taught_head(everyone, settings[0], options.encoder, features_folder(options.run[0]))
    if options.folds:
        temperature = fold_temperature(options.data, options.folds)
    elif speakers != "train":
        raise WorkshopError("the runs kept no speakers to fit the temperature on; give --folds RUNS")
    else:
        clips = clips_for(everyone, "validation", settings[0].fold)
        model = VoiceModel.of(torch_ensemble(models, settings), 1.0, listener and listener_of(*listener))
        temperature = fit_temperature(Logits.of(model, clips), clips)
    export(models, settings, temperature, options.out, listener)
    if options.out == SHIPPED:
        record_checksums()
    print(f"{options.out}: temperature {temperature:.3f}")


def _convert(options: argparse.Namespace) -> None:
    from voice_model.convert import convert_model

    convert_model(options.model)


def _sounds(options: argparse.Namespace) -> None:
    from voice_model.bursts import read_bursts
    from voice_model.sounds import sources_of, teach

    set_threads(1)
    sources = sources_of(read_corpora(options.data).clips, read_bursts(options.bursts))
    print(teach(options.model, sources, options.run), end="")
    if options.model == SHIPPED:
        record_checksums()


def _large(options: argparse.Namespace) -> None:
    from voice_model import large
    from voice_model.bursts import read_bursts
    from voice_model.head import Recipe
    from voice_model.material import hear

    set_threads(1)
    material = hear(read_corpora(options.data).clips, read_bursts(options.bursts), options.encoder, options.run)
    if options.fold is not None:
        print(large.choices(material, options.fold), end="")
        return
    scored, temperature = large.by_folds(material, Recipe(), options.only)
    print(large.folds_table(scored))
    if options.out:
        print(large.write(material, Recipe(), scored, temperature, options.out), end="")
        if options.out.parent == SHIPPED.parent:
            record_checksums()


def _cost(options: argparse.Namespace) -> None:
    from voice_model.large import cost_ms

    print(f"{cost_ms(load_voice(options.model, choose_place('openvino'))):.2f} ms for a second of sound")


def _evaluate(options: argparse.Namespace) -> None:
    scored = _measured(options, options.condition)
    reports = {corpus: part.report() for corpus, part in scored.by_corpus().items()}
    if options.json:
        print(json.dumps({corpus: asdict(report) for corpus, report in reports.items()}, indent=2))
    else:
        print("\n".join(table(reports)))


def _scores(options: argparse.Namespace) -> None:
    if options.folds:
        from voice_model.folds import test_side_scores

        scored, split_name = test_side_scores(options.data, options.folds), "all speakers by folds"
    else:
        scored, split_name = _measured(options, "clean"), f"{options.side} speakers"
    sets = [part.record(f"{NAMES.get(corpus, corpus)}, {split_name}") for corpus, part in scored.by_corpus().items()]
    # All corpora have the same weight, as for the temperature.
    record_scores(options.model, sets, sum(set_scores["log_loss"] for set_scores in sets) / len(sets))
    if options.model == SHIPPED:
        record_checksums()


def _measured(options: argparse.Namespace, condition: str) -> Scored:
    fold = unheard_fold(options.model, options.side, options.fold)
    clips = clips_for(read_corpora(options.data).clips, options.side, fold)
    return Scored.of(clips, score(load_voice(options.model, choose_place("openvino")), clips, condition))


def _tell_left_out(corpora: Corpora) -> None:
    for reason, files in sorted(corpora.left_out.items()):
        print(f"left out: {reason}, {files} files")


if __name__ == "__main__":
    sys.exit(main())
