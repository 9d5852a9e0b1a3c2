"""A recording that was handed in before: said, with the way to the earlier result."""

import streamlit as st

from emoclassify.remote.client import Job
from webapp.parts.session import Visit, go


def draw_earlier(job: Job, visit: Visit) -> None:
    """Draws that the same recording was handed in before, with a button that opens the earlier job; else nothing."""
    if not job["same_as"]:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(visit.texts["same_as"], width="content")
        if st.button(visit.texts["show_earlier"], key=f"earlier-{job['id']}", type="tertiary"):
            go("result", job=job["same_as"])
