"""New study: its name, films, recordings and plan on one page."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from emoclassify.job_states import JobState
from emoclassify.remote.client import ApiAwayError, ApiError, Job
from emoclassify.study.measures import MEASURES
from emoclassify.study_content import BY_SOUND
from webapp.parts.joining import begin_joining
from webapp.parts.session import Visit, go, message_of
from webapp.parts.study_chart import measure_text
from webapp.parts.study_plan import LineError, Plan, comparisons_of, film_id, place_of, scenes_in
from webapp.parts.tables import draw_table
from webapp.parts.texts import in_words, plain
from webapp.views.new import draw_uploader

_LONGEST_TITLE, _MOST_LISTED, _ROWS_SHOWN = 200, 200, 12
_USUAL_LENGTH_S = 30.0


@dataclass(frozen=True)
class _Choice:
    """What was chosen so far.

    Attributes:
        files: all recordings and films to send: name, size, length_s of each.
        films: file of a film -> its id; empty where only a length is given.
        lengths_s: id of each film -> its length.
        jobs: recordings that are here already.
        start_s: of the film in the recordings.
    """

    files: list[dict[str, Any]]
    films: dict[str, str]
    lengths_s: dict[str, float]
    jobs: list[Job]
    start_s: str

    @property
    def names(self) -> list[str]:
        """Of the recordings, without the films."""
        names = [file["name"] for file in self.files if file["name"] not in self.films]
        return [*names, *(job["name"] for job in self.jobs)]


def draw(visit: Visit) -> None:
    """Draws the form; the start button makes the study, sends the files and leads to it."""
    texts, limits = visit.texts, visit.client.limits()
    st.title(texts["new_study_title"], anchor=False)
    st.write(texts["new_study_lead"])
    title = st.text_input(texts["study_name"], max_chars=_LONGEST_TITLE, key="study_name").strip()
    st.header(texts["step_study_files"], anchor=False)
    st.write(texts["study_files_lead"])
    files = draw_uploader(visit, limits)
    choice = _draw_choice(files, visit)
    _draw_places(choice, visit)
    st.header(texts["step_study_plan"], anchor=False)
    plan, has_fault = _draw_plan(choice, visit)
    st.header(texts["step_start"], anchor=False)
    has_consent = st.checkbox(texts["consent"], key="consent")
    st.caption(texts["law"])
    missing_text = _missing(title, choice, has_consent, visit)
    if st.button(texts["start_study"], type="primary", disabled=bool(missing_text) or has_fault, key="start_study"):
        _make(title, plan, choice, visit)
    if missing_text:
        st.caption(missing_text)


def _draw_choice(files: list[dict[str, Any]], visit: Visit) -> _Choice:
    texts, names = visit.texts, [file["name"] for file in files]
    film_names = st.multiselect(
        texts["which_films"], names, placeholder=texts["which_films_pick"], key="which_films", disabled=not names
    )
    films = {name: film_id(name) for name in film_names}
    lengths_s = {file["name"]: file["length_s"] for file in files}
    by_id = {films[name]: _length(films[name], lengths_s[name], visit) for name in film_names}
    if not films:
        if files:
            st.warning(texts["film_not_chosen"])
        left, right = st.columns(2)
        one_film = left.text_input(texts["film_name"], value=texts["film_default"], max_chars=100, key="film_name")
        length_s = right.number_input(
            texts["film_length"], min_value=1.0, value=_USUAL_LENGTH_S, step=1.0, format="%.1f", key="film_length"
        )
        by_id = {one_film.strip() or texts["film_default"]: float(length_s)}
    with st.expander(texts["recordings_here"]):
        jobs = _draw_recordings_here(visit)
    if films and not jobs and len(films) == len(files):
        st.info(texts["film_alone"])
        return _Choice(files, films, by_id, jobs, BY_SOUND)
    return _Choice(files, films, by_id, jobs, _draw_start(bool(films), visit))


def _length(film: str, length_s: float | None, visit: Visit) -> float:
    """The length of a film; asked for where this browser cannot tell it."""
    if length_s:
        return round(float(length_s), 3)
    label = visit.texts["film_length_of"].format(film=plain(film))
    return float(
        st.number_input(label, min_value=1.0, value=_USUAL_LENGTH_S, step=1.0, format="%.1f", key=f"length-{film}")
    )


def _draw_recordings_here(visit: Visit) -> list[Job]:
    page = visit.client.page(state=JobState.COMPLETED, limit=_MOST_LISTED)
    jobs = {job["id"]: job for job in page["jobs"]}
    job_ids = st.multiselect(
        visit.texts["compare_which"],
        list(jobs),
        format_func=lambda job_id: jobs[job_id]["name"],
        placeholder=visit.texts["compare_pick"],
        key="recordings_here",
    )
    return [jobs[job_id] for job_id in job_ids]


def _draw_start(has_film: bool, visit: Visit) -> str:
    """When the film begins in the recordings, as viewings.csv has it."""
    texts = visit.texts
    ways = ["sound", "number"] if has_film else ["number"]
    way = st.radio(texts["film_start"], ways, format_func=lambda name: texts[f"filmstart_{name}"], key="film_start")
    if way == "sound":
        st.caption(texts["film_start_sound_help"])
        return BY_SOUND
    start_s = st.number_input(
        texts["film_start_s"], min_value=0.0, value=0.0, step=0.5, format="%.1f", key="film_start_s"
    )
    return f"{start_s:g}"


def _draw_places(choice: _Choice, visit: Visit) -> None:
    """Draws whose each recording is taken to be, before anything is sent."""
    if not choice.names:
        return
    texts, films = visit.texts, list(choice.lengths_s)
    places = [(name, place_of(name, films)) for name in choice.names]
    rows = [
        {texts["name"]: name, texts["respondent"]: place.respondent, texts["film"]: place.stimulus}
        for name, place in places[:_ROWS_SHOWN]
    ]
    draw_table(pd.DataFrame(rows))
    if len(places) > _ROWS_SHOWN:
        st.caption(texts["places_more"].format(n=len(places) - _ROWS_SHOWN))
    st.caption(texts["places_help"])


def _draw_plan(choice: _Choice, visit: Visit) -> tuple[Plan, bool]:
    """Draws what is decided beforehand; the plan, and whether something in it cannot be read."""
    texts, films = visit.texts, list(choice.lengths_s)
    st.write(texts["plan_lead"])
    measures = st.multiselect(
        texts["measures"],
        MEASURES,
        default=["happy", "valence"],
        format_func=lambda name: measure_text(name, visit),
        key="measures",
    )
    scenes, has_fault = draw_scenes(dict.fromkeys(films, ""), visit)
    stimuli = [
        {"id": film, "duration_s": choice.lengths_s[film], **({"scene": scenes[film]} if scenes[film] else {})}
        for film in films
    ]
    comparisons = comparisons_of(films)
    if comparisons:
        st.caption(texts["films_compared"])
    return {"measures": list(measures) or ["happy"], "stimulus": stimuli, "comparison": comparisons}, has_fault


def draw_scenes(texts_of_films: dict[str, str], visit: Visit) -> tuple[dict[str, list[dict[str, Any]]], bool]:
    """Draws a field for the scenes of each film; film -> its scenes, and whether one of them cannot be read."""
    scenes: dict[str, list[dict[str, Any]]] = {}
    has_fault = False
    for film, text in texts_of_films.items():
        label = visit.texts["scenes_of"].format(film=plain(film))
        lines = st.text_area(label, value=text, placeholder="0:10 0:13 joke", key=f"scenes-{film}")
        try:
            scenes[film] = scenes_in(lines)
        except LineError as exc:
            scenes[film], has_fault = [], True
            st.error(visit.texts["scene_unread"].format(line=exc.line))
    st.caption(visit.texts["scenes_help"])
    return scenes, has_fault


def _missing(title: str, choice: _Choice, has_consent: bool, visit: Visit) -> str:
    """What is still to be done; empty where nothing is. With a film alone a study collects by links."""
    if not title:
        return visit.texts["missing_title"]
    if not choice.names and not choice.films:
        return visit.texts["missing_recordings"]
    return "" if has_consent else visit.texts["missing_consent"]


def _make(title: str, plan: Plan, choice: _Choice, visit: Visit) -> None:
    """Makes the study and begins to send its files."""
    token = uuid.uuid4().hex
    # Until a film is here, nothing can be looked for by its sound; recordings that are here already join then too.
    rows = [] if choice.start_s == BY_SOUND else _rows(choice.jobs, choice)
    try:
        study = visit.client.make_study(title, plan)
        if rows:
            visit.client.set_viewings(study["id"], rows)
    except ApiAwayError:
        raise
    except ApiError as exc:
        st.error(visit.texts["refused"].format(detail=in_words(message_of(exc), visit.language)))
        return
    later = [] if rows else [job["id"] for job in choice.jobs]
    if choice.files:
        fields = {"lang": visit.language, "batch": token}
        st.session_state["sending"] = {"token": token, "n": len(choice.files), "fields": fields}
        begin_joining(study["id"], token, len(choice.files), choice.films, choice.start_s, later, visit=visit)
    st.session_state["section"] = "people" if choice.names else "collect"
    go("study", id=study["id"])


def _rows(jobs: Sequence[Job], choice: _Choice) -> list[dict[str, str]]:
    places = [(job["id"], place_of(job["name"], list(choice.lengths_s))) for job in jobs]
    return [{"recording": job_id, **vars(place), "start_s": choice.start_s} for job_id, place in places]
