"""The plan of a study: what is decided before anybody looks, changed here, and told where it is changed later."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from emoclassify.remote.client import ApiAwayError, ApiError
from emoclassify.remote.study_calls import Study
from emoclassify.study.measures import MEASURES
from emoclassify.study.plan import BASELINES, OUTCOME_KINDS, SCALE
from webapp.parts.session import Visit, message_of
from webapp.parts.study_chart import measure_text
from webapp.parts.study_plan import LineError, Plan, comparisons_of, groups_in, marks_in, marks_text, scenes_text
from webapp.parts.texts import in_words, plain
from webapp.views.new_study import draw_scenes

_LONGEST_TITLE = 200
_USUAL_LIMIT, _USUAL_COVERAGE = 0.5, 0.6


def draw_decisions(study: Study, visit: Visit) -> None:
    """Draws the plan as fields, with a button that stores it."""
    texts = visit.texts
    st.write(texts["plan_lead"])
    if study["locked_at"]:
        st.info(texts["plan_locked"])
    participants = visit.client.participants(study["id"])
    title = st.text_input(texts["study_name"], value=study["title"], max_chars=_LONGEST_TITLE, key="plan_title")
    plan, has_fault = _draw_fields(study["plan"], participants, visit)
    webhook_url = st.text_input(
        texts["webhook"], value=study["webhook_url"], max_chars=2000, help=texts["webhook_off"], key="plan_webhook"
    ).strip()
    if st.button(texts["save_plan"], type="primary", disabled=has_fault or not title.strip(), key="save_plan"):
        _store(study, title.strip(), plan, webhook_url, visit)


def _draw_fields(plan: Plan, participants: Sequence[Mapping[str, str]], visit: Visit) -> tuple[Plan, bool]:
    decisions = _draw_measures(plan, visit)
    stimuli, has_fault = _draw_films(plan, visit)
    comparisons = _draw_comparisons(plan, participants, visit)
    outcomes = _draw_outcomes(plan, participants, visit)
    episodes = _draw_episode(plan, decisions["measures"], visit)
    parts = {"stimulus": stimuli, "comparison": comparisons, "outcome": outcomes, "episode": episodes}
    return {**plan, **decisions, **parts}, has_fault


def _draw_measures(plan: Plan, visit: Visit) -> Plan:
    texts = visit.texts
    measures = st.multiselect(
        texts["measures"],
        MEASURES,
        default=plan.get("measures", ["happy", "valence"]),
        format_func=lambda name: measure_text(name, visit),
        key="plan_measures",
    )
    left, middle, right = st.columns(3)
    with left:
        share_above = _draw_share(texts["share_above"], plan.get("share_above", _USUAL_LIMIT), "share_above")
    with middle:
        min_coverage = _draw_share(texts["min_coverage"], plan.get("min_coverage", _USUAL_COVERAGE), "min_coverage")
    baseline = right.selectbox(
        texts["baseline"],
        BASELINES,
        index=BASELINES.index(plan.get("baseline", BASELINES[0])),
        format_func=lambda name: texts[f"baseline_{name}"],
        key="baseline",
    )
    decisions = {"share_above": share_above, "min_coverage": min_coverage, "baseline": baseline}
    return {"measures": list(measures) or ["happy"], **decisions}


def _draw_share(label: str, value: float, key: str) -> float:
    share = st.number_input(label, min_value=0.0, max_value=1.0, step=0.05, value=float(value), key=key)
    return round(share, 4)


def _draw_films(plan: Plan, visit: Visit) -> tuple[list[dict[str, Any]], bool]:
    films = {str(film["id"]): film for film in plan["stimulus"]}
    scenes, has_fault = draw_scenes({name: scenes_text(film.get("scene", [])) for name, film in films.items()}, visit)
    stimuli = []
    for name, film in films.items():
        label = visit.texts["marks_of"].format(film=plain(name))
        lines = st.text_area(
            label, value=marks_text(film.get("mark", [])), placeholder="0:12 joke", key=f"marks-{name}"
        )
        marks: list[dict[str, Any]] = []
        try:
            marks = marks_in(lines)
        except LineError as exc:
            has_fault = True
            st.error(visit.texts["mark_unread"].format(line=exc.line))
        stimuli.append({**film, "scene": _with_names(scenes[name], film), "mark": marks})
    return stimuli, has_fault


def _with_names(scenes: list[dict[str, Any]], film: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The scenes, with the longer names that those of these ids have already."""
    names = {str(one["id"]): one["name"] for one in film.get("scene", []) if one.get("name")}
    return [{**one, **({"name": names[one["id"]]} if one["id"] in names else {})} for one in scenes]


