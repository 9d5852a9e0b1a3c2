"""Compare: the curves of several recordings on one time axis, with mean, range and a table."""

from typing import Any

import pandas as pd
import streamlit as st

from emoclassify.colours import RECORDING_COLOURS
from emoclassify.groups import APART
from emoclassify.job_states import JobState
from emoclassify.labels import valence
from emoclassify.overview import Overview
from emoclassify.remote.client import ApiError, Job
from emoclassify.usability import Verdict
from emoclassify.words.numbers import whole_clock
from webapp import widgets
from webapp.parts.curves import plain_values, ticks
from webapp.parts.outcome import MOST_COMPARED, load
from webapp.parts.panel import Panel, other_groups_names, panel_of, repeated_names
from webapp.parts.session import Visit, go, local_minute
from webapp.parts.tables import draw_table
from webapp.parts.terms import term_links
from webapp.parts.texts import plain

_MEASURES = ("valence", "positive", "negative")

_MOST_LISTED, _NOT_FOUND = 200, 404
_DASHES = (None, "8 4", "2 4")
"""Neighbours have different ones, and so have those of one colour: for readers who cannot tell two colours apart."""
_MOST_CURVES = len(RECORDING_COLOURS) * len(_DASHES)
"""Curves that can be told apart, each by its colour and dashes."""

_PLAYER_TEXTS = "recording gap doubtful closer wider whole png svg moments".split()


def draw(visit: Visit) -> None:
    """Draws the choice of recordings, and below it their curves."""
    texts = visit.texts
    st.title(texts["compare_title"], anchor=False)
    st.write(texts["compare_lead"])
    if "compared" in st.session_state:
        st.session_state["which"] = st.session_state.pop("compared")
    page = visit.client.page(state=JobState.COMPLETED, limit=_MOST_LISTED)
    jobs = {job["id"]: job for job in page["jobs"]}
    jobs |= _load_older([job_id for job_id in st.session_state.get("which", []) if job_id not in jobs], visit)
    if len(jobs) < 2:
        st.info(texts["compare_none"])
        if st.button(texts["to_new"], key="to_new"):
            go("new")
        return
    job_ids = st.multiselect(
        texts["compare_which"],
        list(jobs),
        format_func=lambda job_id: _label(jobs[job_id], visit),
        placeholder=texts["compare_pick"],
        key="which",
    )
    if page["next_cursor"]:
        st.caption(texts["compare_listed"].format(n=_MOST_LISTED))
    if len(job_ids) > MOST_COMPARED:
        st.warning(texts["compare_too_many"].format(most=MOST_COMPARED))
        return
    overviews = _load_readable([jobs[job_id] for job_id in job_ids], visit)
    if len(overviews) < 2:
        st.info(texts["compare_none"])
        return
    _draw(overviews, visit)


def _load_older(job_ids: list[str], visit: Visit) -> dict[str, Job]:
    """The chosen jobs that are not among the listed ones; of one that is gone meanwhile that is said."""
    jobs = {}
    for job_id in job_ids:
        try:
            jobs[job_id] = visit.client.get(job_id)
        except ApiError as exc:
            if exc.status != _NOT_FOUND:
                raise
            st.session_state["which"] = [chosen_id for chosen_id in st.session_state["which"] if chosen_id != job_id]
            st.warning(visit.texts["gone"])
    return jobs


def _label(job: Job, visit: Visit) -> str:
    return f"{job['name']} · {local_minute(job['created_at'], visit.language)}"


def _load_readable(jobs: list[Job], visit: Visit) -> list[Overview]:
    overviews = []
    for job in jobs:
        overview = load(visit.client, job, visit.owner)
        why_not = why_left_out(overview)
        if why_not:
            st.warning(visit.texts[why_not].format(name=plain(job["name"])))
        else:
            overviews.append(overview)
            _warn_of(job, overview, visit)
    return overviews


def why_left_out(overview: Overview) -> str:
    """The name of the text that says why a recording cannot be compared; empty where it can."""
    if overview.source.still:
        return "compare_still"
    main = overview.findings.main
    return "compare_unread" if main is None or main.mean is None else ""


def _warn_of(job: Job, overview: Overview, visit: Visit) -> None:
    """Says that a recording is not usable: it is in the curves and the mean all the same, as it was chosen."""
    usability = overview.findings.usability
    if usability.verdict is Verdict.NOT_USABLE:
        facts = {"name": plain(job["name"]), "verdict": plain(usability.told_shortly(visit.language))}
        st.warning(visit.texts["compare_unusable"].format(**facts))


