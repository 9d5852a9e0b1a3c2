"""New analysis: which recordings, what to find out, start."""

import os
import uuid
from typing import Any

import streamlit as st

from webapp import widgets
from webapp.parts.session import Visit, go
from webapp.parts.texts import Texts

ENDINGS = "mp4 m4v mov mkv webm avi mpg mpeg wav mp3 m4a flac ogg oga ogv opus jpg jpeg png webp bmp".split()

_LOOKS = (2, 5, 12)
_KEEP_DAYS = (0, 1, 7, 30)
_LONGEST_LABEL = 100
_REPORTS = "docx,pdf,html"
_UPLOADER = (
    "drop pick remove looking no_look wrong_ending not_media empty too_large unreadable megabytes kilobytes percent "
    "sending waiting stop again status_401 status_413 status_415 status_429 status_502 status_507"
).split()


def draw(visit: Visit) -> None:
    """Asks for recordings and options; started, it hands over to the page of what is in progress."""
    texts = visit.texts
    visit.client.page(limit=1)  # away, or a key needed: told before anything is chosen
    st.title(texts["new_title"], anchor=False)
    st.write(texts["new_lead"])
    st.header(texts["step_files"], anchor=False)
    files = _choose(visit)
    st.header(texts["step_options"], anchor=False)
    fields = _ask(texts) | {"lang": visit.language}
    st.header(texts["step_start"], anchor=False)
    told = st.checkbox(texts["consent"], key="consent")
    st.caption(texts["law"])
    missing = texts["missing_files"] if not files else None if told else texts["missing_consent"]
    if st.button(texts["start"], type="primary", disabled=missing is not None, key="start", help=missing):
        st.session_state["sending"] = {"token": uuid.uuid4().hex, "fields": fields}
        go("running")
    if missing:
        st.caption(missing)


def max_upload_mb() -> int:
    """The largest recording, as the API has it (EMOCLASSIFY_MAX_UPLOAD_MB)."""
    text = os.environ.get("EMOCLASSIFY_MAX_UPLOAD_MB", "")
    return int(text) if text.isdigit() else 2048


def uploader_texts(visit: Visit) -> dict[str, Any]:
    """What the uploader says."""
    return {name: visit.texts[name] for name in _UPLOADER} | {
        "refused": visit.texts["not_taken"],
        "comma": visit.language == "ru",
    }


def _choose(visit: Visit) -> list[dict[str, Any]]:
    """The uploader; the recordings in it that can be sent: name, size, length_s."""
    mb = max_upload_mb()
    size = f"{visit.number(mb / 1024, 0 if mb % 1024 == 0 else 1)} GB" if mb >= 1024 else f"{mb} MB"
    if visit.language == "ru":
        size = size.replace("GB", "ГБ").replace("MB", "МБ")
    hint = visit.texts["files_hint"].format(size=size, endings=", ".join(ENDINGS))
    known = (st.session_state.get("uploader") or {}).get("files") or []
    found = widgets.uploader(
        data={
            "mode": "choose",
            "texts": uploader_texts(visit) | {"hint": hint},
            "endings": ENDINGS,
            "max_bytes": mb * 1024**2,
            "known": known,
        },
        default={"files": []},
        key="uploader",
        on_files_change=lambda: None,
    )
    return list(found.files or [])


def _ask(texts: Texts) -> dict[str, str]:
    """The fields of the job, as the API names them."""
    ticked: dict[str, bool] = {}
    left, right = st.columns(2, gap="large")
    with left:
        ticked["double_check"] = _tick(texts, "voice", "double_check")
        with st.container(gap=None):
            faces = st.radio(
                texts["option_faces"],
                ("largest", "all"),
                format_func=lambda value: texts[f"faces_{value}"],
                key="faces",
            )
            st.caption(texts["option_faces_help"])
        with st.container(gap=None):
            looks = st.radio(
                texts["option_looks"], _LOOKS, index=1, format_func=lambda value: texts[f"looks_{value}"], key="looks"
            )
            st.caption(texts["option_looks_help"])
    with right:
        for name in ("report", "graph", "annotate", "anonymize", "xlsx"):
            if name != "anonymize" or ticked["annotate"]:
                ticked[name] = _tick(texts, name, name, usual=name == "report")
    with st.expander(texts["more_options"]):
        tag, group, keep_days = _ask_more(texts)
    return fields_of(ticked, faces, looks, tag, group, keep_days)


def _tick(texts: Texts, option: str, key: str, *, usual: bool = False) -> bool:
    with st.container(gap=None):
        ticked = st.checkbox(texts[f"option_{option}"], value=usual, key=key)
        st.caption(texts[f"option_{option}_help"])
    return ticked


def _ask_more(texts: Texts) -> tuple[str, str, int | None]:
    left, middle, right = st.columns(3)
    tag = left.text_input(texts["tag"], max_chars=_LONGEST_LABEL, key="tag")
    left.caption(texts["tag_help"])
    group = middle.text_input(texts["group"], max_chars=_LONGEST_LABEL, key="group")
    middle.caption(texts["group_help"])
    keep_days = right.selectbox(
        texts["keep"],
        [days for days in _KEEP_DAYS if days <= _max_keep_days()],
        index=None,
        format_func=lambda days: texts[f"keep_{days}"],
        placeholder=texts["keep_7"],
        key="keep",
    )
    right.caption(texts["keep_help"])
    return tag, group, keep_days


def fields_of(
    ticked: dict[str, bool], faces: str, looks: int, tag: str, group: str, keep_days: int | None
) -> dict[str, str]:
    """What is posted for these choices; what is not asked for is left to the API's own defaults."""
    fields = {"faces": faces, "sample_fps": str(looks)}
    for name, field in (("double_check", "double_check"), ("graph", "make_graph"), ("annotate", "annotate")):
        fields[field] = str(ticked[name]).lower()
    for name in ("anonymize", "xlsx"):
        if ticked.get(name):
            fields[name] = "true"
    fields["report"] = _REPORTS if ticked["report"] else "false"
    fields |= {name: text.strip() for name, text in (("tag", tag), ("group", group)) if text.strip()}
    return fields if keep_days is None else fields | {"keep_days": str(keep_days)}


def _max_keep_days() -> int:
    text = os.environ.get("EMOCLASSIFY_MAX_KEEP_DAYS", "")
    return int(text) if text.isdigit() else 30
