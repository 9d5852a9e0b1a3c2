"""New analysis: choose recordings and options, and start."""

import uuid
from collections.abc import Sequence
from typing import Any

import streamlit as st

from emoclassify.declared import Option, Role
from emoclassify.media import formats
from emoclassify.settings import Options, options_of
from emoclassify.words.licences import OF_ITS_MODEL, OF_SOUND_ALONE
from emoclassify.words.numbers import percent_pattern
from emoclassify.words.texts import translation
from webapp import widgets
from webapp.parts.session import Visit, go
from webapp.views import new_area, new_call

Limits = dict[str, Any]
"""What the API accepts, as `Client.limits` returns it."""

_NUMBERS = {"sample_fps": (2, 5, 12)}
"""Option that is a number -> the few values that the page offers."""
_ONLY_WITH = {"anonymize": "annotate", "voice_model": "double_check"}
"""Option -> the option that must be ticked before it is offered. Unticked it is not posted: the server may cover faces
by default."""
_NEED_RECOGNIZER = ("transcribe", "transcribe_focus")
_KEEP_DAYS = (0, 1, 7, 30)
_LASTING = ("tag", "group", "keep")
"""Keys of the further controls whose values last while other pages are visited."""

_UPLOADER_TEXTS = (
    "drop pick remove looking no_look wrong_ending not_media empty too_large unreadable megabytes kilobytes "
    "sending sending_keep sending_pause sending_elsewhere sending_cut "
    "understood waiting stop again status_401 status_413 status_415 status_429 status_502 "
    "status_507"
).split()


def keep_choices() -> None:
    """Keeps the chosen options while another page is drawn: Streamlit would drop them with their controls."""
    for name in (*(option.name for option in shown_options()), *_LASTING, *new_area.LASTING, *new_call.LASTING):
        if name in st.session_state:
            st.session_state[name] = st.session_state[name]


def draw(visit: Visit) -> None:
    """Draws the choice of recordings and options; the start button leads to the page "In progress"."""
    texts = visit.texts
    limits = visit.client.limits()  # first, so that an API that is away or needs a key is shown before the form
    st.title(texts["new_title"], anchor=False)
    st.write(texts["new_lead"])
    st.header(texts["step_files"], anchor=False)
    files = draw_uploader(visit, limits)
    st.header(texts["step_options"], anchor=False)
    fields = _draw_options(visit, limits, [file["name"] for file in files]) | {"lang": visit.language}
    st.header(texts["step_start"], anchor=False)
    has_consent = st.checkbox(texts["consent"], key="consent")
    st.caption(texts["law"])
    _draw_retention(visit, limits)
    missing_text = texts["missing_files"] if not files else None if has_consent else texts["missing_consent"]
    if st.button(texts["start"], type="primary", disabled=missing_text is not None, key="start", help=missing_text):
        token = uuid.uuid4().hex
        is_call = new_call.is_of_files(fields)
        sending = {"token": token, "n": 1 if is_call else len(files), "fields": fields | {"batch": token}}
        st.session_state["sending"] = sending | {"isCall": is_call}
        go("running")
    if missing_text:
        st.caption(missing_text)


def _draw_retention(visit: Visit, limits: Limits) -> None:
    """Draws when the recordings will be deleted."""
    keep_days = st.session_state.get("keep")
    days = limits["keep_days"] if keep_days is None else keep_days
    texts = visit.texts
    if not days:
        st.caption(texts["retention_0"])
        return
    st.caption(texts["retention"].format(days=texts.several("days", days), more=texts["more_options"]))


def uploader_texts(visit: Visit) -> dict[str, Any]:
    """The texts of the uploader, by name."""
    return {name: visit.texts[name] for name in _UPLOADER_TEXTS} | {
        "refused": visit.texts["not_taken"],
        "percent": percent_pattern(visit.language),
        "comma": visit.has_comma,
    }


def draw_uploader(visit: Visit, limits: Limits) -> list[dict[str, Any]]:
    """Draws the uploader and returns the recordings in it that can be sent: name, size, length_s."""
    mb, endings = limits["max_upload_mb"], limits["endings"]
    hint = visit.texts["files_hint"].format(size=visit.size(mb * 1024**2), endings=", ".join(endings))
    known_files = (st.session_state.get("uploader") or {}).get("files") or []
    licences = {one["licence"] for one in limits["not_commercial"] if one["field"] == "file"}
    hints = [visit.texts["sound_off"]] if not limits["voice"] else []
    hints += [_of_terms(OF_SOUND_ALONE, licence, visit) for licence in licences]
    uploader = widgets.uploader(
        data={
            "mode": "choose",
            "texts": uploader_texts(visit) | {"hint": " ".join([hint, *hints])},
            "endings": endings,
            "max_bytes": mb * 1024**2,
            "first_bytes": {"n": formats.N_BYTES, "pattern": formats.KNOWN_PATTERN},
            "known": known_files,
        },
        default={"files": []},
        key="uploader",
        on_files_change=lambda: None,
    )
    return list(uploader.files or [])


