"""Merges the tables of all recordings below a folder, as Parquet, as CSV, or as one workbook."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from emoclassify.errors import ResultError, UsageError
from emoclassify.groups import Groups
from emoclassify.outputs.names import ANALYSIS, MERGE_FORMATS
from emoclassify.outputs.saved import read_analysis, saved_overview
from emoclassify.outputs.tables.columns import RECORDING_COLUMN, VERDICT_COLUMN
from emoclassify.outputs.tables.rows import Row, read_table, rows_of, table_names
from emoclassify.overview import Overview


class Sink(Protocol):
    """Where merged tables go. Its files are called <name>.partial until they are complete."""

    def add(self, recording: Row, overview: Overview, tables: Mapping[str, Sequence[Row]]) -> None:
        """Adds a recording; `recording` has the cells that all its rows begin with."""

    def finish(self) -> dict[str, int]:
        """Completes the files and gives them their names; name of a file -> number of its rows."""


def merge(
    results: Path,
    on_unread: Callable[[Path, str], None] = lambda path, why: None,
    on_same: Callable[[Path, Path], None] = lambda path, earlier_path: None,
    on_other_groups: Callable[[Path, Path], None] = lambda path, first_path: None,
    formats: Sequence[str] = ("parquet",),
    lang: str = "en",
) -> dict[str, int]:
    """Writes the tables of all recordings below a folder into it: those of the voice only where one was read.

    Memory does not grow with the number of recordings, but for a checksum of each. Each file gets its name when it is
    complete, and replaces an earlier one.

    Args:
        results: a folder of results, as `analyze` and `submit` write them, with its subfolders.
        on_unread: called with the path of an analysis.json that cannot be read, and why; the others are merged.
        on_same: called with the path of an analysis.json, and of an earlier one of the same recording; both are merged.
        on_other_groups: called with the path of an analysis.json whose columns positive and negative are of other
            emotions than those of the first one, and with the path of that; both are merged.
        formats: of MERGE_FORMATS: "parquet" is frames.parquet and so on, "csv" all-frames.csv, "xlsx" all.xlsx.
        lang: of the workbook's first sheet and of its meanings, one of `texts.LANGUAGES`; tables have one language.

    Returns:
        Name of a file -> number of its rows; of the workbook, of all its tables.

    Raises:
        UsageError: there is no recording in it.
        ResultError: the tables cannot be written.
        ModuleNotFoundError: what writes Parquet is not installed.
    """
    paths = sorted(results.rglob(ANALYSIS))
    if not paths:
        raise UsageError("no_analysis_in", file=ANALYSIS, folder=str(results))
    try:
        with ExitStack() as stack:
            sinks, paths_by_sha256 = [_SINKS[name](results, stack, lang) for name in formats], dict[str, Path]()
            first: tuple[Path, Groups] | None = None
            for path in paths:
                try:
                    overview, tables = _tables_of(path.parent)
                except (OSError, ValueError, ResultError) as exc:
                    on_unread(path, str(exc))
                    continue
                if (earlier_path := paths_by_sha256.setdefault(overview.source.sha256, path)) != path:
                    on_same(path, earlier_path)
                first = first or (path, overview.options.emotion_groups)
                if overview.options.emotion_groups != first[1]:
                    on_other_groups(path, first[0])
                name = _in_utf8(path.parent.relative_to(results).as_posix())
                recording: Row = {RECORDING_COLUMN: name, VERDICT_COLUMN: overview.findings.usability.verdict}
                for sink in sinks:
                    sink.add(recording, overview, tables)
            return {name: rows for sink in sinks for name, rows in sink.finish().items()}
    except OSError as exc:
        raise ResultError("tables_unwritten", folder=str(results), why=str(exc.strerror)) from exc


def _parquet(folder: Path, stack: ExitStack, lang: str) -> Sink:
    from emoclassify.outputs.tables.parquet import ParquetFiles  # here, since pyarrow may not be installed

    return ParquetFiles(folder, stack)


def _csv(folder: Path, stack: ExitStack, lang: str) -> Sink:
    from emoclassify.outputs.tables.merged_csv import CsvFiles

    return CsvFiles(folder, stack)


def _xlsx(folder: Path, stack: ExitStack, lang: str) -> Sink:
    from emoclassify.outputs.tables.merged_workbook import MergedWorkbook

    return MergedWorkbook(folder, stack, lang)


_SINKS: dict[str, Callable[[Path, ExitStack, str], Sink]] = dict(
    zip(MERGE_FORMATS, (_parquet, _csv, _xlsx), strict=True)
)


def _tables_of(folder: Path) -> tuple[Overview, dict[str, list[Row]]]:
    """The overview and the tables of one recording, these by name; made again where an older version wrote them."""
    overview = saved_overview(folder)
    if overview is None:
        analysis = read_analysis(folder)
        overview = Overview.of(analysis)
        return overview, {name: list(rows_of(analysis, name)) for name in table_names(overview)}
    names = table_names(overview)
    return overview, {name: list(read_table(folder, name, overview.options)) for name in names}


def _in_utf8(name: str) -> str:
    """The name with bytes that are no UTF-8 escaped: two names stay two."""
    return name.encode("utf-8", "backslashreplace").decode()
