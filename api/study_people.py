"""The calls on the tables of a study: its viewings, people and scenes."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, request

from api.access import caller
from api.admission import allow_body
from api.problems import problem_error, refused_as_422
from api.studies import no_content, study_or_404
from api.study_schemas import ParticipantsOut, ScenesOut, ViewingsOut
from emoclassify.jobs.service import Jobs

LARGE_CALLS = ("study_people.set_viewings", "study_people.set_participants", "study_people.set_scenes")
"""Endpoints whose bodies may be larger than those of other calls."""

LARGEST_TABLE_BYTES = 4 * 1024**2
"""Some 50,000 viewings."""


def study_people_calls(service: Jobs) -> APIBlueprint:
    """GET and PUT of viewings, participants and scenes, and DELETE of one person."""
    calls = APIBlueprint("study_people", __name__, url_prefix="/v1/studies/<study_id>", tag="studies")

    @calls.before_request
    def check_headers() -> None:
        if request.method != "PUT":
            return
        caller()
        if (request.content_length or 0) > LARGEST_TABLE_BYTES:
            raise problem_error(413, "body_too_large", most_kb=LARGEST_TABLE_BYTES // 1024)
        allow_body(LARGEST_TABLE_BYTES)

    @calls.get("/viewings")
    @calls.output(ViewingsOut)
    @calls.doc(summary="The viewings of a study", operation_id="viewings")
    def viewings(study_id: str) -> dict[str, Any]:
        """Who saw which film in which recording."""
        return {"viewings": service.studies.viewings(study_or_404(service, study_id).id)}

    @calls.put("/viewings")
    @calls.output(ViewingsOut)
    @calls.doc(summary="Replace the viewings of a study", operation_id="set_viewings")
    def set_viewings(study_id: str) -> dict[str, Any]:
        """Takes JSON, as they are shown, or the table viewings.csv (text/csv); `recording` is the id of a job."""
        study = study_or_404(service, study_id)
        from api.study_tables import read_viewings  # loads numpy, which no other call needs

        with refused_as_422():
            rows = read_viewings(service, study, request.get_data(), request.mimetype)
        service.studies.set_viewings(study.id, rows)
        return {"viewings": service.studies.viewings(study.id)}

    @calls.get("/scenes")
    @calls.output(ScenesOut)
    @calls.doc(summary="The scenes of a study's films", operation_id="scenes")
    def scenes(study_id: str) -> dict[str, Any]:
        """What the plan has of them, as a table."""
        study = study_or_404(service, study_id)
        from emoclassify.study_content import scene_rows  # loads numpy, which no other call needs

        return {"scenes": scene_rows(study.plan)}

    @calls.put("/scenes")
    @calls.output(ScenesOut)
    @calls.doc(summary="Replace the scenes of a study's films", operation_id="set_scenes")
    def set_scenes(study_id: str) -> dict[str, Any]:
        """Takes JSON, as they are shown, or the table scenes.csv (text/csv); all scenes of the plan are replaced."""
        study = study_or_404(service, study_id)
        from api.study_tables import plan_sha256, read_scenes, sha256_of
        from emoclassify.study_content import scene_rows

        with refused_as_422():
            plan = read_scenes(study, request.get_data(), request.mimetype)
            plan_sha256(service, study.owner, plan)
        service.studies.change_plan(study.id, study.title, plan, sha256_of)
        return {"scenes": scene_rows(plan)}

    @calls.get("/participants")
    @calls.output(ParticipantsOut)
    @calls.doc(summary="The people of a study", operation_id="participants")
    def participants(study_id: str) -> dict[str, Any]:
        """Their groups and outcomes."""
        return _people(service, study_or_404(service, study_id).id)

    @calls.put("/participants")
    @calls.output(ParticipantsOut)
    @calls.doc(summary="Replace the people of a study", operation_id="set_participants")
    def set_participants(study_id: str) -> dict[str, Any]:
        """Takes JSON, as they are shown, or the table participants.csv (text/csv)."""
        study = study_or_404(service, study_id)
        from api.study_tables import read_participants

        with refused_as_422():
            people = read_participants(study, request.get_data(), request.mimetype)
        service.studies.set_participants(study.id, people)
        return _people(service, study.id)

    @calls.delete("/respondents/<name>")
    @calls.output({}, status_code=204)
    @calls.doc(summary="Delete one person of a study", operation_id="delete_respondent")
    def delete_respondent(study_id: str, name: str) -> Response:
        """Removes what is theirs, recordings in which nobody else is too, and computes the results anew."""
        if not service.delete_respondent(study_or_404(service, study_id), name):
            raise problem_error(404, "no_such_respondent")
        return no_content()

    return calls


def _people(service: Jobs, study_id: str) -> dict[str, Any]:
    people = service.studies.participants(study_id).items()
    return {"participants": [{"respondent": name, **cells} for name, cells in people]}
