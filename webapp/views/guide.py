"""The glossary: what each word on the other pages means; they link here."""

import streamlit as st

from emoclassify.words.glossary import NAMES, OF_STUDIES
from webapp.parts.session import Visit
from webapp.parts.texts import plain


def draw(visit: Visit) -> None:
    """Draws a paragraph for each word, under its name, which is also its place in the address."""
    texts = visit.texts
    st.title(texts["guide_title"], anchor=False)
    for name in NAMES:
        _draw_word(name, visit)
    st.header(texts["nav_studies"], anchor=False)
    for name in OF_STUDIES:
        _draw_word(name, visit)


def _draw_word(name: str, visit: Visit) -> None:
    st.subheader(visit.texts[f"term_{name}"], anchor=name)
    st.write(plain(visit.texts[f"meaning_{name}"]))
