"""New analysis: which recordings, what to find out, start."""

import uuid
from collections.abc import Sequence
from typing import Any

import streamlit as st

from emoclassify.declared import Option, Role
from emoclassify.media import signature
from emoclassify.settings import Options, options_of
from emoclassify.words.numbers import percent_pattern
from emoclassify.words.texts import translation
from webapp import widgets
from webapp.parts.session import Visit, go

Limits = dict[str, Any]
"""What the API takes, as `Client.limits` tells it."""

_NUMBERS = {"sample_fps": (2, 5, 12)}
"""Of an option that is a number, the few that the page offers."""
_ONLY_WITH = {"anonymize": "annotate"}
"""An option that is offered where another one is ticked; unticked it is left to the server, which may cover faces by
default."""
_TICKED = ("report",)
"""What is ticked before the visitor says anything."""
_KEEP_DAYS = (0, 1, 7, 30)
_UPLOADER = (
    "drop pick remove looking no_look wrong_ending not_media empty too_large unreadable megabytes kilobytes "
    "sending waiting stop again status_401 status_413 status_415 status_429 status_502 status_507"
).split()


def draw(visit: Visit) -> None:
    """Asks for recordings and options; started, it hands over to the page of what is in progress."""
    texts = visit.texts
    limits = visit.client.limits()  # away, or a key needed: told before anything is chosen
    st.title(texts["new_title"], anchor=False)
    st.write(texts["new_lead"])
    st.header(texts["step_files"], anchor=False)
    files = _choose(visit, limits)
    st.header(texts["step_options"], anchor=False)
    fields = _ask(visit, limits) | {"lang": visit.language}
    st.header(texts["step_start"], anchor=False)
    agreed = st.checkbox(texts["consent"], key="consent")
    st.caption(texts["law"])
    missing = texts["missing_files"] if not files else None if agreed else texts["missing_consent"]
    if st.button(texts["start"], type="primary", disabled=missing is not None, key="start", help=missing):
        st.session_state["sending"] = {"token": uuid.uuid4().hex, "fields": fields}
        go("running")
    if missing:
        st.caption(missing)


def uploader_texts(visit: Visit) -> dict[str, Any]:
    """What the uploader says."""
    return {name: visit.texts[name] for name in _UPLOADER} | {
        "refused": visit.texts["not_taken"],
        "percent": percent_pattern(visit.language),
        "comma": visit.has_comma,
    }


def _choose(visit: Visit, limits: Limits) -> list[dict[str, Any]]:
    """The uploader; the recordings in it that can be sent: name, size, length_s."""
    mb, endings = limits["max_upload_mb"], limits["endings"]
    hint = visit.texts["files_hint"].format(size=visit.size(mb * 1024**2), endings=", ".join(endings))
    known = (st.session_state.get("uploader") or {}).get("files") or []
    chosen = widgets.uploader(
        data={
            "mode": "choose",
            "texts": uploader_texts(visit) | {"hint": hint},
            "endings": endings,
            "max_bytes": mb * 1024**2,
            "first_bytes": {"n": signature.N_BYTES, "pattern": signature.KNOWN_PATTERN},
            "known": known,
        },
        default={"files": []},
        key="uploader",
        on_files_change=lambda: None,
    )
    return list(chosen.files or [])


def shown_options(holder: type[Options] = Options) -> list[Option]:
    """The options that the page asks for, in its order."""
    return sorted((option for option in options_of(holder) if option.on_page), key=lambda option: option.on_page)


def _ask(visit: Visit, limits: Limits) -> dict[str, str]:
    """The fields of the job, as the API names them."""
    options, values = shown_options(), dict[str, Any]()
    left, right = st.columns(2, gap="large")
    for option in options:
        if option.name not in _ONLY_WITH or values[_ONLY_WITH[option.name]]:
            with right if option.role is Role.OUTPUTS else left, st.container(gap=None):
                values[option.name] = _ask_one(option, visit)
    with st.expander(visit.texts["more_options"]):
        tag, group, keep_days = _ask_more(visit, limits)
    return fields_of(options, values, tag, group, keep_days)


def _ask_one(option: Option, visit: Visit) -> Any:
    words = translation(visit.language).gettext
    label = words(option.label)
    if option.kind is bool or option.several:
        value: Any = st.checkbox(label, value=option.name in _TICKED, key=option.name)
    elif option.choices:
        labels = dict(zip(option.choices, option.choice_labels, strict=True))
        value = st.radio(label, option.choices, format_func=lambda choice: words(labels[choice]), key=option.name)
    else:
        numbers = _NUMBERS[option.name]
        value = st.radio(
            label,
            numbers,
            index=numbers.index(option.default),
            format_func=lambda number: visit.texts[f"{option.name}_{number}"],
            key=option.name,
        )
    st.caption(words(option.hint))
    return value


def _ask_more(visit: Visit, limits: Limits) -> tuple[str, str, int | None]:
    texts, longest = visit.texts, limits["max_label_length"]
    left, middle, right = st.columns(3)
    tag = left.text_input(texts["tag"], max_chars=longest, key="tag")
    left.caption(texts["tag_help"])
    group = middle.text_input(texts["group"], max_chars=longest, key="group")
    middle.caption(texts["group_help"])
    keep_days = right.selectbox(
        texts["keep"],
        [days for days in _KEEP_DAYS if days <= limits["max_keep_days"]],
        index=None,
        format_func=lambda days: _days(days, visit),
        placeholder=_days(limits["keep_days"], visit),
        key="keep",
    )
    right.caption(texts["keep_help"])
    return tag, group, keep_days


def _days(days: int, visit: Visit) -> str:
    return visit.texts.several("days", days) if days else visit.texts["keep_0"]


def fields_of(
    options: Sequence[Option], values: dict[str, Any], tag: str, group: str, keep_days: int | None
) -> dict[str, str]:
    """What is posted for these values, named as the options are; what was not asked is left to the server."""
    fields = {
        option.field: _posted(option, values[option.name])
        for option in options
        if option.name in values and (values[option.name] or option.name not in _ONLY_WITH)
    }
    fields |= {name: text.strip() for name, text in (("tag", tag), ("group", group)) if text.strip()}
    return fields if keep_days is None else fields | {"keep_days": str(keep_days)}


def _posted(option: Option, value: Any) -> str:
    if option.several and value:
        return ",".join(option.choices)
    return str(value).lower() if isinstance(value, bool) else str(value)
