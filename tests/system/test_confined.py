"""The process that opens recordings, played as if a recording had taken it over: what it gets."""

import ctypes
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from emoclassify import child_process
from emoclassify.answers import LONGEST_ANSWER_BYTES
from emoclassify.child import Child, DiedError
from emoclassify.cli.confined import confined_child as command_child
from emoclassify.confine import MOST_OPEN_FILES, Bounds
from emoclassify.errors import EmoClassifyError
from emoclassify.jobs.confined import confined_child
from emoclassify.jobs.settings import ServerSettings
from emoclassify.jobs.workplace import Workplace
from emoclassify.networks.cache import cache_folder, compiled_folder
from emoclassify.settings import Options

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="seccomp and Landlock are Linux's")

Attack = Callable[..., Any]


def silent(stage: str, done_s: float, total_s: float | None) -> None:
    """Takes a step and does nothing."""


def why_refused(attack: Attack, *arguments: Any) -> str:
    """The name of the error with which the system refuses; empty where it does not."""
    try:
        attack(*arguments)
    except OSError as exc:
        return type(exc).__name__
    return ""


def try_out(_tell: object, attack: Attack, *arguments: Any) -> str:
    """Runs in the process."""
    return why_refused(attack, *arguments)


def in_a_process(attack: Attack, *arguments: Any) -> None:
    """Forks, and attacks there."""
    if (pid := os.fork()) == 0:
        attack(*arguments)
        os._exit(0)
    os.waitpid(pid, 0)


def call_system(name: str, *arguments: int) -> None:
    """A function of libc that gives -1 and an error number where it is refused."""
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), name)


