"""The HTTP API: recordings in, jobs and results out. It never opens media; the workers do (emoclassify.jobs.worker)."""

import logging
import time

from apiflask import APIFlask
from flask import Response, g, request

from api.access import guard
from api.admission import refuse_large_bodies
from api.docs import docs_calls
from api.fields import field_notes, form_fields
from api.health import health_calls
from api.jobs import job_calls
from api.limits import limits_calls
from api.openapi import complete_openapi
from api.problems import answer_with_problems
from api.results import result_calls
from api.scratch import Scratch
from api.stats import stats_calls
from api.submits import submit_calls
from emoclassify import __version__
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.settings import ServerSettings
from emoclassify.settings import Options

logger = logging.getLogger("api")


def create_app(
    service: Jobs, *, scratch: Scratch | None = None, defaults: Options | None = None, host: str = "127.0.0.1"
) -> APIFlask:
    """The program as a WSGI application.

    Args:
        service: the job system; the caller closes it.
        scratch: the room of the scratch folder, where a server receives there too.
        defaults: the options where a request gives none; by default the library's.
        host: the name or address at which it is served.
    """
    defaults = defaults or Options()
    app = APIFlask(__name__, title="EmoClassify", version=__version__, docs_path=None, json_errors=False)
    app.config.update(
        DESCRIPTION="Recordings in, timelines of emotion out.",
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_OPERATION_SUMMARY=False,
    )
    answer_with_problems(app)
    _log_calls(app)
    guard(app, service.settings, service.keys, host)
    complete_openapi(app, form_fields(type(defaults)), field_notes(defaults))
    app.register_blueprint(submit_calls(service, defaults))
    app.register_blueprint(job_calls(service))
    app.register_blueprint(stats_calls(service))
    app.register_blueprint(limits_calls(service, defaults))
    app.register_blueprint(result_calls(service, scratch or scratch_of(service.settings)))
    app.register_blueprint(health_calls(service))
    app.register_blueprint(docs_calls(app))
    refuse_large_bodies(app, {"submits.submit"})
    return app


def scratch_of(settings: ServerSettings) -> Scratch:
    """The room of a server's scratch folder; one key takes half of it, but may always send the largest request."""
    most_bytes = settings.receiving_bytes
    return Scratch(settings.scratch, most_bytes, max(most_bytes // 2, settings.max_upload_bytes))


def _log_calls(app: APIFlask) -> None:
    @app.before_request
    def start() -> None:
        g.started_s = time.perf_counter()

    @app.after_request
    def log(answer: Response) -> Response:
        ms = round(1000 * (time.perf_counter() - g.started_s), 1)
        facts = {"method": request.method, "call": str(request.url_rule), "status": answer.status_code, "ms": ms}
        job = (request.view_args or {}).get("job_id")
        logger.info("answered", extra=facts | ({"job": str(job)[:32]} if job else {}))
        return answer
