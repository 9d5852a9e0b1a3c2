"""The worker as a process: takes jobs until it is told to stop, and keeps the house meanwhile."""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any, Protocol

from sqlalchemy.exc import SQLAlchemyError

from emoclassify import models
from emoclassify.child import Child
from emoclassify.errors import ModelError
from emoclassify.jobs.logs import log_as_json_lines
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.settings import ServerSettings
from emoclassify.jobs.sweeper import Sweeper
from emoclassify.jobs.worker import Analyzer, Worker

logger = logging.getLogger(__name__)

_IDLE_S = 0.2
_AWAY_S = 2.0
"""Between two looks at an empty queue, and at parts that do not answer."""

_SWEEP_S, _ANNOUNCE_S = 60.0, 5.0


class ClosableAnalyzer(Analyzer, Protocol):
    """An analyzer that is closed at the end."""

    def close(self) -> None:
        """Ends its process."""


def work(name: str = "", make_analyzer: Callable[[], ClosableAnalyzer] = Child) -> int:
    """Works until SIGTERM or SIGINT; what was under way is put back then.

    Args:
        name: of this worker; work that an earlier one of the same name left is taken up at once.
        make_analyzer: makes what analyzes.
    """
    log_as_json_lines()
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    name = name or f"{socket.gethostname()}-{os.getpid()}"
    try:
        with open_jobs(ServerSettings.read(), time.time) as service, closing(make_analyzer()) as analyzer:
            service.leases.give_back_all(name)
            worker = Worker(service, analyzer, name)
            with _House(service, name, ready=_models_are_whole(service.settings)):
                logger.info("waiting", extra={"worker": name})
                while True:
                    _work_once(worker)
    except SQLAlchemyError as exc:
        logger.error("the database does not answer: %s", type(exc).__name__)
        return 1
    except _StoppedError:
        logger.info("stopped", extra={"worker": name})
        return 0


def _work_once(worker: Worker) -> None:
    try:
        if not worker.work_once():
            time.sleep(_IDLE_S)
    except (SQLAlchemyError, OSError) as exc:
        logger.warning("database or storage away: %s", type(exc).__name__)
        time.sleep(_AWAY_S)


class _StoppedError(BaseException):
    """Told to stop; no handler of errors takes it for one."""


def _stop(*_: Any) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise _StoppedError


def _models_are_whole(settings: ServerSettings) -> bool:
    try:
        used = [models.face_detector(), models.speech_finder(), models.voice_model()]
        for model in [*used, *map(models.expression_model, settings.expression_models)]:
            models.verify(model)
    except ModelError as exc:
        logger.warning("not ready: %s", exc)
        return False
    return True


class _House:
    """A thread beside the work that tells that the worker lives, and sweeps."""

    def __init__(self, service: Jobs, name: str, *, ready: bool) -> None:
        self._service, self._name, self._ready = service, name, ready
        self._sweeper = Sweeper(service)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="house", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _keep(self) -> None:
        swept_s = -_SWEEP_S
        while not self._over.is_set():
            try:
                self._service.leases.announce(self._name, ready=self._ready)
                if time.monotonic() - swept_s >= _SWEEP_S:
                    self._sweeper.sweep()
                    swept_s = time.monotonic()
            except (SQLAlchemyError, OSError) as exc:
                logger.warning("database or storage away: %s", type(exc).__name__)
            self._over.wait(_ANNOUNCE_S)
