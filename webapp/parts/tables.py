"""Tables whose cells stand as they are: Streamlit takes the texts of a table for Markdown, ">99%" for a quotation."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from webapp import widgets
from webapp.parts.session import Visit
from webapp.parts.terms import linked
from webapp.parts.texts import plain


def draw_table(table: pd.DataFrame, visit: Visit | None = None) -> None:
    """Draws a table, a row for each of its rows, without their numbers; with a visit, explained words are links."""
    st.table(as_text(table) if visit is None else with_links(table, visit), hide_index=True, border="horizontal")


def as_text(table: pd.DataFrame) -> pd.DataFrame:
    """The same headings and cells as texts that Streamlit shows letter by letter."""
    return table.map(lambda cell: plain(str(cell))).rename(columns=plain)


def with_links(table: pd.DataFrame, visit: Visit) -> pd.DataFrame:
    """The same, with a link in the first cell that says a word."""
    linked_names = set[str]()
    columns = {
        linked(str(name), visit, linked_names): [linked(str(cell), visit, linked_names) for cell in table[name]]
        for name in table
    }
    return pd.DataFrame(columns, index=table.index)


def draw_choice(columns: Sequence[str], rows: Sequence[Any], chosen_ids: Sequence[str], key: str, visit: Visit) -> Any:
    """Draws a table whose rows can be ticked and opened.

    Args:
        columns: the headings.
        rows: as the widget `jobs` takes them.
        chosen_ids: of the rows that are ticked at first.
        key: of the widget.
        visit: of the page.

    Returns:
        The state of the widget: `chosen`, ids of the ticked rows, and `opened`, the id of one that was clicked now.
    """
    texts = {name: visit.texts[name] for name in ("choose", "choose_all")}
    return widgets.jobs(
        data={"columns": columns, "rows": rows, "chosen": chosen_ids, "texts": texts},
        default={"chosen": chosen_ids},
        key=key,
        on_chosen_change=lambda: None,
        on_opened_change=lambda: None,
    )
