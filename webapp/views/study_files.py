"""The files of a study: report and slides first, then its tables."""

import html
from urllib.parse import quote

import streamlit as st

from emoclassify.remote.study_calls import Study
from webapp.parts.session import Visit

_KINDS = ("pptx", "docx", "pdf", "html", "xlsx", "png", "svg", "csv", "parquet", "md", "json")
"""Endings of files in the order in which they are listed; others come last."""


def draw_files(study: Study, visit: Visit) -> None:
    """Draws a link to every file that the API lists of the results."""
    files = {file["name"]: file["size_bytes"] for file in visit.client.artifacts(study["job_id"])}
    st.write(visit.texts["study_files"])
    rows = [_row(study["job_id"], "artifacts.zip", visit.texts["all_files"], None, visit)]
    rows += [_row(study["job_id"], name, meaning(name, visit), files[name], visit) for name in in_order(list(files))]
    st.html(f'<table style="border-collapse: collapse">{"".join(rows)}</table>')


def in_order(names: list[str]) -> list[str]:
    """Files for people first, then tables, then those for programs."""
    return sorted(names, key=lambda name: (_KINDS.index(kind) if (kind := _kind(name)) in _KINDS else 99, name))


def meaning(name: str, visit: Visit) -> str:
    """What a file is for."""
    kind = _kind(name)
    return visit.texts[f"studyfile_{kind}"] if kind in _KINDS else visit.texts["file_other"]


def _kind(name: str) -> str:
    return name.rsplit(".", 1)[-1]


def _row(job_id: str, name: str, description: str, size_bytes: int | None, visit: Visit) -> str:
    label, cell = html.escape(name), '<td style="padding: 0.4rem 1rem 0.4rem 0; vertical-align: top">'
    link = f'<a href="/files/{job_id}/{name}?download={quote(name)}" download="{label}">{label}</a>'
    size = "" if size_bytes is None else f", {visit.size(size_bytes)}"
    return f"<tr>{cell}{link}</td>{cell}{html.escape(description)}{size}</td></tr>"
