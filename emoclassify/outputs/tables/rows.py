"""The rows of the tables, and the CSV files of them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from emoclassify.analysis import Analysis
from emoclassify.crosscheck import Agreement
from emoclassify.errors import ResultError
from emoclassify.faces.reading import FaceReading
from emoclassify.groups import Groups
from emoclassify.labels import EMOTIONS, Scores, sum_of, valence
from emoclassify.outputs.tables.columns import TABLES, Column
from emoclassify.overview import Overview
from emoclassify.settings import Options
from emoclassify.voice.reading import VoiceReading
from emoclassify.words.names import as_cell, from_cell
from emoclassify.words.numbers import with_decimal_mark

Cell = str | float | None
Row = dict[str, Cell]
"""Name of a column -> value, not rounded; None or absent where nothing was found."""


def table_names(result: Analysis | Overview) -> list[str]:
    """The tables of a recording: those of the voice where it was read, those of words where they were written down."""
    is_there = {
        **dict.fromkeys(("voice", "segments"), result.was_heard),
        **dict.fromkeys(("words", "phrases"), result.transcript is not None),
        **dict.fromkeys(("turns", "roles"), bool(result.roles)),
        "episodes": bool(result.options.episodes),
    }
    return [name for name in TABLES if is_there.get(name, True)]


def rows_of(analysis: Analysis, name: str) -> Iterator[Row]:
    """The rows of one table, made one at a time, since those of hours would fill the memory."""
    makers = {
        "frames": _frame_rows,
        "series": _series_rows,
        "voice": _voice_rows,
        "segments": _segment_rows,
        "words": _word_rows,
        "phrases": _phrase_rows,
        "turns": _turn_rows,
        "roles": _role_rows,
        "episodes": _episode_rows,
    }
    return makers[name](analysis)


def write_table(analysis: Analysis, name: str, path: Path, options: Options) -> None:
    """Writes a table as CSV.

    UTF-8, times in seconds, boxes in pixels of the upright frame, scores with 6 decimals; what was not found is empty.
    `csv_excel` begins with a byte order mark and separates by semicolons, so that Excel opens it by a double click;
    its numbers then have the decimal mark of the language.
    """
    dialect, columns = _dialect(options), TABLES[name]
    with path.open("w", encoding=dialect.encoding, newline="") as file:
        writer = csv.writer(file, delimiter=dialect.separator, lineterminator="\n")
        writer.writerow([column.name for column in columns])
        for row in rows_of(analysis, name):
            writer.writerow([cell_text(row.get(column.name), column, dialect.decimal_mark) for column in columns])


def read_table(folder: Path, name: str, options: Options) -> Iterator[Row]:
    """The rows of a table as `write_table` wrote it, numbers as numbers, None where nothing was found.

    Raises:
        OSError: it cannot be read.
        ResultError: it has other columns, or a cell that is no number.
    """
    dialect, columns = _dialect(options), TABLES[name]
    with (folder / f"{name}.csv").open(encoding=dialect.encoding, newline="") as file:
        lines = csv.reader(file, delimiter=dialect.separator)
        if next(lines, None) != [column.name for column in columns]:
            raise ResultError("table_other_columns", file=f"{name}.csv")
        for cells in lines:
            try:
                pairs = zip(columns, cells, strict=True)
                yield {column.name: _read_cell(cell, column, dialect.decimal_mark) for column, cell in pairs}
            except ValueError as exc:
                raise ResultError("table_damaged", file=f"{name}.csv", line=lines.line_num) from exc


@dataclass(frozen=True)
class _Dialect:
    """How a CSV file is written."""

    encoding: str
    separator: str
    decimal_mark: str


def _dialect(options: Options) -> _Dialect:
    if options.csv_excel:
        return _Dialect("utf-8-sig", ";", with_decimal_mark(".", options.lang))
    return _Dialect("utf-8", ",", ".")


def _read_cell(cell: str, column: Column, decimal_mark: str) -> Cell:
    if not cell:
        return None
    if column.is_text:
        return from_cell(cell)
    return int(cell) if column.decimals is None else float(cell.replace(decimal_mark, "."))


def cell_text(cell: Cell, column: Column, decimal_mark: str = ".") -> str:
    """A cell as a text of a CSV file; empty where nothing was found."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return as_cell(cell)
    return str(cell) if column.decimals is None else f"{cell:.{column.decimals}f}".replace(".", decimal_mark)


def _frame_rows(analysis: Analysis) -> Iterator[Row]:
    groups = analysis.options.emotion_groups
    by_frame: dict[int, list[FaceReading]] = {}
    for reading in analysis.faces:
        by_frame.setdefault(reading.frame, []).append(reading)
    emotions_shown = {person: analysis.shown_timeline(person).leading for person in analysis.persons}
    for i, sampled in enumerate(analysis.frames):
        frame_cells: Row = {"frame": sampled.frame, "timestamp": sampled.time_s}
        faces = sorted(by_frame.get(sampled.frame, ()), key=lambda reading: reading.person)
        for reading in faces:
            yield {**frame_cells, **_face_cells(reading, groups), "shown": emotions_shown[reading.person][i]}
        if not faces:
            yield {**frame_cells, "success": 0}


