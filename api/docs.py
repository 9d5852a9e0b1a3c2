"""/docs: the OpenAPI document as a page without scripts that loads nothing from other servers."""

import json
from typing import Any

from apiflask import APIBlueprint, APIFlask
from flask import render_template


def docs_calls(app: APIFlask) -> APIBlueprint:
    """GET /docs."""
    calls = APIBlueprint("docs", __name__, enable_openapi=False)

    @calls.get("/docs")
    def docs() -> str:
        spec: Any = app.spec if isinstance(app.spec, dict) else json.loads(app.spec)
        rows = [
            {"path": path, "method": method.upper(), "form": _form_of(call, spec["components"]["schemas"]), **call}
            for path, calls_of_path in spec["paths"].items()
            for method, call in calls_of_path.items()
            if method != "parameters"
        ]
        return render_template("docs.html", info=spec["info"], calls=rows, schemas=spec["components"]["schemas"])

    return calls


def _form_of(call: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any] | None:
    """What the body of a call holds: where it stands, and the schema of its fields; None without a body."""
    if "requestBody" not in call:
        return None
    kind, content = next(iter(call["requestBody"]["content"].items()))
    schema = content["schema"]
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[-1]]
    return {"place": "form" if "form" in kind else "body", "schema": schema}
