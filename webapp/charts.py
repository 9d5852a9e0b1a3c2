"""How the page's charts look: words that stand out from its ground, shares as its language writes them."""

from typing import Any

import altair as alt
import streamlit as st

from webapp.texts import Texts

_SIZE_PX = 13


def draw_chart(chart: Any, told: str) -> None:
    """A chart as wide as the page; `told` is what it shows, for who cannot see it."""
    axis = {"labelColor": ink(), "titleColor": ink(), "labelFontSize": _SIZE_PX, "titleFontSize": _SIZE_PX}
    shown = chart.configure_axis(**axis).configure_legend(labelColor=ink(), labelFontSize=_SIZE_PX)
    st.altair_chart(shown, width="stretch", alt=told)


def ink() -> str:
    """The colour of words in charts: Streamlit's own grey does not stand out at 4.5 to 1."""
    return "#e6e6e6" if st.context.theme.type == "dark" else "#333333"


def percent_axis(texts: Texts) -> Any:
    """An axis of shares from 0 to 1, in percent."""
    before, after = texts["percent"].split("{n}")
    return alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], labelExpr=f"'{before}' + round(100 * datum.value) + '{after}'")
