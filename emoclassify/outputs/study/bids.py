"""A study in the Brain Imaging Data Structure, as one ZIP file: people, the scenes that each saw, and their curves.

Source: bids-specification.readthedocs.io, "Task events" and "Physiological recordings" of behavioural data.
"""

import gzip
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from emoclassify.outputs.formats.bids import MISSING, about_curves, as_json, curve_lines, description_of, write_archive
from emoclassify.study.measures import MEASURES
from emoclassify.study.stimulus import Stimulus
from emoclassify.study.study import Study
from emoclassify.study.viewing import Viewing
from emoclassify.words.names import as_cell

_EVENT_COLUMNS = {
    "onset": {"Description": "where the scene starts, in the time of the film", "Units": "s"},
    "duration": {"Description": "how long it lasts; 0 of a mark", "Units": "s"},
    "trial_type": {"Description": "id of the scene, or name of the mark"},
    "film": {"Description": "id of the film; BIDS' own stim_file would ask for its file"},
}
_README = b"""Emotions of the faces of people who saw films, made by EmoClassify.
Curves and events are in the time of the film. Viewings that do not count are not in it.
"""


def write_study_bids(study: Study, version: str, path: Path) -> None:
    """Writes bids.zip of all viewings that count. The same study gives the same bytes.

    Args:
        study: with its viewings.
        version: of the program.
        path: of the new file.
    """
    viewings = [viewing for viewing in study.judged if viewing.is_usable]
    people = {name: f"sub-{n:03d}" for n, name in enumerate(dict.fromkeys(one.respondent for one in viewings), 1)}
    films = {film.id: f"film{n}" for n, film in enumerate(study.stimuli, 1)}
    files = {
        "dataset_description.json": description_of(study.title, version),
        "README": _README,
        "participants.tsv": _participants(study, people),
        "participants.json": as_json(_about_participants(study, people)),
    }
    n_before: dict[tuple[str, str], int] = {}
    for viewing in viewings:
        key = (viewing.respondent, viewing.stimulus)
        n_before[key] = n_before.get(key, 0) + 1
        person, task = people[viewing.respondent], films[viewing.stimulus]
        stem = f"{person}/beh/{person}_task-{task}_run-{n_before[key]}"
        files |= _files_of(viewing, study.film(viewing.stimulus), stem, task)
    write_archive(files, path)


def _files_of(viewing: Viewing, film: Stimulus, stem: str, task: str) -> Mapping[str, bytes]:
    names = [name for name in MEASURES if name in viewing.values]  # logs of other programs may lack some
    values = np.stack([viewing.on_film(name, film) for name in names], axis=1)
    measures = {name: {"Description": f"mean of {name} in each half second of the film"} for name in names}
    return {
        f"{stem}_events.tsv": _table(tuple(_EVENT_COLUMNS), _events(film)),
        f"{stem}_events.json": as_json(_EVENT_COLUMNS),
        f"{stem}_physio.tsv.gz": gzip.compress(curve_lines(values), mtime=0),
        f"{stem}_physio.json": as_json(about_curves(task, measures)),
    }


def _events(film: Stimulus) -> Iterator[tuple[str, ...]]:
    scenes = [(scene.start_s, scene.end_s - scene.start_s, scene.id) for scene in film.scenes]
    marks = [(mark.time_s, 0.0, mark.name) for mark in film.marks]
    whole = [] if scenes or marks else [(0.0, film.duration_s, film.id)]
    for start_s, length_s, name in sorted([*scenes, *marks, *whole]):
        yield f"{start_s:.6f}", f"{length_s:.6f}", name, film.id


def _participants(study: Study, people: Mapping[str, str]) -> bytes:
    names = _column_names(study, people)
    rows = (
        (people[one], one, *(study.participants.get(one, {}).get(name, "") or MISSING for name in names))
        for one in people
    )
    return _table(("participant_id", "respondent", *names.values()), rows)


def _about_participants(study: Study, people: Mapping[str, str]) -> dict[str, dict[str, str]]:
    about = {
        _cell(new_name): {"Description": f"{name}, a column of the study"}
        for name, new_name in _column_names(study, people).items()
    }
    return {"respondent": {"Description": "who it is in the study"}, **about}


def _column_names(study: Study, people: Mapping[str, str]) -> dict[str, str]:
    """Each column of what the study knows of its people -> its name here. No two have one name in the table, and one
    that may keep its own does, whichever comes first."""
    columns = list(dict.fromkeys(name for one in people for name in study.participants.get(one, {})))
    owners = {_cell(name): name for name in reversed(columns)}
    used_names, names = {"", *_TAKEN}, dict[str, str]()
    for name in columns:
        new_name = name
        while _cell(new_name) in used_names or owners.get(_cell(new_name), name) != name:
            new_name += "_"
        used_names.add(_cell(new_name))
        names[name] = new_name
    return names


_TAKEN = ("participant_id", "respondent", "age", "sex", "handedness", "species", "strain", "strain_rrid", "HED")
"""Columns that we write, or in which BIDS allows certain values alone: one of the study of such a name gets another."""


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> bytes:
    """Cells separated by tabs, for spreadsheets too; what would break a line becomes a space."""
    return "".join("\t".join(map(_cell, row)) + "\n" for row in (head, *rows)).encode()


def _cell(text: str) -> str:
    return as_cell(" ".join(text.split()))
