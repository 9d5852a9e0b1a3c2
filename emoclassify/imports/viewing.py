"""A log of another program as one person's viewing of a film."""

import hashlib
from pathlib import Path

import numpy as np

from emoclassify.errors import UsageError
from emoclassify.imports.facereader import is_facereader, read_facereader
from emoclassify.imports.fex import is_fex, read_fex
from emoclassify.imports.readings import Readings
from emoclassify.study.clock import Clock
from emoclassify.study.measures import FACING, MEASURES, is_facing, measure_of
from emoclassify.study.stimulus import Stimulus
from emoclassify.study.viewing import Viewing
from emoclassify.timeline import Timeline

ENDINGS = (".csv", ".txt")

NOTHING_READ = "no face was read in it"


def is_log(name: str) -> bool:
    """Whether the name of a recording is that of a log."""
    return name.lower().endswith(ENDINGS)


def read_log(path: Path, person: int = 1) -> Readings:
    """The readings of one face in a log of py-feat (Fex) or FaceReader (detailed).

    Args:
        path: of the file, UTF-8.
        person: from 1; FaceReader's logs have one.

    Raises:
        UsageError: the file cannot be read, or is no such log; the sentence names the line and column.
    """
    try:
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
    except OSError as exc:
        raise UsageError("folder_unread", path=str(path), why=exc.strerror or str(exc)) from exc
    except UnicodeDecodeError as exc:
        raise UsageError("study_unfit", file=path.name, why="it is not UTF-8") from exc
    first_line = lines[0] if lines else ""
    if is_facereader(first_line):
        if person != 1:
            raise UsageError(
                "study_unfit", file=path.name, why=f"a log of FaceReader has one person, no person {person}"
            )
        return read_facereader(path, lines)
    if is_fex(first_line):
        return read_fex(path, lines, person)
    raise UsageError(
        "study_unfit", file=path.name, why="it is neither a Fex table of py-feat nor a detailed log of FaceReader"
    )


def viewing_of(
    path: Path,
    name: str,
    respondent: str,
    stimulus: Stimulus,
    clock: Clock,
    *,
    person: int = 1,
    place: int | None = None,
) -> Viewing:
    """What a log says of one person who saw a film. Whether the head faces the screen is left out where the log has no
    angles.

    Args:
        path: of the log.
        name: of it in the study.
        respondent: who the person is.
        stimulus: the film.
        clock: its time in the log.
        person: number of the person in the log, from 1.
        place: in the order in which the person saw the films, from 1.

    Raises:
        UsageError: as `read_log`.
    """
    readings = read_log(path, person)
    values = {measure: measure_of(measure, readings.scores) for measure in MEASURES if measure != FACING}
    yaw_deg, pitch_deg = readings.turns_deg.T
    has_turns = bool(np.isfinite(readings.turns_deg).any())
    values[FACING] = is_facing(yaw_deg, pitch_deg) if has_turns else np.full(len(yaw_deg), np.nan)
    timeline = Timeline(readings.times_s, readings.scores)
    steps_s = np.diff(readings.times_s)
    end_s = readings.times_s[-1] + (np.median(steps_s) if len(steps_s) else 0.0) if len(readings.times_s) else 0.0
    return Viewing(
        respondent,
        stimulus.id,
        clock,
        readings.times_s,
        timeline.lengths_s(float(end_s)),
        values,
        name,
        place,
        "" if timeline.valid.any() else NOTHING_READ,
        hashlib.sha256(path.read_bytes()).hexdigest(),
    )
