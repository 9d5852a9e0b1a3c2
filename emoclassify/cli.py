"""The command line: `emoclassify analyze`, `render`, `demo`, `evaluate`, `models`; those of the server beside."""

import argparse
import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from emoclassify import __version__, models
from emoclassify.analysis import Analysis
from emoclassify.child import Child
from emoclassify.cli_merge import add_merge_command
from emoclassify.cli_server import add_server_commands
from emoclassify.errors import EmoClassifyError, MediaError, ResultError, UsageError
from emoclassify.labels import EMOTIONS
from emoclassify.metrics import table
from emoclassify.outputs.annotate import can_be_annotated
from emoclassify.outputs.confusion import draw_confusion
from emoclassify.outputs.folder import ANALYSIS, is_done, render_results
from emoclassify.outputs.report.write import lacks_stills
from emoclassify.outputs.style import minutes
from emoclassify.recordings import Recording, find_recordings
from emoclassify.settings import OUTPUT_OPTIONS, Options
from emoclassify.texts import LANGUAGES

DONE, FAILED, WRONG_USAGE = 0, 1, 2
"""Exit status: all done; something failed; the command cannot be carried out as given."""

_EXAMPLES = """\
examples:
  emoclassify demo                                         try it on the recording inside the program
  emoclassify analyze talk.mp4 --out results --graph       one recording, with its chart
  emoclassify analyze study/ --out results --double-check  a folder with its subfolders, face and voice
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status."""
    args = _parser().parse_args(arguments)
    try:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # a file's name may be any bytes
        return int(args.run(args))
    except BrokenPipeError:  # whoever read stdout has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except UsageError as exc:
        print(f"emoclassify: {exc}", file=sys.stderr)
        return WRONG_USAGE
    except EmoClassifyError as exc:
        print(f"emoclassify: {exc}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("emoclassify: stopped; run the same command again to go on.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="emoclassify",
        description="Turns recordings of people into timelines of emotion, on your own machine.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"emoclassify {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_analyze(commands)
    demo = commands.add_parser("demo", help="analyze the recording inside the program and show what was found")
    demo.add_argument("--out", type=Path, default=Path("emoclassify-demo"), metavar="DIR", help="default: %(default)s")
    demo.set_defaults(run=_demo)
    _add_render(commands)
    _add_evaluate(commands)
    shown = commands.add_parser("models", help="list, verify or fetch models")
    does = shown.add_subparsers(required=True, metavar="WHAT")
    does.add_parser("list", help="name, purpose, terms and place of each").set_defaults(run=_list_models)
    does.add_parser("verify", help="compare the checksums of all files").set_defaults(run=_verify_models)
    fetched = does.add_parser("fetch", help="download an expression model from the Hugging Face hub, by name")
    fetched.add_argument("name", metavar="NAME", help="e.g. trpakov/vit-face-expression")
    fetched.set_defaults(run=_fetch_model)
    add_merge_command(commands)
    add_server_commands(commands, _add_analysis_options)
    return parser


def _add_analyze(commands: Any) -> None:
    parser = commands.add_parser(
        "analyze",
        help="analyze recordings and write what was found",
        description="Analyzes video, audio and picture files. Each gets a folder DIR/<file name>/ with analysis.json, "
        "frames.csv and series.csv, and where asked voice.csv, segments.csv and charts.",
        epilog="Exit status: 0 all done, 1 some recording failed (the others are done), 2 wrong usage. The options of "
        "the analysis can also be set by the environment, e.g. EMOCLASSIFY_SAMPLE_FPS=10.",
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, or folders with their subfolders")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the results go")
    _add_analysis_options(parser)
    parser.add_argument(
        "--voice-model", metavar="DIR", help="another voice model, as `python -m voice_model export` writes it"
    )
    _add_place(parser)
    parser.add_argument(
        "--existing",
        choices=("keep", "redo", "fail"),
        default="keep",
        help="where there are results: keep those of the same file and options (default), redo them, or fail",
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON a recording to stdout")
    parser.set_defaults(run=_analyze)


def _add_analysis_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--double-check", action="store_true", default=None, help="read the voice too; compare it with the face"
    )
    parser.add_argument(
        "--echo-mean",
        action="store_true",
        default=None,
        help="read the voice too; tell the mean emotion of the whole recording: faces, voice and both",
    )
    _add_outputs(parser)
    rate = parser.add_mutually_exclusive_group()
    rate.add_argument("--sample-fps", type=float, metavar="N", help="frames looked at a second (default 5)")
    rate.add_argument("--every", type=int, metavar="N", help="look at every Nth frame instead")
    parser.add_argument(
        "--faces", choices=("largest", "all"), help="the main person, or every person (default largest)"
    )
    parser.add_argument(
        "--min-face",
        type=float,
        metavar="SHARE",
        help="smallest face, as a share of the frame's shorter side (default 0.08)",
    )
    parser.add_argument(
        "--expression-model",
        metavar="DIR_OR_NAME",
        help="another image classification model: a folder in Hugging Face form, or a name that `models fetch` fetched",
    )


def _add_render(commands: Any) -> None:
    parser = commands.add_parser(
        "render",
        help="make tables and charts again from a saved analysis, without running any model",
        description="Makes the outputs of a saved analysis again: those asked for when it was made, and those asked "
        "for now. The recording is needed for the annotated video and for the stills of the report only.",
    )
    parser.add_argument("analysis", type=Path, metavar="ANALYSIS", help="an analysis.json, or the folder it is in")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where they go (default: beside analysis.json)")
    parser.add_argument("--media", type=Path, metavar="FILE", help="the recording, to make its annotated video again")
    _add_outputs(parser)
    parser.set_defaults(run=_render)


def _add_outputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--graph", action="store_true", default=None, help="draw the charts, as PNG and SVG")
    parser.add_argument("--xlsx", action="store_true", default=None, help="write the tables as report.xlsx too")
    parser.add_argument(
        "--csv-excel",
        action="store_true",
        default=None,
        help="CSV files for Excel: byte order mark, semicolons, and with --lang ru decimal commas",
    )
    parser.add_argument(
        "--annotate", action="store_true", default=None, help="draw what was found into the video: annotated.mp4"
    )
    parser.add_argument(
        "--anonymize",
        action="store_true",
        default=None,
        help="cover every face that was found in the annotated video; no stills in the report",
    )
    parser.add_argument(
        "--report", metavar="FORMATS", help="write a report: docx, pdf, html, or several separated by commas"
    )
    parser.add_argument("--lang", choices=LANGUAGES, help="language of the outputs (default en)")


def _add_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--runtime", choices=("auto", "torch", "openvino"), help="what runs the networks (default auto: the fastest)"
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), help="where the networks run (default auto)")


