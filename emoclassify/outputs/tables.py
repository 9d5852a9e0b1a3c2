"""The CSV tables. One list of columns a table: the order, the names and the formats are written here only."""

from pathlib import Path
from typing import Any

import pandas as pd

from emoclassify.analysis import Analysis
from emoclassify.labels import EMOTIONS, Scores, negative, positive, valence

FRAMES = (
    "frame timestamp face_id success face_confidence face_x face_y face_w face_h".split()
    + list(EMOTIONS)
    + "dominant confidence positive negative valence yaw pitch roll quality_ok quality_reason".split()
)
SERIES = "face_id t n_frames n_valid coverage".split() + list(EMOTIONS) + "positive negative valence gap".split()
VOICE = ["start", "end", *EMOTIONS, "confidence"]
SEGMENTS = (
    ["start", "end", *EMOTIONS, "dominant", "confidence", "face_id"]
    + [f"face_{emotion}" for emotion in EMOTIONS]
    + ["face_dominant", "agreement", "verdict"]
)

TABLES = ("frames.csv", "series.csv", "voice.csv", "segments.csv")

Row = dict[str, Any]


def table_names(analysis: Analysis) -> list[str]:
    """The files of the tables of a recording: those of the voice where it was read."""
    return list(TABLES if analysis.voice is not None else TABLES[:2])


def write_tables(analysis: Analysis, folder: Path) -> None:
    """Writes frames.csv and series.csv, and where the voice was read voice.csv and segments.csv.

    UTF-8, times in seconds, boxes in pixels of the upright frame, scores with 6 decimals; what was not found is empty.
    """
    _write(folder / "frames.csv", FRAMES, _frames(analysis))
    _write(folder / "series.csv", SERIES, _series(analysis))
    if analysis.voice is not None:
        _write(folder / "voice.csv", VOICE, _voice(analysis))
        _write(folder / "segments.csv", SEGMENTS, _segments(analysis))


def _write(path: Path, columns: list[str], rows: list[Row]) -> None:
    table = pd.DataFrame(rows, columns=columns)
    table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def _frames(analysis: Analysis) -> list[Row]:
    by_frame: dict[int, list[Row]] = {}
    for reading in analysis.faces:
        x0, y0, x1, y1 = reading.box_xyxy
        row: Row = {
            "face_id": reading.person,
            "success": 1,
            "face_confidence": _score(reading.detector_confidence),
            "face_x": _pixel(x0),
            "face_y": _pixel(y0),
            "face_w": _pixel(x1 - x0),
            "face_h": _pixel(y1 - y0),
            **_scores(reading.scores),
            "dominant": EMOTIONS[int(reading.scores.argmax())],
            "confidence": _score(reading.scores.max()),
            **_groups(reading.scores),
            "yaw": _angle(reading.turn.yaw),
            "pitch": _angle(reading.turn.pitch),
            "roll": _angle(reading.turn.roll),
            "quality_ok": int(reading.quality_ok),
            "quality_reason": reading.quality_reason,
        }
        by_frame.setdefault(reading.frame, []).append(row)
    rows = []
    for sampled in analysis.frames:
        faces = sorted(by_frame.get(sampled.frame, [{"success": 0}]), key=lambda row: row.get("face_id", 0))
        rows += [{"frame": sampled.frame, "timestamp": _seconds(sampled.time_s), **face} for face in faces]
    return rows


def _series(analysis: Analysis) -> list[Row]:
    rows = []
    for person in analysis.persons:
        bins = analysis.series(person)
        for i in range(len(bins.starts_s)):
            row: Row = {
                "face_id": person,
                "t": f"{bins.starts_s[i]:.1f}",
                "n_frames": int(bins.n_samples[i]),
                "n_valid": int(bins.n_valid[i]),
                "coverage": _score(bins.coverage[i]) if bins.n_samples[i] else None,
                "gap": int(bins.n_valid[i] == 0),
            }
            if bins.n_valid[i]:
                row |= _scores(bins.scores[i]) | _groups(bins.scores[i])
            rows.append(row)
    return rows


def _voice(analysis: Analysis) -> list[Row]:
    assert analysis.voice is not None
    return [
        {
            "start": _seconds(window.span.start_s),
            "end": _seconds(window.span.end_s),
            **_scores(window.scores),
            "confidence": _score(window.confidence),
        }
        for window in analysis.voice.windows
    ]


def _segments(analysis: Analysis) -> list[Row]:
    rows = []
    for segment in analysis.segments:
        row: Row = {
            "start": _seconds(segment.voice.span.start_s),
            "end": _seconds(segment.voice.span.end_s),
            **_scores(segment.voice.scores),
            "dominant": segment.voice.dominant,
            "confidence": _score(segment.voice.confidence),
            "face_id": segment.person,
            "face_dominant": segment.face_dominant,
            "agreement": None if segment.agreement is None else _score(segment.agreement),
            "verdict": segment.verdict,
        }
        if segment.face_scores is not None:
            row |= {f"face_{name}": value for name, value in _scores(segment.face_scores).items()}
        rows.append(row)
    return rows


def _scores(scores: Scores) -> Row:
    return {emotion: _score(value) for emotion, value in zip(EMOTIONS, scores, strict=True)}


def _groups(scores: Scores) -> Row:
    return {
        "positive": _score(positive(scores)),
        "negative": _score(negative(scores)),
        "valence": _score(valence(scores)),
    }


def _score(value: Any) -> str:
    return f"{float(value):.6f}"


def _seconds(value: float) -> str:
    return f"{value:.6f}"


def _pixel(value: float) -> str:
    return f"{value:.2f}"


def _angle(value: float) -> str:
    return f"{value:.2f}"
