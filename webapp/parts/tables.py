"""Tables whose cells stand as they are: Streamlit takes the texts of a table for Markdown, ">99%" for a quotation."""

import pandas as pd
import streamlit as st

from webapp.parts.texts import plain


def draw_table(table: pd.DataFrame) -> None:
    """Draws a table, a row for each of its rows, without their numbers."""
    st.table(as_text(table), hide_index=True, border="horizontal")


def as_text(table: pd.DataFrame) -> pd.DataFrame:
    """The same headings and cells as texts that Streamlit shows letter by letter."""
    return table.map(lambda cell: plain(str(cell))).rename(columns=plain)
