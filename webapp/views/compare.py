"""Compare: the curves of several recordings on one time axis, with mean, range and a table."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from emoclassify.job_states import JobState
from emoclassify.labels import EMOTIONS, negative, positive, valence
from emoclassify.overview import Overview
from emoclassify.remote.client import Job
from emoclassify.words.numbers import whole_clock
from webapp import widgets
from webapp.parts.curves import plain_values, ticks
from webapp.parts.outcome import load
from webapp.parts.panel import Panel, panel
from webapp.parts.session import Visit, go, moment
from webapp.parts.texts import plain

MEASURES = ("valence", "positive", "negative")

_MOST = 12
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_DASHES = (None, "8 4", "2 4")
_PLAYER = "recording gap doubtful closer wider whole png svg moments".split()


def draw(visit: Visit) -> None:
    """Asks which recordings, and shows them."""
    texts = visit.texts
    st.title(texts["compare_title"], anchor=False)
    st.write(texts["compare_lead"])
    jobs = {job["id"]: job for job in visit.client.page(state=JobState.COMPLETED, limit=200)["jobs"]}
    if len(jobs) < 2:
        st.info(texts["compare_none"])
        if st.button(texts["to_new"], key="to_new"):
            go("new")
        return
    if "compared" in st.session_state:
        st.session_state["which"] = [job_id for job_id in st.session_state.pop("compared") if job_id in jobs][:_MOST]
    which = st.multiselect(
        texts["compare_which"],
        list(jobs),
        format_func=lambda job_id: f"{jobs[job_id]['name']} · {moment(jobs[job_id]['created_at'], visit.language)}",
        max_selections=_MOST,
        placeholder=texts["compare_pick"],
        key="which",
    )
    recordings = _read([jobs[job_id] for job_id in which], visit)
    if len(recordings) < 2:
        st.info(texts["compare_none"])
        return
    _draw(recordings, visit)


def _read(jobs: list[Job], visit: Visit) -> list[Overview]:
    overviews = []
    for job in jobs:
        overview = load(visit.client, job, visit.owner)
        if overview.findings.main is not None and overview.findings.main.mean is not None:
            overviews.append(overview)
        else:
            st.warning(visit.texts["compare_unread"].format(name=plain(job["name"])))
    return overviews


def _draw(recordings: list[Overview], visit: Visit) -> None:
    texts = visit.texts
    measure = st.segmented_control(
        texts["measure"],
        MEASURES,
        format_func=lambda name: texts[f"metric_{name}"],
        default=MEASURES[0],
        required=True,
        key="compare_measure",
    )
    shown = panel(recordings, measure or MEASURES[0])
    widgets.player(data=chart(shown, measure or MEASURES[0], recordings, visit), key="comparison")
    st.table(table(recordings, shown, visit), hide_index=True, border="horizontal")
    st.download_button(
        texts["numbers"], shown.to_csv(), f"comparison-{measure}.csv", "text/csv", key="numbers", on_click="ignore"
    )


def chart(shown: Panel, measure: str, recordings: list[Overview], visit: Visit) -> dict[str, Any]:
    """What the timeline widget draws: a curve a recording, their mean, and a band from the lowest to the highest."""
    texts = visit.texts
    low = -1 if measure == "valence" else 0
    curves = [
        {
            "id": f"recording-{i}",
            "label": name,
            "colour": _COLOURS[i % len(_COLOURS)],
            "dash": _DASHES[i // len(_COLOURS) % len(_DASHES)],
            "values": plain_values(values),
        }
        for i, (name, values) in enumerate(zip(shown.names, shown.values, strict=True))
    ]
    mean = {"id": "mean", "label": texts["mean"], "colour": "#7F7F7F", "wide": True, "values": plain_values(shown.mean)}
    return {
        "video": None,
        "end_s": max(overview.end_s for overview in recordings),
        "step_s": 0.5,
        "domain": [low - 0.02, 1.02],
        "ticks": ticks(low, visit),
        "curves": [*curves, mean],
        "band": {"low": plain_values(shown.low), "high": plain_values(shown.high), "label": texts["range"]},
        "gaps": [],
        "doubtful": [],
        "strips": [],
        "moments": [],
        "export": {"title": texts[f"metric_{measure}"], "name": f"comparison-{measure}"},
        "texts": {name: texts[name] for name in _PLAYER} | {"chart": texts["compare_chart"], "comma": visit.has_comma},
    }


def table(recordings: list[Overview], shown: Panel, visit: Visit) -> pd.DataFrame:
    """A row a recording: length, how much can be read, the means, and where the measure is highest."""
    texts = visit.texts
    rows = []
    for name, overview, values in zip(shown.names, recordings, shown.values, strict=True):
        main = overview.findings.main
        assert main is not None
        assert main.mean is not None
        mean = main.mean
        rows.append(
            {
                texts["name"]: name,
                texts["length"]: whole_clock(overview.end_s),
                texts["readable"]: visit.percent(main.coverage),
                texts["metric_positive"]: visit.percent(float(positive(mean))),
                texts["metric_neutral"]: visit.percent(float(mean[EMOTIONS.index("neutral")])),
                texts["metric_negative"]: visit.percent(float(negative(mean))),
                texts["metric_valence"]: visit.number(float(valence(mean))),
                texts["highest_at"]: visit.clock(float(np.nanargmax(values)) / 2)
                if not np.isnan(values).all()
                else "-",
            }
        )
    return pd.DataFrame(rows)
