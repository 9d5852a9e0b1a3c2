"""`python -m benchmarks expressions`, `faces CLIP...`, `annotate CLIP...`, `jobs`, `kept`, `submits`, `studies`: how
long the calls take on this machine; `costs CLIP`: whole commands, as people wait for them; `outputs
CLIP...`: what each file of the results costs; `persons FOLDER`: how
well faces are followed; `power`: how large a difference a panel of viewers can find; `false-alarms`: how often the
statistics of studies err; `sound-clock`: how well a film's clock is found by its sound; `moments`: how often noise
has a key moment, and how often a planted one is found; `usability`: the limits of the verdict on a recording;
`face-limits`: those of faces that lean, are turned, cut by the edge or covered; `live`: the live view; `in-browser`:
the networks in a browser; `peers FOLDER`: the expression models of other packages beside ours; `capture`: how far film
and face lie apart in recordings of the respondent's page; `transcripts`: how well a model writes down speech;
`mono-calls`: how well two voices in one channel are told apart; `study-page`: the page of a large study."""

import argparse
import os
import platform
import statistics
import tempfile
import time
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import (
    annotate,
    capture,
    costs,
    database,
    face_limits,
    false_alarms,
    jobs,
    live,
    moments,
    outputs,
    persons,
    power,
    sound_clock,
    studies,
    study_page,
    submits,
    usability,
)
from benchmarks.by_hand import add_by_hand
from benchmarks.faces import Bench, lines, naive_lines
from emoclassify.cli.options import add_options
from emoclassify.faces.expressions import ExpressionModel
from emoclassify.model_kinds import EXPRESSION_MODEL, FACE_DETECTOR
from emoclassify.networks import models
from emoclassify.networks.runtime import Place, choose_place, set_threads
from emoclassify.pipeline import analyze
from emoclassify.settings import Options, options_of

BATCH, SIDE_PX = 16, 120
"""How many crops are classified together, and the side of each, as a detector cuts them."""

_OF_FACES = ("sample_fps", "every", "min_face", "expression_model", "runtime", "device")
"""The options of an analysis that the benchmark of faces has."""


