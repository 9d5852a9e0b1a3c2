"""One face as iMotions exports it, and as its R interface takes signals in.

Sources: github.com/imotions/R-library (imotionsApi.R, `privateGetFileHeader`, and its test data) for the signals;
exports of its version 10, as public code reads them, for the export.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from emoclassify.analysis import Analysis
from emoclassify.faces.reading import FaceReading
from emoclassify.labels import EMOTIONS, valence
from emoclassify.outputs.formats.clock import milliseconds
from emoclassify.words.names import as_cell

NAMES = {
    "angry": "Anger",
    "disgust": "Disgust",
    "fear": "Fear",
    "happy": "Joy",
    "sad": "Sadness",
    "surprise": "Surprise",
    "neutral": "Neutral",
}
COLUMNS = (
    *("Row", "Timestamp", "EventSource", "SlideEvent", "StimType", "Duration", "CollectionPhase", "SourceStimuliName"),
    *("Anger", "Contempt", "Disgust", "Fear", "Joy", "Sadness", "Surprise", "Engagement", "Valence", "Neutral"),
    *("Attention", "Pitch", "Yaw", "Roll"),
)
"""Contempt, Engagement and Attention are not read by our networks and stay empty; so do the angles of the head, since
no source says which way iMotions counts them."""

_PERCENT = 100  # its scores run from 0 to 100, its valence from -100 to 100
_SIGNALS = ("Anger", "Disgust", "Fear", "Joy", "Sadness", "Surprise", "Neutral", "Valence")


def write_export(analysis: Analysis, path: Path) -> None:
    """Writes imotions.csv, as its sensor export: milliseconds, scores 0..100, empty where nothing is read."""
    name = as_cell(analysis.source.name)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        width = len(COLUMNS)
        for row in (("#INFO",), ("#Respondent Name", "1"), ("#Recording", name), ("#METADATA",), ("#DATA",)):
            writer.writerow((*row, *("",) * (width - len(row))))
        table = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        table.writeheader()
        for number, cells in enumerate(_export_rows(analysis, name), start=1):
            table.writerow({"Row": number, **cells})


def write_signals(analysis: Analysis, path: Path) -> None:
    """Writes imotions_signals.csv, which its R interface takes as signals of one respondent: milliseconds, 0..100."""
    header = ("RowNumber", "Timestamp", *_SIGNALS)
    about = quote(json.dumps({"sampleName": "EmoClassify", "script": "EmoClassify", "parameters": {}}), safe="")
    head = (
        ("10",),
        ("#HEADER",),
        ("iMotions.RAPIData",),
        ("EmoClassify",),
        ("ET_RExtAPI",),
        ("",),
        (about,),
        ("#METADATA",),
        ("FieldName", *header[1:]),
        ("DataType", *("Double",) * (len(header) - 1)),
        ("#DATA",),
    )
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows((*row, *("",) * (len(header) - len(row))) for row in (*head, header))
        for number, (time_ms, cells) in enumerate(_scores_by_frame(analysis), start=1):
            writer.writerow((number, time_ms, *(cells.get(name, "") for name in _SIGNALS)))


def _export_rows(analysis: Analysis, name: str) -> Iterator[dict[str, object]]:
    stimulus = {"StimType": "Video", "CollectionPhase": "", "SourceStimuliName": name}
    end_ms = milliseconds(analysis.picture_end_s)
    event = {**stimulus, "EventSource": "Slide", "Duration": end_ms}
    yield {**event, "Timestamp": 0, "SlideEvent": "StartMedia"}
    for time_ms, cells in _scores_by_frame(analysis):
        yield {**stimulus, "EventSource": "EmoClassify", "Timestamp": time_ms, **cells}
    yield {**event, "Timestamp": end_ms, "SlideEvent": "EndMedia"}


def _scores_by_frame(analysis: Analysis) -> Iterator[tuple[int, dict[str, str]]]:
    """Time in milliseconds and the cells of the scores of the main person, none where it is not read."""
    readings = {reading.frame: reading for reading in analysis.faces if reading.person == 1 and reading.quality_ok}
    for sampled in analysis.frames:
        reading = readings.get(sampled.frame)
        yield milliseconds(sampled.time_s), {} if reading is None else _score_cells(reading)


def _score_cells(reading: FaceReading) -> dict[str, str]:
    cells = {NAMES[name]: f"{_PERCENT * score:.4f}" for name, score in zip(EMOTIONS, reading.scores, strict=True)}
    return {**cells, "Valence": f"{_PERCENT * float(valence(reading.scores)):.4f}"}
