"""The calls on norms: what films showed in earlier studies, in single figures of their panels."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, request

from api.access import caller
from api.admission import allow_body
from api.problems import problem_error, refused_as_422
from api.results import completed, note_look
from api.studies import no_content, study_or_404
from api.study_schemas import CategoryIn, NormsAddedOut, NormsOut, StandingsOut
from emoclassify.jobs.norms import Line
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.studies import StoredStudy
from emoclassify.outputs.names import NORMS

LARGE_CALL = "norms.import_norms"
"""The endpoint whose body may be larger than those of other calls."""

LARGEST_FILE_BYTES = 8 * 1024**2
"""As many films as one may have."""


def norm_calls(service: Jobs) -> APIBlueprint:
    """GET, POST and DELETE of /v1/norms, and of those of a study."""
    calls = APIBlueprint("norms", __name__, url_prefix="/v1", tag="studies")

    @calls.before_request
    def check_headers() -> None:
        if request.endpoint != LARGE_CALL:
            return
        caller()
        if (request.content_length or 0) > LARGEST_FILE_BYTES:
            raise problem_error(413, "body_too_large", most_kb=LARGEST_FILE_BYTES // 1024)
        allow_body(LARGEST_FILE_BYTES)

    @calls.get("/norms")
    @calls.output(NormsOut)
    @calls.doc(summary="The norms", operation_id="norms")
    def norms() -> dict[str, Any]:
        """A line for each film that was added; none has anything of a person."""
        return {"norms": service.norms.lines(caller().owner)}

    @calls.get("/norms.jsonl")
    @calls.doc(summary="The norms as a file", operation_id="norms_file")
    def norms_file() -> Response:
        """What `emoclassify study run --norms` and the next call take; files of several houses are joined by putting
        their lines together."""
        from emoclassify.outputs.study.norms_file import line_of, text_of  # loads numpy, which no other call needs

        text = text_of(line_of(line) for line in service.norms.lines(caller().owner))
        answer = Response(text, content_type="application/x-ndjson")
        answer.headers["Content-Disposition"] = f'attachment; filename="{NORMS}"'
        return answer

    @calls.post("/norms")
    @calls.output(NormsAddedOut)
    @calls.doc(summary="Add the lines of a norms file", operation_id="import_norms")
    def import_norms() -> dict[str, Any]:
        """The body is the file, a line of JSON for each film; a film that is there already gets the new line."""
        from emoclassify.outputs.study.norms_file import content_of

        lines = [content_of(line) for line in _lines_in(request.get_data())]
        return _added(service, lines)

    @calls.delete("/norms/<path:film>")
    @calls.output({}, status_code=204)
    @calls.doc(summary="Delete the line of a film", operation_id="delete_norm")
    def delete_norm(film: str) -> Response:
        """`film` is that of the line."""
        if not service.norms.remove(caller().owner, film):
            raise problem_error(404, "no_such_norm")
        return no_content()

    @calls.post("/studies/<study_id>/norms")
    @calls.input(CategoryIn, location="json", arg_name="content")
    @calls.output(NormsAddedOut)
    @calls.doc(summary="Add the films of a study to the norms", operation_id="add_to_norms")
    def add_to_norms(study_id: str, content: dict[str, str]) -> dict[str, Any]:
        """A line for each film that enough people saw with one reader; a film that was added before gets the new
        line. The plan is locked: the lines tell of the results."""
        study = study_or_404(service, study_id)
        return _added(service, [{**line, "category": content["category"]} for line in _own_lines(service, study)])

    @calls.get("/studies/<study_id>/norms")
    @calls.input(CategoryIn, location="query", arg_name="query")
    @calls.output(StandingsOut)
    @calls.doc(summary="The films of a study among the norms", operation_id="standings")
    def standings(study_id: str, query: dict[str, str]) -> dict[str, Any]:
        """Where each figure lies among the films that were read with the same models and options, judged by the same
        limits and are of the same category; no percentile of fewer than 20 films. The plan is locked by the look."""
        from emoclassify.outputs.study.norms_file import line_of
        from emoclassify.study.norms import LEAST_FILMS, n_comparable, standings_of

        study = study_or_404(service, study_id)
        norms = [line_of(line) for line in service.norms.lines(study.owner)]
        added_films = {line.film for line in norms}
        own = [line_of({**line, "category": query["category"]}) for line in _own_lines(service, study)]
        films = [
            {
                "film": line.film,
                "stimulus": line.film.partition(":")[2],
                "n_films": n_comparable(line, norms),
                "is_added": line.film in added_films,
                "standings": [vars(one) for one in standings_of(line, norms)],
            }
            for line in own
        ]
        return {"least_films": LEAST_FILMS, "films": films}

    return calls


def _own_lines(service: Jobs, study: StoredStudy) -> list[Line]:
    """The lines of the results of a study. Raises ProblemError, 409, where there are none, or older ones."""
    from emoclassify.outputs.study.norms_file import content_of, lines_in

    if not study.job_id:
        raise problem_error(409, "study_not_computed")
    job = completed(service, study.job_id)
    if NORMS not in dict(service.artifacts(job)):
        raise problem_error(409, "study_without_norms")
    note_look(service, job)
    with service.open_artifact(job, NORMS) as file:
        text = file.read().decode("utf-8")
    return [content_of(line) for line in lines_in(text, NORMS)]


def _lines_in(body: bytes) -> list[Any]:
    from emoclassify.outputs.study.norms_file import lines_in

    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise problem_error(422, "norms_unread") from exc
    with refused_as_422():
        return lines_in(text, NORMS)


def _added(service: Jobs, lines: list[Line]) -> dict[str, Any]:
    owner = caller().owner
    service.norms.add(owner, lines)
    return {"added": len(lines), "films": len(service.norms.lines(owner))}