def _draw(overviews: list[Overview], visit: Visit) -> None:
    texts = visit.texts
    measure = st.segmented_control(
        texts["measure"],
        _MEASURES,
        format_func=lambda name: texts[f"metric_{name}"],
        default=_MEASURES[0],
        required=True,
        key="compare_measure",
    )
    panel = panel_of(overviews, measure or _MEASURES[0])
    _draw_notes(overviews, panel, visit)
    widgets.player(data=chart(panel, measure or _MEASURES[0], overviews, visit), key="comparison")
    draw_table(table(overviews, panel, measure or _MEASURES[0], visit))
    st.caption(texts["compare_bases"])
    st.caption(term_links(("valence", "positive", "negative", "readable", "gap"), visit))
    st.download_button(
        texts["numbers"], panel.to_csv(), f"comparison-{measure}.csv", "text/csv", key="numbers", on_click="ignore"
    )


def _draw_notes(overviews: list[Overview], panel: Panel, visit: Visit) -> None:
    """Says what mean and chart leave out, and what they count twice."""
    if any(panel.of_voice) and not all(panel.of_voice):
        names = [name for name, is_voice in zip(panel.names, panel.of_voice, strict=True) if is_voice]
        st.warning(visit.texts["compare_voices"].format(names=_listed(names)))
    if names := repeated_names(overviews, panel.names):
        st.warning(visit.texts["compare_repeated"].format(names=_listed(names)))
    if names := other_groups_names(overviews, panel.names):
        st.warning(visit.texts["compare_groups"].format(names=_listed(names)))
    if len(panel.names) > _MOST_CURVES:
        st.caption(visit.texts["compare_many"].format(most=_MOST_CURVES))


def _listed(names: list[str]) -> str:
    return ", ".join(map(plain, names))


def chart(panel: Panel, measure: str, overviews: list[Overview], visit: Visit) -> dict[str, Any]:
    """Data for the player widget: a curve for each recording where they can be told apart, their mean, and a band from
    lowest to highest."""
    texts = visit.texts
    low = -1 if measure == "valence" else 0
    curves = [
        {
            "id": f"recording-{i}",
            "label": name,
            "colour": RECORDING_COLOURS[i % len(RECORDING_COLOURS)],
            "dash": _DASHES[(i + i // len(RECORDING_COLOURS)) % len(_DASHES)],
            "values": plain_values(values),
        }
        for i, (name, values) in enumerate(zip(panel.names, panel.values, strict=True))
        if len(panel.names) <= _MOST_CURVES
    ]
    mean = {
        "id": "mean",
        "label": texts["mean"],
        "colour": None,
        "wide": True,
        "values": plain_values(panel.mean),
    }
    return {
        "video": None,
        "end_s": max(overview.end_s for overview in overviews),
        "step_s": 0.5,
        "domain": [low - 0.02, 1.02],
        "ticks": ticks(low, visit),
        "curves": [*curves, mean],
        "band": {"low": plain_values(panel.low), "high": plain_values(panel.high), "label": texts["range"]},
        "gaps": [],
        "doubtful": [],
        "strips": [],
        "moments": [],
        "export": {"title": texts[f"metric_{measure}"], "name": f"comparison-{measure}"},
        "texts": {name: texts[name] for name in _PLAYER_TEXTS}
        | {"chart": texts["compare_chart"], "comma": visit.has_comma},
    }


def table(overviews: list[Overview], panel: Panel, measure: str, visit: Visit) -> pd.DataFrame:
    """A row for each recording: length, how much could be read, the means, and where the measure is highest."""
    texts = visit.texts
    rows = []
    for name, overview, is_voice in zip(panel.names, overviews, panel.of_voice, strict=True):
        main = overview.findings.main
        assert main is not None
        assert main.mean is not None
        shares = main.shares.in_words(overview.options.emotion_groups, visit.language)
        highest_s = main.highest_s[measure]
        rows.append(
            {
                texts["name"]: name,
                texts["read_from"]: texts["heard" if is_voice else "seen"],
                texts["length"]: whole_clock(overview.end_s),
                texts["usability"]: overview.findings.usability.told_shortly(visit.language),
                texts["readable"]: shares.read,
                **{texts[f"metric_{group}"]: share for group, share in shares.groups.items()},
                texts["metric_surprise"]: shares.emotions[APART],
                texts["metric_valence"]: visit.signed(float(valence(main.mean))),
                texts["highest_at"]: visit.clock(highest_s) if highest_s is not None else texts["no_highest"],
            }
        )
    return pd.DataFrame(rows)
