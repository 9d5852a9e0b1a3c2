"""Shares as rows of bars in plain HTML, which screen readers can read and which need no charting library."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

_MANY_ROWS, _FRAME_PX = 16, 480
"""With more rows than this, the rows scroll in a frame of this height."""

_HATCHING = "background: repeating-linear-gradient(135deg, currentColor 0 1px, transparent 1px 6px)"


@dataclass(frozen=True)
class BarPart:
    """One coloured part of a row."""

    label: str
    share: float
    """0..1; the whole row is 1."""
    colour: str | None
    """None for what could not be read, which is hatched in the colour of text."""
    share_text: str
    """The share as the reader's language writes it."""


@dataclass(frozen=True)
class BarRow:
    """One row of parts."""

    label: str
    parts: tuple[BarPart, ...]
    note: str


def draw_bars(title: str, rows: Sequence[BarRow], legend: Sequence[BarPart] = ()) -> None:
    """Draws rows of bars; `title` says what they show, `legend` has a part for each colour."""
    with st.container(height=_FRAME_PX if len(rows) > _MANY_ROWS else "content", border=False):
        st.html(_legend(legend) + bars_table(title, rows))


def bars_table(title: str, rows: Sequence[BarRow]) -> str:
    """The rows as a table in HTML."""
    lines = "".join(
        f'<tr><th scope="row">{html.escape(row.label)}</th><td class="bar">{"".join(map(_part, row.parts))}</td>'
        f"<td>{html.escape(row.note)}</td></tr>"
        for row in rows
    )
    return f'<table class="bars" aria-label="{html.escape(title)}">{lines}</table>'


def _part(part: BarPart) -> str:
    tooltip = html.escape(f"{part.label} {part.share_text}")
    ground = f"background: {part.colour}" if part.colour else _HATCHING
    return f'<span title="{tooltip}" style="width: {100 * part.share:.2f}%; {ground}"></span>'


def _legend(parts: Sequence[BarPart]) -> str:
    keys = (f'<span><i style="background: {part.colour}"></i>{html.escape(part.label)}</span>' for part in parts)
    return f'<p class="bars-legend">{"".join(keys)}</p>' if parts else ""
