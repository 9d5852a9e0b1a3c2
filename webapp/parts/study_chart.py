"""The data of the player widget for a study: the panel's curves on the film's time."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from emoclassify.colours import COLOURS, GROUP_COLOURS, RECORDING_COLOURS, VALENCE
from emoclassify.study.stimulus import BIN_S
from emoclassify.words.measures import measure_in_words
from webapp.parts.curves import plain_values, ticks
from webapp.parts.session import Visit
from webapp.parts.study_plan import Plan
from webapp.parts.study_results import Panel

Values = Sequence[float | None]

SIGNED = ("valence", "net")
"""Measures from -1 to 1; the others go from 0."""

_DASHES = (None, "8 4", "2 4", "10 3 2 3")
_PLAYER_TEXTS = "recording chart_hint closer wider whole png svg moments gap doubtful".split()


def film_of(plan: Plan, film: str) -> dict[str, Any]:
    """The film of that id in a plan; one without a length where the plan has it no more."""
    return next((one for one in plan["stimulus"] if str(one["id"]) == film), {"id": film, "duration_s": 0})


def findings_of(panel: Panel, film: str, measure: str) -> dict[str, Any] | None:
    """What the panel has of one measure of a film."""
    return next((one for one in panel["films"] if (one["stimulus"], one["measure"]) == (film, measure)), None)


def film_chart(
    panel: Panel, plan: Plan, films: Sequence[str], measure: str, video: str | None, visit: Visit
) -> dict[str, Any]:
    """The mean curve of each film with its band; below it how many are seen, the first film's scenes, and episodes."""
    shown_films = [one for film in films if (one := findings_of(panel, film, measure)) is not None]
    return _panels_chart(panel, plan, films, shown_films, measure, video, visit)


def group_columns(panel: Panel, film: str, measure: str) -> list[str]:
    """The columns of the people's table by which the people of a film may be shown; none of older results."""
    groups = panel.get("groups", [])
    return list(dict.fromkeys(one["column"] for one in groups if (one["stimulus"], one["measure"]) == (film, measure)))


def groups_chart(
    panel: Panel, plan: Plan, film: str, column: str, measure: str, video: str | None, visit: Visit
) -> dict[str, Any]:
    """The mean curve of each group of a film's people with its band; below it as below the film's own curve."""
    groups = [
        {**one, "stimulus": f"{film}, {one['told'][visit.language]}"}
        for one in panel["groups"]
        if (one["stimulus"], one["measure"], one["column"]) == (film, measure, column)
    ]
    return _panels_chart(panel, plan, [film], groups, measure, video, visit)


def _panels_chart(
    panel: Panel,
    plan: Plan,
    films: Sequence[str],
    shown_films: Sequence[Mapping[str, Any]],
    measure: str,
    video: str | None,
    visit: Visit,
) -> dict[str, Any]:
    """Curves of whole panels, or of groups, of some films."""
    limit = visit.without_zeros(float(plan.get("share_above", 0.5)))
    first = film_of(plan, films[0])
    curves = [
        {
            "id": f"film-{i}",
            "label": f"{one['stimulus']} (n {one['n']})",
            "colour": colour_of(measure) if len(shown_films) == 1 else RECORDING_COLOURS[i % len(RECORDING_COLOURS)],
            "dash": _DASHES[i % len(_DASHES)],
            "values": one["band"]["mean"],
            **_band(one["band"]),
        }
        for i, one in enumerate(shown_films)
    ]
    return _chart(measure, visit) | {
        "video": video,
        "end_s": max(float(film_of(plan, film)["duration_s"]) for film in films),
        "step_s": panel["bin_s"],
        "curves": curves,
        "notes": _notes(shown_films, limit, visit),
        "strips": [
            *_seen_strips(shown_films, panel["bin_s"], visit),
            *_scene_strips(first, visit),
            *(strip for film in films for strip in _episode_strips(panel, film, measure, visit)),
        ],
        "moments": [_mark(mark, visit) for mark in first.get("mark", [])],
        "export": {"title": measure_text(measure, visit), "name": f"{'-'.join(films)}-{measure}"},
    }


def person_chart(
    values: npt.NDArray[np.float64], plan: Plan, film: str, measure: str, video: str | None, visit: Visit
) -> dict[str, Any]:
    """The curve of one person on the film's time, without anything of a panel.

    Args:
        values: in the half seconds of the film, float64 (t,); NaN in gaps.
        plan: of the study.
        film: id of the film.
        measure: of the curve.
        video: where the film plays from; None where its file is not here.
        visit: whose language the texts have.
    """
    label = measure_text(measure, visit)
    curve = {"id": "person", "label": label, "colour": colour_of(measure), "values": plain_values(values)}
    chart = _chart(measure, visit)
    return chart | {
        "texts": chart["texts"] | {"chart": visit.texts["trial_answer"]},
        "video": video,
        "end_s": float(film_of(plan, film)["duration_s"]),
        "step_s": BIN_S,
        "curves": [curve],
        "strips": [],
        "moments": [],
        "export": {"title": label, "name": f"{film}-{measure}"},
    }


def sides_chart(contrast: Mapping[str, Any], panel: Panel, labels: tuple[str, str], visit: Visit) -> dict[str, Any]:
    """The curves of both sides of a comparison with their bands."""
    measure = contrast["measure"]
    curves = [
        {
            "id": f"side-{i}",
            "label": label,
            "colour": RECORDING_COLOURS[i],
            "dash": _DASHES[i],
            "values": band["mean"],
            **_band(band),
        }
        for i, (label, band) in enumerate(zip(labels, contrast["sides"], strict=True))
    ]
    return _curves_alone(measure, curves, panel, visit)


