"""The commands of `study`: a folder of recordings as one study."""

import argparse
import sys
from pathlib import Path
from typing import Any

from emoclassify.cli.terminal import DONE, FAILED
from emoclassify.recordings import printable


def add_study_commands(commands: Any) -> None:
    """Adds them to the command line."""
    parser = commands.add_parser("study", help="many people, one film: the panel's curve and its statistics")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    new = actions.add_parser(
        "new",
        help="write study.toml and viewings.csv for the recordings of a folder",
        description="Writes study.toml, what is decided before anybody looks at a figure, and viewings.csv, a line for "
        "each recording of the folder: correct both.",
    )
    new.set_defaults(run=lambda args: _new(args.folder))
    check = actions.add_parser(
        "check",
        help="say what is missing before it is run",
        description="Reads study.toml, viewings.csv and participants.csv, and says which viewings count.",
    )
    check.set_defaults(run=lambda args: _check(args.folder))
    run = actions.add_parser(
        "run",
        help="compute the panel and write its tables",
        description="Puts the readings of all recordings on the film's clock and writes curves.csv, metrics.csv, "
        "contrasts.csv, scenes.csv, viewings.csv, values.csv, columns.md, study.json and panel.json.",
    )
    run.add_argument("--out", type=Path, required=True, metavar="DIR", help="where they are written")
    run.set_defaults(run=_run)
    for action in (new, check, run):
        action.add_argument("folder", type=Path, metavar="FOLDER", help="of the study")


def _new(folder: Path) -> int:
    from emoclassify.study_folder import PLAN_FILE, VIEWINGS_FILE, write_new

    n = write_new(folder)
    place = printable(folder)
    print(f"{n} recordings: correct {place}/{PLAN_FILE} and {place}/{VIEWINGS_FILE}, then run:")
    print(f"  emoclassify analyze {place} --out {place}/results")
    print(f"  emoclassify study run {place} --out {place}/panel")
    return DONE


def _check(folder: Path) -> int:
    from emoclassify.study_folder import read_study

    study = read_study(folder)
    left_out = [viewing for viewing in study.judged if not viewing.is_usable]
    for viewing in left_out:
        print(f"{printable(Path(viewing.recording))}: left out: {viewing.reason}.", file=sys.stderr)
    people = {viewing.respondent for viewing in study.judged if viewing.is_usable}
    print(f"{len(study.viewings) - len(left_out)} of {len(study.viewings)} viewings count, of {len(people)} people.")
    return FAILED if any(viewing.reason == "not analyzed" for viewing in left_out) else DONE


def _run(args: argparse.Namespace) -> int:
    from emoclassify.outputs.study.told import sentences_of
    from emoclassify.outputs.study.write import write_study
    from emoclassify.study.findings import answers_of
    from emoclassify.study_folder import read_study

    status = _check(args.folder)
    study = read_study(args.folder)
    answers = answers_of(study)
    for sentence in sentences_of(study, answers):
        print(sentence)
    for path in write_study(study, answers, args.out):
        print(printable(path))
    return status
