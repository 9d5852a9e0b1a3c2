"""A folder of the Brain Imaging Data Structure, as one ZIP file: events, and curves as physiological recordings.

Source: bids-specification.readthedocs.io, "Task events" and "Physiological recordings" of behavioural data. The
respondent is sub-01; who that is stands nowhere.
"""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np

from emoclassify.analysis import SERIES_BIN_S, Analysis
from emoclassify.labels import EMOTIONS
from emoclassify.timeline import Bins

_STEM = "sub-01/beh/sub-01_task-viewing"
_MISSING = "n/a"
_EVENT_COLUMNS = {
    "onset": {"Description": "where the stretch starts", "Units": "s"},
    "duration": {"Description": "how long it lasts", "Units": "s"},
    "trial_type": {"Description": "the emotion shown, without the flicker of single readings"},
    "face": {"Description": "number of the person in the picture, from 1"},
}


def write_bids(analysis: Analysis, path: Path) -> None:
    """Writes bids.zip. The same analysis gives the same bytes."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in _files(analysis).items():
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)


def _files(analysis: Analysis) -> Mapping[str, bytes]:
    description = {
        "Name": "Emotions of a recording",
        "BIDSVersion": "1.10.0",
        "DatasetType": "raw",
        "GeneratedBy": [{"Name": "EmoClassify", "Version": analysis.version}],
        "License": "n/a",
    }
    files = {
        "dataset_description.json": _json(description),
        "README": b"Scores and emotions of the faces in one recording, made by EmoClassify.\n",
        "participants.tsv": b"participant_id\nsub-01\n",
        f"{_STEM}_events.tsv": _events(analysis),
        f"{_STEM}_events.json": _json(_EVENT_COLUMNS),
    }
    for person in analysis.persons if not analysis.source.still else ():
        stem = f"{_STEM}_recording-face{person}_physio"
        files[f"{stem}.tsv.gz"] = gzip.compress(_curves(analysis.series(person)), mtime=0)
        files[f"{stem}.json"] = _json(_about_curves())
    return files


def _events(analysis: Analysis) -> bytes:
    rows = [
        (f"{span.start_s:.6f}", f"{span.duration_s:.6f}", emotion, str(person))
        for person in analysis.persons
        for span, emotion in analysis.shown_timeline(person).stretches(analysis.picture_end_s)
    ]
    rows.sort(key=lambda row: (float(row[0]), row[3]))
    return "".join("\t".join(row) + "\n" for row in [tuple(_EVENT_COLUMNS), *rows]).encode()


def _about_curves() -> dict[str, object]:
    columns = {name: {"Description": f"mean score of {name} in each half second", "Units": "0..1"} for name in EMOTIONS}
    about = {"TaskName": "viewing", "PhysioType": "generic", "SamplingFrequency": 1 / SERIES_BIN_S, "StartTime": 0.0}
    return {**about, "Columns": list(EMOTIONS), **columns}


def _curves(bins: Bins) -> bytes:
    lines = []
    for scores in bins.scores:
        cells = (_MISSING if np.isnan(score) else f"{score:.6f}" for score in scores)
        lines.append("\t".join(cells) + "\n")
    return "".join(lines).encode()


def _json(content: object) -> bytes:
    return (json.dumps(content, indent=2) + "\n").encode()
