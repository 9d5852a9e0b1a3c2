"""What can be done with a finished result: more files, another name, a link, and the end of it."""

from typing import Any

import streamlit as st

from emoclassify.declared import Option, Role
from emoclassify.remote.client import ApiError, Job
from emoclassify.words.messages import Message
from emoclassify.words.texts import LANGUAGES, translation
from webapp import widgets
from webapp.parts.session import Visit, message_of
from webapp.parts.texts import in_words
from webapp.views.new import draw_choices, field_text, shown_options

_REFRESH_S = 2.0


def draw_afterwards(job: Job, visit: Visit) -> None:
    """Draws the ways to make more files, to rename, and to hand the link on."""
    texts = visit.texts
    st.divider()
    widgets.link(
        data={
            "path": f"/result?job={job['id']}",
            "texts": {name: texts[f"link_{name}"] for name in ("copy", "copied", "hint")},
        },
        key="link",
    )
    if job["rendering"]:
        _wait_for_files(job["id"], visit)
        return
    if job["error"]:
        detail = in_words(Message.from_problem(job["error"]), visit.language)
        st.error(texts["later_failed"].format(detail=detail))
    with st.expander(texts["later"], icon=":material/note_add:"):
        st.write(texts["later_lead"])
        fields = draw_outputs(job["options"]["lang"], visit, has_recording=job["upload_kept"])
        if st.button(texts["later_make"], key="later_make", disabled=fields is None):
            assert fields is not None
            _call(lambda: visit.client.render(job["id"], **fields), visit)
        if fields is None:
            st.caption(texts["later_none"])
    with st.expander(texts["describe"], icon=":material/edit:"):
        _draw_labels(job, visit)


@st.fragment(run_every=_REFRESH_S)
def _wait_for_files(job_id: str, visit: Visit) -> None:
    """Draws that files are being made, and the whole page again when they are there."""
    st.info(visit.texts["later_waits"])
    if not visit.client.get(job_id)["rendering"]:
        st.rerun()


def draw_outputs(lang: str, visit: Visit, *, has_recording: bool) -> dict[str, str] | None:
    """Draws a tick for each kind of file and the choice of their language.

    Args:
        lang: of the files so far; empty where there are several.
        visit: whose language the page has.
        has_recording: whether a video can be made.

    Returns:
        The fields to post; None where nothing is chosen.
    """
    translate, fields = translation(visit.language).gettext, dict[str, str]()
    for option in output_options():
        is_video = option.name in ("annotate", "anonymize")
        if option.name == "anonymize" and "annotate" not in fields:
            continue
        label, key = translate(option.label), f"later-{option.name}"
        if option.several:
            value: Any = draw_choices(option, key, visit)
        else:
            value = st.checkbox(label, key=key, disabled=is_video and not has_recording)
        if value:
            fields[option.field] = field_text(option, value)
    if not has_recording:
        st.caption(visit.texts["later_no_video"])
    languages = list(LANGUAGES)
    st.session_state.setdefault("later-lang", lang if lang in languages else visit.language)
    chosen_lang = st.radio(
        visit.texts["later_lang"], languages, format_func=LANGUAGES.__getitem__, horizontal=True, key="later-lang"
    )
    return {**fields, "lang": str(chosen_lang)} if fields or chosen_lang != lang else None


def output_options() -> list[Option]:
    """The options of files that can be made afterwards, in the order of the page."""
    return [
        option for option in shown_options() if option.role is Role.OUTPUTS and (option.kind is bool or option.several)
    ]


def _draw_labels(job: Job, visit: Visit) -> None:
    texts = visit.texts
    with st.form(f"labels-{job['id']}", border=False):
        labels = {
            name: st.text_input(texts[name], value=job[name], key=f"describe-{name}")
            for name in ("name", "tag", "group")
        }
        if st.form_submit_button(texts["save"]):
            changes = {name: text.strip() for name, text in labels.items() if text.strip() != job[name]}
            _call(lambda: visit.client.describe(job["id"], **changes), visit)


def _call(call: Any, visit: Visit) -> None:
    try:
        call()
    except ApiError as exc:
        st.error(visit.texts["refused"].format(detail=in_words(message_of(exc), visit.language)))
    else:
        st.rerun()
