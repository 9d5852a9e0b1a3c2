"""The folder of results: whole files or none, nothing left of earlier results, and little memory."""

import json
import multiprocessing
import os
import signal
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from emoclassify import stages
from emoclassify.errors import MediaError, ResultError
from emoclassify.outputs import registry
from emoclassify.outputs.folder import write_results
from emoclassify.outputs.registry import Material, Output
from emoclassify.settings import Options
from tests.support.findings import analysis, face, model_used, with_a_gap
from tests.support.written import chart_names, is_done

pytestmark = pytest.mark.whole


def test_results_are_whole_and_old_ones_that_were_not_asked_for_go(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    first = write_results(with_a_gap(), tmp_path, Options(graph=True))
    assert [path.name for path in first] == [
        "analysis.json",
        *chart_names(with_a_gap()),
        "frames.csv",
        "series.csv",
        "voice.csv",
        "segments.csv",
        "columns.md",
        "overview.json",
    ]
    write_results(analysis([face(0, 0.0)], [0.0]), tmp_path, Options())
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "analysis.json",
        "columns.md",
        "frames.csv",
        "notes.txt",
        "overview.json",
        "series.csv",
    ]


def test_done_means_the_same_file_options_models_and_program(tmp_path: Path) -> None:
    used = model_used(files={"w": "0" * 64}, runtime="torch 2.12.1, cpu")
    model = {name: value for name, value in used.to_dict().items() if name != "runtime"}
    found = analysis([], [], models=(used,))
    write_results(found, tmp_path, Options())
    assert is_done(tmp_path, "0" * 64, Options(), [model])
    assert not is_done(tmp_path, "1" * 64, Options(), [model])
    assert not is_done(tmp_path, "0" * 64, Options(graph=True), [model])
    assert not is_done(tmp_path, "0" * 64, Options(), [{**model, "files": {}}])
    content = json.loads((tmp_path / "analysis.json").read_text())
    (tmp_path / "analysis.json").write_text(json.dumps({**content, "faces": [{}]}))
    assert not is_done(tmp_path, "0" * 64, Options(), [model])
    write_results(found, tmp_path, Options())
    (tmp_path / "frames.csv").unlink()
    assert not is_done(tmp_path, "0" * 64, Options(), [model])
    write_results(found, tmp_path, Options())
    (tmp_path / "analysis.json").write_text(json.dumps({**content, "program": {"name": "emoclassify", "version": "0"}}))
    assert not is_done(tmp_path, "0" * 64, Options(), [model])
    (tmp_path / "analysis.json").write_text("{")
    assert not is_done(tmp_path, "0" * 64, Options(), [model])


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ResultError, match="cannot be written"):
        write_results(with_a_gap(), tmp_path / "file" / "below", Options())


def _with_outputs(monkeypatch: pytest.MonkeyPatch, document: Callable[[], None], video: Callable[[], None]) -> None:
    """Makes two outputs all that there are, each an empty file beside which a function is called."""

    def writer(function: Callable[[], None]) -> Callable[[Material, Path], None]:
        def write(material: Material, path: Path) -> None:
            path.touch()
            function()

        return write

    made = (
        Output(("report.html",), "", writer(document)),
        Output(("annotated.mp4",), "", writer(video), stage=stages.VIDEO),
    )
    monkeypatch.setattr(registry, "OUTPUTS", made)


def test_a_video_is_made_while_the_documents_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    is_begun = threading.Event()

    def document() -> None:
        assert is_begun.wait(60), "the video waits for the document"

    _with_outputs(monkeypatch, document, is_begun.set)
    paths = write_results(with_a_gap(), tmp_path, Options())
    assert [path.name for path in paths] == ["analysis.json", "report.html", "annotated.mp4"]


@pytest.mark.parametrize("fails", ["video", "document"])
def test_where_one_output_fails_there_are_no_results(
    fails: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise MediaError("video_unmade")

    functions: dict[str, Callable[[], None]] = {"document": lambda: None, "video": lambda: None, fails: fail}
    _with_outputs(monkeypatch, functions["document"], functions["video"])
    with pytest.raises(MediaError):
        write_results(with_a_gap(), tmp_path, Options())
    assert list(tmp_path.iterdir()) == []


def _write_and_die(folder: Path, calls_before_death: int) -> None:
    """Writes results, and is killed at the nth file that is put in its place."""
    replace, left = Path.replace, [calls_before_death]

    def dying(self: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return replace(self, target)

    with patch.object(Path, "replace", dying):
        write_results(with_a_gap(), folder, Options())


@pytest.mark.slow
@pytest.mark.parametrize("calls_before_death", range(6))
def test_killed_at_any_file_nothing_is_half_written_and_the_next_run_mends_it(
    tmp_path: Path, calls_before_death: int
) -> None:
    whole = {path.name: path.read_bytes() for path in write_results(with_a_gap(), tmp_path / "whole", Options())}
    process = multiprocessing.get_context("spawn").Process(
        target=_write_and_die, args=(tmp_path / "a", calls_before_death)
    )
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    for path in (tmp_path / "a").glob("*.*"):
        if path.is_file():
            assert path.read_bytes() == whole[path.name]
    assert not (tmp_path / "a" / "analysis.json").exists()
    write_results(with_a_gap(), tmp_path / "a", Options())
    assert {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()} == whole


def _write_often(folder: Path) -> None:
    for _ in range(5):
        write_results(with_a_gap(), folder, Options())


@pytest.mark.slow
def test_two_runs_at_once_into_one_folder_do_not_harm_each_other(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_write_often, args=(tmp_path / "a",)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    whole = {path.name: path.read_bytes() for path in write_results(with_a_gap(), tmp_path / "whole", Options())}
    assert {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()} == whole


def test_writing_takes_little_memory_for_each_reading(tmp_path: Path) -> None:
    times_s = [i / 5 for i in range(500)]
    found = analysis(
        [face(i, t, person=p) for i, t in enumerate(times_s) for p in (1, 2)], times_s, picture_end_s=100.0
    )
    write_results(found, tmp_path / "once", Options())  # what is made but once
    tracemalloc.start()
    write_results(found, tmp_path / "again", Options())
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 3000 * len(found.faces)
