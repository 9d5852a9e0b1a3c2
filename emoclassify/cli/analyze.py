"""The command `analyze`."""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from emoclassify.child import Child
from emoclassify.cli.at_once import Outcome, outcomes
from emoclassify.cli.options import add_options
from emoclassify.cli.sides import joined_sides
from emoclassify.cli.terminal import DONE, FAILED, Line, recording_sha256
from emoclassify.errors import EmoClassifyError, ResultError
from emoclassify.findings import CurveFindings
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.document.brand import read_brand
from emoclassify.outputs.names import ANALYSIS
from emoclassify.outputs.saved import Saved, find_saved, read_overview
from emoclassify.overview import Overview
from emoclassify.recordings import Recording, find_recordings, printable
from emoclassify.settings import Options, options_of
from emoclassify.stages import models_of
from emoclassify.usability import Verdict, usability_to_dict
from emoclassify.words.bases import Base
from emoclassify.words.numbers import clock, number, percent


def add_analyze_command(commands: Any) -> None:
    """Adds it to the command line."""
    parser = commands.add_parser(
        "analyze",
        help="analyze recordings and write what was found",
        description="Analyzes video, audio and picture files. Each gets a folder DIR/<file name>/ with analysis.json, "
        "frames.csv and series.csv, and where asked voice.csv, segments.csv and charts.",
        epilog="Exit status: 0 all done, 1 some recording failed (the others are done), 2 wrong usage. The options of "
        "the analysis can also be set by the environment, e.g. EMOCLASSIFY_SAMPLE_FPS=10.",
    )
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="files, or folders with their subfolders; none where --roles names the two files of a call",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the results go")
    add_options(parser, options_of())
    parser.add_argument(
        "--existing",
        choices=("keep", "redo", "fail"),
        default="keep",
        help="where there are results: keep those of the same file and options, and make files again where only their "
        "options differ (default), redo them, or fail",
    )
    parser.add_argument(
        "--jobs",
        type=_count,
        default=1,
        metavar="N",
        help="how many recordings are analyzed at once, each by a process of its own: 0.3 GB of memory, 0.6 GB with "
        "charts, video and reports (default %(default)s, which decodes in a thread of its own; for many short "
        "recordings as many as there are processors)",
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON a recording to stdout")
    parser.set_defaults(run=_analyze)


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("1 or more")
    return count


def _analyze(args: argparse.Namespace) -> int:
    with joined_sides(vars(args)) as arguments:
        return _analyze_all(argparse.Namespace(**arguments))


def _analyze_all(args: argparse.Namespace) -> int:
    options = Options.read(vars(args))
    read_brand(options.brand)  # before the networks run: one that cannot be used is said at once
    search = find_recordings(args.paths, args.out)
    recordings, n_failed = search.recordings, search.n_missing
    lines = {
        one.path: Line(f"[{position}/{len(recordings)}] {printable(one.path)}")
        for position, one in enumerate(recordings, start=1)
    }

    def analyze_one(child: Child, recording: Recording) -> str:
        return _analyze_one(child, recording, options, args.existing, lines[recording.path])

    for recording, outcome in outcomes(recordings, args.out, options, analyze_one, args.jobs):
        lines[recording.path].clear()
        n_failed += not _tell(args.json, recording, outcome)
    for text in search.lines():
        print(text, file=sys.stderr)
    n_all = len(recordings) + search.n_missing
    if n_failed and n_all > 1:
        print(f"{n_failed} of {n_all} recordings failed.", file=sys.stderr)
    return FAILED if n_failed else DONE


def _tell(as_json: bool, recording: Recording, outcome: Outcome) -> bool:
    """Prints what became of a recording; False where it failed."""
    try:
        if isinstance(outcome, EmoClassifyError):
            raise outcome
        _report(as_json, recording, outcome)
    except EmoClassifyError as exc:
        print(f"{printable(recording.path)}: {exc}", file=sys.stderr)
        _report(as_json, recording, "failed", error=str(exc))
        return False
    return True


def _analyze_one(child: Child, recording: Recording, options: Options, existing: str, line: Line) -> str:
    if existing == "fail" and (recording.folder / ANALYSIS).exists():
        raise ResultError("results_there", folder=str(recording.folder))
    saved = _saved(recording, options) if existing == "keep" else None
    if saved is None:
        child.analyze(recording.path, recording.folder, options, line.show)
        return "done"
    if saved.has_outputs(options):
        return "kept"
    child.render(saved.analysis, saved.folder, options, recording.path, line.show, removes_others=True)
    return "rendered"


def _saved(recording: Recording, options: Options) -> Saved | None:
    """The results of an earlier run, where no network needs to run again."""
    if not (recording.folder / ANALYSIS).exists() or not recording.path.is_file():
        return None
    models = [model.to_dict() for model in models_of(options)]
    return find_saved(recording.folder, recording_sha256(recording.path), options, models)


def _report(as_json: bool, recording: Recording, state: str, error: str | None = None) -> None:
    """Prints one line to stdout: the result in words, or as JSON for scripts."""
    facts: dict[str, Any] = {"path": str(recording.path), "state": state, "error": error}
    if error is not None:
        if as_json:
            print(json.dumps(facts), flush=True)
        return
    overview = read_overview(recording.folder)
    warnings = [message.text for message in overview.warnings]
    usability = overview.findings.usability
    facts |= {"out": str(recording.folder), "counts": asdict(overview.counts), "warnings": warnings}
    facts["usability"] = usability_to_dict(usability)
    print(
        json.dumps(facts)
        if as_json
        else f"{printable(recording.path)}: {state}: {_answer(overview)} -> {printable(recording.folder)}",
        flush=True,
    )
    if not as_json:
        reasons = [reason.message.text for reason in usability.reasons]
        for line in [
            *([] if usability.is_usable else [usability.told("en"), *reasons]),
            *(_means(overview) if overview.options.echo_mean else ()),
            *warnings,
        ]:
            print(f"    {line}", flush=True)


def _answer(overview: Overview) -> str:
    findings, counts = overview.findings, overview.counts
    main, voice = findings.main, findings.voice
    parts = [] if findings.usability.is_usable else [str(findings.usability.verdict)]
    if counts.sampled:
        parts.append(f"face in {counts.with_face} of {counts.sampled} frames")
    is_told = findings.usability.verdict is not Verdict.NOT_USABLE
    if main is not None and main.person is not None and main.mean is not None and is_told:
        parts.append(_leading(main, overview))
    if main is not None and main.mean is not None and is_told and not overview.source.still:
        parts.append(_course(main))
    if overview.was_heard:
        stretches = len(overview.segments)
        parts.append(f"{stretches} stretch{'es' if stretches != 1 else ''} of speech")
    if voice is not None:
        parts.append(f"voice {voice.dominant or 'cannot tell'}")
    return ", ".join(parts) or "nothing"


def _course(curve: CurveFindings) -> str:
    """When the valence is highest and lowest, as far as that stands out."""
    extremes = {"highest": curve.highest, "lowest": curve.lowest}
    times = [f"{name} at {clock(moment.time_s, 'en')}" for name, moment in extremes.items() if moment]
    return f"valence {' and '.join(times)}" if times else "no moment stands out"


def _leading(curve: CurveFindings, overview: Overview) -> str:
    """The emotion that leads longest, and how long; of a still picture, which has no time, the emotion alone."""
    top = curve.shares.ranked[0]
    if overview.source.still:
        return f"reads as {top}"
    shares = curve.shares.in_words(overview.options.emotion_groups, "en").emotions
    return f"mostly {top} ({curve.base.of(shares[top], 'en')})"


def _means(overview: Overview) -> Iterator[str]:
    """The lines of `--echo-mean`: the mean emotion of the whole recording, for each person, the voice and both."""
    findings = overview.findings
    for curve in findings.curves:
        if curve.person is not None and curve.mean is not None:
            score = f"{curve.dominant} {number(curve.mean.max(), 'en')}"
            over = "" if overview.source.still else f", over {_read(curve)}"
            yield f"Mean of person {curve.person}: {score}{over}."
    if (voice := findings.voice) is not None and voice.mean is not None:
        score = f"{voice.dominant or 'cannot tell'} {number(voice.mean.max(), 'en')}"
        yield f"Mean of the voice: {score}, over {_read(voice)}."
    if findings.both is not None:
        yield f"Both together: {EMOTIONS[int(findings.both.argmax())]} {number(findings.both.max(), 'en')}."


def _read(curve: CurveFindings) -> str:
    """How much of the recording was read."""
    return Base.RECORDING.of(percent(curve.shares.read, "en"), "en")
