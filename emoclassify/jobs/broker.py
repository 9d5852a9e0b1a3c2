"""Celery over Redis as the queue: one message a job, small uploads first.

The jobs and their states are in the database alone; a message only wakes a worker. So losing the broker loses no job,
and a message too many does no harm. Does not import the worker: `consume` is given the function to call.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import redis
from celery import Celery, signals
from celery.exceptions import WorkerShutdown
from kombu import Queue as BrokerQueue
from kombu.exceptions import OperationalError
from sqlalchemy.exc import SQLAlchemyError

from emoclassify.jobs.job import Job
from emoclassify.jobs.leases import Leases
from emoclassify.jobs.messages import TASK
from emoclassify.jobs.settings import ServerSettings

logger = logging.getLogger(__name__)

JOBS, GPU_JOBS = "jobs", "jobs-gpu"

REFILL_S = 5
_MOST_MESSAGES = 100
"""Messages that one refill sends at most."""

_PAUSE_S = 2.0
"""After a job that could not be begun, since the database or the storage did not answer."""

_MB = 1024**2
_STEPS_MB = (1, 4, 16, 64, 128, 256, 512, 1024, 2048)
"""An upload below the first is of the first priority, 0, and so on."""


class CeleryQueue:
    """Sends a message for each job to the workers, on any machine."""

    def __init__(self, settings: ServerSettings, leases: Leases) -> None:
        """Connects when first used."""
        self._settings, self._leases = settings, leases
        self._app = _make_app(settings)

    def put(self, job: Job) -> None:
        """Sends the message of a job; where the broker does not answer, `refill` sends it later."""
        is_large = 0 < self._settings.gpu_from_mb * _MB <= job.size_bytes
        try:
            self._app.send_task(
                TASK,
                args=[job.id],
                queue=GPU_JOBS if is_large else JOBS,
                priority=priority(job.size_bytes),
                retry=False,
            )
        except (OperationalError, OSError) as exc:
            logger.warning("broker away: %s; the job waits in the database", type(exc).__name__, extra={"job": job.id})

    def take(self) -> str | None:
        """The id of the job whose turn it is, from the database."""
        return self._leases.waiting()

    def length(self) -> int:
        """How many jobs wait."""
        return self._leases.length()

    def check(self) -> None:
        """Raises ConnectionError where the broker does not answer."""
        with _as_connection_error(), self._redis() as client:
            client.ping()

    def refill(self) -> int:
        """Sends again the messages that the broker lost, and those of jobs whose worker died.

        Returns:
            How many it sent; 0 where another process did so in the last seconds.
        """
        with _as_connection_error():
            with self._redis() as client:
                if not client.set("emoclassify-refill", "1", nx=True, ex=REFILL_S):
                    return 0
            n_messages = self._count_messages()
            queued_jobs = self._leases.all_waiting(limit=_MOST_MESSAGES + n_messages)
            unsent_jobs = queued_jobs[: max(len(queued_jobs) - n_messages, 0)]
            for job in unsent_jobs:
                self.put(job)
            return len(unsent_jobs)

    def consume(self, run: Callable[[str], None], *, name: str, gpu: bool) -> None:
        """Calls a function with the job's id of each message, one after another, until SIGTERM or SIGINT.

        A signal raises celery.exceptions.WorkerShutdown (a SystemExit) in the function. Celery's own time limits would
        end the process with its warm models: the worker watches the time itself.

        Args:
            run: called with a job's id; where it raises SQLAlchemyError or OSError, the message is dropped, and
                `refill` sends it again.
            name: the worker's.
            gpu: take the large uploads first, and the others while there are none.

        Raises:
            OSError: Celery ended by itself.
        """
        app = _make_app(self._settings)
        app.task(_without_outages(run), name=TASK)
        signals.setup_logging.connect(_leave_logging, weak=False)
        signals.worker_ready.connect(_take_over_signals, weak=False)
        refiller = _Refiller(CeleryQueue(self._settings, self._leases))  # a thread with connections of its own
        refiller.start()
        worker = app.Worker(
            hostname=f"{name}@emoclassify",
            queues=[GPU_JOBS, JOBS] if gpu else [JOBS],
            pool="solo",
            concurrency=1,
            quiet=True,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
        worker.start()  # also returns, with an exit status, where Celery meets an error that it does not expect
        refiller.stop()
        if worker.exitcode:
            raise OSError("Celery ended by itself")

    def _count_messages(self) -> int:
        """How many messages wait in the broker."""
        with self._app.connection_for_read() as connection:
            channel = connection.default_channel
            return sum(channel.queue_declare(queue=name).message_count for name in (JOBS, GPU_JOBS))

    def _redis(self) -> Any:
        return redis.Redis.from_url(self._settings.broker_url, socket_connect_timeout=3, socket_timeout=5)


def priority(size_bytes: int) -> int:
    """0, the first, for the smallest uploads, to 9 for the largest."""
    return sum(size_bytes >= step * _MB for step in _STEPS_MB)


def _make_app(settings: ServerSettings) -> Celery:
    """The Celery application; every setting that matters here is set."""
    app = Celery("emoclassify", broker=settings.broker_url, set_as_current=False)
    app.conf.update(
        task_queues=[BrokerQueue(JOBS), BrokerQueue(GPU_JOBS)],
        task_default_queue=JOBS,
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,  # results are in the database
        task_acks_late=True,
        worker_prefetch_multiplier=1,  # a worker that is busy keeps no message from another
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,  # the lease says whose a job is, not the connection
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "priority_steps": list(range(len(_STEPS_MB) + 1)),
            "queue_order_strategy": "priority",
            # A message is delivered again after this time; by then its job has ended, and it does nothing.
            "visibility_timeout": int(settings.job_limit_s) + 3600,
            "socket_connect_timeout": 3,
            "socket_keepalive": True,
            # Whoever sends a message does not wait for a broker that does not answer.
            "max_retries": 1,
            "interval_start": 0,
            "interval_step": 0.2,
            "interval_max": 0.2,
        },
    )
    return app


class _Refiller(threading.Thread):
    """Calls `refill` every few seconds."""

    def __init__(self, queue: CeleryQueue) -> None:
        super().__init__(name="refill", daemon=True)
        self._queue = queue
        self._stop_event = threading.Event()

    def run(self) -> None:
        while not self._stop_event.wait(REFILL_S):
            try:
                if n_jobs := self._queue.refill():
                    logger.info("told again of %d jobs", n_jobs)
            except (SQLAlchemyError, OSError) as exc:
                logger.warning("refill: broker or database away: %s", type(exc).__name__)

    def stop(self) -> None:
        self._stop_event.set()
        self.join()


def _without_outages(run: Callable[[str], None]) -> Callable[[str], None]:
    """The same function, which logs an outage of database or storage instead of raising it."""

    def run_one(job_id: str) -> None:
        try:
            run(job_id)
        except (SQLAlchemyError, OSError) as exc:
            logger.warning("database or storage away: %s", type(exc).__name__, extra={"job": job_id})
            time.sleep(_PAUSE_S)

    return run_one


def _leave_logging(**_: Any) -> None:
    """Celery would set the level of all logs, and the worker would no longer say which job it runs."""


def _take_over_signals(**_: Any) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):  # Celery's own handler would wait for the end of the job
        signal.signal(number, _stop)


def _stop(*_: Any) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise WorkerShutdown(0)


@contextmanager
def _as_connection_error() -> Iterator[None]:
    try:
        yield
    except (redis.RedisError, OperationalError) as exc:
        raise ConnectionError("the broker does not answer") from exc
