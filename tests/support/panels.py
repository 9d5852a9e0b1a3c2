"""Studies with planted truth: made results in a folder, as `emoclassify analyze` would leave them there."""

from pathlib import Path

import numpy as np

from emoclassify.analysis import Analysis
from emoclassify.faces.reading import FaceReading, FrameTime, HeadTurn
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.folder import write_results
from emoclassify.settings import Options
from emoclassify.study.clock import Clock
from emoclassify.study.plan import NPS, Comparison, Outcome, Plan, Side
from emoclassify.study.reasons import NOT_ANALYZED
from emoclassify.study.stimulus import BIN_S, Mark, Scene, Stimulus
from emoclassify.study.study import Study
from emoclassify.study.viewing import Viewing
from tests.support.findings import analysis

FILM_S = 30.0
SCENE = (10.0, 13.0)
START_S = 4.0
STEP_S = 0.2

COMPLETE = """
[[comparison]]
films = ["A", "B"]
column = "sex"
groups = ["women", "men"]
[[outcome]]
column = "liking"
[[outcome]]
column = "recommends"
kind = "nps"
[[outcome]]
column = "satisfied"
kind = "csat"
[[outcome]]
column = "left"
kind = "yes_no"
film = "B"
[[episode]]
measure = "happy"
share = 0.5
for_s = 2.0
"""
"""What may stand in a plan beside that."""

PLAN = """
title = "Planted"
measures = ["happy"]
share_above = 0.4
seed = 7
[[stimulus]]
id = "A"
duration_s = 30.0
[[stimulus.scene]]
id = "joke"
start_s = 10.0
end_s = 13.0
[[stimulus]]
id = "B"
duration_s = 30.0
[[stimulus.scene]]
id = "joke"
start_s = 10.0
end_s = 13.0
[[comparison]]
films = ["A", "B"]
[[comparison]]
film = "A"
column = "sex"
groups = ["women", "men"]
"""


def write_viewing(folder: Path, *, smile: float, rest: float, rng: np.random.Generator) -> None:
    """Writes `viewing` as `emoclassify analyze` does."""
    made = viewing(smile=smile, rest=rest, rng=rng)
    write_results(made, folder, made.options)


def viewing(*, smile: float, rest: float, rng: np.random.Generator) -> Analysis:
    """An analysis of 38 s in which the film begins after 4 s; a neutral face that smiles by `smile` in the scene."""
    times_s = np.arange(0, FILM_S + 2 * START_S, STEP_S)
    in_scene = (times_s >= START_S + SCENE[0]) & (times_s < START_S + SCENE[1])
    happy = np.clip(rest + smile * in_scene + rng.normal(0, 0.05, len(times_s)), 0.01, 0.95)
    scores = np.full((len(times_s), len(EMOTIONS)), 0.01, np.float32)
    scores[:, EMOTIONS.index("happy")] = happy
    scores[:, EMOTIONS.index("neutral")] = 1 - happy - 0.05
    scores = np.maximum(scores, 0.001)
    scores /= scores.sum(axis=1, keepdims=True)
    faces = [
        FaceReading(
            i, float(time_s), 1, (200.0, 100.0, 300.0, 230.0), 0.99, scores[i], HeadTurn(0, 0, 0), "", own_change=0.2
        )
        for i, time_s in enumerate(times_s)
    ]
    end_s = FILM_S + 2 * START_S
    frames = tuple(FrameTime(i, float(time_s)) for i, time_s in enumerate(times_s))
    options = Options(report="", lang="en")
    return analysis(faces, times_s.tolist(), end_s=end_s, picture_end_s=end_s, frames=frames, options=options)


def write_study(folder: Path, n: int = 12, smile: float = 0.5) -> None:
    """n people see A and B; in B all smile in the scene, in A nobody does. Women and men do not differ."""
    rng = np.random.default_rng(3)
    viewings = ["recording,respondent,stimulus,start_s,person,place"]
    participants = ["respondent,sex,liking,recommends,satisfied,left"]
    for number in range(1, n + 1):
        rest = float(rng.uniform(0.05, 0.2))
        participants.append(
            f"r{number},{'women' if number % 2 else 'men'},{number % 7},{number % 11},{1 + number % 5},{number % 2}"
        )
        for film in "AB":
            name = f"{film}/r{number}.mp4"
            viewings.append(f"{name},r{number},{film},{START_S},1,")
            write_viewing(folder / "results" / name, smile=smile if film == "B" else 0.0, rest=rest, rng=rng)
    (folder / "study.toml").write_text(PLAN)
    (folder / "viewings.csv").write_text("\n".join(viewings) + "\n")
    (folder / "participants.csv").write_text("\n".join(participants) + "\n")


def made_study(n: int, *, film_s: float = FILM_S, gaps: float = 0.0, measures: tuple[str, ...] = ("happy",)) -> Study:
    """A study of n people without files: everybody sees A, where nobody smiles, and B, where all smile in the scene.

    Args:
        n: people.
        film_s: length of both films.
        gaps: share of the readings of each person that are missing, in one stretch; one person more is left out.
        measures: of the plan; all have the values of happy.
    """
    rng = np.random.default_rng(n)
    scenes = (Scene("joke", film_s / 3, film_s / 3 + film_s / 10, "The joke"), Scene("end", film_s * 0.8, film_s))
    marks = (Mark("brand", film_s * 0.6),)
    films = (Stimulus("A", film_s, "Cut A", scenes, marks), Stimulus("B", film_s, "Cut B", scenes, marks))
    comparisons = (Comparison(Side("A"), Side("B")), Comparison(Side("A", "sex", "women"), Side("A", "sex", "men")))
    plan = Plan(measures, comparisons, share_above=0.4, outcomes=(Outcome("liking"), Outcome("recommends", NPS)))
    viewings = []
    for number in range(1, n + 1):
        rest = float(rng.uniform(0.05, 0.2))
        for film in films:
            viewings.append(_made_viewing(f"r{number:03}", film, measures, rest, gaps, rng))
    viewings += [
        Viewing.left_out(f"x{i}", "A", viewings[0].clock, f"x{i}.mp4", NOT_ANALYZED) for i in range(bool(gaps))
    ]
    people = {
        f"r{number:03}": {
            "sex": "women" if number % 2 else "men",
            "liking": str(number % 7),
            "recommends": str(number % 11),
        }
        for number in range(1, n + 1)
    }
    return Study("Planted", plan, films, tuple(viewings), people)


def _made_viewing(
    name: str, film: Stimulus, measures: tuple[str, ...], rest: float, gaps: float, rng: np.random.Generator
) -> Viewing:
    times_s = np.arange(0, film.duration_s, BIN_S)
    joke = film.scenes[0]
    smiles = 0.5 * ((times_s >= joke.start_s) & (times_s < joke.end_s)) * (film.id == "B")
    values = np.clip(rest + smiles + rng.normal(0, 0.05, len(times_s)), 0.01, 0.95)
    first = int(rng.integers(0, len(times_s)))
    values[first : first + round(gaps * len(times_s))] = np.nan
    lengths_s = np.full(len(times_s), BIN_S)
    by_measure = dict.fromkeys(measures, values)
    return Viewing(
        name, film.id, Clock.starting_at(0.0, film.duration_s), times_s, lengths_s, by_measure, f"{name}.mp4"
    )
