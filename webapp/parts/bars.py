"""Shares as rows of bars, in plain HTML: read out as they are seen, and drawn without a charting library."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

_MANY_ROWS, _FRAME_PX = 16, 480
"""More rows than this scroll in a frame so high."""


@dataclass(frozen=True)
class Part:
    """One coloured part of a row."""

    label: str
    share: float
    """0..1, of the whole row."""
    colour: str
    told: str
    """The share as the reader's language writes it."""


@dataclass(frozen=True)
class Row:
    """One row of parts."""

    label: str
    parts: tuple[Part, ...]
    note: str


def draw_bars(title: str, rows: Sequence[Row], legend: Sequence[Part] = ()) -> None:
    """Draws rows of bars under each other; `title` is what they show, `legend` names the colours."""
    with st.container(height=_FRAME_PX if len(rows) > _MANY_ROWS else "content", border=False):
        st.html(_legend(legend) + bars_table(title, rows))


def bars_table(title: str, rows: Sequence[Row]) -> str:
    """The rows as a table in HTML."""
    lines = "".join(
        f'<tr><th scope="row">{html.escape(row.label)}</th><td class="bar">{"".join(map(_part, row.parts))}</td>'
        f"<td>{html.escape(row.note)}</td></tr>"
        for row in rows
    )
    return f'<table class="bars" aria-label="{html.escape(title)}">{lines}</table>'


def _part(part: Part) -> str:
    told = html.escape(f"{part.label} {part.told}")
    return f'<span title="{told}" style="width: {100 * part.share:.2f}%; background: {part.colour}"></span>'


def _legend(parts: Sequence[Part]) -> str:
    keys = (f'<span><i style="background: {part.colour}"></i>{html.escape(part.label)}</span>' for part in parts)
    return f'<p class="bars-legend">{"".join(keys)}</p>' if parts else ""
