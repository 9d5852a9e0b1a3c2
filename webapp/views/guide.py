"""The glossary: what each word on the other pages means; they link here."""

import streamlit as st

from webapp.parts.session import Visit
from webapp.parts.terms import TERM_NAMES
from webapp.parts.texts import plain


def draw(visit: Visit) -> None:
    """Draws a paragraph for each word, under its name, which is also its place in the address."""
    texts = visit.texts
    st.title(texts["guide_title"], anchor=False)
    for name in TERM_NAMES:
        st.subheader(texts[f"term_{name}"], anchor=name)
        st.write(plain(texts[f"meaning_{name}"]))
