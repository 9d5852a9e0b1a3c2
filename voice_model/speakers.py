"""Reads speakers.csv: who speaks in the files <label>/** of a corpus of the user's; columns file,speaker."""

import csv
from pathlib import Path

from emoclassify.errors import WorkshopError

SPEAKER_TABLE = "speakers.csv"
_COLUMNS = ("file", "speaker")

SpeakerRow = tuple[Path, str, str]
"""File, speaker within the corpus, label as the corpus writes it."""


def read_speakers(corpus: Path) -> list[SpeakerRow]:
    """The rows of a corpus's SPEAKER_TABLE, sorted by their files, which are below the folder of their label.

    Raises:
        WorkshopError: it cannot be read, lacks a column, or a row of it names no file below the folder or no speaker.
    """
    path = corpus / SPEAKER_TABLE
    speaker_and_line: dict[str, tuple[str, int]] = {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as lines:  # Excel begins a file with a byte order mark
            table = csv.DictReader(lines)
            if missing := [column for column in _COLUMNS if column not in (table.fieldnames or ())]:
                raise WorkshopError(
                    f"{path}: no column {' and no column '.join(missing)}; "
                    "its first line must name the columns file,speaker, with commas"
                )
            for cells in table:
                file, speaker = (_cell(path, table.line_num, cells, column) for column in _COLUMNS)
                if file in speaker_and_line:
                    raise WorkshopError(f"{path}, line {table.line_num}: {file} stands in the table twice")
                speaker_and_line[file] = speaker, table.line_num
    except UnicodeDecodeError as error:
        raise WorkshopError(f"{path}: is not in UTF-8; save it as CSV UTF-8") from error
    except (OSError, csv.Error) as error:
        raise WorkshopError(f"{path}: cannot be read as a table ({error})") from error
    return [_row(corpus, file, *speaker_and_line[file]) for file in sorted(speaker_and_line)]


def _cell(path: Path, line: int, cells: dict[str, str | None], column: str) -> str:
    cell = (cells[column] or "").strip()
    if not cell:
        raise WorkshopError(f"{path}, line {line}: the column {column} is empty")
    return cell


def _row(corpus: Path, file: str, speaker: str, line: int) -> SpeakerRow:
    inside = Path(file)
    where = f"{corpus / SPEAKER_TABLE}, line {line}: {file}"
    if inside.is_absolute() or ".." in inside.parts or len(inside.parts) < 2:
        raise WorkshopError(f"{where} is not <label>/<file> below the folder")
    if not (corpus / inside).is_file():
        raise WorkshopError(f"{where} is not there; mend or remove the line")
    return corpus / inside, speaker, inside.parts[0]
