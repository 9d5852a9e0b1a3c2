"""A child process that opens recordings one after another and keeps its models loaded.

Uploaded media may be hostile: a decoder that crashes or uses all memory ends this process and nothing else.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from emoclassify import child_process
from emoclassify.answers import AnswerError, Progress, receive
from emoclassify.confine import Bounds
from emoclassify.errors import MediaError
from emoclassify.live import LiveReading
from emoclassify.settings import Options
from emoclassify.startup import NUMPY_THREADS
from emoclassify.words.messages import Field

if TYPE_CHECKING:  # numpy, which it needs, is imported while the process starts
    from emoclassify.analysis import Analysis

_KEPT_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(128 * 2**20),
    "MALLOC_ARENA_MAX": "2",
}
"""glibc keeps so much of what was freed for what comes next, the next picture of a chart or a film: by itself it gives
large pieces back, and the system clears each page of them anew. It keeps it in two places, and not in one for each
thread: a process that does many recordings grows to 0.7 GB then, and not to 1.3. Other systems do not know these
variables."""

_PASSED_ON = (
    # where things are
    "PATH HOME TMPDIR LD_LIBRARY_PATH PYTHONPATH XDG_CACHE_HOME XDG_DATA_HOME HF_HOME EMOCLASSIFY_CACHE_DIR "
    "EMOCLASSIFY_DATA_DIR "
    # how the program runs
    "EMOCLASSIFY_DEBUG HF_HUB_OFFLINE PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX PYTHONWARNINGS OMP_NUM_THREADS "
    "CUDA_VISIBLE_DEVICES NVIDIA_VISIBLE_DEVICES NVIDIA_DRIVER_CAPABILITIES LANG LC_ALL LC_CTYPE TZ"
).split()
"""The variables of the environment that the process gets; no other, since others hold passwords of database, broker
and storage."""

_STANDS_S = 300.0
"""A process that tells nothing and uses no processor for so long waits for a drive that gives nothing any more. It also
waits while another one converts a network, which takes less."""

_LOOK_EVERY_S = 5.0
_ENDS_WITHIN_S = 10.0
"""After it was killed; one that waits for a drive may end later, or never."""

OnStep = Callable[[str, float, float | None], None]
"""Called with the stage, the seconds done and the seconds in all (None where unknown)."""

Result = TypeVar("Result")


class DiedError(MediaError):
    """The process died while it read a recording."""

    def __init__(self, code: str, /, *, signal_number: int | None = None, **fields: Field) -> None:
        super().__init__(code, **fields)
        self.signal_number = signal_number
        """The signal that ended the process; None where it ended by itself."""


class Child:
    """One child process; started when first needed, and again after it died. Close it, or use it in `with`."""

    def __init__(
        self,
        *,
        niceness: int = 0,
        bounds: Bounds | None = None,
        more_readable: Callable[[], Iterable[Path]] = tuple,
    ) -> None:
        """Starts nothing yet.

        Args:
            niceness: of the process, 0 to 19: a higher one leaves the processors to other programs first.
            bounds: the files that the process may touch; None: all of the user's.
            more_readable: gives files that it may read beside those of the bounds; called while the process starts,
                since finding them out may take long.
        """
        self._niceness, self._bounds, self._more_readable = niceness, bounds, more_readable
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._life_fd = -1
        self._missing_limits: tuple[str, ...] = ()
        self._was_killed = False
        self._reap_lock = threading.Lock()

    def __enter__(self) -> "Child":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def analyze(
        self,
        path: Path,
        folder: Path,
        options: Options,
        on_progress: OnStep,
        *,
        name: str = "",
        preview: bool = False,
    ) -> list[Path]:
        """Analyzes one recording and writes its results to a folder.

        Args:
            path: the recording.
            folder: where the results go.
            options: of the analysis.
            on_progress: called at each step.
            name: the recording's name in the results; by default that of its file.
            preview: make preview.mp4 too where browsers do not play the recording itself.

        Returns:
            The files written, analysis.json first.

        Raises:
            EmoClassifyError: as `pipeline.analyze` and `outputs.folder.write_results` do, and DiedError where the
                process died.
        """
        arguments = (child_process.analyze, path, folder, options, name, preview)
        return _paths(self._ask(arguments, on_progress), folder)

    def render(
        self,
        analysis: "Analysis",
        folder: Path,
        options: Options,
        media: Path,
        on_progress: OnStep,
        *,
        removes_others: bool = False,
    ) -> list[Path]:
        """Makes the outputs of a saved analysis again from it and the recording; loads and runs no model.

        `removes_others` is that of `outputs.folder.render_results`.

        Returns:
            The files made.

        Raises:
            EmoClassifyError: as `outputs.folder.render_results` does, and DiedError where the process died.
        """
        arguments = (child_process.render, analysis, folder, options, media, removes_others)
        return _paths(self._ask(arguments, on_progress), folder)

    def open_camera(self) -> None:
        """Loads the models that `look` uses, which converts their networks and keeps them where that was not done.

        Raises:
            EmoClassifyError: a model is missing or damaged, or the process died (DiedError).
        """
        self._ask((child_process.open_camera,), _ignore)

    def look(self, picture: bytes) -> LiveReading:
        """Reads the largest face of one picture of a camera, a JPEG.

        Raises:
            EmoClassifyError: as `live.Camera.look` does, and DiedError where the process died.
        """
        try:
            return LiveReading.from_dict(self._ask((child_process.look, picture), _ignore))
        except ValueError as exc:
            self.close()
            raise DiedError("reader_garbled") from exc

    def read_picture(self, picture: bytes) -> dict[str, Any]:
        """What is kept of one picture of a camera, a JPEG, as `PictureReading.to_dict` has it.

        Raises:
            EmoClassifyError: as `live.Camera.read` does, and DiedError where the process died.
        """
        from emoclassify.picture_readings import PictureReading  # loads what draws pictures

        try:
            return PictureReading.from_dict(self._ask((child_process.read_picture, picture), _ignore)).to_dict()
        except ValueError as exc:
            self.close()
            raise DiedError("reader_garbled") from exc

    def detect(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """Runs a function in the process with the detector of an analysis, which the process keeps.

        Args:
            function: one of a module; called with the detector and the arguments. What it returns must be what JSON can
                hold.
            arguments: they must be picklable.

        Raises:
            EmoClassifyError: as the function does, and DiedError where the process died.
        """
        result: Result = self._ask((child_process.detect, function, *arguments), _ignore)
        return result

    def call(self, function: Callable[..., Result], *arguments: Any, on_progress: OnStep) -> Result:
        """Runs a function in the process, for work that may take too much time or memory.

        Args:
            function: one of a module; called with a function `tell(stage, done_s, total_s)` and the arguments. What it
                returns must be what JSON can hold.
            arguments: they must be picklable.
            on_progress: called with each step that the function tells.

        Raises:
            EmoClassifyError: as the function does, and DiedError where the process died.
        """
        result: Result = self._ask((child_process.call, function, *arguments), on_progress)
        return result

    def _ask(self, task: tuple[Any, ...], on_progress: OnStep) -> Any:
        pipe = self._open_pipe()
        self._talk(lambda: pipe.send(task))
        return self._content(pipe, on_progress)

    def _content(self, pipe: Connection, on_progress: OnStep) -> Any:
        """The content of the next result."""
        while isinstance(answer := self._talk(lambda: self._receive(pipe)), Progress):
            on_progress(answer.stage, answer.done_s, answer.total_s)
        return answer.content

    def _receive(self, pipe: Connection) -> Any:
        """The next answer; a process that does nothing at all for long waits for a drive that is gone, and is ended."""
        used_s, still_s = _processor_s(self.pid), 0.0
        while not pipe.poll(_LOOK_EVERY_S):
            before_s, used_s = used_s, _processor_s(self.pid)
            # Looks are counted, and not the clock: this process may have been stopped itself (Ctrl-Z).
            still_s = still_s + _LOOK_EVERY_S if used_s is not None and used_s == before_s else 0.0
            if still_s >= (_ENDS_WITHIN_S if self._was_killed else _STANDS_S):
                was_killed = self._was_killed
                self.kill()
                error = self._reap()
                raise error if was_killed else DiedError("reader_stalled", minutes=round(_STANDS_S / 60))
        return receive(pipe)

    def _talk(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except (EOFError, OSError) as exc:  # OSError also where another thread closed the pipe
            raise self._reap() from exc
        except AnswerError as exc:
            self.close()
            raise DiedError("reader_garbled") from exc

    def missing_limits(self) -> tuple[str, ...]:
        """Starts the process, and gives the limits that this system cannot set it (see `confine`).

        Raises:
            DiedError: it could not start.
        """
        self._open_pipe()
        return self._missing_limits

    @property
    def pid(self) -> int | None:
        """The id of the process; None while there is none."""
        process = self._process
        return None if process is None else process.pid

    def kill(self) -> None:
        """Called from another thread: ends the process, so that `analyze` raises DiedError; the next starts another."""
        process = self._process
        if process is not None:
            self._was_killed = True
            process.kill()

    def close(self) -> None:
        """Ends the process at once, also from another thread; a running `analyze` then raises DiedError."""
        process = self._process
        if process is not None:
            process.kill()
            self._reap()

    def _open_pipe(self) -> Connection:
        if self._was_killed:  # perhaps after its work was done: the next call must not fail because of it
            self._was_killed = False
            self._reap()
        if self._pipe is None:
            self._process, self._pipe, self._life_fd = _start(self._niceness, self._bounds)
            self._send_bounds(self._pipe)
            self._missing_limits = tuple(self._content(self._pipe, lambda *_: None))
        return self._pipe

    def _send_bounds(self, pipe: Connection) -> None:
        bounds = self._bounds
        try:
            if bounds is not None:
                bounds = replace(bounds, readable=(*bounds.readable, *self._more_readable()))
        except BaseException:
            self.close()  # it waits for bounds, and would take the next task for them
            raise
        self._talk(lambda: pipe.send(bounds))

    def _reap(self) -> DiedError:
        """Waits for the end of the process, removes it, and gives the error that says how it ended."""
        with self._reap_lock:
            if self._process is None or self._pipe is None:
                return DiedError("reader_stopped")
            self._pipe.close()
            os.close(self._life_fd)  # a process that still lives ends then
            code = -signal.SIGKILL
            with suppress(subprocess.TimeoutExpired):  # it waits for a drive, which no signal ends
                code = self._process.wait(_ENDS_WITHIN_S)
            self._process = self._pipe = None
        if code == -signal.SIGKILL:
            return DiedError("reader_killed", signal_number=signal.SIGKILL)
        if code < 0:
            return DiedError("reader_crashed", signal_number=-code, signal=signal.Signals(-code).name)
        return DiedError("reader_ended", status=code)


def _start(niceness: int, bounds: Bounds | None) -> tuple[subprocess.Popen[bytes], Connection, int]:
    """Starts the process, which waits for its bounds.

    Returns:
        It, the pipe to it, and a file descriptor: when that is closed, also by the end of this process, it ends.
    """
    (pipe, other_end), (life_end, life_fd) = Pipe(), os.pipe()
    given_fds = (other_end.fileno(), life_end)
    command = [sys.executable, "-c", child_process.COMMAND, *map(str, given_fds), str(niceness)]
    try:
        process = subprocess.Popen(
            command, env=_environment(os.environ, bounds), pass_fds=given_fds, stdin=subprocess.DEVNULL, close_fds=True
        )
    finally:
        other_end.close()
        os.close(life_end)
    return process, pipe, life_fd


def _processor_s(pid: int | None) -> float | None:
    """The processor time that a process has used; None where this system does not tell (it has no /proc)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError, ValueError):
        return None


