"""Film, clock, viewing and panel: readings of recordings come to lie on the film's clock, gaps and all."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoclassify.labels import EMOTIONS, Scores
from emoclassify.study.clock import Clock, Method, Piece
from emoclassify.study.measures import FACING, MEASURES, is_facing, measure_of
from emoclassify.study.panel import Panel
from emoclassify.study.statistics.bands import mean_band
from emoclassify.study.stimulus import Mark, Scene, Stimulus
from emoclassify.study.viewing import Viewing
from emoclassify.timeline import Times
from tests.support.findings import mostly, with_a_gap
from tests.support.panels import made_study

STOPPED = Clock((Piece(0.0, 4.0, 2.0), Piece(4.0, 10.0, 3.5)))
"""The film begins 2 s into the recording, and stands still for 1.5 s after its fourth second."""


def viewing(
    values: Times, clock: Clock | None = None, *, step_s: float = 0.2, respondent: str = "r1", reason: str = ""
) -> Viewing:
    """Readings every `step_s`, from the beginning of the recording on."""
    times_s = np.arange(len(values), dtype=np.float64) * step_s
    lengths_s = np.full(len(values), step_s)
    return Viewing(
        respondent, "film", clock or Clock.starting_at(0.0, 10.0), times_s, lengths_s, {"happy": values}, reason=reason
    )


FILM = Stimulus("film", 10.0, scenes=(Scene("joke", 2.0, 4.0),), marks=(Mark("brand", 8.0),))


def test_time_on_a_film_that_stopped() -> None:
    film_s = STOPPED.film_times_s(np.array([1.9, 2.0, 5.9, 6.1, 7.4, 7.5, 13.4, 13.6]))
    assert film_s == pytest.approx([np.nan, 0.0, 3.9, np.nan, np.nan, 4.0, 9.9, np.nan], nan_ok=True)
    assert [STOPPED.time_s(t) for t in (0.0, 3.9, 4.0, 10.0)] == [2.0, 5.9, 7.5, None]
    assert STOPPED.stalled_s == 1.5
    assert Clock.starting_at(3.0, 10.0).method is Method.NUMBER


@pytest.mark.parametrize(
    "pieces",
    [(), (Piece(4, 10, 2), Piece(0, 4, 2)), (Piece(0, 4, 2), Piece(3, 10, 3)), (Piece(0, 4, 2), Piece(4, 9, 1))],
)
def test_a_clock_that_goes_back_is_none(pieces: tuple[Piece, ...]) -> None:
    with pytest.raises(ValueError, match="not in order"):
        Clock(pieces)


@given(st.floats(0, 30), st.floats(0, 9.99))
def test_there_and_back(start_s: float, film_s: float) -> None:
    clock = Clock.starting_at(start_s, 10.0)
    time_s = clock.time_s(film_s)
    assert time_s is not None
    assert clock.film_times_s(np.array([time_s + 1e-9]))[0] == pytest.approx(film_s, abs=1e-6)


def test_a_half_second_is_the_mean_of_its_readings_by_the_time_they_stand_for() -> None:
    values = np.array([0.0, 0.0, 1.0, 0.0, 0.0])  # of 0.2 s each: the third stands for 0.4 to 0.6 s
    bins = viewing(values).on_film("happy", Stimulus("film", 1.0))
    assert bins == pytest.approx([0.2, 0.2])


def test_what_was_not_read_or_not_shown_is_a_gap() -> None:
    values = np.ones(50)
    values[5:9] = np.nan  # 1.0 to 1.8 s: a bin without, and one with 0.2 s
    bins = viewing(values).on_film("happy", FILM)
    assert np.flatnonzero(np.isnan(bins)).tolist() == [2, 3]
    assert np.flatnonzero(np.isnan(viewing(np.ones(30)).on_film("happy", FILM))).tolist() == list(range(12, 20))


def test_while_the_film_stands_nothing_counts() -> None:
    times_s = np.arange(70) * 0.2
    is_stopped = (times_s >= 6.0) & (times_s < 7.5)
    values = np.where(is_stopped, 1.0, 0.0)
    assert (viewing(values, STOPPED).on_film("happy", FILM)[:7] == 0.0).all()
    assert np.nanmax(viewing(values, STOPPED).on_film("happy", FILM)) <= 0.2  # a reading that reaches over the border


def test_few_readings_fill_their_time() -> None:
    bins = viewing(np.arange(10.0), step_s=1.0).on_film("happy", FILM)
    assert bins.tolist() == [float(i // 2) for i in range(20)]


def test_a_baseline_is_the_median_of_the_ten_seconds_before() -> None:
    values = np.concatenate([np.full(10, 9.0), np.full(30, 0.1), np.full(20, 0.3), np.ones(40)])  # 2, 6, 4 and 8 s
    assert viewing(values, Clock.starting_at(12.0, 8.0)).baseline("happy") == pytest.approx(0.1)
    assert np.isnan(viewing(values, Clock.starting_at(4.0, 10.0)).baseline("happy"))


def test_a_panel_counts_each_person_once() -> None:
    viewings = [viewing(np.full(50, value), respondent=name) for name, value in (("b", 0.0), ("a", 0.2), ("b", 1.0))]
    viewings.append(viewing(np.ones(50), respondent="c", reason="too dark"))
    panel = Panel.of(FILM, viewings, "happy")
    assert panel.respondents == ("a", "b")
    assert panel.values[:, 0] == pytest.approx([0.2, 0.5])
    assert panel.values.shape == (2, 20)
    assert np.isnan(panel.baselines).all()
    assert panel.with_respondents(["b"]).values[0, 0] == pytest.approx(0.5)
    assert Panel.of(FILM, [], "happy").values.shape == (0, 20)


def test_above_the_own_baseline() -> None:
    values = np.concatenate([np.full(30, 0.2), np.full(50, 0.5)])
    panel = Panel.of(FILM, [viewing(values, Clock.starting_at(6.0, 10.0))], "happy")
    assert panel.above_baseline == pytest.approx(np.full((1, 20), 0.3))


def test_scenes_in_half_seconds() -> None:
    film = Stimulus("film", 9.7)
    assert film.n_bins == 20
    spans = [(2.0, 4.0), (2.2, 3.8), (2.3, 3.7), (2.1, 2.2), (9.6, 9.7)]
    bins = [film.bins_of(Scene("a", *span)) for span in spans]
    assert [(part.start, part.stop) for part in bins] == [(4, 8), (4, 8), (5, 7), (4, 5), (19, 20)]


@pytest.mark.parametrize("span", [(-1.0, 2.0), (2.0, 2.0), (3.0, 2.0), (9.0, 11.0)])
def test_a_scene_lies_in_its_film(span: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="does not lie in the film"):
        Stimulus("film", 10.0, scenes=(Scene("a", *span),))
    with pytest.raises(ValueError, match="no length"):
        Stimulus("film", 0.0)


def scores() -> Scores:
    return np.random.default_rng(1).dirichlet(np.ones(7), 5).astype(np.float32)


def test_measures_by_their_definitions() -> None:
    rows = scores()
    of = {name: rows[:, EMOTIONS.index(name)] for name in EMOTIONS}
    negative = of["angry"] + of["disgust"] + of["fear"] + of["sad"]
    expected = {
        **of,
        "positive": of["happy"] + of["surprise"],
        "negative": negative,
        "valence": of["happy"] - negative,
        "net": of["happy"] + of["surprise"] - of["angry"] - of["disgust"] - of["fear"] - of["sad"],
        "expressive": 1 - of["neutral"],
    }
    assert {*expected, FACING} == set(MEASURES)
    for name, values in expected.items():
        assert measure_of(name, rows) == pytest.approx(values, abs=1e-6)
    with pytest.raises(KeyError):
        measure_of("joy", rows)


def test_a_head_that_is_turned_or_not_seen_does_not_face_the_screen() -> None:
    yaw_deg, pitch_deg = np.array([0.0, 24.0, 26.0, 0.0, np.nan]), np.array([0.0, -19.0, 0.0, 21.0, np.nan])
    assert is_facing(yaw_deg, pitch_deg).tolist() == [1, 1, 0, 0, 0]


def test_the_viewing_of_a_recording_has_its_readings_and_its_gap() -> None:
    """A happy face for a second, a second away, then two seconds sad; the film begins half a second in."""
    film = Stimulus("film", 3.5)
    found = Viewing.of(with_a_gap(), "r1", film, Clock.starting_at(0.5, 3.5))
    assert set(found.values) == set(MEASURES)
    happy, sad = (measure_of("valence", mostly(name)[None])[0] for name in ("happy", "sad"))
    panel = Panel.of(film, [found], "valence")
    assert panel.values[0] == pytest.approx([happy, np.nan, np.nan, sad, sad, sad, sad], nan_ok=True, abs=1e-6)
    assert Panel.of(film, [found], FACING).values[0] == pytest.approx([1, 0, 0, 1, 1, 1, 1], abs=1e-6)
    assert found.recording == "made.mp4"


def test_readings_of_one_length() -> None:
    with pytest.raises(ValueError, match="several lengths"):
        Viewing("r", "film", STOPPED, np.zeros(3), np.zeros(3), {"happy": np.zeros(2)})


@pytest.mark.parametrize(
    ("measure", "baseline", "least"), [("happy", "none", 0.0), ("happy", "before", -1.0), ("valence", "none", -1.0)]
)
def test_a_band_holds_no_value_that_its_measure_cannot_have(measure: str, baseline: str, least: float) -> None:
    """All but two people at the upper end: the band of so few would reach beyond it."""
    study = made_study(12)
    study = replace(study, plan=replace(study.plan, baseline=baseline))
    values = np.ones((12, 8))
    values[:2] = least
    band = study.band(measure, values, np.random.default_rng(1))
    wide = mean_band(values, np.random.default_rng(1))
    assert band.low == pytest.approx(np.clip(wide.low, least, 1.0))
    assert band.high.max() <= 1.0 < wide.high.max()
    assert band.mean == pytest.approx(wide.mean)
