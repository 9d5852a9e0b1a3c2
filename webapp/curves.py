"""The interactive chart: seven emotions of one person over time, with the gaps left open."""

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from emoclassify.labels import COLOURS, EMOTIONS
from webapp.summary import Findings, Texts, minutes

BIN_S = 0.5
"""The grid of the series."""

_MOST_STEPS = 1500
"""More are merged: a browser draws them slowly and a screen cannot show them."""

_LABEL = (
    "floor(datum.value / 60000) + ':' + pad(floor(datum.value / 1000) % 60, 2, '0', 'left')"
    " + (datum.value % 1000 ? '.' + floor(datum.value % 1000 / 100) : '')"
)
_HEIGHT_PX = 420
_SCORES, _TICKS = [-0.02, 1.02], [0, 0.2, 0.4, 0.6, 0.8, 1]  # a line along the edge keeps its width


def steps(found: Findings, person: int) -> pd.DataFrame:
    """The steps of the chart, long recordings merged to a coarser grid.

    Returns:
        start_s, end_s, gap, run (counts the stretches of steps and of gaps) and a column an emotion (NaN in a gap).
    """
    bins = [item for item in found["series"] if item["person"] == person]
    scores = pd.DataFrame([item["scores"] or [np.nan] * len(EMOTIONS) for item in bins], columns=list(EMOTIONS))
    weights = pd.Series([item["n_valid"] for item in bins])
    merged = -(-len(bins) // _MOST_STEPS)
    step = pd.Series(range(len(bins))) // merged
    weight = weights.groupby(step).sum()
    means = scores.mul(weights, axis=0).groupby(step).sum().div(weight.where(weight > 0), axis=0)
    gap = weight == 0
    return means.assign(
        start_s=means.index * merged * BIN_S,
        end_s=np.minimum((means.index + 1) * merged, len(bins)) * BIN_S,
        gap=gap,
        run=(gap != gap.shift()).cumsum(),
    )


def chart(table: pd.DataFrame, texts: Texts) -> Any:
    """The chart of these steps, to be shown by Streamlit."""
    names = {emotion: texts[emotion] for emotion in EMOTIONS}
    colours = alt.Scale(domain=list(names.values()), range=[COLOURS[emotion] for emotion in names])
    chosen = alt.selection_point(fields=["emotion"], bind="legend")
    # The wheel alone goes on scrolling the page.
    zoom = alt.selection_interval(bind="scales", encodings=["x"], zoom="wheel![event.altKey]")
    seen = _curves(table).rename(columns=names)
    lines = (
        alt.Chart(seen)
        .transform_fold([*names.values()], as_=["emotion", "score"])
        .mark_line(interpolate="step-after", strokeWidth=2, clip=True)
        .encode(
            x=_time("ms", texts),
            y=alt.Y("score:Q", title=texts["score"], scale=alt.Scale(domain=_SCORES), axis=alt.Axis(values=_TICKS)),
            color=alt.Color("emotion:N", scale=colours, legend=alt.Legend(orient="bottom", title=None, columns=3)),
            detail="run:N",
            opacity=alt.when(chosen).then(alt.value(1.0)).otherwise(alt.value(0.08)),
        )
        .add_params(chosen, zoom)
    )
    layers = [lines, _reader(seen, list(names.values()), texts)]
    if table["gap"].any():
        layers.insert(0, _gaps(table, texts))
    return alt.layer(*layers).properties(height=_HEIGHT_PX)


def bars(table: pd.DataFrame, texts: Texts) -> Any:
    """The chart of a picture: a bar an emotion."""
    scores = pd.DataFrame({"emotion": [texts[emotion] for emotion in EMOTIONS], "score": table[list(EMOTIONS)].iloc[0]})
    colours = alt.Scale(domain=list(scores["emotion"]), range=[COLOURS[emotion] for emotion in EMOTIONS])
    return (
        alt.Chart(scores)
        .mark_bar()
        .encode(
            x=alt.X("score:Q", title=texts["score"], scale=alt.Scale(domain=[0, 1])),
            y=alt.Y("emotion:N", title=None, sort=None),
            color=alt.Color("emotion:N", scale=colours, legend=None),
            tooltip=["emotion:N", alt.Tooltip("score:Q", format=".2f")],
        )
    )


def _curves(table: pd.DataFrame) -> pd.DataFrame:
    """A row a step, and one more where a run ends, so that its last step has its width."""
    seen = table[~table["gap"]]
    ends = seen.groupby("run").tail(1)
    points = pd.concat([seen.assign(ms=seen["start_s"] * 1000), ends.assign(ms=ends["end_s"] * 1000)])
    at = [minutes(start_s) for start_s in points["start_s"]]
    return points.assign(at=at).drop(columns=["start_s", "end_s", "gap"]).sort_values(["run", "ms"])


def _gaps(table: pd.DataFrame, texts: Texts) -> Any:
    runs = table[table["gap"]].groupby("run")
    edges = pd.DataFrame({"ms": runs["start_s"].min() * 1000, "end_ms": runs["end_s"].max() * 1000})
    return alt.Chart(edges).mark_rect(color="#9E9E9E", opacity=0.2, clip=True).encode(x=_time("ms", texts), x2="end_ms")


def _reader(seen: pd.DataFrame, names: list[str], texts: Texts) -> Any:
    """A line that follows the pointer and tells all seven figures."""
    near = alt.selection_point(fields=["ms"], nearest=True, on="pointerover", clear="pointerout", empty=False)
    tooltip = [alt.Tooltip("at:N", title=texts["time"]), *(alt.Tooltip(f"{name}:Q", format=".2f") for name in names)]
    return (
        alt.Chart(seen)
        .mark_rule(color="#7F7F7F", clip=True)
        .encode(
            x=_time("ms", texts),
            opacity=alt.when(near).then(alt.value(0.6)).otherwise(alt.value(0.0)),
            tooltip=tooltip,
        )
        .add_params(near)
    )


def _time(field: str, texts: Texts) -> Any:
    # Milliseconds as dates in UTC: ticks then fall on seconds, quarters of a minute and minutes.
    return alt.X(
        f"{field}:T", title=texts["time"], scale=alt.Scale(type="utc"), axis=alt.Axis(labelExpr=_LABEL, tickCount=8)
    )