def main() -> None:
    """Runs one benchmark and prints its machine, versions and figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    faces = commands.add_parser("expressions", help="faces a second, batches of 16 crops")
    faces.add_argument("--expression-model", default=models.EMBEDDED, metavar="DIR_OR_NAME")
    faces.add_argument("--rounds", type=int, default=30, help="batches that are timed (default 30)")
    faces.set_defaults(run=_expressions)
    _add_faces(commands)
    _add_annotate(commands)
    _add_outputs(commands)
    _add_costs(commands)
    _add_persons(commands)
    _add_jobs(commands)
    _add_kept(commands)
    _add_submits(commands)
    _add_power(commands)
    _add_false_alarms(commands)
    _add_sound_clock(commands)
    _add_studies(commands)
    _add_study_page(commands)
    _add_moments(commands)
    _add_usability(commands)
    _add_face_limits(commands)
    _add_live(commands)
    _add_capture(commands)
    add_by_hand(commands)
    args = parser.parse_args()
    versions = ", ".join(f"{name} {version(name)}" for name in ("torch", "openvino", "av", "facenet-pytorch"))
    print(f"{_processor()}, {platform.python_implementation()} {platform.python_version()}, {versions}")
    args.run(args)


def _add_faces(commands: Any) -> None:
    parser = commands.add_parser("faces", help="from the file to the readings of its faces, stage by stage")
    parser.add_argument("clips", nargs="+", type=Path, metavar="CLIP")
    add_options(parser, [option for option in options_of() if option.name in _OF_FACES])
    parser.add_argument(
        "--against-naive",
        action="store_true",
        help="also a frame at a time: full-size MTCNN, one face a call, torch fp32",
    )
    parser.set_defaults(run=_faces)


def _faces(args: argparse.Namespace) -> None:
    options = Options.read({**vars(args), "faces": "all"})
    started = time.perf_counter()
    bench = Bench(options, choose_place(options.runtime, options.device))
    networks = f"{bench.detector.runtime}; {bench.expressions.name}: {bench.expressions.runtime}"
    print(f"networks loaded in {time.perf_counter() - started:.1f} s: MTCNN: {networks}")
    for path in args.clips:
        timings = bench.measure(path)
        print("\n".join(lines(path, timings)), flush=True)
        if args.against_naive:
            print("\n".join(naive_lines(timings, bench.naive(path, timings))), flush=True)


def _add_annotate(commands: Any) -> None:
    parser = commands.add_parser("annotate", help="drawing the annotated video, against re-encoding the file alone")
    parser.add_argument("clips", nargs="+", type=Path, metavar="CLIP")
    parser.add_argument("--anonymize", action="store_true", help="cover the faces")
    parser.set_defaults(run=_annotate)


def _annotate(args: argparse.Namespace) -> None:
    for path in args.clips:
        analysis = analyze(path, Options(faces="all", double_check=True))
        timings = annotate.measure(analysis, path, anonymize=args.anonymize)
        print("\n".join(annotate.lines(path, timings)), flush=True)


def _add_outputs(commands: Any) -> None:
    parser = commands.add_parser("outputs", help="what the analysis and each file of its results cost")
    parser.add_argument("clips", nargs="+", type=Path, metavar="CLIP")
    parser.set_defaults(run=_outputs)


def _outputs(args: argparse.Namespace) -> None:
    for path in args.clips:
        print(path.name)
        for line in outputs.lines(path):
            print(line, flush=True)


def _add_costs(commands: Any) -> None:
    parser = commands.add_parser("costs", help="what people wait for: whole commands, start included")
    parser.add_argument("clip", type=Path, metavar="CLIP", help="of people who talk, some seconds long")
    parser.add_argument("--only", nargs="+", choices=list(costs.PARTS), default=list(costs.PARTS), metavar="PART")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="runs of each (default %(default)s)")
    parser.add_argument("--clips", type=int, default=12, metavar="N", help="of 100 in a folder (default %(default)s)")
    parser.add_argument(
        "--script",
        type=Path,
        metavar="FILE",
        default=costs.FIRST_SYSTEM,
        help="a program that works a frame at a time (default: first_system.py, of this folder)",
    )
    parser.set_defaults(run=_costs)


def _costs(args: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = costs.Workbench(args.clip, Path(folder), args.rounds, args.clips, args.script)
        for line in costs.lines(args.only, bench):
            print(line, flush=True)


def _add_persons(commands: Any) -> None:
    parser = commands.add_parser("persons", help="who is who, on scenes made of the shared clips")
    parser.add_argument("clips", type=Path, metavar="FOLDER", help="of the shared clips")
    parser.add_argument(
        "--against-bytetrack", action="store_true", help="also ByteTrack, which `pip install trackers` brings"
    )
    parser.set_defaults(run=_persons)


def _persons(args: argparse.Namespace) -> None:
    options = Options()
    detector = FACE_DETECTOR.open(options, choose_place(options.runtime, options.device))
    followers = list(persons.FOLLOWERS) if args.against_bytetrack else [persons.OURS]
    for line in persons.lines(detector, args.clips, followers):
        print(line, flush=True)


def _add_jobs(commands: Any) -> None:
    parser = commands.add_parser(
        "jobs", help="what the queue costs (EMOCLASSIFY_*_URL), with a model that sleeps or with --real"
    )
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4], metavar="N")
    parser.add_argument("--jobs", type=int, default=20, metavar="N", help="for each worker (default %(default)s)")
    parser.add_argument("--cost-s", type=float, default=1.0, metavar="S", help="of each job (default %(default)s)")
    parser.add_argument("--real", action="store_true", help="analyze the recording inside the program")
    parser.set_defaults(run=_jobs)


def _jobs(args: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        result = None if args.real else jobs.some_result(Path(folder))
        alone_s = jobs.direct(args.jobs, args.cost_s, result)
        print(f"called directly: {alone_s:.3f} s a job; load {os.getloadavg()[0]:.1f}\n{jobs.HEADING}", flush=True)
        for workers in args.workers:
            run = jobs.measure(workers, args.jobs * workers, alone_s if args.real else args.cost_s, result)
            print(run.line(), flush=True)
        print(f"load {os.getloadavg()[0]:.1f}")


def _add_kept(commands: Any) -> None:
    parser = commands.add_parser("kept", help="what the database takes while many jobs are kept")
    parser.add_argument("--jobs", type=int, default=100_000, metavar="N", help="that are kept (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=20, metavar="N", help="of each call (default %(default)s)")
    parser.set_defaults(run=lambda args: print("\n".join(database.measure(args.jobs, args.rounds))))


def _add_submits(commands: Any) -> None:
    parser = commands.add_parser("submits", help="from the call to its answer, uploads to a server that works")
    parser.add_argument("--size-mb", type=float, default=5.0, metavar="MB", help="of each upload (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=40, metavar="N", help="uploads (default %(default)s)")
    parser.set_defaults(run=lambda args: print(submits.measure(args.size_mb, args.rounds).line()))


def _add_power(commands: Any) -> None:
    parser = commands.add_parser("power", help="how often simulated panels find a difference between two films")
    parser.add_argument("--panels", type=int, default=2000, metavar="N", help="pairs of panels (default %(default)s)")
    parser.add_argument(
        "--permutations", type=int, default=1000, metavar="N", help="of the cluster test (default %(default)s)"
    )
    sizes = {"type": int, "nargs": "+", "default": power.PANEL_SIZES, "metavar": "N"}
    parser.add_argument("--viewers", **sizes, help="of each film (default: all sizes)")
    parser.set_defaults(run=_power)


def _power(args: argparse.Namespace) -> None:
    for line in power.table(args.panels, args.permutations, args.viewers):
        print(line, flush=True)


def _add_false_alarms(commands: Any) -> None:
    parser = commands.add_parser("false-alarms", help="how often the statistics of studies err on made panels")
    parser.add_argument("--panels", type=int, default=1000, metavar="N", help="for each rate (default %(default)s)")
    parser.set_defaults(run=_false_alarms)


def _false_alarms(args: argparse.Namespace) -> None:
    for line in false_alarms.table(args.panels):
        print(line, flush=True)


def _add_sound_clock(commands: Any) -> None:
    parser = commands.add_parser("sound-clock", help="a film's clock by its sound, in made recordings")
    parser.add_argument("--films", type=int, default=30, metavar="N", help="of each kind (default %(default)s)")
    parser.set_defaults(run=_sound_clock)


def _sound_clock(args: argparse.Namespace) -> None:
    for line in sound_clock.table(args.films):
        print(line, flush=True)


def _add_studies(commands: Any) -> None:
    parser = commands.add_parser("studies", help="a study of made viewings, from its analyses to its report")
    parser.add_argument("--people", type=int, default=300, metavar="N", help="viewings (default %(default)s)")
    parser.add_argument("--film-s", type=float, default=60.0, metavar="S", help="of each film (default %(default)s)")
    parser.set_defaults(run=lambda args: print(studies.measure(args.people, args.film_s)))


def _add_study_page(commands: Any) -> None:
    parser = commands.add_parser("study-page", help="the page of a large study, from the click to the curve")
    parser.add_argument(
        "--people", type=int, default=150, metavar="N", help="each sees two films (default %(default)s)"
    )
    parser.add_argument("--clicks", type=int, default=6, metavar="N", help="default %(default)s")
    parser.set_defaults(run=lambda args: print(study_page.measure(args.people, args.clicks)))


def _add_moments(commands: Any) -> None:
    parser = commands.add_parser("moments", help="key moments in noise, and planted ones that are found")
    parser.add_argument("--curves", type=int, default=200, metavar="N", help="in each cell (default %(default)s)")
    parser.set_defaults(run=_moments)


def _moments(args: argparse.Namespace) -> None:
    for line in moments.lines(args.curves):
        print(line, flush=True)


def _add_live(commands: Any) -> None:
    parser = commands.add_parser(
        "live", help="the live view in Chromium: readings a second, delay, with 1 and 3 viewers"
    )
    parser.add_argument(
        "--camera", type=Path, metavar="FILE", help="MJPEG that is shown as the camera (default: a portrait)"
    )
    parser.set_defaults(run=lambda args: print(live.report(args.camera)))


def _add_usability(commands: Any) -> None:
    parser = commands.add_parser("usability", help="the limits of the verdict, measured on data of one's own")
    parser.add_argument("--clips", nargs="+", type=Path, default=[], metavar="CLIP", help="of one person each")
    parser.add_argument("--faces", type=Path, metavar="DIR", help="photographs: neutral/NAME.jpg and smiling/NAME.jpg")
    parser.add_argument("--voices", nargs="+", type=Path, default=[], metavar="FILE", help="speech")
    parser.set_defaults(run=_usability)


def _usability(args: argparse.Namespace) -> None:
    sections = {
        "The picture stands": usability.standing(args.clips) if args.clips else (),
        "Photographs": usability.photographs(args.clips, args.faces) if args.faces else (),
        "Persons": usability.persons(args.faces) if args.faces else (),
        "The dark": usability.dark(args.clips) if args.clips else (),
        "How much is enough": usability.coverage(args.clips) if args.clips else (),
        "Speech": usability.speech(args.voices) if args.voices else (),
    }
    for title, section in sections.items():
        for i, line in enumerate(section):
            print(f"{title}: {line}" if i == 0 else f"  {line}", flush=True)


def _add_face_limits(commands: Any) -> None:
    parser = commands.add_parser("face-limits", help="the limits of faces that lean, are cut or covered")
    parser.add_argument("--clips", nargs="+", type=Path, default=[], metavar="CLIP", help="of people")
    parser.add_argument("--faces", type=Path, metavar="DIR", help="portraits: FOLDER/NAME.jpg in it")
    parser.add_argument("--masks", type=Path, metavar="DIR", help="photographs: with_mask/ and without_mask/ in it")
    parser.add_argument("--section", choices=face_limits.SECTIONS, help="only this one")
    parser.set_defaults(run=_face_limits)


def _face_limits(args: argparse.Namespace) -> None:
    options, place = Options(), choose_place("auto", "cpu")
    networks = face_limits.Networks(FACE_DETECTOR.open(options, place), EXPRESSION_MODEL.open(options, place))
    sources = face_limits.Sources(args.clips, args.faces, args.masks)
    for line in face_limits.lines(networks, sources, args.section):
        print(line, flush=True)


def _add_capture(commands: Any) -> None:
    parser = commands.add_parser("capture", help="how far film and face lie apart in recordings of the page")
    parser.add_argument("--runs", type=int, default=30, metavar="N", help="recordings (default %(default)s)")
    parser.add_argument("--conditions", nargs="+", choices=capture.CONDITIONS, default=list(capture.CONDITIONS))
    parser.set_defaults(run=_capture)


def _capture(args: argparse.Namespace) -> None:
    for line in capture.lines(args.runs, tuple(args.conditions)):
        print(line, flush=True)


def _expressions(args: argparse.Namespace) -> None:
    folder = models.expression_model(args.expression_model).path
    crops = list(np.random.default_rng(0).integers(0, 256, (BATCH, SIDE_PX, SIDE_PX, 3), dtype=np.uint8))
    for runtime, threads in product(("torch", "openvino"), (1, 2)):
        model = ExpressionModel.load(folder, Place(runtime, "cpu", threads))
        set_threads(threads)
        model.predict(crops)  # the first call is slower, since some things are made once
        seconds = []
        for _ in range(args.rounds):
            started = time.perf_counter()
            model.predict(crops)
            seconds.append(time.perf_counter() - started)
        median, best = BATCH / statistics.median(seconds), BATCH / min(seconds)
        print(f"{model.runtime}, {threads} threads: median {median:.0f} faces/s, best {best:.0f}")


def _processor() -> str:
    model_lines = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return f"{len(model_lines)} x {model_lines[0].split(':')[1].strip()}" if model_lines else platform.machine()


if __name__ == "__main__":
    main()
