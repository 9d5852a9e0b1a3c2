"""Has the recordings of a study listened to that are to tell when their films begin, and keeps what was heard."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from emoclassify.errors import EmoClassifyError, MediaError, ResultError
from emoclassify.outputs.json_file import write_json
from emoclassify.outputs.saved import read_analysis
from emoclassify.study.clock import Method
from emoclassify.study.stimulus import Stimulus
from emoclassify.study_clocks import CHIRPS_FILE, CLOCK_FILE, saved_chirps_s, saved_clock
from emoclassify.study_folder import PLAN_FILE, RESULTS_FOLDER, Row, film_path, read_films, read_plan, read_rows

Hear = Callable[[Path, Path], dict[str, Any]]
HearChirps = Callable[[Path], list[float]]


def find_clocks(folder: Path, hear: Hear, hear_chirps: HearChirps) -> None:
    """Has each recording listened to that is to tell when its film begins, and keeps what was heard.

    Args:
        folder: of the study.
        hear: gives `study_clocks.clock_content` of the file of a film and of a recording.
        hear_chirps: gives `study_clocks.hear_chirps` of a recording.

    Raises:
        UsageError: as `read_study`.
        ResultError: a clock cannot be kept. A recording that cannot be read stays without a clock.
    """
    content = read_plan(folder / PLAN_FILE)
    films = read_films(folder, content)
    paths = {str(item["id"]): film_path(folder, item) for item in content["stimulus"]}
    for row in read_rows(folder, films):
        path = paths[row.stimulus]
        if row.method is Method.TIME_CODE:
            _find_chirps(folder, row, hear_chirps)
        elif row.method is Method.SOUND and path is not None:
            _find_clock(folder, row, films[row.stimulus], path, hear)


def _find_clock(folder: Path, row: Row, film: Stimulus, path: Path, hear: Hear) -> None:
    results, recording = folder / RESULTS_FOLDER / row.recording, folder / row.recording
    sha256 = _sha256_of_analyzed(results)
    checksums = {"film": film.sha256, "recording": sha256}
    if not sha256 or saved_clock(results, checksums) is not None or not recording.is_file():
        return
    with suppress(MediaError):
        _keep({"sha256": checksums, **hear(path, recording)}, results / CLOCK_FILE)


def _find_chirps(folder: Path, row: Row, hear_chirps: HearChirps) -> None:
    results, recording = folder / RESULTS_FOLDER / row.recording, folder / row.recording
    sha256 = _sha256_of_analyzed(results)
    if not sha256 or saved_chirps_s(results, sha256) is not None or not recording.is_file():
        return
    with suppress(MediaError):
        _keep({"sha256": sha256, "times_s": hear_chirps(recording)}, results / CHIRPS_FILE)


def _sha256_of_analyzed(results: Path) -> str:
    """The checksum of the recording of these results; empty where it is left out as not analyzed."""
    try:
        return read_analysis(results).source.sha256
    except EmoClassifyError:
        return ""


def _keep(content: dict[str, Any], path: Path) -> None:
    try:
        write_json(content, path)
    except OSError as exc:
        raise ResultError("tables_unwritten", folder=str(path.parent), why=exc.strerror or str(exc)) from exc
