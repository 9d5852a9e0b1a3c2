"""The calls that show the health of the server."""

import json
from collections.abc import Callable, Iterator

from apiflask import APIBlueprint
from flask import Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from api.access import caller, sees_all_owners
from api.problems import PROBLEM, problem
from api.schemas import HealthOut, ReadyOut
from emoclassify import __version__
from emoclassify.job_states import SHOWN
from emoclassify.jobs.service import Jobs
from emoclassify.words.messages import Message

WORKER_SILENCE_S = 30.0
"""A worker that did not announce itself for this long does not count; one that ends takes itself off the list."""

METRICS_KIND = "text/plain; version=0.0.4; charset=utf-8"


def health_calls(service: Jobs) -> APIBlueprint:
    """/healthz, /readyz and /metrics."""
    calls = APIBlueprint("health", __name__, tag="server")
    registry = CollectorRegistry()
    registry.register(_Figures(service))

    @calls.get("/healthz")
    @calls.output(HealthOut)
    @calls.doc(summary="The program runs", operation_id="healthz")
    def healthz() -> dict[str, str]:
        """Answers without asking any part."""
        return {"status": "ok", "version": __version__}

    @calls.get("/readyz")
    @calls.output(ReadyOut)
    @calls.doc(summary="All parts answer", operation_id="readyz")
    def readyz() -> dict[str, object] | Response:
        """Asks database, storage and queue, and whether a worker lives that has whole models and reaches the queue; 503
        where one fails."""
        checks = {
            "database": _answers(service.database.check),
            "storage": _answers(service.storage.check),
            "queue": _answers(service.queue.check),
            "models": _answers(lambda: _require_some(service.leases.ready_workers(WORKER_SILENCE_S))),
        }
        if all(checks.values()):
            return {"status": "ready", "checks": checks}
        message = Message("not_ready", {"parts": [name for name, answers in checks.items() if not answers]})
        answer = Response(status=503, mimetype=PROBLEM, headers={"Retry-After": "5"})
        answer.set_data(json.dumps(problem(503, message, checks=checks)) + "\n")
        return answer

    @calls.get("/metrics")
    @calls.doc(summary="Figures for Prometheus", operation_id="metrics")
    def metrics() -> Response:
        """Jobs by state, seconds by stage, length of the queue; with a key, that key's jobs by state alone."""
        return Response(generate_latest(registry), content_type=METRICS_KIND)

    return calls


def _answers(check: Callable[[], object]) -> bool:
    try:
        check()
    except (SQLAlchemyError, OSError):
        return False
    return True


def _require_some(n: int) -> None:
    if not n:
        raise OSError("none")


class _Figures(Collector):
    """Figures for the caller, read from the database at each request: API and workers are several processes."""

    def __init__(self, service: Jobs) -> None:
        self._service = service

    def describe(self) -> Iterator[Metric]:
        """No figures at registration: they would be read from the database."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        """All figures that the caller may know."""
        counts = self._service.store.count_states(None if sees_all_owners() else caller().owner)
        by_state = GaugeMetricFamily("emoclassify_jobs", "Jobs that are kept, by state", labels=["state"])
        for state in SHOWN:
            by_state.add_metric([state], counts.get(state, 0))
        yield by_state
        if sees_all_owners():
            yield from self._of_the_server()

    def _of_the_server(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("emoclassify_queue_length", "Jobs that wait", value=self._service.queue.length())
        n_workers = self._service.leases.ready_workers(WORKER_SILENCE_S)
        yield GaugeMetricFamily("emoclassify_workers", "Workers that could do a job now", value=n_workers)
        ended_by_state = CounterMetricFamily(
            "emoclassify_jobs_ended", "Jobs that have ended, by state", labels=["state"]
        )
        by_stage = CounterMetricFamily("emoclassify_stage_seconds", "Seconds of analysis, by stage", labels=["stage"])
        families = {"jobs": ended_by_state, "stage_seconds": by_stage}
        for name, label, value in self._service.store.totals():
            families[name].add_metric([label], value)
        yield from families.values()
