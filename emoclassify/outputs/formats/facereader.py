"""One face as the logs of FaceReader tell it: every sampled frame, or every change of the emotion shown.

Source: github.com/sgbstats/facereaderconverter (its reader and its test data). Valence is as FaceReader defines it:
happy minus the strongest of angry, disgusted, sad and scared (Noldus, "FaceReader Methodology Note").
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from emoclassify.analysis import Analysis
from emoclassify.emotions import NEGATIVE
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.formats.clock import clock_text
from emoclassify.words.names import as_cell

NAMES = {
    "neutral": "Neutral",
    "happy": "Happy",
    "sad": "Sad",
    "angry": "Angry",
    "surprise": "Surprised",
    "fear": "Scared",
    "disgust": "Disgusted",
}
"""Our emotions in the order and with the names of its columns."""

NO_FACE, DOUBTFUL, UNKNOWN, END = "FIND_FAILED", "FIT_FAILED", "Unknown", "END"
"""Its words for a frame without a face, for one that cannot be read, for either in the state log, and for its end."""


def write_detailed_log(analysis: Analysis, path: Path) -> None:
    """Writes facereader_detailed.txt of the main person: scores 0..1 as read, at every sampled frame."""
    header = ("Video Time", *NAMES.values(), "Valence")
    _write(analysis, path, "detailed", header, _detailed_rows(analysis))


def write_state_log(analysis: Analysis, path: Path) -> None:
    """Writes facereader_state.txt of the main person: a row for each change of the emotion shown."""
    _write(analysis, path, "state", ("Video Time", "Dominant Expression"), _state_rows(analysis))


def _write(analysis: Analysis, path: Path, kind: str, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    video = analysis.source.video
    head = (
        (f"Video analysis {kind} log",),
        (),
        ("Face Model", "General"),
        ("Calibration", "-"),
        ("Start time", _start_text(analysis.analyzed_at)),
        ("Filename", as_cell(analysis.source.name)),
        ("Frame rate", f"{(video.average_fps if video else None) or 0:.9f}"),
        *((),) * 3,
    )
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines("\t".join(row) + "\n" for row in (*head, header))
        file.writelines("\t".join(row) + "\n" for row in rows)


def _start_text(analyzed_at: str) -> str:
    """When the analysis was made, as month/day/year; empty where it is not known."""
    if not analyzed_at:
        return ""
    moment = datetime.fromisoformat(analyzed_at)
    return f"{moment.month}/{moment.day}/{moment:%Y %H:%M:%S}.{moment.microsecond // 1000:03}"


def _detailed_rows(analysis: Analysis) -> Iterator[tuple[str, ...]]:
    readings = {reading.frame: reading for reading in analysis.faces if reading.person == 1}
    last_time = ""
    for sampled in analysis.frames:
        time = clock_text(sampled.time_s)
        if time == last_time:  # its readers refuse two rows of one time
            continue
        last_time = time
        reading = readings.get(sampled.frame)
        if reading is None or not reading.quality_ok:
            failure = NO_FACE if reading is None else DOUBTFUL
            yield (time, *(failure,) * (len(NAMES) + 1))
            continue
        scores = dict(zip(EMOTIONS, map(float, reading.scores), strict=True))
        valence = scores["happy"] - max(scores[emotion] for emotion in NEGATIVE)
        yield (time, *(f"{scores[emotion]:.6f}" for emotion in NAMES), f"{valence:.6f}")


def _state_rows(analysis: Analysis) -> Iterator[tuple[str, ...]]:
    timeline, last_name = analysis.shown_timeline(1), ""
    for time_s, emotion in zip(timeline.times_s, timeline.leading, strict=True):
        name = NAMES[emotion] if emotion else UNKNOWN
        if name != last_name:
            yield clock_text(float(time_s)), name
        last_name = name
    yield clock_text(analysis.picture_end_s), END
