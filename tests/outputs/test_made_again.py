"""Results made again where only the options of their outputs differ: no network runs, and analysis.json never lies."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from emoclassify import child, pipeline
from emoclassify.analysis import Analysis
from emoclassify.child_process import Process
from emoclassify.cli import main
from emoclassify.networks.models import sha256_of
from emoclassify.older_schemas import SCHEMA
from emoclassify.outputs.folder import render_results, write_results
from emoclassify.outputs.registry import NO_VIDEO
from emoclassify.outputs.saved import read_analysis, read_overview
from emoclassify.settings import Options
from tests.support.findings import PICTURE, with_a_gap
from tests.support.made import even, plain, write_video
from tests.support.reported import filmed
from tests.support.written import all_contents, is_done, saved_as

pytestmark = pytest.mark.whole

ENGLISH, RUSSIAN = Options(lang="en", xlsx=True), Options(lang="ru", csv_excel=True)


class InThisProcess(child.Child):
    """Does what it is asked here, so that a test sees it."""

    def _ask(self, task: tuple[Any, ...], on_progress: child.OnStep) -> list[str]:
        class Pipe:
            def send_bytes(self, answer: bytes) -> None:
                on_progress(*json.loads(answer)["progress"])

        work, *arguments = task
        process = Process(cast(Any, Pipe()))  # only what it sends is used
        names: list[str] = work(process, *arguments)
        return names


@pytest.fixture
def runs_of_networks(monkeypatch: pytest.MonkeyPatch) -> list[Options]:
    """The options of each analysis that ran; all find the same."""
    runs: list[Options] = []

    def analyze(_analyzer: object, path: Path, options: Options, **_: object) -> Analysis:
        runs.append(options)
        source = replace(with_a_gap().source, sha256=sha256_of(path), video=PICTURE)
        return replace(with_a_gap(), source=source, options=options)

    monkeypatch.setattr(pipeline.Analyzer, "analyze", analyze)
    monkeypatch.setattr("emoclassify.cli.confined.Child", InThisProcess)
    return runs


def test_a_run_that_differs_in_options_of_outputs_runs_no_network(
    tmp_path: Path, runs_of_networks: list[Options], capsys: pytest.CaptureFixture[str]
) -> None:
    recording, out = write_video(tmp_path / "a.mp4", even([plain()] * 5)), tmp_path / "out"

    def state(*options: str) -> str:
        assert main(["analyze", str(recording), "--out", str(out), "--json", *options]) == 0
        told: str = json.loads(capsys.readouterr().out)["state"]
        return told

    files = out / "a.mp4"
    assert state() == "done"
    assert state() == "kept"
    assert state("--xlsx") == "rendered"
    assert (files / "report.xlsx").exists()
    assert state("--xlsx") == "kept"
    assert state("--xlsx", "--lang", "ru", "--csv-excel") == "rendered"
    assert "столбец" in (files / "columns.md").read_text(encoding="utf-8")
    assert read_analysis(files).options == read_overview(files).options == Options(xlsx=True, lang="ru", csv_excel=True)
    assert state("--annotate") == "rendered"
    assert (files / "annotated.mp4").exists()
    assert not (files / "report.xlsx").exists()
    (files / "series.csv").unlink()
    assert state("--annotate") == "rendered"
    assert (files / "series.csv").exists()
    assert state("--annotate") == "kept"
    assert len(runs_of_networks) == 1
    assert state("--annotate", "--existing", "redo") == "done"
    assert state("--annotate", "--faces", "all") == "done"
    recording.write_bytes(write_video(tmp_path / "b.mp4", even([plain()] * 6)).read_bytes())
    assert state("--annotate", "--faces", "all") == "done"
    assert len(runs_of_networks) == 4


def test_made_again_is_as_if_made_at_once(tmp_path: Path) -> None:
    write_results(with_a_gap(), tmp_path / "at once", RUSSIAN)
    write_results(with_a_gap(), tmp_path / "again", ENGLISH)
    render_results(read_analysis(tmp_path / "again"), tmp_path / "again", RUSSIAN, removes_others=True)
    assert all_contents(tmp_path / "again") == all_contents(tmp_path / "at once")
    assert not (tmp_path / "again" / "report.xlsx").exists()


class KilledError(BaseException):
    """Stands for a kill: nothing catches it."""


def dying(method: Callable[..., Any], calls_before_death: int) -> Callable[..., Any]:
    left = [calls_before_death]

    def call(*arguments: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise KilledError
        return method(*arguments, **named)

    return call


@pytest.mark.parametrize("calls_before_death", range(8))
def test_killed_between_files_the_analysis_stays_and_claims_nothing_untrue(
    tmp_path: Path, calls_before_death: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, found = tmp_path / "a", with_a_gap()
    whole = {}
    for options in (ENGLISH, RUSSIAN):
        write_results(found, tmp_path / options.lang, options)
        whole[options] = all_contents(tmp_path / options.lang)
    write_results(found, folder, ENGLISH)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", dying(Path.replace, calls_before_death))
        with pytest.raises(KilledError):
            render_results(found, folder, RUSSIAN, removes_others=True)
    assert read_analysis(folder).to_dict() | {"options": None} == found.to_dict() | {"options": None}
    for options, files in whole.items():
        if is_done(folder, found.source.sha256, options, []):
            assert all_contents(folder) == files
    assert (calls_before_death == 0) == is_done(folder, found.source.sha256, ENGLISH, [])
    render_results(found, folder, RUSSIAN, removes_others=True)
    assert all_contents(folder) == whole[RUSSIAN]
    assert is_done(folder, found.source.sha256, RUSSIAN, [])


def test_what_only_the_recording_gives_is_not_claimed_where_it_was_not_at_hand(tmp_path: Path) -> None:
    recording, found = filmed(tmp_path)
    options, out = Options(annotate=True), tmp_path / "out"
    write_results(found, out, options, recording)
    made_ns = (out / "annotated.mp4").stat().st_mtime_ns
    render_results(found, out, options)
    assert is_done(out, found.source.sha256, options, [])  # it is as it was asked for
    russian = replace(options, lang="ru")
    render_results(found, out, russian)
    assert (out / "annotated.mp4").stat().st_mtime_ns == made_ns
    assert not is_done(out, found.source.sha256, russian, [])
    render_results(found, out, russian, recording)
    assert is_done(out, found.source.sha256, russian, [])
    assert (out / "annotated.mp4").stat().st_mtime_ns > made_ns


def test_a_video_that_cannot_be_made_is_warned_of_while_it_is_asked_for(tmp_path: Path) -> None:
    found = replace(with_a_gap(), source=replace(with_a_gap().source, still=True))
    write_results(found, tmp_path, Options())
    for options, warnings in ((Options(annotate=True), (*found.warnings, NO_VIDEO)), (Options(), found.warnings)):
        render_results(read_analysis(tmp_path), tmp_path, options)
        assert read_analysis(tmp_path).warnings == read_overview(tmp_path).warnings == warnings


@pytest.mark.usefixtures("blank_charts")
@pytest.mark.parametrize(("schema", "name"), [(2, "compared"), (3, "demo")])
def test_results_of_an_older_schema_tell_what_was_made_of_them(tmp_path: Path, schema: int, name: str) -> None:
    saved = saved_as(schema, name)
    path = tmp_path / "analysis.json"
    path.write_text(json.dumps(saved), encoding="utf-8")
    before = read_analysis(tmp_path)
    render_results(before, tmp_path, Options(lang="ru", report="html"))
    written = json.loads(path.read_text(encoding="utf-8"))
    assert (written["schema"], written["options"]["lang"], written["options"]["report"]) == (SCHEMA, "ru", "html")
    assert "frames.csv" in written["outputs"]
    assert written["faces"] == saved["faces"]
    same = ("source", "warnings", "segments", "crosscheck", "program", "analyzed_at")
    assert {key: written[key] for key in same} == {key: before.to_dict()[key] for key in same}


def test_outputs_elsewhere_leave_the_analysis_as_it_is(tmp_path: Path) -> None:
    write_results(with_a_gap(), tmp_path / "a", ENGLISH)
    before = (tmp_path / "a" / "analysis.json").read_bytes()
    assert main(["render", str(tmp_path / "a"), "--out", str(tmp_path / "b"), "--lang", "ru"]) == 0
    assert (tmp_path / "a" / "analysis.json").read_bytes() == before
    assert not (tmp_path / "b" / "analysis.json").exists()


@pytest.mark.parametrize("name", ["another recording", "a damaged file", "another schema"])
def test_nothing_is_claimed_of_files_over_those_of_another_analysis(tmp_path: Path, name: str) -> None:
    found = with_a_gap()
    other = replace(found, source=replace(found.source, sha256="1" * 64))
    write_results(other, tmp_path, ENGLISH)
    path = tmp_path / "analysis.json"
    if name == "a damaged file":
        path.write_text("{")
    elif name == "another schema":
        path.write_text(json.dumps(json.loads(path.read_text()) | {"schema": 2}))
    render_results(found, tmp_path, ENGLISH)
    assert path.exists()
    for sha256 in ("0" * 64, "1" * 64):
        assert not is_done(tmp_path, sha256, ENGLISH, [])