def difference_chart(
    contrast: Mapping[str, Any], panel: Panel, labels: tuple[str, str], visit: Visit
) -> dict[str, Any] | None:
    """The second curve minus the first with its band; None where the library tells none."""
    band = contrast.get("difference")
    if band is None:
        return None
    label = f"{labels[1]} \N{MINUS SIGN} {labels[0]}"
    curve = {"id": "difference", "label": label, "colour": None, "values": band["mean"], **_band(band)}
    edges = [
        abs(value) for values in (band["mean"], band["low"], band["high"]) for value in values if value is not None
    ]
    most = next((edge for edge in (0.1, 0.2, 0.5) if max(edges, default=0.0) <= edge), 1.0)
    marks = [{"value": value, "label": visit.signed(value)} for value in (-most, -most / 2, 0.0, most / 2, most)]
    chart = _curves_alone(contrast["measure"], [curve], panel, visit)
    return chart | {"domain": [-1.02 * most, 1.02 * most], "ticks": marks}


def colour_of(measure: str) -> str | None:
    """The colour of a measure; None for those that have the colour of text."""
    return (COLOURS | GROUP_COLOURS | {"valence": VALENCE}).get(measure)


def measure_text(measure: str, visit: Visit) -> str:
    """The name of a measure."""
    return measure_in_words(measure, visit.language)


def _curves_alone(measure: str, curves: list[dict[str, Any]], panel: Panel, visit: Visit) -> dict[str, Any]:
    n_steps = max(len(curve["values"]) for curve in curves)
    name = f"{measure}-{curves[0]['id']}"
    parts = {"curves": curves, "strips": [], "moments": [], "end_s": n_steps * panel["bin_s"], "video": None}
    export = {"title": measure_text(measure, visit), "name": name}
    return _chart(measure, visit) | parts | {"step_s": panel["bin_s"], "export": export}


def _chart(measure: str, visit: Visit) -> dict[str, Any]:
    low = -1 if measure in SIGNED else 0
    texts = {name: visit.texts[name] for name in _PLAYER_TEXTS}
    texts |= {"chart": visit.texts["study_chart"], "band": visit.texts["study_band"], "recording": visit.texts["film"]}
    texts |= {"moments": visit.texts["marks"]}
    return {
        "domain": [low - 0.02, 1.02],
        "ticks": ticks(low, visit),
        "gaps": [],
        "doubtful": [],
        "texts": texts | {"comma": visit.has_comma},
    }


def _band(band: Mapping[str, Any]) -> dict[str, Values]:
    """The edges of a band; nothing where there is none, as of few people."""
    has_band = any(value is not None for value in band["low"])
    return {"low": band["low"], "high": band["high"]} if has_band else {}


def _notes(shown_films: Sequence[Mapping[str, Any]], limit: str, visit: Visit) -> list[list[str]]:
    """For each half second how many of those who are seen show the measure."""
    n_steps = max((len(one["band"]["mean"]) for one in shown_films), default=0)
    return [[_note(one, step, limit, visit) for one in shown_films if _has(one, step)] for step in range(n_steps)]


def _has(findings: Mapping[str, Any], step: int) -> bool:
    shares = findings["shares"]["share"]
    return step < len(shares) and shares[step] is not None


def _note(findings: Mapping[str, Any], step: int, limit: str, visit: Visit) -> str:
    n_seen = findings["band"]["n_seen"][step]
    n_above = round(findings["shares"]["share"][step] * n_seen)
    return visit.texts.several("people_above", n_above, film=findings["stimulus"], all=n_seen, limit=limit)


def _seen_strips(shown_films: Sequence[Mapping[str, Any]], step_s: float, visit: Visit) -> list[dict[str, Any]]:
    return [
        {
            "label": visit.texts["people_seen"].format(film=one["stimulus"], n=one["n"]),
            "profile": [n / max(one["n"], 1) for n in one["band"]["n_seen"]],
            "step_s": step_s,
            "segments": [],
            "keys": [],
        }
        for one in shown_films
    ]


def _scene_strips(film: Mapping[str, Any], visit: Visit) -> list[dict[str, Any]]:
    segments = [
        {"start_s": one["start_s"], "end_s": one["end_s"], "colour": None, "name": name, "text": name}
        for one in film.get("scene", [])
        if (name := str(one.get("name") or one["id"]))
    ]
    return [{"label": visit.texts["scenes"], "segments": segments, "keys": []}] if segments else []


def _episode_strips(panel: Panel, film: str, measure: str, visit: Visit) -> list[dict[str, Any]]:
    episodes = [one for one in panel["episodes"] if one["stimulus"] == film and _rule_of(one)["measure"] == measure]
    segments = [
        {
            "start_s": one["start_s"],
            "end_s": one["end_s"],
            "colour": colour_of(measure),
            "text": visit.texts["episode_here"].format(share=visit.percent(one["highest"])),
        }
        for one in episodes
    ]
    return (
        [{"label": visit.texts["film_episodes"].format(film=film), "segments": segments, "keys": []}]
        if segments
        else []
    )


def _rule_of(episode: Mapping[str, Any]) -> Mapping[str, Any]:
    """The rule of the plan that marks it, which older results call an alert."""
    rule: Mapping[str, Any] = episode["rule" if "rule" in episode else "alert"]
    return rule


def _mark(mark: Mapping[str, Any], visit: Visit) -> dict[str, Any]:
    time_s = float(mark["time_s"])
    return {"time_s": time_s, "title": visit.clock(time_s), "text": str(mark["name"])}
