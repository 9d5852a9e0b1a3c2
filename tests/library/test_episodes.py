"""Episodes by a rule: made curves with known ones, and the reference implementation beside ours."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoclassify.analysis import Analysis
from emoclassify.episode_rules import EpisodeRule
from emoclassify.episodes import stretches_of
from emoclassify.errors import UsageError
from emoclassify.outputs.folder import render_results, write_results
from emoclassify.outputs.saved import read_analysis, read_overview
from emoclassify.overview import Overview
from emoclassify.settings import Options
from emoclassify.turns import RoleTalk
from emoclassify.voice.reading import VoiceRead
from tests.support.findings import analysis, face, in_turn, voice

STEP_S = 0.2


def episodes(rule: EpisodeRule, *values: float | None) -> list[tuple[float, float, float]]:
    """Those of values five times a second; None is a gap."""
    times_s = np.arange(len(values), dtype=np.float64) * STEP_S
    filled = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    marks = stretches_of(rule, times_s, np.full(len(values), STEP_S), filled)
    return [(round(span.start_s, 6), round(span.end_s, 6), highest) for span, highest in marks]


RULE = EpisodeRule("negative", 0.5, 0.4, for_s=0.6, gap_s=0.4)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0, 0.1, 0.2], []),
        ([0.1, 0.6, 0.7, 0.6, 0.1], [(0.2, 0.8, 0.7)]),
        ([0.1, 0.6, 0.7, 0.1], []),  # 0.4 s are too short
        ([0.6, 0.45, 0.45, 0.45, 0.3], [(0.0, 0.8, 0.6)]),  # not below the lower bound
        ([0.45, 0.45, 0.45, 0.45], []),  # never at the upper bound
        ([0.6, 0.6, None, None, 0.6, 0.1], [(0.0, 1.0, 0.6)]),  # a gap of 0.4 s
        ([0.6, 0.6, 0.6, None, None, None, 0.6, 0.1], [(0.0, 0.6, 0.6)]),  # one of 0.6 s ends it
        ([0.6, 0.6, 0.6], [(0.0, 0.6, 0.6)]),  # to the end of the recording
    ],
)
def test_an_episode_begins_high_and_ends_low(
    values: list[float | None], expected: list[tuple[float, float, float]]
) -> None:
    assert episodes(RULE, *values) == expected


def test_a_rise_begins_one_and_a_fall_ends_one() -> None:
    rule = replace(RULE, change=0.2, for_s=0.4)
    assert episodes(rule, 0.1, 0.45, 0.45, 0.2, 0.1) == [(0.2, 0.6, 0.45)]
    assert episodes(rule, 0.9, 0.9, 0.6, 0.6, 0.6) == [(0.0, 0.4, 0.9), (0.6, 1.0, 0.6)]


def hysteresis_state(values: np.ndarray, rule: EpisodeRule, min_len: int, missing: int) -> np.ndarray:
    """src/hysteresis_state.cpp of facereaderconverter (7bf8305), with k = 1: in which frames there is an episode."""
    n, state = len(values), np.zeros(len(values), bool)
    start, inside, n_missing, last = -1, False, 0, -1

    def finish(end: int, until: int) -> None:
        state[end + 1 : until + 1] = False
        if end - start + 1 < min_len:
            state[start : end + 1] = False

    for i in range(n):
        value, step = values[i], values[i] - values[i - 1] if i else np.nan
        begins = value >= rule.up or (rule.change > 0 and step >= rule.change)
        ends = value <= rule.down or (rule.change > 0 and step <= -rule.change)
        if not inside:
            if begins:
                inside, start, last, n_missing, state[i] = True, i, i, 0, True
            continue
        n_missing = n_missing + 1 if np.isnan(value) else 0
        if ends:
            finish(last, i - 1)
            state[i], inside = False, False
            continue
        last = last if np.isnan(value) else i
        state[i] = True
        if n_missing > missing:
            finish(last, i)
            inside = False
    if inside:
        finish(last, n - 1)
    return state


VALUES = st.lists(st.one_of(st.none(), st.integers(0, 10).map(lambda tenths: tenths / 10)), max_size=60)


@given(values=VALUES, min_len=st.integers(1, 4), missing=st.integers(0, 3), change=st.sampled_from([0.0, 0.35]))
def test_it_is_the_rule_of_facereaderconverter(
    values: list[float | None], min_len: int, missing: int, change: float
) -> None:
    rule = EpisodeRule("negative", 0.5, 0.4, (min_len - 0.5) * STEP_S, (missing + 0.5) * STEP_S, change)
    filled = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    state = hysteresis_state(filled, rule, min_len, missing)
    ours = np.zeros(len(values), bool)
    for start_s, end_s, _ in episodes(rule, *values):
        ours[round(start_s / STEP_S) : round(end_s / STEP_S)] = True
    np.testing.assert_array_equal(ours, state)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("negative:0.5", EpisodeRule("negative", 0.5, 0.45)),
        ("happy:0.5:0.4:3", EpisodeRule("happy", 0.5, 0.4, 3.0)),
        (" valence : -0.2 : -0.5 : 0 : 1 : 0.3 ", EpisodeRule("valence", -0.2, -0.5, 0.0, 1.0, 0.3)),
        ("valence:-0.5", EpisodeRule("valence", -0.5, -0.55)),
    ],
)
def test_a_rule_is_read_from_its_text(text: str, rule: EpisodeRule) -> None:
    (read,) = Options(episodes=text).episode_rules
    assert read.down == pytest.approx(rule.down)
    assert replace(read, down=rule.down) == rule


@pytest.mark.parametrize(
    "text",
    [
        "negative",
        "joy:0.5",
        "happy:2",
        "happy:0.5:0.6",
        "happy:x",
        "happy:0.5:0.4:-1",
        "happy:0.5,",
        "happy:-0.1",
        "happy:nan",
    ],
)
def test_a_rule_that_does_not_fit_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"negative:0\.5:0\.4:3"):
        Options(episodes=text)


TEXT = "happy:0.5:0.4:2,negative:0.5:0.4:3"


def test_a_recording_has_its_episodes_in_every_result(tmp_path: Path) -> None:
    made = in_turn(("happy", 4), ("neutral", 2), ("sad", 5), ("happy", 1), options=Options(episodes=TEXT))
    write_results(made, tmp_path, made.options)
    table = pd.read_csv(tmp_path / "episodes.csv")
    assert table.measure.tolist() == ["happy", "negative"]  # the last joy is too short
    assert table.start.to_numpy() == pytest.approx([0, 6])
    assert table.end.to_numpy() == pytest.approx([4, 11])
    assert table.highest.to_numpy() == pytest.approx([0.7, 0.7 + 3 * 0.05], abs=1e-6)
    assert table.face_id.tolist() == [1, 1]
    overview = read_overview(tmp_path)
    assert [episode.span.start_s for episode in overview.episodes] == pytest.approx([0, 6])
    assert Overview.from_dict(overview.to_dict()).episodes == overview.episodes
    later = Options(episodes="sad:0.5")
    render_results(read_analysis(tmp_path), tmp_path, later)
    assert [episode.rule.measure for episode in read_overview(tmp_path).episodes] == ["sad"]
    render_results(read_analysis(tmp_path), tmp_path, Options(), removes_others=True)
    assert not (tmp_path / "episodes.csv").exists()
    assert "episodes" not in read_analysis(tmp_path).to_dict()


def test_each_voice_that_is_scored_has_its_own() -> None:
    sides = [("agent", None), ("customer", VoiceRead((voice(0, 4, "angry"),), (voice(0, 4, "angry"),)))]
    made: Analysis = analysis([], [], [voice(0, 4, "angry")], options=Options(episodes="angry:0.5"))
    (alone,) = made.episodes
    assert (alone.person, alone.role, alone.span.start_s, alone.span.end_s) == (None, "", 0.0, 4.0)
    call = replace(made, roles=tuple(RoleTalk(name, (), read) for name, read in sides))
    assert [episode.role for episode in call.episodes] == ["customer"]


def test_each_person_has_their_own() -> None:
    times_s = [i / 5 for i in range(20)]
    faces = [
        face(i, t, emotion, person) for i, t in enumerate(times_s) for person, emotion in ((1, "happy"), (2, "sad"))
    ]
    made = analysis(faces, times_s, options=Options(episodes="sad:0.5"))
    assert [(episode.person, episode.span.end_s) for episode in made.episodes] == [(2, 4.0)]
