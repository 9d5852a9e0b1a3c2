"""Celery over Redis as the queue: one message a job, small uploads first.

What a job is and whether it waits stands in the database alone; a message only wakes a worker. So nothing is lost with
the broker, and a message too many does no harm. Knows no worker: `consume` is handed what it calls.
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
from emoclassify.jobs.settings import ServerSettings

logger = logging.getLogger(__name__)

TASK = "emoclassify.run"
JOBS, GPU_JOBS = "jobs", "jobs-gpu"

REFILL_S = 5
_AT_ONCE = 100
"""Messages that one refill puts in at most."""

_AWAY_S = 2.0
_MB = 1024**2
_STEPS_MB = (1, 4, 16, 64, 128, 256, 512, 1024, 2048)
"""An upload below the first is of the first priority, 0, and so on."""


class CeleryQueue:
    """Tells workers on any machine of jobs."""

    def __init__(self, settings: ServerSettings, leases: Leases) -> None:
        """Connects when first used."""
        self._settings, self._leases = settings, leases
        self._app = _make_app(settings)

    def put(self, job: Job) -> None:
        """Tells of a job; where the broker is away it waits in the database until `refill`."""
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
        """The job that waits longest, as the database knows it."""
        return self._leases.waiting()

    def length(self) -> int:
        """How many jobs wait."""
        return self._leases.length()

    def check(self) -> None:
        """Raises ConnectionError where the broker does not answer."""
        with _as_connection_error(), self._redis() as client:
            client.ping()

    def refill(self) -> int:
        """Tells again of jobs that the broker lost, or whose worker died: as many as it has too few messages.

        Returns:
            How many it told of; 0 where another process did it just now.
        """
        with _as_connection_error():
            with self._redis() as client:
                if not client.set("emoclassify-refill", "1", nx=True, ex=REFILL_S):
                    return 0
            n_messages = self._count_messages()
            waiting = self._leases.all_waiting(limit=_AT_ONCE + n_messages)
            missing = waiting[: max(len(waiting) - n_messages, 0)]
            for job in missing:
                self.put(job)
            return len(missing)

    def consume(self, run: Callable[[str], None], *, name: str, gpu: bool) -> None:
        """Gives the jobs that the broker tells of to a function, one at a time, until SIGTERM or SIGINT.

        A signal raises celery.exceptions.WorkerShutdown (a SystemExit) in the function. Celery's own time limits would
        end the process with its warm models: the worker watches the time itself.

        Args:
            run: is given a job's id; where it raises what SQLAlchemy raises or OSError, the message is dropped and the
                job told of again by `refill`.
            name: of the worker.
            gpu: takes the large ones, and others while there are none.
        """
        app = _make_app(self._settings)
        app.task(_forgiving(run), name=TASK)
        signals.worker_ready.connect(_take_over_signals, weak=False)
        refiller = _Refiller(CeleryQueue(self._settings, self._leases))  # a thread with connections of its own
        refiller.start()
        app.Worker(
            hostname=f"{name}@emoclassify",
            queues=[GPU_JOBS, JOBS] if gpu else [JOBS],
            pool="solo",
            concurrency=1,
            loglevel="WARNING",
            quiet=True,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        ).start()
        refiller.stop()

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
    """The Celery application, with nothing of it left to chance."""
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
            # Given again after this; by then the job has ended, and its message does nothing.
            "visibility_timeout": int(settings.job_limit_s) + 3600,
            "socket_connect_timeout": 3,
            "socket_keepalive": True,
            # For whoever puts: it does not wait for a broker that is away.
            "max_retries": 1,
            "interval_start": 0,
            "interval_step": 0.2,
            "interval_max": 0.2,
        },
    )
    return app


class _Refiller(threading.Thread):
    """Tells the broker again of what it lost, every few seconds."""

    def __init__(self, queue: CeleryQueue) -> None:
        super().__init__(name="refill", daemon=True)
        self._queue = queue
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(REFILL_S):
            try:
                if n_jobs := self._queue.refill():
                    logger.info("told again of %d jobs", n_jobs)
            except (SQLAlchemyError, OSError) as exc:
                logger.warning("refill: broker or database away: %s", type(exc).__name__)

    def stop(self) -> None:
        self._over.set()
        self.join()


def _forgiving(run: Callable[[str], None]) -> Callable[[str], None]:
    def run_one(job_id: str) -> None:
        try:
            run(job_id)
        except (SQLAlchemyError, OSError) as exc:
            logger.warning("database or storage away: %s", type(exc).__name__, extra={"job": job_id})
            time.sleep(_AWAY_S)

    return run_one


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
