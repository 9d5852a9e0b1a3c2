"""The waves or days of a study on one axis: the drawn chart, a table, and each step in a sentence."""

import html
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from emoclassify.remote.study_calls import Study
from webapp.parts.session import Visit
from webapp.parts.study_chart import measure_text
from webapp.parts.study_results import Panel
from webapp.parts.tables import draw_table
from webapp.parts.texts import plain


def draw_waves(study: Study, panel: Panel, measure: str, visit: Visit) -> None:
    """Draws one measure by waves; nothing where there are none, nor of older results."""
    waves = panel.get("waves", {"levels": []})
    rows = wave_rows(waves, measure, visit)
    if not rows:
        return
    st.header(visit.texts["waves_days" if waves["are_days"] else "waves_head"], anchor=False)
    _draw_chart(study, measure, visit)
    draw_table(pd.DataFrame(rows))
    steps = [step["told"][visit.language] for step in waves["steps"] if step["measure"] == measure]
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in steps))
    st.caption(visit.texts["waves_help"])


def wave_rows(waves: Mapping[str, Any], measure: str, visit: Visit) -> list[dict[str, str]]:
    """The rows of the table: each film and wave with its people, mean and interval."""
    texts = visit.texts
    return [
        {
            texts["film"]: level["stimulus"],
            texts["waves_day" if waves["are_days"] else "waves_wave"]: level["told"][visit.language],
            texts["waves_people"]: str(level["n"]),
            texts["waves_mean"]: visit.number(level["mean"]),
            texts["waves_interval"]: texts["waves_span"].format(
                low=visit.number(level["low"]), high=visit.number(level["high"])
            ),
        }
        for level in waves["levels"]
        if level["measure"] == measure
    ]


def _draw_chart(study: Study, measure: str, visit: Visit) -> None:
    """Shows the chart where the results have it; the table below says the same."""
    name = f"waves-{measure}.svg"
    if name in {file["name"] for file in visit.client.artifacts(study["job_id"])}:
        label = html.escape(visit.texts["waves_chart"].format(measure=measure_text(measure, visit)))
        st.html(f'<img src="/files/{study["job_id"]}/{name}" alt="{label}" style="width: 100%; max-width: 60rem">')
