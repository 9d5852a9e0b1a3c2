"""The results of a study, cached in memory: the panel, and the curve of each person."""

import io
import json
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from emoclassify.client import Client
from emoclassify.outputs.names import PANEL
from emoclassify.remote.study_calls import Study
from webapp.parts.session import Visit

Panel = dict[str, Any]
"""The content of panel.json."""

Curves = dict[tuple[str, str], dict[str, npt.NDArray[np.float64]]]
"""Film and measure -> person -> values in the half seconds of the film, float64 (t,); NaN in gaps."""

_VALUES = "values.csv"
_CACHE_S, _MOST_CACHED = 600, 30


def load_panel(study: Study, visit: Visit) -> Panel:
    """What the latest computation of a study found; a look at it, which the study notes. Raises ApiError."""
    panel: Panel = _load_panel(study["job_id"], visit.owner, visit.client)
    return panel


def load_curves(study: Study, visit: Visit) -> Curves:
    """The curve of each person. Raises ApiError."""
    curves: Curves = _load_curves(study["job_id"], visit.owner, visit.client)
    return curves


@st.cache_data(ttl=_CACHE_S, max_entries=_MOST_CACHED, show_spinner=False)
def _load_panel(job_id: str, owner: str, _client: Client) -> Panel:
    panel: Panel = json.loads(_client.read(job_id, PANEL))
    return panel


@st.cache_data(ttl=_CACHE_S, max_entries=_MOST_CACHED, show_spinner=False)
def _load_curves(job_id: str, owner: str, _client: Client) -> Curves:
    text = {"stimulus": str, "measure": str, "respondent": str}
    table = pd.read_csv(io.BytesIO(_client.read(job_id, _VALUES)), dtype=text, keep_default_na=False, na_values=[""])
    curves: Curves = {}
    for key, rows in table.groupby(["stimulus", "measure", "respondent"], sort=False):
        film, measure, person = map(str, key)
        curves.setdefault((film, measure), {})[person] = rows["value"].to_numpy(np.float64)
    return curves