def shown_options(holder: type[Options] = Options) -> list[Option]:
    """The options that the page offers, in its order."""
    return sorted((option for option in options_of(holder) if option.on_page), key=lambda option: option.on_page)


def _draw_options(visit: Visit, limits: Limits, names: Sequence[str]) -> dict[str, str]:
    """Draws the controls of the options and returns the fields of the job as the API names them.

    `names` are those of the recordings that were chosen.
    """
    options, values = shown_options(), dict[str, Any]()
    left, right = st.columns(2, gap="large")
    for option in options:
        if _is_offered(option, values, limits):
            with right if option.role is Role.OUTPUTS else left, st.container(gap=None):
                values[option.name] = _draw_option(option, visit, limits)
    with left:
        more = new_area.draw_area(visit)
        more |= new_call.draw_call(visit, names, reads_voices=limits["voice"])
    with right:
        more |= new_call.draw_marks(visit)
    with st.expander(visit.texts["more_options"]):
        tag, group, keep_days = _draw_more(visit, limits)
    return fields_of(options, values, tag, group, keep_days) | more


def _is_offered(option: Option, values: dict[str, Any], limits: Limits) -> bool:
    """Whether it is drawn: not before the option that it goes with is ticked, nor where the server has its own."""
    has_own = bool(option.names) and option.field in limits["refused_fields"]
    return bool(values.get(_ONLY_WITH.get(option.name, ""), True)) and not has_own


def _draw_option(option: Option, visit: Visit, limits: Limits) -> Any:
    translate = translation(visit.language).gettext
    label = translate(option.label)
    if option.field in limits["refused_fields"]:
        st.checkbox(label, disabled=True, key=option.name)
        st.caption(visit.texts["no_recognizer" if option.name in _NEED_RECOGNIZER else "switched_off"])
        return False
    if option.several:
        st.session_state.setdefault(option.name, list(option.choices))
        value: Any = draw_choices(option, option.name, visit)
    elif option.kind is bool:
        value = st.checkbox(label, key=option.name)
    elif choices := option.choices or option.names:
        labels = dict(zip(choices, option.choice_labels, strict=True))
        value = st.radio(label, choices, format_func=lambda choice: translate(labels[choice]), key=option.name)
    else:
        numbers = _NUMBERS[option.name]
        st.session_state.setdefault(option.name, numbers[numbers.index(option.default)])
        value = st.radio(
            label,
            numbers,
            format_func=lambda number: visit.texts[f"{option.name}_{number}"],
            key=option.name,
        )
    licences = [one["licence"] for one in limits["not_commercial"] if one["field"] == option.field]
    st.caption(" ".join([translate(option.hint), *(_of_terms(OF_ITS_MODEL, licence, visit) for licence in licences)]))
    return value


def draw_choices(option: Option, key: str, visit: Visit) -> list[str]:
    """Draws a switch for each choice of an option that may have several, and returns those that are on."""
    translate = translation(visit.language).gettext
    labels = dict(zip(option.choices, option.choice_labels, strict=True))
    return st.pills(
        translate(option.label),
        option.choices,
        selection_mode="multi",
        format_func=lambda choice: translate(labels[choice]),
        key=key,
    )


def _of_terms(text: str, licence: str, visit: Visit) -> str:
    return translation(visit.language).gettext(text).format(licence=licence)


def _draw_more(visit: Visit, limits: Limits) -> tuple[str, str, int | None]:
    texts, max_chars = visit.texts, limits["max_label_length"]
    left, middle, right = st.columns(3)
    tag = left.text_input(texts["tag"], max_chars=max_chars, key="tag")
    left.caption(texts["tag_help"])
    group = middle.text_input(texts["group"], max_chars=max_chars, key="group")
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
    """The fields to post for values by option; options without a value are left to the server's defaults."""
    fields = {
        option.field: field_text(option, values[option.name])
        for option in options
        if option.name in values and (values[option.name] or option.name not in _ONLY_WITH)
    }
    fields |= {name: text.strip() for name, text in (("tag", tag), ("group", group)) if text.strip()}
    return fields if keep_days is None else fields | {"keep_days": str(keep_days)}


def field_text(option: Option, value: Any) -> str:
    """The value of an option as the API takes it."""
    if option.several:
        return ",".join(value) or "false"
    return str(value).lower() if isinstance(value, bool) else str(value)
