"""The commands of `study`: a folder of recordings as one study."""

import argparse
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from emoclassify.cli.options import add_options
from emoclassify.cli.terminal import DONE, FAILED
from emoclassify.errors import EmoClassifyError, UsageError
from emoclassify.extras import packages
from emoclassify.recordings import printable
from emoclassify.settings import Options, study_options
from emoclassify.words.messages import AS_TOLD

if TYPE_CHECKING:
    from emoclassify.child import Child
    from emoclassify.outputs.study.material import StudyMaterial
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
        "contrasts.csv, differences.csv, scenes.csv, robustness.csv, participants.csv, outcomes.csv, "
        "outcome_links.csv, episodes.csv, groups.csv, waves.csv, "
        "viewings.csv and values.csv, each as Parquet too, columns.md, study.json, panel.json and "
        "norms.jsonl; where asked for, a report, slides, charts and a workbook.",
    )
    run.add_argument("--url", help="of a server that analyzes the recordings first, as `submit` does")
    run.add_argument("--out", type=Path, required=True, metavar="DIR", help="where they are written")
    add_options(run, study_options())
    run.set_defaults(run=_run)
    run.add_argument("--norms", type=Path, metavar="FILE", help="films of earlier studies; those of this one are added")
    run.add_argument(
        "--category", default="", metavar="WORD", help="of the films in the norms: only alike are compared"
    )
    scenes = actions.add_parser(
        "scenes",
        help="propose scenes from the cuts of the films",
        description="Looks for cuts in the films whose files study.toml names, and prints scenes from cut to cut, to "
        "be copied into study.toml before anybody looks at a figure.",
    )
    scenes.set_defaults(run=lambda args: _scenes(args.folder))
    for action in (new, check, run, scenes):
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
    from emoclassify.outputs.document.words import Words
    from emoclassify.study_folder import PLAN_FILE, VIEWINGS_FILE, write_new

    n = write_new(folder)
    place = printable(folder)
    recordings = Words("en").several("{n} recording", "{n} recordings", n).format(n=n)
    print(f"{recordings}: correct {place}/{PLAN_FILE} and {place}/{VIEWINGS_FILE}, then run:")
    print(f"  emoclassify analyze {place} --out {place}/results")
    print(f"  emoclassify study run {place} --out {place}/panel")
    return DONE


def _check(folder: Path) -> int:
    from emoclassify.study_folder import read_study

    return _tell_left_out(read_study(folder))


def _tell_left_out(study: "Study") -> int:
    """Says which viewings do not count, and how many do; returns whether one waits for its next step."""
    from emoclassify.outputs.document.words import Words
    from emoclassify.outputs.study.told import people_sentence
    from emoclassify.study.reasons import NO_CLOCK, NOT_ANALYZED

    left_out = [viewing for viewing in study.judged if not viewing.is_usable]
    for viewing in left_out:
        print(f"{printable(Path(viewing.recording))}: left out: {viewing.reason}.", file=sys.stderr)
    print(people_sentence(study, Words("en")))
    return FAILED if any(viewing.reason in (NOT_ANALYZED, NO_CLOCK) for viewing in left_out) else DONE


def _run(args: argparse.Namespace) -> int:
    from emoclassify.outputs.document.brand import read_brand
    from emoclassify.outputs.study.material import norms_of
    from emoclassify.outputs.study.norms_file import read_norms, write_norms
    from emoclassify.outputs.study.told import sentences_of
    from emoclassify.outputs.study.write import with_look_before, write_study
    from emoclassify.study.norms import joined
    from emoclassify.study_folder import check_tables

    options = Options.read(vars(args))
    read_brand(options.brand)  # what does not fit is said before anything else is done
    check_tables(args.folder)
    n_failed = _analyze_at(args.url, args.folder) if args.url else 0
    earlier = read_norms(args.norms) if args.norms else []
    material = replace(_material(args.folder, options), category=args.category)
    material = replace(material, study=with_look_before(material.study, args.out))
    if args.norms:
        material = replace(material, norms=norms_of(material.norm_lines, earlier))
    status = _tell_left_out(material.study) or (FAILED if n_failed else DONE)
    for sentence in sentences_of(material.study, material.answers):
        print(sentence)
    for path in write_study(material, args.out):
        print(printable(path))
    if args.norms:
        write_norms(args.norms, joined(earlier, material.norm_lines))
        print(f"{printable(args.norms)}: {len(material.norm_lines)} of {len(material.study.stimuli)} films added.")
    return status


def _scenes(folder: Path) -> int:
    """Prints scenes from cut to cut."""
    from emoclassify.study.stimulus import scenes_between
    from emoclassify.study_content import as_toml
    from emoclassify.study_films import cuts
    from emoclassify.study_folder import PLAN_FILE, film_path, read_films, read_plan

    content = read_plan(folder / PLAN_FILE)
    films = read_films(folder, content)
    paths = {str(item["id"]): film_path(folder, item) for item in content["stimulus"]}
    with _confined(folder) as child:
        for name, path in paths.items():
            if path is None:
                print(f"{printable(Path(name))}: study.toml names no file.", file=sys.stderr)
                continue
            cuts_s = child.call(cuts, path, on_progress=lambda *_: None)
            print(f"# {printable(Path(name))}")
            for scene in scenes_between(cuts_s, films[name].duration_s):
                print(
                    f"[[stimulus.scene]]\n{as_toml({'id': scene.id, 'start_s': scene.start_s, 'end_s': scene.end_s})}"
                )
    return DONE


def _material(folder: Path, options: Options) -> "StudyMaterial":
    """Finds the clocks by sound, computes, and takes pictures of the films, in a process that can read the files of
    the study and nothing else of the user."""
    from emoclassify.outputs.study.material import StudyMaterial
    from emoclassify.study.findings import answers_of
    from emoclassify.study_clocks import hear, hear_chirps
    from emoclassify.study_films import find_stills, stills
    from emoclassify.study_folder import read_study
    from emoclassify.study_listening import find_clocks

    with _confined(folder) as child:
        call = partial(child.call, on_progress=lambda *_: None)
        find_clocks(folder, partial(call, hear), partial(call, hear_chirps))
        study = read_study(folder)
        answers = answers_of(study)
        draws = bool(options.report_formats or options.graph)
        pictures = find_stills(folder, study, answers, partial(call, stills)) if draws else {}
    return StudyMaterial(study, answers, options, pictures)


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


@contextmanager
def _confined(folder: Path) -> "Iterator[Child]":
    """A process that can read the files of a study and nothing else of the user."""
    from emoclassify.child import Child
    from emoclassify.confine import Bounds

    with TemporaryDirectory(prefix="emoclassify-") as name, Child(bounds=Bounds(Path(name), (folder,))) as child:
        yield child
