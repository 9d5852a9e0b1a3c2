"""The process that opens recordings, seen from its inside: it does one task after another until its parent goes.

It starts with an empty environment but for what it needs (child.py), gives up what reading does not need (confine.py),
and tells what it did as JSON (answers.py).
"""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emoclassify.answers import Progress, Result, send_error, send_progress, send_result
from emoclassify.bytecode import keep_bytecode
from emoclassify.confine import confine
from emoclassify.errors import EmoClassifyError
from emoclassify.settings import Options
from emoclassify.stages import OUTPUTS, START
from emoclassify.startup import collect_rarely

if TYPE_CHECKING:  # who starts the process imports this module, and nothing that takes long
    from emoclassify.analysis import Analysis
    from emoclassify.faces.detectors import LoadedDetector
    from emoclassify.live import Camera
    from emoclassify.pipeline import Analyzer

COMMAND = "from emoclassify.child_process import main; main()"
"""What Python runs; its arguments: two file descriptors, of the pipe and of the end of the parent, and the niceness."""

logger = logging.getLogger(__name__)


class Process:
    """What a task can use in the process: the pipe to the parent, and an analyzer that keeps its models loaded."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    @cached_property
    def analyzer(self) -> "Analyzer":
        """Made for the first recording: rendering does not need it, and importing it takes long."""
        from emoclassify.pipeline import Analyzer

        return Analyzer()

    @cached_property
    def detector(self) -> "LoadedDetector":
        """That of an analysis, for who looks for faces alone."""
        from emoclassify.model_kinds import FACE_DETECTOR
        from emoclassify.networks.runtime import choose_place

        return FACE_DETECTOR.open(Options(), choose_place("auto", "cpu"))

    @cached_property
    def camera(self) -> "Camera":
        """Made for the first picture of a camera."""
        from emoclassify.live import Camera

        return Camera()

    def tell(self, stage: str, done_s: float = 0.0, total_s: float | None = None) -> None:
        """Sends the progress of a stage to the parent."""
        send_progress(self._pipe, Progress(stage, done_s, total_s))


def main() -> None:
    """Runs in the process."""
    collect_rarely()
    pipe_fd, life_fd, niceness = map(int, sys.argv[1:])
    os.nice(niceness)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    # Tracebacks are for developers; users get one line.
    logging.basicConfig(level=logging.DEBUG if os.environ.get("EMOCLASSIFY_DEBUG") else logging.CRITICAL)
    pipe = Connection(pipe_fd)
    import_module("emoclassify.analysis")  # what every task needs, while the parent works out the bounds
    keep_bytecode()
    try:
        send_result(pipe, Result(confine(pipe.recv())))
        threading.Thread(target=_end_with_parent, args=(life_fd,), daemon=True).start()
        _serve(pipe)
    except (EOFError, BrokenPipeError):
        return


def _serve(pipe: Connection) -> None:
    """One task after another until the parent closes the pipe."""
    process = Process(pipe)
    while True:
        function, *arguments = pipe.recv()
        try:
            send_result(pipe, Result(function(process, *arguments)))
        except EmoClassifyError as exc:
            send_error(pipe, exc)
        except BrokenPipeError:
            raise
        except Exception as exc:
            logger.exception("unexpected error")  # an error of the program must not end the loop
            send_error(pipe, EmoClassifyError("unexpected_error", error=f"{exc!r:.200}"))


def analyze(process: Process, path: Path, folder: Path, options: Options, name: str, preview: bool) -> list[str]:
    """The task of `Child.analyze`; returns the names of the files."""
    from emoclassify.outputs.folder import store_for, write_results

    process.tell(START.name)
    store = store_for(options)
    analysis = process.analyzer.analyze(
        path,
        options,
        on_progress=lambda progress: process.tell(progress.stage, progress.done_s, progress.total_s),
        store=store,
    )
    if name:
        analysis = replace(analysis, source=replace(analysis.source, name=name))
    process.tell(OUTPUTS.name)
    end_s = analysis.picture_end_s
    paths = write_results(
        analysis,
        folder,
        options,
        path,
        preview=preview,
        on_picture=lambda stage, time_s: process.tell(stage, time_s, end_s),
        store=store,
    )
    return [path.name for path in paths]


def render(
    process: Process, analysis: "Analysis", folder: Path, options: Options, media: Path, removes_others: bool
) -> list[str]:
    """The task of `Child.render`; returns the names of the files."""
    from emoclassify.outputs.folder import render_results

    def on_picture(stage: str, time_s: float) -> None:
        process.tell(stage, time_s, analysis.picture_end_s)

    paths = render_results(analysis, folder, options, media, removes_others=removes_others, on_picture=on_picture)
    return [path.name for path in paths]


def look(process: Process, picture: bytes) -> dict[str, Any]:
    """The task of `Child.look`."""
    return process.camera.look(picture).to_dict()


def read_picture(process: Process, picture: bytes) -> dict[str, Any]:
    """The task of `Child.read_picture`."""
    return process.camera.read(picture).to_dict()


def detect(process: Process, function: Callable[..., Any], *arguments: Any) -> Any:
    """The task of `Child.detect`."""
    return function(process.detector, *arguments)


def open_camera(process: Process) -> None:
    """The task of `Child.open_camera`."""
    _ = process.camera


def call(process: Process, function: Callable[..., Any], *arguments: Any) -> Any:
    """The task of `Child.call`."""
    return function(process.tell, *arguments)


def _end_with_parent(life_fd: int) -> None:
    # A parent that was killed cannot end its child, which would go on writing into the same folder as the next run.
    os.read(life_fd, 1)  # returns when nobody holds the other end
    os._exit(1)
