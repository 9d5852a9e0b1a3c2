"""Who speaks when: figures of made calls, and whole analyses of calls with known turns."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoclassify import Analysis, Options, analyze
from emoclassify.errors import MediaError, UsageError
from emoclassify.findings import findings_of
from emoclassify.media.sides import join_sides
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.folder import write_results
from emoclassify.outputs.report.call import roles_table
from emoclassify.timeline import Span
from emoclassify.turns import RoleTalk, talk_of
from tests.support.recognizers import write_onnx_model
from tests.support.sides import CALL, SpokenCall, spoken_call, write_call

TURN_S = 0.2
"""How far a turn may be from the truth."""


def role(name: str, *spans: tuple[float, float]) -> RoleTalk:
    return RoleTalk(name, tuple(Span(*span) for span in spans))


def test_turns_shares_overlap_and_silence() -> None:
    agent, customer = role("agent", (0, 4), (4.5, 6), (10, 12)), role("customer", (7, 9.5), (11, 15))
    talk = talk_of([agent, customer], 20.0)
    told = [(turn.role, turn.span.start_s, turn.span.end_s, turn.interrupts) for turn in talk.turns]
    assert told == [
        ("agent", 0, 6, False), ("customer", 7, 9.5, False), ("agent", 10, 12, False), ("customer", 11, 15, True),
    ]  # fmt: skip
    assert [(one.role, one.talk_s, one.n_turns, one.n_interruptions) for one in talk.shares] == [
        ("agent", 7.5, 2, 0), ("customer", 6.5, 2, 1),
    ]  # fmt: skip
    assert [one.share for one in talk.shares] == pytest.approx([7.5 / 14, 6.5 / 14])
    assert (talk.overlap_s, talk.silence_s) == (1.0, 7.0)


def test_a_short_word_in_between_is_no_interruption_but_ends_a_turn() -> None:
    talk = talk_of([role("a", (0, 3), (3.6, 6)), role("b", (3.1, 3.5), (5.8, 6.2))], 6.2)
    assert [(turn.role, turn.span.start_s, turn.interrupts) for turn in talk.turns] == [
        ("a", 0, False), ("b", 3.1, False), ("a", 3.6, False), ("b", 5.8, False),
    ]  # fmt: skip


SPANS = st.lists(st.floats(0.1, 5.0), max_size=12).map(
    lambda lengths: [(float(a), float(b)) for a, b in np.cumsum(lengths)[: len(lengths) // 2 * 2].reshape(-1, 2)]
)


@given(one=SPANS, two=SPANS)
def test_speech_overlap_and_silence_add_up_to_the_call(
    one: list[tuple[float, float]], two: list[tuple[float, float]]
) -> None:
    talk = talk_of([role("a", *one), role("b", *two)], 100.0)
    talk_s = sum(shares.talk_s for shares in talk.shares)
    assert talk_s - talk.overlap_s + talk.silence_s == pytest.approx(100.0)
    assert sum(shares.share for shares in talk.shares) == pytest.approx(1.0 if one or two else 0.0)
    assert [turn.span for turn in talk.turns] == sorted(turn.span for turn in talk.turns)


@pytest.mark.parametrize(
    "roles",
    ["agent", "agent=up", "agent=left,agent=right", "agent=left,customer=left", "=left", "a=track0", "a=left,,b=right"],
)
def test_roles_that_do_not_fit_are_refused(roles: str) -> None:
    with pytest.raises(UsageError, match="agent=left,customer=right"):
        Options(roles=roles)


def test_by_default_the_customer_is_scored_and_the_agent_is_not() -> None:
    options = Options(roles="agent=left, customer=RIGHT")
    assert options.role_places == {"agent": "left", "customer": "right"}
    assert options.scored_roles == ("customer",)
    assert Options(roles="agent=left,customer=right", score_roles="none").scored_roles == ()
    assert Options().role_places == {}


@pytest.fixture(scope="module")
def spoken(espeak: str, tmp_path_factory: pytest.TempPathFactory) -> SpokenCall:
    return spoken_call(espeak, tmp_path_factory.mktemp("spoken"))


@pytest.fixture(scope="module")
def recognizer(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_onnx_model(tmp_path_factory.mktemp("models") / "made"))


def assert_turns(analysis: Analysis, spans: dict[str, list[Span]]) -> None:
    assert analysis.talk is not None
    turns = {name: [turn.span for turn in analysis.talk.turns if turn.role == name] for name in spans}
    for name, expected in spans.items():
        assert len(turns[name]) == len(expected)
        for turn, truth in zip(turns[name], expected, strict=True):
            assert turn.start_s == pytest.approx(truth.start_s, abs=TURN_S)
            assert turn.end_s == pytest.approx(truth.end_s, abs=TURN_S)


@pytest.mark.model
@pytest.mark.parametrize(
    ("ending", "codec"), [("wav", "pcm_alaw"), ("wav", "pcm_mulaw"), ("wav", "pcm_s16le"), ("mp3", "libmp3lame")]
)
def test_a_stereo_call_has_its_turns_and_no_score_for_the_agent(
    spoken: SpokenCall, recognizer: str, tmp_path: Path, ending: str, codec: str
) -> None:
    samples, spans = spoken
    path = write_call(tmp_path / f"call.{ending}", [samples], codec)
    roles = "agent=left,customer=right"
    analysis = analyze(path, Options(roles=roles, transcribe_focus=True, transcribe_model=recognizer))
    assert_turns(analysis, spans)
    agent, customer = analysis.roles
    assert (agent.name, customer.name) == ("agent", "customer")
    assert agent.voice is None
    assert customer.voice is not None
    assert analysis.voice == customer.voice  # the recording is told of the customer
    assert analysis.transcript is not None
    assert {phrase.role for phrase in analysis.transcript.phrases} == {"agent", "customer"}
    assert {phrase.emotion is None for phrase in analysis.transcript.phrases if phrase.role == "agent"} == {True}
    assert {phrase.emotion is None for phrase in analysis.transcript.phrases if phrase.role == "customer"} == {False}
    assert "roles_not_scored" in [warning.code for warning in analysis.warnings]
    once = Analysis.from_dict(analysis.to_dict())  # with numbers rounded as they are saved
    assert Analysis.from_dict(once.to_dict()).to_dict() == once.to_dict()
    assert [role.stretches for role in once.roles] == [
        tuple(Span(round(span.start_s, 6), round(span.end_s, 6)) for span in role.stretches) for role in analysis.roles
    ]
    write_results(analysis, tmp_path / "out", analysis.options)
    table = pd.read_csv(tmp_path / "out" / "roles.csv")
    assert table.role.tolist() == ["agent", "customer"]
    assert table.dominant.isna().tolist()[0]
    assert table.happy.isna().tolist() == [True, False]
    phrases = pd.read_csv(tmp_path / "out" / "phrases.csv")
    assert phrases[phrases.role == "agent"].happy.isna().all()
    assert len(pd.read_csv(tmp_path / "out" / "turns.csv")) == len(CALL)
    assert analysis.talk is not None
    shown = roles_table(
        analysis.roles, analysis.talk, findings_of(analysis), analysis.options.emotion_groups, Words("en")
    )
    assert shown.rows[0][-1] == "not scored"


@pytest.mark.model
def test_two_sound_tracks_are_two_roles(spoken: SpokenCall, tmp_path: Path) -> None:
    samples, spans = spoken
    path = write_call(tmp_path / "call.mkv", [samples[:, 0], samples[:, 1]], "flac")
    analysis = analyze(path, Options(roles="agent=track1,customer=track2", score_roles="agent,customer"))
    assert_turns(analysis, spans)
    assert [role.voice is None for role in analysis.roles] == [False, False]
    assert "roles_not_scored" not in [warning.code for warning in analysis.warnings]


@pytest.mark.model
def test_two_files_are_two_roles_aligned_at_their_starts(spoken: SpokenCall, tmp_path: Path) -> None:
    samples, spans = spoken
    sides = [write_call(tmp_path / f"{name}.wav", [samples[:, i]], "pcm_s16le") for i, name in enumerate(spans)]
    join_sides(lambda *_: None, sides, tmp_path / "call.mka")
    analysis = analyze(tmp_path / "call.mka", Options(roles="agent=track1,customer=track2"))
    assert_turns(analysis, spans)
    assert [role.voice is None for role in analysis.roles] == [True, False]
    codes = [warning.code for warning in analysis.warnings]
    assert "sides_joined" in codes
    assert "track_chosen" not in codes  # both are read


@pytest.mark.model
def test_a_mono_call_has_no_sides_and_says_so(spoken: SpokenCall, tmp_path: Path) -> None:
    path = write_call(tmp_path / "call.wav", [spoken[0].mean(axis=1)], "pcm_s16le")
    with pytest.raises(MediaError, match="mono"):
        analyze(path, Options(roles="agent=left,customer=right"))
    with pytest.raises(MediaError, match="no track 2"):
        analyze(path, Options(roles="agent=track1,customer=track2"))
