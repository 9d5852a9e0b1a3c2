"""Adds to the OpenAPI document what APIFlask cannot read from the code: the form, headers, files and problems."""

from collections.abc import Mapping, Sequence
from typing import Any

from apiflask import APIFlask

from api.fields import FormField
from api.health import METRICS_KIND
from api.problems import PROBLEM

_PROBLEM_REF = {"$ref": "#/components/schemas/ProblemOut"}
_BINARY = {"schema": {"type": "string", "format": "binary"}}

_FILES = {
    "/v1/norms.jsonl": ("application/x-ndjson", {"schema": {"type": "string"}}),
    "/v1/jobs/{job_id}/result": ("application/json", {"schema": {"type": "object"}}),
    "/v1/jobs/{job_id}/artifacts.zip": ("application/zip", _BINARY),
    "/v1/artifacts.zip": ("application/zip", _BINARY),
    "/v1/jobs/{job_id}/artifacts/{name}": ("*/*", _BINARY),
    "/v1/studies/{study_id}/results": ("application/json", {"schema": {"type": "object"}}),
    "/metrics": (METRICS_KIND, {"schema": {"type": "string"}}),
}


def complete_openapi(
    app: APIFlask,
    fields: Mapping[str, FormField],
    outputs: Mapping[str, FormField],
    labels: Mapping[str, FormField],
    notes: Mapping[str, str],
) -> None:
    """Completes the document each time that it is made.

    Args:
        app: the API.
        fields: those of a submitted job, by name.
        outputs: those that can be set again when it is completed.
        labels: those that can be changed in any state.
        notes: name of a field -> what this server adds to its description.
    """

    @app.spec_processor
    def complete(spec: Any) -> Any:
        spec["components"].setdefault("schemas", {})["ProblemOut"] = _problem_schema()
        spec["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        spec["security"] = [{}, {"key": []}]
        for path, calls in spec["paths"].items():
            for method, call in calls.items():
                if method != "parameters":
                    _complete_call(path, call, is_get=method == "get")
        paths = spec["paths"]
        _complete_submit(paths["/v1/jobs"]["post"], fields, notes)
        _complete_uploads(paths, _properties(fields, notes))
        paths["/v1/jobs/{job_id}/render"]["post"]["requestBody"] = _form(_properties(outputs, notes))
        _add_unchanged(paths["/v1/jobs/{job_id}/render"]["post"])
        paths["/v1/jobs/{job_id}"]["patch"]["requestBody"] = _form(_properties(labels, {}))
        for field in ("viewings", "participants"):
            _complete_table(paths[f"/v1/studies/{{study_id}}/{field}"]["put"], field)
        byte_range = {"name": "Range", "in": "header", "schema": {"type": "string"}, "description": "e.g. bytes=0-1023"}
        spec["paths"]["/v1/jobs/{job_id}/artifacts/{name}"]["get"].setdefault("parameters", []).append(byte_range)
        return spec


def _complete_call(path: str, call: dict[str, Any], *, is_get: bool) -> None:
    answers = {status: answer for status, answer in call["responses"].items() if not str(status).startswith(("4", "5"))}
    if path in _FILES and is_get:
        kind, content = _FILES[path]
        answers = {"200": {"description": "The content", "content": {kind: content}}}
        if kind == "*/*":
            answers["206"] = {"description": "The ranges asked for", "content": {kind: content}}
    answers["default"] = {"description": "A problem (RFC 9457)", "content": {PROBLEM: {"schema": _PROBLEM_REF}}}
    call["responses"] = answers


def _complete_table(call: dict[str, Any], field: str) -> None:
    """A table is sent as JSON or as CSV."""
    row = {"type": "object", "additionalProperties": {"type": ["string", "number", "null"]}}
    rows = {"type": "object", "required": [field], "properties": {field: {"type": "array", "items": row}}}
    kinds = {"application/json": {"schema": rows}, "text/csv": {"schema": {"type": "string"}}}
    call["requestBody"] = {"required": True, "content": kinds}


def _complete_submit(call: dict[str, Any], fields: Mapping[str, FormField], notes: Mapping[str, str]) -> None:
    file = {"type": "string", "format": "binary", "description": "The recording."}
    second_help = "Of a call, the recording of the other side; roles says whose each is: agent=file,customer=file2."
    properties = {"file": file, "file2": {**file, "description": second_help}, **_properties(fields, notes)}
    schema = {"type": "object", "required": ["file"], "properties": properties, "additionalProperties": False}
    call["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    text = {"type": "string"}
    key_help = "The same upload with the same key within 24 h is one job."
    prefer_help = "wait=30: answers with the finished job, where it is done by then."
    call.setdefault("parameters", []).extend(
        [
            {"name": "Idempotency-Key", "in": "header", "schema": {**text, "maxLength": 255}, "description": key_help},
            {"name": "Prefer", "in": "header", "schema": text, "description": prefer_help},
        ]
    )
    call["responses"]["200"] = {**call["responses"]["202"], "description": "The job, which has ended"}


def _properties(fields: Mapping[str, FormField], notes: Mapping[str, str]) -> dict[str, Any]:
    return {
        name: {**field.schema, "description": f"{field.help} {notes.get(name, '')}".strip()}
        for name, field in fields.items()
    }


def _form(properties: dict[str, Any], required: Sequence[str] = ()) -> dict[str, Any]:
    """The body of a call that is a small form."""
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    schema |= {"required": list(required)} if required else {}
    return {"required": bool(required), "content": {"application/x-www-form-urlencoded": {"schema": schema}}}


def _add_unchanged(call: dict[str, Any]) -> None:
    call["responses"]["200"] = {**call["responses"]["202"], "description": "The job, of which nothing is to be made"}


def _complete_uploads(paths: Any, properties: dict[str, Any]) -> None:
    text = {"type": "string"}
    names = {
        "filename": {**text, "description": "Of the recording."},
        "file_type": {**text, "description": "Its kind."},
    }
    paths["/v1/uploads"]["post"]["requestBody"] = _form({**names, **properties})
    n_chunks = {"type": "integer", "minimum": 1, "maximum": 999_999, "description": "How many chunks there are."}
    sha256 = {**text, "pattern": "^[0-9a-f]{64}$", "description": "Of the whole recording, in hexadecimal."}
    second = {
        "file2": {**text, "description": "The id of the upload of the other side of a call, whose roles name file2."},
        "file2_chunks": {**n_chunks, "description": "How many chunks that has."},
        "file2_sha256": {**sha256, "description": "Of that recording."},
    }
    end = _form({"chunks": n_chunks, "sha256": sha256, **second}, ["chunks"])
    paths["/v1/uploads/{upload_id}/done"]["post"]["requestBody"] = end
    call = paths["/v1/uploads/{upload_id}/chunks/{number}"]["put"]
    call["requestBody"] = {"required": True, "content": {"application/octet-stream": _BINARY}}
    digest_help = "sha-256=:BASE64: of the chunk (RFC 9530), to be checked."
    digest = {"name": "Content-Digest", "in": "header", "schema": text, "description": digest_help}
    call.setdefault("parameters", []).append(digest)


def _problem_schema() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "code": text,
            "fields": {"type": "object"},
        },
    }