def _add_evaluate(commands: Any) -> None:
    parser = commands.add_parser(
        "evaluate",
        help="measure a model on labelled files of your own",
        description="Measures a model on FOLDER/<label>/<files>; a label is a usual name of an emotion (happy, joy); "
        "a folder that is none of the seven is left out and counted.",
    )
    parser.add_argument("what", choices=("faces", "voice"), help="pictures of faces, or recordings of speech")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--detect", action="store_true", help="faces: find the face first, on whole pictures")
    parser.add_argument("--expression-model", metavar="DIR_OR_NAME", help="default: the embedded one")
    parser.add_argument("--voice-model", metavar="DIR", help="default: the embedded one")
    _add_place(parser)
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw the confusion matrix to FILE (png)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.set_defaults(run=_evaluate)


def _evaluate(args: argparse.Namespace) -> int:
    from emoclassify.evaluate import evaluate_faces, evaluate_voice  # here, since it imports the networks

    if args.detect and args.what == "voice":
        raise UsageError("--detect finds faces: it goes with `evaluate faces` only.")
    options = Options.read(vars(args))
    if args.what == "faces":
        found = evaluate_faces(args.folder, options, detect=args.detect)
    else:
        found = evaluate_voice(args.folder, options)
    if args.picture:
        draw_confusion(found.measured, args.picture, f"{args.what}: {args.folder.name}")
    if args.json:
        print(json.dumps({**found.measured.to_dict(), "left_out": found.left_out}))
        return DONE
    print(table(found.measured))
    for reason, n in found.left_out.items():
        print(f"{n} left out: {reason}")
    return DONE


