"""The command line, mostly as a process of its own, as its users run it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from emoclassify.child import Child
from emoclassify.cli import main
from emoclassify.errors import MediaError
from emoclassify.media.formats import MEDIA_ENDINGS
from emoclassify.older_schemas import SCHEMA
from emoclassify.outputs.charts.kinds import CHART_ENDINGS, CHARTS
from emoclassify.outputs.saved import read_overview
from emoclassify.settings import Options
from tests.support.made import even, plain, portrait, write_video

BARE = {"analysis.json", "columns.md", "frames.csv", "overview.json", "series.csv"}
"""What every analysis writes."""

COMMAND = [sys.executable, "-m", "emoclassify"]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True)


def clip(path: Path, n: int = 10) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_video(path, even([portrait(at_xy=(20 + i, 0)) for i in range(n)], 10))


def test_help_and_version_tell_a_newcomer_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, told in (
        (["--help"], "emoclassify demo"),
        (["analyze", "--help"], "--double-check"),
        (["--version"], "0.1.0"),
    ):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 0
        assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["analyze", "a.mp4"], "--out"),
        (["analyze", "a.mp4", "--out", "o", "--every", "2", "--sample-fps", "3"], "not allowed with"),
        (["frobnicate"], "invalid choice"),
        ([], "COMMAND"),
    ],
)
def test_wrong_usage_is_status_2(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--sample-fps", "0"], "sample-fps must be above 0"),
        (["--min-face", "7"], "min-face must be"),
        (["--every", "0"], "every must be"),
    ],
)
def test_an_option_out_of_range_is_status_2_and_one_line(
    tmp_path: Path, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["analyze", str(tmp_path / "a.mp4"), "--out", str(tmp_path), *arguments]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(("command", "page"), [("live", "/live"), ("try", "/trial")])
def test_a_command_opens_its_page(command: str, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[dict[str, Any]] = []

    def serve(host: str, port: int, **more: Any) -> int:
        calls.append({"host": host, "port": port, **more})
        return 0

    monkeypatch.setattr("emoclassify.serve.serve", serve)
    assert main([command, "--web-port", "8765"]) == 0
    (call,) = calls
    assert (call["host"], call["web_port"], call["open_page"]) == ("127.0.0.1", 8765, page)


def test_the_models_are_listed_with_their_terms_and_verified(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in ("mtcnn", "expression", "silero-vad", "voice"))
    assert listed.count("not for commercial use") == 2  # both voices
    assert "recordings of your own" in listed
    assert main(["models", "verify"]) == 0


@pytest.mark.model
def test_a_folder_with_broken_recordings_does_all_others(tmp_path: Path) -> None:
    folder, out = tmp_path / "study", tmp_path / "out"
    clip(folder / "a.mp4")
    (folder / "wave 1").mkdir()
    write_video(folder / "wave 1" / "b.mkv", even([plain()] * 10, 10))
    (folder / "empty.mp4").touch()
    (folder / "noise.mp4").write_bytes(b"noise" * 1000)
    (folder / "notes.txt").write_text("notes")

    first = run("analyze", folder, "--out", out, "--graph", "--json")
    assert first.returncode == 1
    assert "Traceback" not in first.stderr
    told = [line for line in first.stderr.splitlines() if "/empty.mp4" in line or "/noise.mp4" in line]
    assert [line.split(": ")[0] for line in told] == [str(folder / "empty.mp4"), str(folder / "noise.mp4")]
    assert "/notes.txt: left out: no recording by its ending and first bytes." in first.stderr
    states = {Path(line["path"]).name: line["state"] for line in map(json.loads, first.stdout.splitlines())}
    assert states == {"a.mp4": "done", "b.mkv": "done", "empty.mp4": "failed", "noise.mp4": "failed"}
    expected = BARE | {
        chart.name + ending for chart in CHARTS if not (chart.compares or chart.of_calls) for ending in CHART_ENDINGS
    }
    assert {path.name for path in (out / "a.mp4").iterdir()} == expected
    assert {path.name for path in (out / "wave 1" / "b.mkv").iterdir()} == expected
    assert sorted(path.name for path in out.iterdir()) == ["a.mp4", "wave 1"]

    written = (out / "a.mp4" / "analysis.json").stat().st_mtime_ns
    second = run("analyze", folder, "--out", out, "--graph")
    assert second.returncode == 1
    assert f"{folder / 'a.mp4'}: kept: " in second.stdout
    assert (out / "a.mp4" / "analysis.json").stat().st_mtime_ns == written

    third = run("analyze", folder / "a.mp4", "--out", out, "--graph", "--existing", "fail")
    assert third.returncode == 1
    assert "holds results already" in third.stderr
    fourth = run("analyze", folder / "a.mp4", "--out", out, "--graph", "--existing", "redo")
    assert fourth.returncode == 0
    assert (out / "a.mp4" / "analysis.json").stat().st_mtime_ns > written


@pytest.mark.model
@pytest.mark.slow
def test_several_at_once_write_what_one_writes_and_tell_it_in_the_same_order(tmp_path: Path) -> None:
    for number in range(3):
        clip(tmp_path / "study" / f"{number}.mp4", 12 - 4 * number)
    (tmp_path / "study" / "1a.mp4").write_bytes(b"no video")
    alone = run("analyze", tmp_path / "study", "--out", tmp_path / "alone")
    beside = run("analyze", tmp_path / "study", "--out", tmp_path / "beside", "--jobs", 2)
    assert alone.returncode == beside.returncode == 1
    assert alone.stdout.replace("alone", "beside") == beside.stdout
    assert alone.stderr == beside.stderr
    for number in range(3):
        tables = [tmp_path / folder / f"{number}.mp4" / "frames.csv" for folder in ("alone", "beside")]
        assert tables[0].read_bytes() == tables[1].read_bytes()


def test_no_process_at_all_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["analyze", "a.mp4", "--out", "o", "--jobs", "0"])
    assert caught.value.code == 2
    assert "1 or more" in capsys.readouterr().err


@pytest.mark.model
def test_damaged_results_are_made_again_and_odd_names_are_shown_on_one_line(tmp_path: Path) -> None:
    clip(tmp_path / "in" / "a.mp4")
    (tmp_path / "in" / "b\n\x1b[31m.mp4").write_bytes(b"noise")
    clip(tmp_path / "c.mp4").rename(os.fsdecode(os.fsencode(tmp_path / "in") + b"/caf\xe9.mp4"))
    first = run("analyze", tmp_path / "in", "--out", tmp_path / "out")
    assert first.returncode == 1
    assert "b\\n\\x1b[31m.mp4: The file does not open" in first.stderr
    assert "caf\\udce9.mp4: done" in first.stdout
    (tmp_path / "out" / "a.mp4" / "analysis.json").write_text('{"schema": 1}')
    again = run("analyze", tmp_path / "in" / "a.mp4", "--out", tmp_path / "out")
    assert again.returncode == 0, again.stderr
    assert "a.mp4: done" in again.stdout


@pytest.mark.process
def test_a_file_that_cannot_be_read_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> str:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.mp4").touch()
    monkeypatch.setattr("emoclassify.networks.models.sha256_of", refuse)
    assert main(["analyze", str(tmp_path / "a.mp4"), "--out", str(tmp_path / "out")]) == 1


@pytest.mark.process
def test_a_reader_that_has_seen_enough_is_no_fault(tmp_path: Path) -> None:
    with subprocess.Popen([*COMMAND, "models", "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.model
def test_killed_half_way_the_next_run_finishes_the_work(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        clip(tmp_path / "in" / name, n=100)
    arguments = [*COMMAND, "analyze", str(tmp_path / "in"), "--out", str(tmp_path / "out")]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "a.mp4: done" in process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.stdout.read()  # ends when the last process that holds the pipe is gone: the child dies with its parent
    for path in (tmp_path / "out").rglob("analysis.json"):
        assert json.loads(path.read_text())["schema"] == SCHEMA
    again = run("analyze", tmp_path / "in", "--out", tmp_path / "out")
    assert again.returncode == 0, again.stderr
    assert "a.mp4: kept" in again.stdout
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        assert {p.name for p in (tmp_path / "out" / name).iterdir()} == BARE


@pytest.mark.model
def test_a_process_that_dies_fails_its_recording_only(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4")
    with Child() as child:

        def die(*_: object) -> None:
            assert child.pid is not None
            os.kill(child.pid, signal.SIGKILL)

        with pytest.raises(MediaError, match="was killed"):
            child.analyze(path, tmp_path / "out", Options(), die)
        assert not (tmp_path / "out").exists()
        written = child.analyze(path, tmp_path / "out", Options(), lambda *_: None)
    assert {file.name for file in written} == BARE


@pytest.mark.model
def test_a_process_loads_its_models_for_the_first_recording_only(tmp_path: Path) -> None:
    path, loads_s = clip(tmp_path / "a.mp4"), []
    with Child() as child:
        for out in (tmp_path / "1", tmp_path / "2"):
            written = child.analyze(path, out, Options(), lambda *_: None)
            loads_s.append(json.loads(written[0].read_text())["timings_s"]["load_faces"])
    assert loads_s[1] < loads_s[0] / 3


@pytest.mark.model
@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="the threads of a process are read from /proc")
def test_numpy_has_one_thread_and_memory_is_kept_where_recordings_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    with Child() as child:
        child.analyze(clip(tmp_path / "a.mp4"), tmp_path / "out", Options(), lambda *_: None)
        environment = Path(f"/proc/{child.pid}/environ").read_bytes().split(b"\0")
    assert b"OPENBLAS_NUM_THREADS=1" in environment
    kept_memory = {b"MALLOC_MMAP_THRESHOLD_=33554432", b"MALLOC_TRIM_THRESHOLD_=134217728", b"MALLOC_ARENA_MAX=2"}
    assert kept_memory <= set(environment)


@pytest.mark.model
def test_the_demo_shows_a_face_that_leaves_and_comes_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--out", str(tmp_path)]) == 0
    rows = {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line.strip()[:2] == "0:"}
    assert "happy" in rows["0:01"]
    assert "no face" in rows["0:04"]
    assert "happy" in rows["0:06"]
    assert read_overview(tmp_path / "demo.mp4").findings.usability.is_usable  # it shows what a good recording gives
    assert {path.name for path in (tmp_path / "demo.mp4").iterdir()} >= {
        "analysis.json",
        "segments.csv",
        "timeline.png",
    }


@pytest.mark.clips
@pytest.mark.slow
def test_the_real_clips(clips: Path, tmp_path: Path) -> None:
    recordings = sorted(path for path in clips.iterdir() if path.suffix in MEDIA_ENDINGS)
    done = run("analyze", *recordings, "--out", tmp_path, "--double-check", "--graph", "--json", "--sample-fps", "1")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    failed = sorted(Path(line["path"]).name for line in lines if line["state"] == "failed")
    assert failed == ["broken_empty.mp4", "broken_random.mp4", "broken_truncated.mp4"]
    assert len(lines) == 27
