"""New analysis: the part of the picture in which faces are read."""

from typing import Any

import streamlit as st

from webapp.parts.session import Visit

LASTING = ("has_area", "area_across", "area_down")
"""Keys of the controls, whose values last while other pages are visited."""

_STEP = 5
"""Per cent of the picture; no part is narrower."""

Edges = tuple[int, int]
"""Where a part begins and ends, per cent of the picture."""


def draw_area(visit: Visit) -> dict[str, str]:
    """Draws the choice of a part of the picture, and returns the field to post; none where it is the whole picture."""
    texts = visit.texts
    with st.container(gap=None):
        has_area = st.checkbox(texts["has_area"], key="has_area")
        st.caption(texts["has_area_help"])
    if not has_area:
        return {}
    edges: list[Any] = []  # Streamlit's types know no slider with two ends without a value of its own
    for key in ("area_across", "area_down"):
        st.session_state.setdefault(key, (0, 100))
        edges.append(st.slider(texts[key], 0, 100, step=_STEP, format="%d%%", key=key))
    across, down = edges
    return {"area": area_of(across, down)}


def area_of(across: Edges, down: Edges) -> str:
    """The area as the API takes it; both ends of a slider at one place are a narrow part there."""
    (left, right), (top, bottom) = (_with_size(*edges) for edges in (across, down))
    return ",".join(f"{edge / 100:g}" for edge in (left, top, right, bottom))


def _with_size(low: int, high: int) -> Edges:
    low = min(low, 100 - _STEP)
    return low, max(high, low + _STEP)