def _render(args: argparse.Namespace) -> int:
    path = args.analysis / ANALYSIS if args.analysis.is_dir() else args.analysis
    found = read_analysis(path)
    asked = {name: found.options.get(name) if vars(args)[name] is None else vars(args)[name] for name in OUTPUT_OPTIONS}
    if args.media is None:
        if args.annotate:
            raise UsageError("The annotated video is made from the recording: give it with --media.")
        asked |= {"annotate": False, "anonymize": bool(args.anonymize or (asked["anonymize"] and asked["report"]))}
    elif _sha256_of(args.media) != found.source["sha256"]:
        raise UsageError(f"{args.media} is not the recording of this analysis.")
    options, out = Options.read(asked), args.out or path.parent
    for written in render_results(found, out, options) if args.media is None else _rendered(found, out, options, args):
        print(_shown(written))
    if args.media is None and (lacking := _lacking(found, options)):
        print(f"Without the recording {' and '.join(lacking)}: give it with --media.", file=sys.stderr)
    return DONE


def _lacking(found: Analysis, options: Options) -> list[str]:
    """What only the recording itself could be made of."""
    lacking = []
    if found.options.get("annotate") and can_be_annotated(found):
        lacking.append("the annotated video is not made again")
    if lacks_stills(found, options):
        lacking.append("the report has no stills of the key moments")
    return lacking


def _rendered(found: Analysis, out: Path, options: Options, args: argparse.Namespace) -> list[Path]:
    """Made again in a process of its own, since the recording is opened."""
    line = _Line(_shown(args.media))
    with Child() as child:
        try:
            return child.render(found, out, options, args.media, line.show)
        finally:
            line.clear()


def _analyze(args: argparse.Namespace) -> int:
    options = Options.read(vars(args))
    recordings, skipped = find_recordings(args.paths, args.out)
    if skipped:
        print(f"{skipped} files without a media ending were skipped.", file=sys.stderr)
    failed = 0
    with Child() as child:
        for number, recording in enumerate(recordings, start=1):
            line = _Line(f"[{number}/{len(recordings)}] {_shown(recording.path)}")
            try:
                state = _analyze_one(child, recording, options, args.existing, line)
                line.clear()
                _report(args.json, recording, state)
            except EmoClassifyError as exc:
                failed += 1
                line.clear()
                print(f"{_shown(recording.path)}: {exc}", file=sys.stderr)
                _report(args.json, recording, "failed", error=str(exc))
    if failed and len(recordings) > 1:
        print(f"{failed} of {len(recordings)} recordings failed.", file=sys.stderr)
    return FAILED if failed else DONE


def _analyze_one(child: Child, recording: Recording, options: Options, existing: str, line: "_Line") -> str:
    if existing == "fail" and (recording.folder / ANALYSIS).exists():
        raise ResultError(f"{recording.folder} holds results already.")
    if existing == "keep" and recording.path.is_file():
        used = [
            models.face_detector(),
            models.expression_model(options.expression_model),
            models.speech_finder(),
            models.voice_model(options.voice_model),
        ]
        if is_done(recording.folder, _sha256_of(recording.path), options, [model.to_dict() for model in used]):
            return "kept"
    child.analyze(recording.path, recording.folder, options, line.show)
    return "done"


def _sha256_of(path: Path) -> str:
    try:
        return models.sha256_of(path)
    except OSError as exc:
        raise MediaError(f"The file cannot be read: {exc.strerror}.") from exc


def _report(as_json: bool, recording: Recording, state: str, error: str | None = None) -> None:
    """One line on stdout: for people what was found, or JSON for scripts."""
    facts: dict[str, Any] = {"path": str(recording.path), "state": state, "error": error}
    if error is not None:
        if as_json:
            print(json.dumps(facts), flush=True)
        return
    found = read_analysis(recording.folder / ANALYSIS)
    facts |= {"out": str(recording.folder), "counts": found.counts, "warnings": list(found.warnings)}
    print(
        json.dumps(facts)
        if as_json
        else f"{_shown(recording.path)}: {state}: {_found(found)} -> {_shown(recording.folder)}",
        flush=True,
    )
    if not as_json:
        for line in [*(_means(found) if found.options["echo_mean"] else ()), *found.warnings]:
            print(f"    {line}", flush=True)


def read_analysis(path: Path) -> Analysis:
    """The analysis saved in an analysis.json.

    Raises:
        ResultError: there is none, or it cannot be read.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise ResultError(f"{path} cannot be read: {exc}.") from exc
    if not isinstance(content, dict):
        raise ResultError(f"{path} is no analysis.")
    return Analysis.from_dict(content)


def _shown(path: Path) -> str:
    """A path on one line: what a terminal would obey or cannot show is escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(path))


