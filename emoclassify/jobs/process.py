"""The worker as a process: runs jobs until a signal stops it.

Beside them its threads announce that it is running, remove files and jobs whose time is over, and send webhooks.
"""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from typing import Any, NoReturn, Protocol

from sqlalchemy.exc import SQLAlchemyError

from emoclassify.errors import ModelError, UsageError
from emoclassify.jobs.confined import confined_child, option_sets
from emoclassify.jobs.logs import log_as_json_lines
from emoclassify.jobs.private import keep_files_private
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.settings import ServerSettings
from emoclassify.jobs.sweeper import Sweeper
from emoclassify.jobs.task import AnalysisProcess
from emoclassify.jobs.webhooks import Webhooks
from emoclassify.jobs.worker import Worker
from emoclassify.jobs.workplace import Workplace
from emoclassify.networks import models
from emoclassify.stages import models_of

logger = logging.getLogger(__name__)

_IDLE_S = 0.2
"""Between two looks at an empty queue."""

_OUTAGE_PAUSE_S = 2.0
"""Between two tries to reach a database or storage that does not answer."""

_SWEEP_S, _ANNOUNCE_S, _WEBHOOKS_S = 60.0, 5.0, 2.0


class ClosableProcess(AnalysisProcess, Protocol):
    """An analysis process that is closed at the end."""

    def close(self) -> None:
        """Ends its process."""


def work(name: str = "", make_analyzer: Callable[[], ClosableProcess] | None = None, *, gpu: bool = False) -> int:
    """Works until SIGTERM or SIGINT; the job under way is put back then.

    Args:
        name: this worker's; jobs that an earlier one of the same name left unfinished go back to the queue at once.
        make_analyzer: makes the process that analyzes; by default a child process of low priority.
        gpu: with a broker, take the large uploads first.

    Raises:
        UsageError: a setting that does not fit, or `gpu` without a broker.
    """
    log_as_json_lines()
    keep_files_private()
    name = name or f"{socket.gethostname()}-{os.getpid()}"
    try:
        signal.signal(signal.SIGTERM, _stop)
        signal.signal(signal.SIGINT, _stop)
        with open_jobs(ServerSettings.read(), time.time) as service, ExitStack() as stack:
            service.leases.give_back_all(name)
            stack.callback(_retire, service, name)
            place = stack.enter_context(Workplace(service.settings.workers, name))
            analyzer = make_analyzer() if make_analyzer else confined_child(service.settings, place)
            stack.enter_context(closing(analyzer))
            worker = Worker(service, analyzer, name, place=place)
            with ExitStack() as stack:
                for duty in _duties(service, name):
                    stack.enter_context(duty)
                logger.info("waiting", extra={"worker": name})
                _work_on(service, worker, gpu=gpu)
    except (SQLAlchemyError, OSError) as exc:
        logger.error("database, storage or broker do not answer: %s", type(exc).__name__)
        return 1
    except _StoppedError:
        logger.info("stopped", extra={"worker": name})
        return 0


def _retire(service: Jobs, name: str) -> None:
    with suppress(SQLAlchemyError):  # else it is missed when it was not heard of for a while
        service.leases.retire(name)


def _work_on(service: Jobs, worker: Worker, *, gpu: bool) -> NoReturn:
    if service.settings.broker_url:
        from emoclassify.jobs.broker import CeleryQueue

        CeleryQueue(service.settings, service.leases).consume(worker.run_turn, name=worker.name, gpu=gpu)
        raise _StoppedError
    if gpu:
        raise UsageError("broker_missing")
    while True:
        _work_once(worker)


def _work_once(worker: Worker) -> None:
    try:
        if not worker.work_once():
            time.sleep(_IDLE_S)
    except (SQLAlchemyError, OSError) as exc:
        logger.warning("database or storage away: %s", type(exc).__name__)
        time.sleep(_OUTAGE_PAUSE_S)


class _StoppedError(BaseException):
    """A signal said to stop. Not an Exception, so that no handler of errors catches it."""


def _stop(*_: Any) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise _StoppedError


def models_are_whole(settings: ServerSettings) -> bool:
    """Whether the models that any job of the API may use are there and undamaged."""
    try:
        for model in models_of(*option_sets(settings)):
            models.verify(model)
    except (ModelError, UsageError) as exc:
        logger.warning("not ready: %s", exc)
        return False
    return True


class _Duty:
    """A thread that does something every few seconds beside the work."""

    def __init__(self, name: str, period_s: float, call: Callable[[], None]) -> None:
        self._period_s, self._call = period_s, call
        self._stop_event = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop_event.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop_event.is_set():
            try:
                self._call()
            except (SQLAlchemyError, OSError) as exc:
                logger.warning("%s: database or storage away: %s", self._thread.name, type(exc).__name__)
            except Exception:
                logger.exception("%s: unexpected error", self._thread.name)  # the next round may do better
            self._stop_event.wait(self._period_s)


def _announce(service: Jobs, name: str, *, has_models: bool) -> None:
    """Says that this worker is here; it counts only where it could do a job: not without models, nor without queue."""
    try:
        service.queue.check()
    except OSError:  # of the broker
        service.leases.announce(name, ready=False)
    else:
        service.leases.announce(name, ready=has_models)


def _duties(service: Jobs, name: str) -> list[_Duty]:
    has_models = models_are_whole(service.settings)
    duties = [
        _Duty("announce", _ANNOUNCE_S, lambda: _announce(service, name, has_models=has_models)),
        _Duty("sweep", _SWEEP_S, Sweeper(service, name).sweep),
    ]
    if service.settings.webhook_hosts:
        duties.append(_Duty("webhooks", _WEBHOOKS_S, Webhooks(service).deliver))
    return duties
