"""A folder of the Brain Imaging Data Structure, as one ZIP file: events, and curves as physiological recordings.

Source: bids-specification.readthedocs.io, "Task events" and "Physiological recordings" of behavioural data. The
respondent is sub-01; who that is stands nowhere.
"""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
import numpy.typing as npt

from emoclassify.analysis import SERIES_BIN_S, Analysis
from emoclassify.labels import EMOTIONS

_STEM = "sub-01/beh/sub-01_task-viewing"
MISSING = "n/a"
"""In the place of a value that is not known."""

_SCORES = {name: {"Description": f"mean score of {name} in each half second", "Units": "0..1"} for name in EMOTIONS}
_EVENT_COLUMNS = {
    "onset": {"Description": "where the stretch starts", "Units": "s"},
    "duration": {"Description": "how long it lasts", "Units": "s"},
    "trial_type": {"Description": "the emotion shown, without the flicker of single readings"},
    "face": {"Description": "number of the person in the picture, from 1"},
}


def write_bids(analysis: Analysis, path: Path) -> None:
    """Writes bids.zip. The same analysis gives the same bytes."""
    write_archive(_files(analysis), path)


def write_archive(files: Mapping[str, bytes], path: Path) -> None:
    """Writes name -> content as a ZIP, all of the same date."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)


def description_of(title: str, version: str) -> bytes:
    """dataset_description.json: what the data are, and which version of this program made them."""
    return as_json(
        {
            "Name": title,
            "BIDSVersion": "1.10.0",
            "DatasetType": "raw",
            "GeneratedBy": [{"Name": "EmoClassify", "Version": version}],
            "License": "n/a",
        }
    )


def _files(analysis: Analysis) -> Mapping[str, bytes]:
    files = {
        "dataset_description.json": description_of("Emotions of a recording", analysis.version),
        "README": b"Scores and emotions of the faces in one recording, made by EmoClassify.\n",
        "participants.tsv": b"participant_id\nsub-01\n",
        f"{_STEM}_events.tsv": _events(analysis),
        f"{_STEM}_events.json": as_json(_EVENT_COLUMNS),
    }
    for person in analysis.persons if not analysis.source.still else ():
        stem = f"{_STEM}_recording-face{person}_physio"
        files[f"{stem}.tsv.gz"] = gzip.compress(curve_lines(analysis.series(person).scores), mtime=0)
        files[f"{stem}.json"] = as_json(about_curves("viewing", _SCORES))
    return files


def _events(analysis: Analysis) -> bytes:
    rows = [
        (f"{span.start_s:.6f}", f"{span.duration_s:.6f}", emotion, str(person))
        for person in analysis.persons
        for span, emotion in analysis.shown_timeline(person).stretches(analysis.picture_end_s)
    ]
    rows.sort(key=lambda row: (float(row[0]), row[3]))
    return "".join("\t".join(row) + "\n" for row in [tuple(_EVENT_COLUMNS), *rows]).encode()


def about_curves(task: str, columns: Mapping[str, object]) -> dict[str, object]:
    """What a JSON file says of curves at half seconds: the task, and name -> description of each column."""
    about = {"TaskName": task, "PhysioType": "generic", "SamplingFrequency": 1 / SERIES_BIN_S, "StartTime": 0.0}
    return {**about, "Columns": list(columns), **columns}


def curve_lines(values: npt.NDArray[np.floating[Any]]) -> bytes:
    """Curves without a header: float (t, columns), NaN where nothing could be read."""
    lines = []
    for row in values:
        cells = (MISSING if np.isnan(value) else f"{value:.6f}" for value in row)
        lines.append("\t".join(cells) + "\n")
    return "".join(lines).encode()


def as_json(content: object) -> bytes:
    """The bytes of a JSON file."""
    return (json.dumps(content, indent=2) + "\n").encode()
