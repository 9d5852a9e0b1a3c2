"""The commands of `study`: a folder of recordings as one study."""

import argparse
import math
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from emoclassify.cli.terminal import DONE, FAILED
from emoclassify.errors import EmoClassifyError, UsageError
from emoclassify.extras import packages
from emoclassify.recordings import printable
from emoclassify.words.messages import AS_TOLD

if TYPE_CHECKING:
    from emoclassify.study.study import Study

_STARTERS = 2.5
"""People who begin for each usable one: about half are lost before the end, and 15 to 25 % of the rest are unusable."""


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
        "contrasts.csv, scenes.csv, robustness.csv, participants.csv, outcomes.csv, outcome_links.csv, episodes.csv, "
        "viewings.csv and values.csv, each as Parquet too, columns.md, study.json and panel.json.",
    )
    run.add_argument("--url", help="of a server that analyzes the recordings first, as `submit` does")
    run.add_argument("--out", type=Path, required=True, metavar="DIR", help="where they are written")
    run.set_defaults(run=_run)
    for action in (new, check, run):
        action.add_argument("folder", type=Path, metavar="FOLDER", help="of the study")
    _add_power(actions)


def _add_power(actions: Any) -> None:
    power = actions.add_parser(
        "power",
        help="say how many people a wished difference needs",
        description="Says how many usable viewings find a difference between two films in 8 of 10 studies. For a share "
        "of the people give --from and --to; for a mean --difference and --sd, which metrics of a pilot tell.",
    )
    power.add_argument("--from", type=_percent, metavar="PERCENT", help="of the people show it with one film")
    power.add_argument("--to", type=_percent, metavar="PERCENT", help="with the other film")
    power.add_argument("--difference", type=_points, metavar="POINTS", help="of the means")
    power.add_argument("--sd", type=_points, metavar="POINTS", help="of the people's means, or of their differences")
    power.add_argument("--same-people", action="store_true", help="each sees both films (with --difference)")
    power.set_defaults(run=_power)


def _percent(text: str) -> float:
    value = float(text) / 100
    if not 0 <= value <= 1:
        raise ValueError(text)
    return value


def _points(text: str) -> float:
    value = float(text) / 100
    if not 0 < value <= 2:
        raise ValueError(text)
    return value


def _power(args: argparse.Namespace) -> int:
    from emoclassify.study.statistics.power import people_for_means, people_for_shares

    shares, means = (getattr(args, "from"), args.to), (args.difference, args.sd)
    is_share = None not in shares
    if is_share == (None not in means) or (is_share and (args.same_people or shares[0] == shares[1])):
        raise UsageError("power_unfit")
    n = people_for_shares(*shares) if is_share else people_for_means(*means, is_paired=args.same_people)
    where = "" if args.same_people else " with each film"
    print(f"{n} usable people{where} find that in 8 of 10 studies; invite {math.ceil(_STARTERS * n)}{where}.")
    return DONE


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

    return _tell_left_out(read_study(folder))


def _tell_left_out(study: "Study") -> int:
    """Says which viewings do not count, and how many do; returns whether one waits for its next step."""
    from emoclassify.study_folder import NO_CLOCK, NOT_ANALYZED

    left_out = [viewing for viewing in study.judged if not viewing.is_usable]
    for viewing in left_out:
        print(f"{printable(Path(viewing.recording))}: left out: {viewing.reason}.", file=sys.stderr)
    people = {viewing.respondent for viewing in study.judged if viewing.is_usable}
    print(f"{len(study.viewings) - len(left_out)} of {len(study.viewings)} viewings count, of {len(people)} people.")
    return FAILED if any(viewing.reason in (NOT_ANALYZED, NO_CLOCK) for viewing in left_out) else DONE


def _run(args: argparse.Namespace) -> int:
    from emoclassify.outputs.study.told import sentences_of
    from emoclassify.outputs.study.write import write_study
    from emoclassify.study.findings import answers_of
    from emoclassify.study_folder import check_tables, read_study

    check_tables(args.folder)  # what does not fit is said before anything else is done
    n_failed = _analyze_at(args.url, args.folder) if args.url else 0
    _hear_films(args.folder)
    study = read_study(args.folder)
    status = _tell_left_out(study) or (FAILED if n_failed else DONE)
    answers = answers_of(study)
    for sentence in sentences_of(study, answers):
        print(sentence)
    for path in write_study(study, answers, args.out):
        print(printable(path))
    return status


def _analyze_at(url: str, folder: Path) -> int:
    """Has a server analyze what is not analyzed yet; returns how many recordings failed."""
    from emoclassify.study_folder import RESULTS_FOLDER

    with packages("api"):
        from emoclassify.remote.client import ApiError, Client
        from emoclassify.remote.submit import submit_all
    try:
        with Client(url) as client:
            return submit_all([folder], folder / RESULTS_FOLDER, client, {})
    except ApiError as exc:
        raise EmoClassifyError(AS_TOLD, text=str(exc)) from exc


def _hear_films(folder: Path) -> None:
    """Finds the clocks that recordings tell, in a process that can read the recordings and nothing else of the user."""
    from emoclassify.child import Child
    from emoclassify.confine import Bounds
    from emoclassify.study_clocks import hear, hear_chirps
    from emoclassify.study_listening import find_clocks

    def ignore(*_: object) -> None:
        """Nobody waits to see it."""

    with TemporaryDirectory(prefix="emoclassify-") as name, Child(bounds=Bounds(Path(name), (folder,))) as child:
        find_clocks(
            folder,
            lambda film, recording: child.call(hear, film, recording, on_progress=ignore),
            lambda recording: child.call(hear_chirps, recording, on_progress=ignore),
        )
