"""New analysis: of a call, who is on which side and whose voice is read; and which stretches get marks."""

from collections.abc import Mapping, Sequence

import streamlit as st

from emoclassify.emotions import EMOTIONS
from emoclassify.episode_rules import DOWN_SHARE
from emoclassify.spoken_options import SIDE_FIELDS
from webapp.parts.session import Visit
from webapp.parts.texts import GROUP_TEXTS

LASTING = ("is_call", "call_places", "call_scored", "has_marks", "marks_measure", "marks_up", "marks_for")
"""Keys of the controls, whose values last while other pages are visited."""

_PLACES = {
    "agent_left": ("left", "right"),
    "agent_right": ("right", "left"),
    "agent_first": ("track1", "track2"),
    "agent_second": ("track2", "track1"),
}
"""Choice -> where the agent is, and where the customer."""

FILE_PLACES = {"agent_file": SIDE_FIELDS, "agent_file2": SIDE_FIELDS[::-1]}
"""The same where the recordings that were chosen are two, each of a side."""

_SCORED = ("customer", "both", "none")
_MEASURES = ("negative", "positive", *EMOTIONS)
_FIRST_UP, _FIRST_FOR_S = 0.5, 3.0


def draw_call(visit: Visit, names: Sequence[str], *, reads_voices: bool) -> dict[str, str]:
    """Draws the choice of roles, and returns the fields to post; none where the recording is no call.

    Args:
        visit: of the page.
        names: of the recordings that were chosen.
        reads_voices: whether the server does.
    """
    texts = visit.texts
    with st.container(gap=None):
        is_call = st.checkbox(texts["is_call"], key="is_call")
        st.caption(texts["is_call_help"])
    if not is_call:
        return {}
    choices = [*_PLACES, *FILE_PLACES] if len(names) == len(SIDE_FIELDS) else list(_PLACES)
    if st.session_state.get("call_places") not in choices:
        st.session_state["call_places"] = choices[0]
    places = st.selectbox(
        texts["call_places"],
        choices,
        format_func=lambda name: texts[f"places_{name}"].format(**dict(zip(SIDE_FIELDS, names, strict=False))),
        key="call_places",
    )
    scored = "none"
    if reads_voices:
        with st.container(gap=None):
            scored = st.radio(
                texts["call_scored"], _SCORED, format_func=lambda name: texts[f"scored_{name}"], key="call_scored"
            )
            st.caption(texts["call_law"])
    return call_fields(places, scored, visit)


def call_fields(places: str, scored: str, visit: Visit) -> dict[str, str]:
    """The fields of a job: the roles, named in the visitor's language, and those whose voice is read.

    Args:
        places: a key of _PLACES or FILE_PLACES.
        scored: one of _SCORED.
        visit: whose language it is.
    """
    agent, customer = visit.texts["role_agent"], visit.texts["role_customer"]
    agent_place, customer_place = (_PLACES | FILE_PLACES)[places]
    names = {"customer": customer, "both": f"{agent},{customer}", "none": "none"}
    # The customer first: the recording as a whole is told of the first role that is scored.
    return {"roles": f"{customer}={customer_place},{agent}={agent_place}", "score_roles": names[scored]}


def is_of_files(fields: Mapping[str, str]) -> bool:
    """Whether fields of a job make one call of the two recordings that were chosen."""
    return "roles" in fields and st.session_state.get("call_places") in FILE_PLACES


def draw_marks(visit: Visit) -> dict[str, str]:
    """Draws the rule by which stretches get a mark, and returns the field to post; none without a rule."""
    texts = visit.texts
    with st.container(gap=None):
        has_marks = st.checkbox(texts["has_marks"], key="has_marks")
        st.caption(texts["has_marks_help"])
    if not has_marks:
        return {}
    st.session_state.setdefault("marks_up", _FIRST_UP)
    st.session_state.setdefault("marks_for", _FIRST_FOR_S)
    measure = st.selectbox(
        texts["marks_measure"],
        _MEASURES,
        format_func=lambda name: texts[GROUP_TEXTS.get(name) or name],
        key="marks_measure",
    )
    up = st.number_input(texts["marks_up"], min_value=0.05, max_value=1.0, step=0.05, key="marks_up")
    for_s = st.number_input(texts["marks_for"], min_value=0.5, max_value=600.0, step=0.5, key="marks_for")
    return {"episodes": rule_of(measure, up, for_s)}


def rule_of(measure: str, up: float, for_s: float) -> str:
    """The rule as the API takes it."""
    return f"{measure}:{up:.2f}:{up * DOWN_SHARE:.3f}:{for_s:g}"
