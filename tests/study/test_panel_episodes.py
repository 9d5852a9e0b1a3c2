"""Episodes of a panel: where they begin and end, and that the chart of the film marks them."""

from dataclasses import replace
from html import unescape

import numpy as np
import pytest

from emoclassify.outputs.study.charts.draw import drawings_of
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.settings import Options
from emoclassify.study.episodes import episodes_of
from emoclassify.study.findings import answers_of
from emoclassify.study.plan import PanelRule, Plan
from tests.support.panels import SCENE, made_study

NAN = float("nan")
SHARES = np.array([0.1, 0.4, 0.6, 0.45, 0.35, 0.6, 0.2, 0.45, NAN, 0.6, 0.6])
"""Of the panel, in each half second."""


def stretches(rule: PanelRule) -> list[tuple[float, float, float]]:
    found = episodes_of([rule], {("A", "happy"): SHARES, ("A", "sad"): np.ones(4)})
    return [(one.start_s, one.end_s, one.highest) for one in found]


def test_without_an_end_of_its_own_an_episode_ends_where_it_began() -> None:
    assert stretches(PanelRule("happy", 0.5, 0.5)) == [(1.0, 1.5, 0.6), (2.5, 3.0, 0.6), (4.5, 5.5, 0.6)]
    assert stretches(PanelRule("happy", 0.5, 1.0)) == [(4.5, 5.5, 0.6)]


def test_one_bin_below_the_bar_does_not_cut_it_in_two() -> None:
    assert stretches(PanelRule("happy", 0.5, 0.5, 0.3)) == [(1.0, 3.0, 0.6), (4.5, 5.5, 0.6)]  # a gap ends it
    assert stretches(PanelRule("happy", 0.5, 1.5, 0.3)) == [(1.0, 3.0, 0.6)]


def test_what_never_reaches_the_bar_is_none() -> None:
    assert stretches(PanelRule("happy", 0.7, 0.5, 0.3)) == []


@pytest.mark.parametrize("down", [0.6, -0.1, NAN])
def test_an_end_above_the_bar_or_below_nothing_is_refused(down: float) -> None:
    with pytest.raises(ValueError, match="it ends"):
        PanelRule("happy", 0.5, 1.0, down)


def test_a_rule_that_says_no_end_keeps_the_checksum_of_its_plan() -> None:
    plan = Plan(episodes=(PanelRule("happy", 0.5, 1.0),))
    assert plan.sha256 == Plan(episodes=(PanelRule("happy", 0.5, 1.0, None),)).sha256
    assert plan.sha256 != Plan(episodes=(PanelRule("happy", 0.5, 1.0, 0.4),)).sha256
    assert plan.sha256 == "83ae5be60d228dd003c7a008727db58c9edf2abbdefa0a6e09f6007ec3229731"  # of the version before


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_chart_of_the_film_marks_it(lang: str) -> None:
    study = made_study(24)
    ruled = replace(study, plan=replace(study.plan, episodes=(PanelRule("happy", 0.3, 1.0),)))
    answers = answers_of(ruled)
    (episode,) = answers.episodes
    assert (episode.start_s, episode.end_s) == pytest.approx(SCENE, abs=1.0)
    drawings = drawings_of(StudyMaterial(ruled, answers, Options(lang=lang)))
    line = {"en": "thick line: > 30%", "ru": "толстая линия: > 30 %"}[lang]
    film = next(i for i, one in enumerate(study.stimuli, 1) if one.id == episode.stimulus)
    texts = {name: unescape(drawing[".svg"].decode()) for name, drawing in drawings.items()}
    said = {name: line in text.replace("\N{NO-BREAK SPACE}", " ") for name, text in texts.items()}
    assert said[f"film-{film}-happy"]
    assert sum(said.values()) == 1
