"""A child process that opens recordings one after another and keeps its models loaded.

Uploaded media may be hostile: a decoder that crashes or uses all memory ends this process and nothing else.
"""

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from emoclassify.analysis import Analysis
from emoclassify.errors import EmoClassifyError, MediaError
from emoclassify.settings import Options
from emoclassify.stages import OUTPUTS, START, Stage
from emoclassify.words.messages import Field

if TYPE_CHECKING:
    from emoclassify.pipeline import Analyzer

logger = logging.getLogger(__name__)

_NUMPY_THREADS = ("OPENBLAS_NUM_THREADS", "1")
"""The matrices here are small: with a second thread numpy waits longer than it computes, and reading speech takes
twice as long."""

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

    def __init__(self, *, niceness: int = 0) -> None:
        """Starts nothing yet.

        Args:
            niceness: of the process, 0 to 19: a higher one leaves the processors to other programs first.
        """
        self._niceness = niceness
        self._context = multiprocessing.get_context("spawn")  # a fork would copy torch's threads in a broken state
        self._process: Any = None
        self._pipe: Connection | None = None
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
        return list(self._ask((_analyze, path, folder, options, name, preview), on_progress))

    def render(
        self,
        analysis: Analysis,
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
        arguments = (_render, analysis, folder, options, media, removes_others)
        return list(self._ask(arguments, on_progress))

    def call(self, function: Callable[..., Result], *arguments: Any, on_progress: OnStep) -> Result:
        """Runs a function in the process, for work that may take too much time or memory.

        Args:
            function: one of a module; called with a function `tell(stage, done_s, total_s)` and the arguments.
            arguments: they, and what the function returns, must be picklable.
            on_progress: called with each step that the function tells.

        Raises:
            EmoClassifyError: as the function does, and DiedError where the process died.
        """
        result: Result = self._ask((_call, function, *arguments), on_progress)
        return result

    def _ask(self, task: tuple[Any, ...], on_progress: OnStep) -> Any:
        pipe = self._open_pipe()
        self._talk(lambda: pipe.send(task))
        while True:
            kind, content = self._talk(pipe.recv)
            if kind == "done":
                return content
            if kind == "failed":
                raise content
            on_progress(*content)

    def _talk(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except (EOFError, OSError) as exc:  # OSError also where another thread closed the pipe
            raise self._reap() from exc

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
            self._pipe, other_end = self._context.Pipe()
            self._process = self._context.Process(target=_serve, args=(other_end, self._niceness), daemon=True)
            os.environ.setdefault(*_NUMPY_THREADS)  # read by numpy when it is imported, so before the process begins
            self._process.start()
            other_end.close()
        return self._pipe

    def _reap(self) -> DiedError:
        """Waits for the end of the process, removes it, and gives the error that says how it ended."""
        with self._reap_lock:
            if self._process is None or self._pipe is None:
                return DiedError("reader_stopped")
            self._process.join()
            code = self._process.exitcode
            self._pipe.close()
            self._process = self._pipe = None
        if code == -signal.SIGKILL:
            return DiedError("reader_killed", signal_number=signal.SIGKILL)
        if code < 0:
            return DiedError("reader_crashed", signal_number=-code, signal=signal.Signals(-code).name)
        return DiedError("reader_ended", status=code)


def _serve(pipe: Connection, niceness: int) -> None:
    """Runs in the process: one task after another until the parent closes the pipe."""
    os.nice(niceness)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_die_with_parent, daemon=True).start()
    # Tracebacks are for developers; users get one line.
    logging.basicConfig(level=logging.DEBUG if os.environ.get("EMOCLASSIFY_DEBUG") else logging.CRITICAL)
    process = _Process(pipe)
    while True:
        try:
            function, *arguments = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(("done", function(process, *arguments)))
        except EmoClassifyError as exc:
            pipe.send(("failed", exc))
        except Exception as exc:
            logger.exception("unexpected error")  # an error of the program must not end the loop
            pipe.send(("failed", EmoClassifyError("unexpected_error", error=f"{exc!r:.200}")))


class _Process:
    """What a task can use in the process: the pipe to the parent, and an analyzer that keeps its models loaded."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    @cached_property
    def analyzer(self) -> "Analyzer":
        """Made for the first recording: rendering does not need it, and importing it takes long."""
        from emoclassify.pipeline import Analyzer

        return Analyzer()

    def tell(self, stage: str, done_s: float = 0.0, total_s: float | None = None) -> None:
        """Sends the progress of a stage to the parent."""
        self._pipe.send(("progress", (stage, done_s, total_s)))


def _analyze(process: _Process, path: Path, folder: Path, options: Options, name: str, preview: bool) -> list[Path]:
    from emoclassify.outputs.folder import write_results

    def on_picture(stage: Stage) -> Callable[[float], None]:
        return lambda time_s: process.tell(stage.name, time_s, analysis.picture_end_s)

    process.tell(START.name)
    analysis = process.analyzer.analyze(
        path, options, on_progress=lambda progress: process.tell(progress.stage, progress.done_s, progress.total_s)
    )
    if name:
        analysis = replace(analysis, source=replace(analysis.source, name=name))
    process.tell(OUTPUTS.name)
    end_s = analysis.picture_end_s
    return write_results(
        analysis,
        folder,
        options,
        path,
        preview=preview,
        on_picture=lambda stage, time_s: process.tell(stage, time_s, end_s),
    )


def _render(
    process: _Process, analysis: Analysis, folder: Path, options: Options, media: Path, removes_others: bool
) -> list[Path]:
    from emoclassify.outputs.folder import render_results

    def on_picture(stage: str, time_s: float) -> None:
        process.tell(stage, time_s, analysis.picture_end_s)

    return render_results(analysis, folder, options, media, removes_others=removes_others, on_picture=on_picture)


def _call(process: _Process, function: Callable[..., Any], *arguments: Any) -> Any:
    return function(process.tell, *arguments)


def _die_with_parent() -> None:
    # A parent that was killed cannot close its child, which would go on writing into the same folder as the next run.
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