def _found(found: Analysis) -> str:
    parts = []
    if found.frames:
        parts.append(f"face in {found.counts['with_face']} of {found.counts['sampled']} frames")
    for person in found.persons[:1]:
        timeline = found.timeline(person)
        scores = timeline.mean()
        if scores is not None:
            parts.append(f"mostly {EMOTIONS[int(scores.argmax())]} ({timeline.valid.sum()} frames usable)")
    if found.voice is not None:
        stretches = len(found.voice.stretches)
        parts.append(f"{stretches} stretch{'es' if stretches != 1 else ''} of speech")
        if (whole := found.voice.mean) is not None:
            parts.append(f"voice {whole.dominant or 'cannot tell'}")
    return ", ".join(parts) or "nothing"


def _means(found: Analysis) -> Iterator[str]:
    """The mean emotion of the whole recording, a line each for a person, the voice and both."""
    means = found.means
    for face in means.faces:
        told = f"{face.dominant} {face.scores.max():.2f}"
        yield f"Mean of person {face.person}: {told}, over {face.coverage:.0%} of the picture's time."
    if means.voice is not None:
        told = f"{means.voice.dominant or 'cannot tell'} {means.voice.confidence:.2f}"
        yield f"Mean of the voice: {told}, over {means.voice_coverage:.0%} of the recording's time."
    if means.both is not None:
        yield f"Both together: {EMOTIONS[int(means.both.argmax())]} {means.both.max():.2f}."


class _Line:
    """A line of progress on a terminal; silent where stderr is no terminal."""

    def __init__(self, head: str) -> None:
        self._head, self._on = head, sys.stderr.isatty()

    def show(self, stage: str, done_s: float, total_s: float | None) -> None:
        if self._on:
            of = f" of {minutes(round(total_s))}" if total_s else ""
            print(f"\r\033[K{self._head}: {stage} {minutes(round(done_s))}{of}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self._on:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def _demo(args: argparse.Namespace) -> int:
    options = Options(double_check=True, graph=True)
    with as_file(files("emoclassify") / "assets" / "demo.mp4") as path, Child() as child:
        line = _Line("demo.mp4")
        written = child.analyze(path, args.out / path.name, options, line.show)
        line.clear()
    _print_table(read_analysis(args.out / "demo.mp4" / ANALYSIS))
    print("\nWritten:", *written, sep="\n  ")
    return DONE


def _print_table(found: Analysis) -> None:
    """A row every half second: what the face shows, and what the voice says."""
    print(f"{'time':>7}  {'face':<9} {'score':>5}  {'':<20}  voice")
    series = found.series(1)
    for i, start_s in enumerate(series.starts_s):
        seen = f"{'-':<9} {'':>5}  {'no face':<20}"
        if series.n_valid[i]:
            top = int(series.scores[i].argmax())
            score = float(series.scores[i, top])
            seen = f"{EMOTIONS[top]:<9} {score:>5.2f}  {'#' * round(20 * score):<20}"
        heard = [
            s.voice.dominant or "cannot tell"
            for s in found.segments
            if s.voice.span.start_s <= start_s < s.voice.span.end_s
        ]
        print(f"{minutes(float(start_s)):>7}  {seen}  {'/'.join(heard)}".rstrip())
    for segment in found.segments:
        span = segment.voice.span
        verdict = f"{segment.verdict} ({segment.reason})" if segment.reason else segment.verdict
        print(f"Speech {minutes(span.start_s)} to {minutes(span.end_s)}: face and voice: {verdict}.")


def _list_models(args: argparse.Namespace) -> int:
    for model in models.list_models():
        terms = model.licence if model.commercial_use else f"{model.licence}, not for commercial use"
        print(f"{model.name:<28} {model.purpose:<32} {terms:<44} {model.path}")
    return DONE


def _verify_models(args: argparse.Namespace) -> int:
    for model in models.list_models():
        models.verify(model)
        print(f"{model.name}: {len(model.files)} file{'s' if len(model.files) != 1 else ''} as recorded")
    return DONE


def _fetch_model(args: argparse.Namespace) -> int:
    model = models.fetch(args.name)
    print(f"{model.name}: fetched to {model.path}")
    for file, digest in model.files.items():
        print(f"{digest}  {file}")
    print(f"Use it with --expression-model {model.name}; its publisher's terms hold.")
    return DONE
