"""Asks before something is deleted."""

from collections.abc import Callable

import streamlit as st

from webapp.parts.session import Visit, draw_safely, show_api_away


def ask_to_confirm(key: str, title: str, question: str, act: Callable[[Visit], None], visit: Visit) -> None:
    """Draws a dialog with a question, a button that does it, and one that leaves all as it is.

    Args:
        key: of the buttons: `<key>_yes` and `<key>_no`.
        title: of the dialog.
        question: in it.
        act: does it; where the API is away, the dialog says so.
        visit: of the page.
    """

    @st.dialog(title)
    def ask() -> None:
        st.write(question)
        if st.button(visit.texts["delete_yes"], type="primary", key=f"{key}_yes"):
            draw_safely(act, visit, on_away=show_api_away)
        if st.button(visit.texts["delete_no"], key=f"{key}_no"):
            st.rerun()

    ask()