@pytest.fixture(scope="module")
def inside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one folder that the process may touch."""
    return tmp_path_factory.mktemp("inside")


@pytest.fixture(scope="module")
def captured(inside: Path) -> Iterator[Child]:
    """A process as a worker starts it."""
    os.environ["EMOCLASSIFY_DATABASE_URL"] = "postgresql://user:secret@database/jobs"
    try:
        with Child(bounds=Bounds(inside)) as child:
            if missing_limits := child.missing_limits():
                pytest.skip(f"this system lacks {', '.join(missing_limits)}")
            yield child
    finally:
        del os.environ["EMOCLASSIFY_DATABASE_URL"]


@pytest.mark.process
@pytest.mark.parametrize(
    ("attack", "arguments"),
    [
        pytest.param(subprocess.run, (["/bin/true"],), id="a program"),
        pytest.param(os.execv, ("/bin/true", ["true"]), id="another program in its place"),
        pytest.param(in_a_process, (os.getpid,), id="a process"),
        pytest.param(socket.socket, (), id="the network"),
        pytest.param(socket.socket, (socket.AF_UNIX,), id="a socket of this machine"),
        pytest.param(os.kill, (os.getpid(), 0), id="a signal to the worker"),
        pytest.param(call_system, ("ptrace", 16, os.getpid(), 0, 0), id="the worker's memory by ptrace"),
        pytest.param(call_system, ("unshare", 0x10000000), id="a namespace of its own"),
        pytest.param(call_system, ("setns", 0, 0), id="another's namespace"),
        pytest.param(Path(f"/proc/{os.getpid()}/mem").open, ("rb",), id="the worker's memory as a file"),
    ],
)
def test_it_reaches_no_program_no_process_and_no_network(captured: Child, attack: Attack, arguments: Any) -> None:
    assert captured.call(try_out, attack, *arguments, on_progress=silent) == "PermissionError"


def test_it_reads_and_writes_nothing_outside_its_folder(captured: Child, inside: Path, tmp_path: Path) -> None:
    secret, new = tmp_path / "database", tmp_path / "new"
    secret.write_text("of other people")
    for attack, arguments in (
        (secret.read_text, ()),
        (secret.write_text, ("",)),
        (secret.unlink, ()),
        (secret.rename, (inside / "mine",)),
        (new.write_text, ("",)),
        (new.mkdir, ()),
        (os.listdir, (tmp_path,)),
        (os.link, (secret, inside / "mine")),
        (os.truncate, (secret, 0)),
    ):
        assert captured.call(try_out, attack, *arguments, on_progress=silent) in ("PermissionError", "OSError"), attack
    assert secret.read_text() == "of other people"
    assert not new.exists()
    assert list(inside.iterdir()) == []


def test_it_leaves_no_link_in_its_folder(captured: Child, inside: Path) -> None:
    """The worker would follow it when it stores the results."""
    assert (
        captured.call(try_out, os.symlink, "/etc/passwd", str(inside / "mine"), on_progress=silent) == "PermissionError"
    )


def test_it_works_in_its_folder(captured: Child, inside: Path) -> None:
    folder = inside / "results"
    for work, arguments in ((folder.mkdir, ()), ((folder / "a").write_text, ("a",)), (os.listdir, (folder,))):
        assert captured.call(try_out, work, *arguments, on_progress=silent) == ""
    assert captured.call(try_out, (folder / "a").rename, folder / "b", on_progress=silent) == ""
    assert captured.call(try_out, (folder / "b").unlink, on_progress=silent) == ""
    assert captured.call(try_out, folder.rmdir, on_progress=silent) == ""


def environment(_tell: object) -> dict[str, str]:
    """The environment of the process."""
    return dict(os.environ)


@pytest.mark.model
def test_it_does_all_its_work(tmp_path: Path) -> None:
    """As a worker's process, with the models that the first recording loads, and each output."""
    settings = ServerSettings(data_dir=tmp_path)
    heard, drawn = {"double_check": True, "echo_mean": True}, {"graph": True, "xlsx": True, "annotate": True}
    options = Options.read({**heard, **drawn, "report": "docx,pdf,html"})
    recording = files("emoclassify") / "assets" / "demo.mp4"
    with (
        Workplace(settings.workers, "one") as place,
        closing(confined_child(settings, place)) as child,
        place.job("a") as (upload, results),
    ):
        (upload / "upload").write_bytes(recording.read_bytes())
        cache = cache_folder()
        prepared = set(cache.rglob("*"))
        assert {"matplotlib", "compiled"} <= {path.name for path in prepared}
        paths = child.analyze(upload / "upload", results, options, silent, name="talk.mp4", preview=True)
        assert {path.suffix for path in paths} >= {".json", ".csv", ".xlsx", ".png", ".mp4", ".docx", ".pdf", ".html"}
        assert all(path.is_file() for path in paths)
        assert set(cache.rglob("*")) == prepared, "a network was converted anew, or kept from one recording to the next"
        for network in prepared:
            attack = (network / "new").touch if network.is_dir() else network.write_bytes
            assert child.call(try_out, attack, *(() if network.is_dir() else (b"another",)), on_progress=silent)


def take(_tell: object, n_bytes: int) -> int:
    """Takes memory, and writes to it."""
    return len(bytearray(b"x") * n_bytes)


@pytest.mark.process
def test_it_cannot_take_far_more_memory_than_its_job_may(inside: Path) -> None:
    with Child(bounds=Bounds(inside, memory_mb=500)) as child:
        assert child.call(take, 300 * 2**20, on_progress=silent) == 300 * 2**20
        with pytest.raises(EmoClassifyError, match="MemoryError"):
            child.call(take, 1500 * 2**20, on_progress=silent)


