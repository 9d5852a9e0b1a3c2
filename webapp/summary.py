"""What the page says of an analysis: a sentence, a table of the voice, the series as CSV."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from emoclassify.labels import EMOTIONS, negative, positive, valence

Texts = Mapping[str, str]

_NOTHING = "-"

Findings = dict[str, Any]
"""The content of analysis.json."""


def persons(found: Findings) -> list[int]:
    """The persons seen, from 1."""
    return sorted({item["person"] for item in found["series"]})


def sentence(found: Findings, texts: Texts) -> str:
    """What was found, in a line."""
    counts = found["counts"]
    parts = []
    if not counts["sampled"]:
        parts.append(texts["no_picture"])
    elif not counts["with_face"]:
        parts.append(texts["no_face"].format(sampled=counts["sampled"]))
    else:
        share = round(100 * counts["with_face"] / counts["sampled"])
        parts.append(texts["faces_found"].format(share=share, **counts))
    if counts["persons"] > 1:
        parts.append(texts["persons_found"].format(**counts))
    elif (top := _main_emotion(found)) is not None:
        usable = counts["faces"] - counts["doubtful"]
        parts.append(texts["mostly"].format(emotion=texts[top], usable=usable, sampled=counts["sampled"]))
    if found["voice"] is not None:
        parts.append(texts["speech_found"].format(stretches=counts["speech_stretches"]))
    return " ".join(parts)


def _main_emotion(found: Findings) -> str | None:
    scores = [face["scores"] for face in found["faces"] if face["quality_ok"]]
    return EMOTIONS[int(np.mean(scores, axis=0).argmax())] if scores else None


def voice_table(found: Findings, texts: Texts) -> pd.DataFrame:
    """A row a stretch of speech; the face and the verdict only where they were compared."""
    compared = found["options"]["double_check"]
    rows = []
    for segment in found["segments"] or ():
        row = {
            texts["from"]: minutes(segment["start_s"]),
            texts["to"]: minutes(segment["end_s"]),
            texts["heard"]: texts[segment["dominant"] or "cannot tell"],
            texts["confidence"]: f"{segment['confidence']:.2f}",
        }
        if compared:
            row[texts["seen"]] = texts[segment["face_dominant"]] if segment["face_dominant"] else _NOTHING
            row[texts["agreement"]] = _NOTHING if segment["agreement"] is None else f"{segment['agreement']:.2f}"
            row[texts["verdict"]] = texts[segment["verdict"]] if segment["verdict"] else _NOTHING
        rows.append(row)
    return pd.DataFrame(rows)


def series_csv(found: Findings) -> bytes:
    """The series with the columns of the command line's series.csv, UTF-8."""
    rows = []
    for item in found["series"]:
        row = {
            "face_id": item["person"],
            "t": f"{item['t']:.1f}",
            "n_frames": item["n_frames"],
            "n_valid": item["n_valid"],
            "coverage": _score(item["coverage"]),
            **dict.fromkeys([*EMOTIONS, "positive", "negative", "valence"]),
            "gap": int(item["gap"]),
        }
        if item["scores"] is not None:
            scores = np.array(item["scores"], dtype=np.float32)
            row |= {emotion: _score(score) for emotion, score in zip(EMOTIONS, scores, strict=True)}
            row |= {group.__name__: _score(group(scores)) for group in (positive, negative, valence)}
        rows.append(row)
    return pd.DataFrame(rows).to_csv(index=False, lineterminator="\n").encode()


def minutes(seconds: float) -> str:
    """m:ss, with tenths where the moment is no whole second: 75.0 -> "1:15", 2.5 -> "0:02.5"."""
    tenths = round(seconds * 10)
    whole = f"{tenths // 600}:{tenths // 10 % 60:02d}"
    return whole if tenths % 10 == 0 else f"{whole}.{tenths % 10}"


def _score(value: Any) -> str | None:
    return None if value is None else f"{float(value):.6f}"
