"""Drives that are slow, stand still or vanish: each ends with one clear line, in bounded time, and nothing hangs."""

import errno
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from emoclassify import child as child_module
from emoclassify.child import Child, DiedError
from emoclassify.errors import MediaError
from emoclassify.media import container as container_module
from emoclassify.media.read import FrameStream, probe
from emoclassify.pipeline import analyze
from emoclassify.run import StageProgress
from emoclassify.settings import Options
from tests.support.made import even, portrait, tone, write_video
from tests.support.sources import PACKAGE, ROOT

DEMO = PACKAGE / "assets" / "demo.mp4"
SHOWN = Options(sample_fps=1, double_check=True)

Tell = Callable[[str, float, float | None], None]


def wait_for_a_drive(tell: Tell, path: str) -> str:
    """Reads from a pipe that nobody writes to, as from a drive that gives nothing."""
    tell("faces", 0.0, None)
    return Path(path).read_text()


def compute(tell: Tell, seconds: float) -> str:
    """Tells nothing for so much processor time."""
    until_s = time.process_time() + seconds
    while time.process_time() < until_s:
        pass
    return "done"


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Iterator[Child]:
    monkeypatch.setattr(child_module, "_LOOK_EVERY_S", 0.25)
    monkeypatch.setattr(child_module, "_STANDS_S", 1.0)
    with Child() as started:
        started.missing_limits()
        yield started


@pytest.mark.process
def test_a_drive_that_gives_nothing_ends_the_reading(child: Child, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    steps: list[str] = []
    with pytest.raises(DiedError) as failure:
        child.call(wait_for_a_drive, str(pipe), on_progress=lambda stage, *_: steps.append(stage))
    assert failure.value.message.code == "reader_stalled"
    assert steps == ["faces"]
    assert child.call(compute, 0.0, on_progress=lambda *_: None) == "done"  # the next recording is read


@pytest.mark.process
def test_who_computes_and_says_nothing_goes_on(child: Child) -> None:
    assert child.call(compute, 2.5, on_progress=lambda *_: None) == "done"


@pytest.mark.process
def test_a_slow_drive_is_waited_for(child: Child, tmp_path: Path) -> None:
    """One that gives something before the time is over."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Timer(0.5, lambda: pipe.write_text("late"))
    writer.start()
    assert child.call(wait_for_a_drive, str(pipe), on_progress=lambda *_: None) == "late"
    writer.join()


def test_a_pipe_and_a_folder_are_no_recordings(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    for path in (tmp_path / "pipe.mp4", tmp_path):
        with pytest.raises(MediaError) as refusal:
            probe(path)
        assert refusal.value.message.code == "file_no_file"


def test_a_file_that_is_cut_off_while_it_is_read_is_read_as_far(tmp_path: Path) -> None:
    pictures = [portrait(at_xy=(i % 60, i % 40)) for i in range(200)]
    made = write_video(tmp_path / "film.mkv", even(pictures), sound=(0.0, tone(8.0)))
    stream = FrameStream(made, probe(made), every=1)
    read = iter(stream)
    times_s = [next(read).time_s for _ in range(10)]
    os.truncate(made, made.stat().st_size // 2)
    times_s += [frame.time_s for frame in read]
    assert 10 < len(times_s) < 200
    assert times_s == sorted(times_s)


@pytest.mark.model
@pytest.mark.parametrize("stage", ["faces", "voice"])
def test_a_recording_that_vanishes_is_told_in_one_line(tmp_path: Path, stage: str) -> None:
    """What is open stays readable; then it is opened again, if only for its checksum."""
    path = Path(shutil.copy(DEMO, tmp_path / "film.mp4"))

    def take(progress: StageProgress) -> None:
        if progress.stage == stage:
            path.unlink(missing_ok=True)

    with pytest.raises(MediaError) as failure:
        analyze(path, SHOWN, on_progress=take)
    assert failure.value.message.code == "file_missing"
    assert "\n" not in str(failure.value)


TAKEN_AWAY = """
import subprocess, sys
from pathlib import Path
from emoclassify.errors import MediaError
from emoclassify.pipeline import analyze
from emoclassify.settings import Options
drive, stage = Path(sys.argv[1]), sys.argv[3]
subprocess.run(["mount", "-t", "tmpfs", "none", str(drive)], check=True)
(drive / "film.mp4").write_bytes(Path(sys.argv[2]).read_bytes())
def take(progress):
    if progress.stage == stage and any(drive.iterdir()):
        subprocess.run(["umount", "-l", str(drive)], check=True)
try:
    print("frames", len(analyze(drive / "film.mp4", Options(sample_fps=1, double_check=True), on_progress=take).frames))
except MediaError as exc:
    print(exc.message.code, exc)
"""


@pytest.mark.process
@pytest.mark.model
@pytest.mark.parametrize("stage", ["faces", "voice"])
def test_a_drive_that_is_taken_off_half_way_is_told_in_one_line(tmp_path: Path, stage: str) -> None:
    """A file system of its own, in a name space of its own, so that nobody else loses one (umount -l)."""
    own_names = ["unshare", "--user", "--map-root-user", "--mount"]
    if shutil.which("unshare") is None or subprocess.run([*own_names, "true"], check=False).returncode:
        pytest.skip("this system gives a user no name space of their own")
    (tmp_path / "drive").mkdir()
    command = [*own_names, sys.executable, "-c", TAKEN_AWAY, str(tmp_path / "drive"), str(DEMO), stage]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    lines = subprocess.run(command, capture_output=True, text=True, env=environ, check=True).stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["file_missing"]


def test_a_drive_that_fails_half_way_leaves_what_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one does that was pulled out: the system gives EIO."""
    made = write_video(tmp_path / "film.mkv", even([portrait(at_xy=(i % 60, i % 40)) for i in range(200)]))
    is_gone = threading.Event()

    class Pulled(container_module._Nameless):
        def __init__(self, file: BinaryIO) -> None:
            super().__init__(file)
            self.read = self.read_while_there
            self._file = file

        def read_while_there(self, n_bytes: int) -> bytes:
            if is_gone.is_set():
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return self._file.read(n_bytes)

    monkeypatch.setattr(container_module, "_Nameless", Pulled)
    stream = FrameStream(made, probe(made), every=1)
    read = iter(stream)
    times_s = [next(read).time_s for _ in range(10)]
    is_gone.set()
    times_s += [frame.time_s for frame in read]
    assert 10 < len(times_s) < 200
    assert [note.code for note in stream.counts.warnings("picture")] == ["picture_broken_off"]
