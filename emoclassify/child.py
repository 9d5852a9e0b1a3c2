"""A process that analyzes recordings one after another with its models warm, and may die alone.

Uploaded media is hostile: a decoder that crashes or eats all memory takes this process with it and nothing else.
"""

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from emoclassify.errors import EmoClassifyError, MediaError
from emoclassify.settings import Options

logger = logging.getLogger(__name__)

OnProgress = Callable[[str, float, float | None], None]
"""Told the stage, the seconds done and the seconds in all (None where unknown)."""


class Child:
    """One such process; started when first needed, and again after it died. Close it, or use it in `with`."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")  # a fork would copy torch's threads in a broken state
        self._process: Any = None
        self._pipe: Connection | None = None
        self._reaping = threading.Lock()

    def __enter__(self) -> "Child":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def analyze(self, path: Path, folder: Path, options: Options, on_progress: OnProgress) -> list[Path]:
        """Analyzes one recording and writes its results to a folder.

        Returns:
            The files written, analysis.json first.

        Raises:
            EmoClassifyError: as `pipeline.analyze` and `outputs.folder.write_results` do, and MediaError where the
                process died.
        """
        pipe = self._started()
        self._talk(lambda: pipe.send((path, folder, options)))
        while True:
            kind, content = self._talk(pipe.recv)
            if kind == "done":
                return list(content)
            if kind == "failed":
                raise content
            on_progress(*content)

    def _talk(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except (EOFError, OSError) as exc:  # OSError also where another thread closed the pipe
            raise MediaError(f"The process that read the recording {self._reap()}; the others go on.") from exc

    def close(self) -> None:
        """Ends the process at once, whatever it is doing, also for another thread; its `analyze` raises MediaError."""
        process = self._process
        if process is not None:
            process.kill()
            self._reap()

    def _started(self) -> Connection:
        if self._pipe is None:
            self._pipe, other = self._context.Pipe()
            self._process = self._context.Process(target=_serve, args=(other,), daemon=True)
            self._process.start()
            other.close()
        return self._pipe

    def _reap(self) -> str:
        """How the process ended."""
        with self._reaping:
            if self._process is None or self._pipe is None:
                return "was stopped"
            self._process.join()
            code = self._process.exitcode
            self._pipe.close()
            self._process = self._pipe = None
        if code == -signal.SIGKILL:
            return "was killed (out of memory, or by hand)"
        return f"crashed ({signal.Signals(-code).name})" if code < 0 else f"ended with status {code}"


def _serve(pipe: Connection) -> None:
    """The process: one recording after another until the other side closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_die_with_parent, daemon=True).start()
    # Tracebacks are for the program's makers; its users get one line.
    logging.basicConfig(level=logging.DEBUG if os.environ.get("EMOCLASSIFY_DEBUG") else logging.CRITICAL)
    while True:
        try:
            path, folder, options = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(("done", _analyze(path, folder, options, pipe)))
        except EmoClassifyError as exc:
            pipe.send(("failed", exc))
        except Exception as exc:
            logger.exception("unexpected error")  # the loop outlives a fault of the program
            told = f"Unexpected error, please report it (EMOCLASSIFY_DEBUG=1 shows more): {exc!r:.200}."
            pipe.send(("failed", EmoClassifyError(told)))


def _analyze(path: Path, folder: Path, options: Options, pipe: Connection) -> list[Path]:
    from emoclassify.outputs.folder import write_results
    from emoclassify.pipeline import analyze

    pipe.send(("progress", ("start", 0.0, None)))
    analysis = analyze(path, options, on_progress=lambda p: pipe.send(("progress", (p.stage, p.done_s, p.total_s))))
    return write_results(
        analysis,
        folder,
        options,
        path,
        on_picture=lambda time_s: pipe.send(("progress", ("video", time_s, analysis.picture_end_s))),
    )


def _die_with_parent() -> None:
    # A parent that was killed cannot close its child, and an orphan would go on writing beside the next run.
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