def _environment(environ: Mapping[str, str], bounds: Bounds | None) -> dict[str, str]:
    settings = {name: environ[name] for name in _PASSED_ON if name in environ}
    places = _places(bounds) if bounds else {}
    paths = os.pathsep.join(filter(None, sys.path))
    return {**NUMPY_THREADS, **_KEPT_MEMORY, **settings, **places, "PYTHONPATH": paths}


def _places(bounds: Bounds) -> dict[str, str]:
    """A home of its own, in which libraries may leave what they like, and where the user's caches and models are."""
    from emoclassify.networks.cache import cache_folder, fonts_folder
    from emoclassify.networks.models import fetched_path

    folders = {
        "HOME": bounds.temporary,
        "TMPDIR": bounds.temporary,
        "EMOCLASSIFY_CACHE_DIR": cache_folder(),
        "MPLCONFIGDIR": fonts_folder(),
        "EMOCLASSIFY_DATA_DIR": fetched_path().parent,
    }
    return {name: str(folder) for name, folder in folders.items()}


def _ignore(stage: str, done_s: float, total_s: float | None) -> None:
    """Nobody waits to see it."""


def _paths(names: Any, folder: Path) -> list[Path]:
    """The paths of files of a folder by their names; the names come from the process, and may be anything."""
    if not isinstance(names, list) or not all(map(_is_file_name, names)):
        raise DiedError("reader_garbled")
    return [folder / name for name in names]


def _is_file_name(name: object) -> bool:
    return isinstance(name, str) and name not in ("", "..") and name == Path(name).name
