"""The command `merge`. It imports pyarrow only when it runs."""

import sys
from functools import partial
from pathlib import Path
from typing import Any

from emoclassify.extras import packages
from emoclassify.recordings import printable

_SAME = "{}: the same recording as {}; the tables have both"
_OTHER_GROUPS = (
    "{}: positive and negative are of other emotions than in {} (option --groups); do not compare these columns"
)


def add_merge_command(commands: Any) -> None:
    """Adds it to the command line."""
    parser = commands.add_parser(
        "merge",
        help="make one table of all recordings of a folder of results, as Parquet",
        description="Writes frames.parquet and series.parquet (and voice and segments where a voice was read) into a "
        "folder of results. Their first column, recording, is the folder of each recording below it; the second, "
        "usability, whether it is usable.",
    )
    parser.add_argument("results", type=Path, metavar="DIR", help="the folder that analyze or submit wrote to")
    parser.set_defaults(run=lambda args: merge_results(args.results))


def merge_results(results: Path) -> int:
    """Merges the tables of a folder, prints the number of rows of each, and returns the exit status."""
    with packages("scale"):
        from emoclassify.outputs.tables.parquet import merge
    unread_paths: list[Path] = []

    def warn(path: Path, why: str) -> None:
        unread_paths.append(path)
        print(f"{printable(path)}: left out: {why}", file=sys.stderr)

    def tell(template: str, *paths: Path) -> None:
        print(template.format(*(printable(path.parent.relative_to(results)) for path in paths)), file=sys.stderr)

    same, other_groups = partial(tell, _SAME), partial(tell, _OTHER_GROUPS)
    for name, rows in merge(results, warn, same, other_groups).items():
        print(f"{printable(results / name)}.parquet: {rows} rows")
    return 1 if unread_paths else 0
