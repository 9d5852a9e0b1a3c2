"""The command `merge`. What writes Parquet is imported only when it runs."""

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import Any

from emoclassify.cli.options import add_options
from emoclassify.declared import split_names
from emoclassify.extras import packages
from emoclassify.outputs.names import MERGE_FORMATS
from emoclassify.recordings import printable
from emoclassify.settings import Options, options_of

_SAME = "{}: the same recording as {}; the tables have both"
_OTHER_GROUPS = (
    "{}: positive and negative are of other emotions than in {} (option --groups); do not compare these columns"
)


def add_merge_command(commands: Any) -> None:
    """Adds it to the command line."""
    parser = commands.add_parser(
        "merge",
        help="make one table of all recordings of a folder of results, as Parquet, CSV or Excel",
        description="Writes frames.parquet and series.parquet (and voice and segments where a voice was read) into a "
        "folder of results; as CSV all-frames.csv and so on; for Excel all.xlsx, whose first sheet has a row for each "
        "recording. The first column of each table, recording, is the folder of each recording below it; the second, "
        "usability, whether it is usable.",
    )
    parser.add_argument("results", type=Path, metavar="DIR", help="the folder that analyze or submit wrote to")
    parser.add_argument(
        "--format",
        type=_formats,
        default=("parquet",),
        metavar="FORMATS",
        help="parquet (the default), csv, xlsx, or several separated by commas",
    )
    add_options(parser, [option for option in options_of() if option.name == "lang"])
    parser.set_defaults(run=lambda args: merge_results(args.results, args.format, Options.read(vars(args)).lang))


def _formats(text: str) -> tuple[str, ...]:
    names = split_names(text)
    if not names or not set(names) <= set(MERGE_FORMATS):
        raise argparse.ArgumentTypeError(f"{text!r}: choose of {', '.join(MERGE_FORMATS)}")
    return tuple(name for name in MERGE_FORMATS if name in names)


def merge_results(results: Path, formats: tuple[str, ...] = ("parquet",), lang: str = "en") -> int:
    """Merges the tables of a folder, prints the number of rows of each file, and returns the exit status."""
    from emoclassify.outputs.tables.merged import merge

    unread_paths: list[Path] = []

    def warn(path: Path, why: str) -> None:
        unread_paths.append(path)
        print(f"{printable(path)}: left out: {why}", file=sys.stderr)

    def tell(template: str, *paths: Path) -> None:
        print(template.format(*(printable(path.parent.relative_to(results)) for path in paths)), file=sys.stderr)

    same, other_groups = partial(tell, _SAME), partial(tell, _OTHER_GROUPS)
    with packages("scale"):
        files = merge(results, warn, same, other_groups, formats, lang)
    for name, rows in files.items():
        print(f"{printable(results / name)}: {rows} rows")
    return 1 if unread_paths else 0
