"""The HTTP API: recordings in, jobs and results out. It never opens media; the workers do (emoclassify.jobs.worker)."""

import logging
import time

from apiflask import APIFlask
from flask import Response, g, request

from api.access import OPEN_CALLS, Caller, guard
from api.admission import refuse_large_bodies
from api.docs import docs_calls
from api.fields import field_notes, form_fields, label_fields, output_fields
from api.fieldwork import fieldwork_calls
from api.health import health_calls
from api.jobs import job_calls
from api.json_bodies import read_json_bodies
from api.limits import limits_calls
from api.norms import LARGE_CALL, norm_calls
from api.openapi import complete_openapi
from api.problems import answer_with_problems
from api.respondents import OF_THE_PAGE, respondent_calls
from api.results import archive_calls, result_calls
from api.scratch import Scratch
from api.stats import stats_calls
from api.studies import study_calls
from api.study_people import LARGE_CALLS, study_people_calls
from api.submits import submit_calls
from api.uploads import upload_calls
from emoclassify import __version__
from emoclassify.jobs.audit import AuditLog, Call
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.settings import ServerSettings
from emoclassify.jobs.storage import is_id
from emoclassify.settings import Options

logger = logging.getLogger("api")


def create_app(
    service: Jobs,
    *,
    scratch: Scratch | None = None,
    defaults: Options | None = None,
    host: str = "127.0.0.1",
    token: str = "",
) -> APIFlask:
    """The program as a WSGI application.

    Args:
        service: the job system; the caller closes it.
        scratch: the room of the scratch folder, where a server receives there too.
        defaults: the options where a request gives none; by default the library's.
        host: the name or address at which it is served.
        token: of the user who runs the server (see `api.access.guard`); by default there is none.
    """
    defaults = defaults or Options()
    app = APIFlask(__name__, title="EmoClassify", version=__version__, docs_path=None, json_errors=False)
    app.config.update(
        DESCRIPTION="Recordings in, timelines of emotion out.",
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_OPERATION_SUMMARY=False,
    )
    read_json_bodies(app)
    answer_with_problems(app)
    _log_calls(app, AuditLog(service.settings.audit, service.settings.audit_days, service.clock))
    guard(app, service.settings, service.keys, host, token)
    fields = form_fields(type(defaults))
    complete_openapi(app, fields, output_fields(type(defaults)), label_fields(type(defaults)), field_notes(defaults))
    app.register_blueprint(submit_calls(service, defaults))
    app.register_blueprint(upload_calls(service, defaults))
    app.register_blueprint(job_calls(service))
    app.register_blueprint(stats_calls(service))
    app.register_blueprint(limits_calls(service, defaults))
    scratch = scratch or scratch_of(service.settings)
    app.register_blueprint(result_calls(service, scratch))
    app.register_blueprint(archive_calls(service, scratch))
    app.register_blueprint(study_calls(service, defaults))
    app.register_blueprint(study_people_calls(service))
    app.register_blueprint(norm_calls(service))
    app.register_blueprint(fieldwork_calls(service))
    app.register_blueprint(respondent_calls(service, defaults))
    app.register_blueprint(health_calls(service))
    app.register_blueprint(docs_calls(app))
    refuse_large_bodies(app, {"submits.submit", "uploads.put_chunk", *LARGE_CALLS, LARGE_CALL, *OF_THE_PAGE})
    return app


def scratch_of(settings: ServerSettings) -> Scratch:
    """The room of a server's scratch folder; one key takes half of it, but may always send the largest request."""
    most_bytes = settings.receiving_bytes
    return Scratch(settings.scratch, most_bytes, max(most_bytes // 2, settings.max_upload_bytes))


def _log_calls(app: APIFlask, audit: AuditLog) -> None:
    @app.before_request
    def start() -> None:
        g.started_s = time.perf_counter()

    @app.after_request
    def log(answer: Response) -> Response:
        ms = round(1000 * (time.perf_counter() - g.started_s), 1)
        facts = {"method": request.method, "call": str(request.url_rule), "status": answer.status_code, "ms": ms}
        job = _id_asked_for()
        logger.info("answered", extra=facts | ({"job": str(job)[:32]} if job else {}))
        if request.path not in OPEN_CALLS:
            audit.note(_audited(answer))
        return answer


def _audited(answer: Response) -> Call:
    """What the audit log keeps of the current call. Without a key, what it asked for is a stranger's text."""
    sender: Caller | None = g.get("caller")
    job_id = _id_asked_for() or answer.headers.get("Location", "").rsplit("/", 1)[-1]
    return Call(
        key=sender.key_id if sender else "",
        address=request.remote_addr or "",
        method=request.method,
        route=str(request.url_rule or ""),
        job=job_id if sender and is_id(job_id) else "",
        status=answer.status_code,
    )


def _id_asked_for() -> str:
    """The id of the job or study of the current call; empty where it has none."""
    arguments = request.view_args or {}
    return str(arguments.get("job_id", "") or arguments.get("study_id", ""))