@pytest.mark.process
def test_a_command_reads_its_recordings_and_no_other_files_of_the_user(captured: Child, tmp_path: Path) -> None:
    recording, secret, out = tmp_path / "talk.mp4", tmp_path / "secret", tmp_path / "out"
    for path in (recording, secret):
        path.write_text("a")
    with command_child([recording], out, Options()) as child:
        assert child.call(try_out, recording.read_text, on_progress=silent) == ""
        assert child.call(try_out, (out / "new").write_text, "a", on_progress=silent) == ""
        (network, *_) = compiled_folder().glob("*.blob")
        assert child.call(try_out, network.read_bytes, on_progress=silent) == ""
        attacks = [(secret.read_text, ()), (recording.write_text, ("",)), (os.listdir, (tmp_path,))]
        attacks += [(network.write_bytes, (b"another",)), (network.unlink, ()), ((compiled_folder() / "new").touch, ())]
        for attack, arguments in attacks:
            assert child.call(try_out, attack, *arguments, on_progress=silent) == "PermissionError", attack


def test_it_holds_no_secret(captured: Child) -> None:
    assert "secret" not in str(captured.call(environment, on_progress=silent))


def limits(_tell: object) -> list[list[int]]:
    """Its limits of open files, and of the size of a dump of its memory."""
    return [list(resource.getrlimit(kind)) for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_CORE)]


def test_it_cannot_lift_its_limits(captured: Child) -> None:
    assert captured.call(limits, on_progress=silent) == [[MOST_OPEN_FILES, MOST_OPEN_FILES], [0, 0]]


class Command:
    """What a pickle would run where it is opened."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def answer_by_pickle(process: child_process.Process, path: Path) -> None:
    """An answer that runs a command in the parent, if it unpickles what it gets."""
    process._pipe.send({"result": Command(path)})


def answer_by(process: child_process.Process, answer: bytes) -> None:
    """Any bytes as an answer."""
    process._pipe.send_bytes(answer)


@pytest.mark.process
def test_a_pickled_answer_runs_nothing(tmp_path: Path) -> None:
    with Child() as child, pytest.raises(DiedError, match="cannot be read"):
        child._ask((answer_by_pickle, tmp_path / "touched"), silent)
    assert not (tmp_path / "touched").exists()


@pytest.mark.process
@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"progress": ["faces", 1]}',
        b'{"progress": ["faces", NaN, 1]}',
        b'{"progress": ["faces", "1", null]}',
        b'{"progress": [["faces"], 1, null]}',
        b'{"error": "SystemExit", "message": {"code": "file_missing", "fields": {}, "text": ""}}',
        b'{"error": "MediaError", "message": {"code": "file_unread", "fields": {"why": {}}, "text": ""}}',
        pytest.param(b"[" * 100_000, id="too deep"),
    ],
)
def test_an_answer_that_is_none_ends_the_process(answer: bytes) -> None:
    with Child() as child:
        with pytest.raises(DiedError, match="cannot be read"):
            child._ask((answer_by, answer), silent)
        assert child.pid is None
        assert child.call(limits, on_progress=silent)  # the next task has a process again


@pytest.mark.process
def test_an_answer_that_does_not_end_is_not_taken_into_memory() -> None:
    with Child() as child:
        with pytest.raises(DiedError):
            child._ask((answer_by, b" " * (LONGEST_ANSWER_BYTES + 1)), silent)
        assert child.pid is None


@pytest.mark.parametrize("name", ["../a", "/etc/passwd", "a/b", "..", ".", "", 1, None])
def test_names_of_results_lead_nowhere_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: object) -> None:
    child = Child()
    monkeypatch.setattr(child, "_ask", lambda *_: [name])
    with pytest.raises(DiedError, match="cannot be read"):
        child.analyze(tmp_path / "a", tmp_path / "out", options=None, on_progress=silent)  # type: ignore[arg-type]


@pytest.mark.process
def test_it_ends_with_its_parent() -> None:
    source = (
        "import os; from emoclassify.child import Child; from tests.system.test_confined import limits, silent; "
        "child = Child(); child.call(limits, on_progress=silent); print(child.pid, flush=True); input()"
    )
    with subprocess.Popen([sys.executable, "-c", source], stdin=-1, stdout=-1, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert Path(f"/proc/{pid}").exists()
        parent.send_signal(signal.SIGKILL)
        parent.stdout.read()  # ends when nobody holds the pipe: when the child is gone too