def _face_cells(reading: FaceReading, groups: Groups) -> Row:
    x0, y0, x1, y1 = reading.box_xyxy
    return {
        "face_id": reading.person,
        "success": 1,
        "face_confidence": reading.detector_confidence,
        "face_x": x0,
        "face_y": y0,
        "face_w": x1 - x0,
        "face_h": y1 - y0,
        **_score_cells(reading.scores),
        "dominant": EMOTIONS[int(reading.scores.argmax())],
        "confidence": float(reading.scores.max()),
        **_group_cells(reading.scores, groups),
        "yaw": reading.turn.yaw,
        "pitch": reading.turn.pitch,
        "roll": reading.turn.roll,
        "quality_ok": int(reading.quality_ok),
        "quality_reason": reading.quality_reason,
    }


def _series_rows(analysis: Analysis) -> Iterator[Row]:
    groups = analysis.options.emotion_groups
    for person in analysis.persons:
        bins = analysis.series(person)
        for i in range(len(bins.starts_s)):
            row: Row = {
                "face_id": person,
                "t": float(bins.starts_s[i]),
                "n_frames": int(bins.n_samples[i]),
                "n_valid": int(bins.n_valid[i]),
                "coverage": float(bins.coverage[i]) if bins.n_samples[i] else None,
                "gap": int(bins.n_valid[i] == 0),
            }
            if bins.n_valid[i]:
                row |= _score_cells(bins.scores[i]) | _group_cells(bins.scores[i], groups)
            yield row


def _voice_rows(analysis: Analysis) -> Iterator[Row]:
    assert analysis.voice is not None
    for window in analysis.voice.windows:
        yield {
            "start": window.span.start_s,
            "end": window.span.end_s,
            **_voice_cells(window),
        }


def _segment_rows(analysis: Analysis) -> Iterator[Row]:
    for segment in analysis.segments:
        span = segment.voice.span
        yield {"start": span.start_s, "end": span.end_s, **_segment_cells(segment)}


def _segment_cells(segment: Agreement) -> Row:
    row: Row = {
        **_voice_cells(segment.voice),
        "dominant": segment.voice.dominant,
        "face_id": segment.person,
        "face_dominant": segment.face_dominant,
        "agreement": segment.agreement,
        "verdict": segment.verdict,
        "reason": segment.reason,
        "face_coverage": segment.face_coverage,
        "same_sign": None if segment.same_sign is None else int(segment.same_sign),
        "joint_dominant": segment.joint_dominant,
    }
    for prefix, scores in (("face_", segment.face_scores), ("joint_", segment.joint_scores)):
        if scores is not None:
            row |= {prefix + name: value for name, value in _score_cells(scores).items()}
    return row


def _word_rows(analysis: Analysis) -> Iterator[Row]:
    assert analysis.transcript is not None
    for number, phrase in enumerate(analysis.transcript.phrases, start=1):
        for word in phrase.words:
            span = word.span
            row: Row = {"start": span.start_s, "end": span.end_s, "text": word.text, "phrase": number}
            yield {**row, "sureness": word.confidence, "role": phrase.role}


def _phrase_rows(analysis: Analysis) -> Iterator[Row]:
    assert analysis.transcript is not None
    for number, phrase in enumerate(analysis.transcript.phrases, start=1):
        yield {
            "phrase": number,
            "start": phrase.span.start_s,
            "end": phrase.span.end_s,
            "role": phrase.role,
            "text": phrase.text,
            **({} if phrase.emotion is None else _segment_cells(phrase.emotion)),
        }


def _turn_rows(analysis: Analysis) -> Iterator[Row]:
    for turn in analysis.talk.turns if analysis.talk else ():
        span = turn.span
        yield {"role": turn.role, "start": span.start_s, "end": span.end_s, "interrupts": int(turn.interrupts)}


def _role_rows(analysis: Analysis) -> Iterator[Row]:
    for role, shares in zip(analysis.roles, analysis.talk.shares if analysis.talk else (), strict=True):
        mean = role.voice.mean if role.voice else None
        yield {
            "role": role.name,
            "talk": shares.talk_s,
            "share": shares.share,
            "turns": shares.n_turns,
            "interruptions": shares.n_interruptions,
            **({} if mean is None else {**_score_cells(mean.scores), "dominant": mean.dominant}),
        }


def _episode_rows(analysis: Analysis) -> Iterator[Row]:
    for episode in analysis.episodes:
        span = episode.span
        row: Row = {"measure": episode.rule.measure, "up": episode.rule.up, "face_id": episode.person}
        yield {**row, "role": episode.role, "start": span.start_s, "end": span.end_s, "highest": episode.highest}


def _voice_cells(reading: VoiceReading) -> Row:
    if not reading.is_speech:
        return {"sound": reading.sound}
    return {**_score_cells(reading.scores), "confidence": reading.confidence}


def _score_cells(scores: Scores) -> Row:
    return {emotion: float(value) for emotion, value in zip(EMOTIONS, scores, strict=True)}


def _group_cells(scores: Scores, groups: Groups) -> Row:
    return {
        "positive": float(sum_of(scores, groups["positive"])),
        "negative": float(sum_of(scores, groups["negative"])),
        "valence": float(valence(scores)),
    }