def _draw_comparisons(plan: Plan, participants: Sequence[Mapping[str, str]], visit: Visit) -> list[dict[str, Any]]:
    """Draws the choice among all comparisons of films, and of groups where the people's table has some."""
    films = [str(film["id"]) for film in plan["stimulus"]]
    offers = [*plan.get("comparison", []), *comparisons_of(films)]
    for column, values in groups_in([dict(row) for row in participants]).items():
        pairs = [(first, second) for i, first in enumerate(values) for second in values[i + 1 :]]
        offers += [{"film": film, "column": column, "groups": [*pair]} for film in films for pair in pairs]
    by_label = {_label(offer, visit): offer for offer in reversed(offers)}
    labels = list(reversed(by_label))
    if not labels:
        return []
    planned = [label for label in labels if by_label[label] in plan.get("comparison", [])]
    selection = st.multiselect(
        visit.texts["comparisons"], labels, default=planned, placeholder=visit.texts["comparisons_pick"], key="planned"
    )
    return [by_label[label] for label in selection]


def _label(comparison: Mapping[str, Any], visit: Visit) -> str:
    films = comparison.get("films") or [comparison["film"]]
    groups = comparison.get("groups")
    if not groups:
        return visit.texts["against"].format(first=films[0], second=films[1])
    head = " - ".join(reversed(films))
    return f"{head}, {comparison['column']}: " + visit.texts["against"].format(first=groups[0], second=groups[1])


def _draw_outcomes(plan: Plan, participants: Sequence[Mapping[str, str]], visit: Visit) -> list[dict[str, Any]]:
    """Draws for each column of the people's table whether it is an answer, and of which kind."""
    planned = {str(one["column"]): one for one in plan.get("outcome", [])}
    columns = dict.fromkeys(column for row in participants for column in row if column != "respondent")
    outcomes = []
    for column in dict.fromkeys([*planned, *columns]):
        kind = st.selectbox(
            visit.texts["outcome_of"].format(column=plain(column)),
            ("", *OUTCOME_KINDS),
            index=("", *OUTCOME_KINDS).index(planned[column].get("kind", SCALE) if column in planned else ""),
            format_func=lambda name: visit.texts[f"outcome_{name}"],
            key=f"outcome-{column}",
        )
        if kind:
            outcomes.append({**planned.get(column, {}), "column": column, "kind": kind})
    return outcomes


def _draw_episode(plan: Plan, measures: Sequence[str], visit: Visit) -> list[dict[str, Any]]:
    """Draws one rule that marks the film; further ones, which a script may have written, stay as they are."""
    texts, rules = visit.texts, list(plan.get("episode", []))
    has_rule = st.checkbox(texts["film_episode"], value=bool(rules), key="has_episode")
    if not has_rule:
        return []
    first: dict[str, Any] = rules[0] if rules else {"measure": measures[0], "share": 0.4, "for_s": 2.0}
    left, middle, right = st.columns(3)
    place = list(measures).index(first["measure"]) if first["measure"] in measures else 0
    measure = left.selectbox(
        texts["episode_measure"],
        measures,
        index=place,
        format_func=lambda name: measure_text(name, visit),
        key="episode_measure",
    )
    with middle:
        share = _draw_share(texts["episode_share"], first["share"], "episode_share")
    length_s = right.number_input(
        texts["episode_for"], min_value=0.5, step=0.5, value=float(first["for_s"]), key="episode_for"
    )
    rest = [one for one in rules[1:] if one["measure"] in measures]
    down = first.get("down")  # which a script may have written
    end = {} if down is None else {"down": min(down, share)}
    return [{"measure": measure, "share": share, "for_s": length_s, **end}, *rest]


def _store(study: Study, title: str, plan: Plan, webhook_url: str, visit: Visit) -> None:
    try:
        visit.client.change_study(study["id"], title, plan, webhook_url)
    except ApiAwayError:
        raise
    except ApiError as exc:
        st.error(visit.texts["refused"].format(detail=in_words(message_of(exc), visit.language)))
        return
    st.toast(visit.texts["plan_saved"])
    st.rerun()
