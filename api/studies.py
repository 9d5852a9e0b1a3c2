"""The calls that make, change, show and delete studies, and compute their results."""

from dataclasses import replace
from typing import Any

from apiflask import APIBlueprint
from flask import Response, url_for

from api.access import caller
from api.fields import check_webhook, read_study_outputs
from api.jobs import content_of
from api.problems import problem_error, refused_as_422
from api.results import completed, file_of
from api.schemas import JobOut
from api.study_schemas import ParcelIn, ResultsIn, StudiesOut, StudyIn, StudyOut, study_content
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.storage import is_id, new_id
from emoclassify.jobs.studies import StoredStudy
from emoclassify.outputs.names import PANEL
from emoclassify.settings import STUDY_OPTIONS, Options


def study_calls(service: Jobs, defaults: Options) -> APIBlueprint:
    """POST, GET, PUT and DELETE of /v1/studies, and of their results.

    Args:
        service: the jobs.
        defaults: the options where a call gives none.
    """
    calls = APIBlueprint("studies", __name__, url_prefix="/v1", tag="studies")

    @calls.post("/studies")
    @calls.input(StudyIn, location="json", arg_name="content")
    @calls.output(StudyOut, status_code=201)
    @calls.doc(summary="Make a study", operation_id="make_study")
    def make(content: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Stores a title and a plan."""
        sha256 = _checked_plan_sha256(service, content["plan"])
        study = StoredStudy(new_id(), caller().owner, content["title"], content["plan"], sha256, service.clock())
        webhook_url = _checked_webhook(service, content["webhook_url"]) or ""
        service.studies.add(replace(study, webhook_url=webhook_url))
        return shown(service, study.id), 201, {"Location": url_for("studies.show", study_id=study.id)}

    @calls.get("/studies")
    @calls.output(StudiesOut)
    @calls.doc(summary="List studies", operation_id="list_studies")
    def list_studies() -> dict[str, Any]:
        """All of the caller's."""
        counts = service.studies.counts(caller().owner)
        return {"studies": [study_content(study, counts) for study in service.studies.find(caller().owner)]}

    @calls.get("/studies/<study_id>")
    @calls.output(StudyOut)
    @calls.doc(summary="Show a study", operation_id="show_study")
    def show(study_id: str) -> dict[str, Any]:
        """Title, plan, and whether somebody has looked at results."""
        return shown(service, study_or_404(service, study_id).id)

    @calls.put("/studies/<study_id>")
    @calls.input(StudyIn, location="json", arg_name="content")
    @calls.output(StudyOut)
    @calls.doc(summary="Change a study", operation_id="change_study")
    def change(study_id: str, content: dict[str, Any]) -> dict[str, Any]:
        """Replaces title and plan; after somebody looked at results, another plan is noted in `changes`."""
        study = study_or_404(service, study_id)
        _checked_plan_sha256(service, content["plan"])
        webhook_url = _checked_webhook(service, content["webhook_url"])
        from api.study_tables import sha256_of

        service.studies.change_plan(study.id, content["title"], content["plan"], sha256_of, webhook_url)
        return shown(service, study.id)

    @calls.delete("/studies/<study_id>")
    @calls.output({}, status_code=204)
    @calls.doc(summary="Delete a study", operation_id="delete_study")
    def delete(study_id: str) -> Response:
        """Removes it with its results, and the recordings and films that no other study has."""
        service.delete_study(study_or_404(service, study_id))
        return no_content()

    @calls.post("/studies/<study_id>/results")
    @calls.input(ResultsIn, location="json", arg_name="content")
    @calls.output(JobOut, status_code=202)
    @calls.doc(summary="Compute the results of a study", operation_id="compute_study")
    def compute(study_id: str, content: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Queues a job of the kind study; results before it are deleted. Report, slides, workbook and charts are made
        where they are asked for."""
        study = study_or_404(service, study_id)
        webhook_url = _checked_webhook(service, content.pop("webhook_url") or study.webhook_url) or ""
        options = read_study_outputs({name: str(value) for name, value in content.items()}, defaults)
        job = service.compute(study, {name: getattr(options, name) for name in STUDY_OPTIONS}, webhook_url)
        return content_of(service, job), 202, {"Location": url_for("jobs.show", job_id=job.id)}

    @calls.get("/studies/<study_id>/results")
    @calls.doc(summary="The results of a study", operation_id="study_results")
    def results(study_id: str) -> Response:
        """panel.json; the plan is locked by the first look. All files are artifacts of the job `job_id`."""
        study = study_or_404(service, study_id)
        if not study.job_id:
            raise problem_error(409, "study_not_computed")
        return file_of(service, completed(service, study.job_id), PANEL)

    @calls.post("/studies/<study_id>/parcels")
    @calls.input(ParcelIn, location="json", arg_name="content")
    @calls.output(StudyOut, status_code=201)
    @calls.doc(summary="Announce recordings", operation_id="announce_recordings")
    def announce(study_id: str, content: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Notes what is on its way to the study, so that whoever looks at it next can put it in."""
        study = study_or_404(service, study_id)
        service.studies.add_parcel(study.id, {**content, "at": service.clock()})
        return shown(service, study.id), 201

    @calls.delete("/studies/<study_id>/parcels/<token>")
    @calls.output({}, status_code=204)
    @calls.doc(summary="Forget announced recordings", operation_id="forget_recordings")
    def forget(study_id: str, token: str) -> Response:
        """Says that all of them have joined the study, or never will."""
        service.studies.remove_parcel(study_or_404(service, study_id).id, token)
        return no_content()

    return calls


def _checked_webhook(service: Jobs, url: str | None) -> str | None:
    """The same address where it may be told; raises ProblemError, 422, where not."""
    if url:
        check_webhook(url, service.settings)
    return url


def shown(service: Jobs, study_id: str) -> dict[str, Any]:
    """A study of the caller as the API shows it."""
    study = study_or_404(service, study_id)
    return study_content(study, service.studies.counts(study.owner))


def study_or_404(service: Jobs, study_id: str) -> StoredStudy:
    """The caller's study of that id.

    Raises:
        ProblemError: 404 where there is none.
    """
    study = service.studies.get(study_id, caller().owner) if is_id(study_id) else None
    if study is None:
        raise problem_error(404, "no_such_study")
    return study


def no_content() -> Response:
    """An answer that says nothing but that it is done."""
    answer = Response(status=204)
    del answer.headers["Content-Type"]
    return answer


def _checked_plan_sha256(service: Jobs, content: dict[str, Any]) -> str:
    """The checksum of a plan that fits.

    Raises:
        ProblemError: 422, it does not; the message says why.
    """
    from api.study_tables import plan_sha256  # loads numpy, which no other call needs

    with refused_as_422():
        return plan_sha256(service, caller().owner, content)
