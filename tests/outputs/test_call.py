"""A call in charts, report and overview: a made one with known turns and voices."""

import json
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emoclassify.analysis import Analysis
from emoclassify.colours import PERSON_COLOURS
from emoclassify.findings import Subject, findings_of
from emoclassify.findings_parts import findings_from_dict, findings_to_dict
from emoclassify.media.nouns import SIDES_BETWEEN
from emoclassify.outputs.charts.draw import DRAWINGS
from emoclassify.outputs.charts.kinds import charts_of
from emoclassify.outputs.document.blocks import Bullets, Paragraph, Table
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.headlines import headline
from emoclassify.outputs.report.call import all_role_findings, at_once, roles_table, why_not_scored
from emoclassify.outputs.report.method import _command
from emoclassify.outputs.report.write import make_slides
from emoclassify.overview import Overview
from emoclassify.settings import Options
from emoclassify.timeline import Span
from emoclassify.voice.reading import VoiceRead
from emoclassify.words.messages import Message
from tests.support.calls import EMOTIONS, OVERLAP_S, SILENCE_S, made_call
from tests.support.pixels import pixels_of
from tests.support.reported import told_of

pytestmark = pytest.mark.whole

BOTH = ("agent", "customer")


def test_each_scored_role_has_findings_of_its_own() -> None:
    findings = findings_of(made_call(scored=BOTH))
    agent, customer = findings.roles
    assert (agent.role, customer.role) == BOTH
    # The agent: 14 s neutral and 12 s happy. The customer: 10 s sad, 12 s angry, 6 s happy.
    assert (agent.shares.ranked[0], customer.shares.ranked[0]) == ("neutral", "angry")
    assert agent.shares.share_of_read("neutral") == pytest.approx(14 / 26)
    assert customer.shares.share_of_read("sad") == pytest.approx(10 / 28)
    assert customer.shares.read == pytest.approx(28 / 60)
    assert customer.highest is not None
    assert 48 <= customer.highest.time_s <= 54  # where the customer is happy
    assert findings.main is not None
    assert findings.main.shares.leading.tolist() == agent.shares.leading.tolist()  # the first scored role


def test_who_is_not_scored_has_none() -> None:
    assert [one.role for one in findings_of(made_call()).roles] == ["customer"]
    assert findings_of(made_call(scored=())).roles == ()


def test_a_call_of_which_nobody_is_scored_is_no_silence() -> None:
    made = made_call(scored=())
    findings = findings_of(made)
    assert findings.subject is Subject.CALL
    assert findings.usability.is_usable
    assert findings.usability.share == pytest.approx(54 / 60)
    text = told_of(made)
    assert "A call, of which nobody is scored" in text
    assert "none of its sides was to be scored" in text
    assert "no speech was found" not in text


def test_the_overview_keeps_the_curve_of_each_role() -> None:
    overview = Overview.of(made_call(scored=BOTH))
    content = json.loads(json.dumps(overview.to_dict()))
    again = Overview.from_dict(content)
    assert again.to_dict() == content
    assert [line.role for line in again.role_curves] == list(BOTH)
    agent, customer = again.role_curves
    # Steps of half a second: the agent speaks from 0 to 8 s, the customer from 9 to 19 s.
    assert agent.scores[4].argmax() == 4  # neutral
    assert agent.gaps[0] == (8.0, 20.0)
    assert customer.gaps[0] == (0.0, 9.0)
    assert [line.person for line in again.role_curves] == [None, None]


@pytest.mark.parametrize("scored", [(), ("customer",), BOTH])
def test_the_chart_has_the_turns_of_both_and_a_curve_of_the_scored(scored: tuple[str, ...], tmp_path: Path) -> None:
    made = made_call(scored=scored)
    DRAWINGS["call"](made, Overview.of(made), tmp_path / "call", "en")
    agent, customer = (pixels_of(tmp_path / "call.png", colour) for colour in PERSON_COLOURS[:2])
    assert agent > 10_000
    assert customer > 10_000
    words = (tmp_path / "call.svg").read_text(encoding="utf-8")
    assert words.count(">agent<") == 1 + ("agent" in scored)
    assert words.count(">customer<") == 1 + ("customer" in scored)
    assert "triangle: begins while another speaks" in words.replace("\N{NO-BREAK SPACE}", " ")


def test_only_a_call_has_the_chart() -> None:
    assert "call" in [chart.name for chart in charts_of(made_call())]


def test_episodes_of_both_are_marked_on_their_own_rows(tmp_path: Path) -> None:
    made = made_call(scored=BOTH, episodes="happy:0.5:0.4:3")
    assert [episode.role for episode in made.episodes] == ["agent", "customer", "agent"]
    DRAWINGS["call"](made, Overview.of(made), tmp_path / "call", "en")
    words = (tmp_path / "call.svg").read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")
    assert "thick line: happy" in words


def test_the_headline_names_who_speaks_most() -> None:
    assert headline("call", Overview.of(made_call()), "en") == "Most of the speech: customer (52%)"  # 28 of 54 s


def test_the_headline_names_nobody_where_both_speak_as_long() -> None:
    call = made_call()
    agent, customer = call.roles
    as_long = tuple(Span(span.start_s + 0.1, span.end_s + 0.1) for span in agent.stretches)
    even = replace(call, roles=(agent, replace(customer, stretches=as_long)))
    assert headline("call", Overview.of(even), "en") == "All sides speak for about as long"


def test_a_voice_that_is_nowhere_clear_is_told_as_nothing() -> None:
    """In headline, sentence and table alike, though some emotion always has a top score."""
    call, words = made_call(), Words("en")
    agent, customer = call.roles
    assert customer.voice is not None
    unclear = [replace(one, scores=np.full(7, 1 / 7, np.float32)) for one in customer.voice.stretches]
    made = replace(call, roles=(agent, replace(customer, voice=VoiceRead(tuple(unclear), tuple(unclear)))))
    findings, groups = findings_of(made), made.options.emotion_groups
    (told,) = findings.roles
    assert told.shares.share_of_read("angry") == 1.0
    assert told.leading is None
    assert made.talk is not None
    assert roles_table(made.roles, made.talk, findings, groups, words).rows[1][-1] == "cannot tell"
    assert all_role_findings(findings, groups, words) == ("customer: no emotion of the voice can be told.",)
    again = findings_from_dict(findings_to_dict(findings), findings.crosscheck)
    assert again.roles[0].leading is None


def test_the_report_tells_roles_overlap_and_silence() -> None:
    made, words = made_call(scored=BOTH), Words("en")
    assert made.talk is not None
    assert (made.talk.overlap_s, made.talk.silence_s) == pytest.approx((OVERLAP_S, SILENCE_S))
    table = roles_table(made.roles, made.talk, findings_of(made), made.options.emotion_groups, words)
    assert [row[0] for row in table.rows] == list(BOTH)
    assert [row[2:] for row in table.rows] == [
        ("4", "0", "neutral (54% of the speech)"),
        ("3", "1", "angry (43% of the speech)"),
    ]
    assert (
        at_once(made.talk, words)
        == "Both speak at once for 2.0\N{NO-BREAK SPACE}s; nobody speaks for 8.0\N{NO-BREAK SPACE}s."
    )
    agent, customer = all_role_findings(findings_of(made), made.options.emotion_groups, words)
    assert agent.startswith("agent: the voice sounds most often like “neutral” (54% of the speech);")
    assert customer.startswith("customer: the voice sounds most often like “angry” (43% of the speech);")
    assert why_not_scored(made.roles, words) == ""
    assert "5(1)(f)" in why_not_scored(made_call().roles, words)


def test_the_slides_have_the_call() -> None:
    made = made_call(scored=BOTH)
    deck = make_slides(Analysis.from_dict(made.to_dict()), Options(), None, Overview.of(made))
    (slide,) = (slide for slide in deck.slides if slide.title == "The two sides of the call")
    table, note, voices = slide.blocks
    assert isinstance(table, Table)
    assert isinstance(note, Paragraph)
    assert note.text == "Both speak at once for 2.0\N{NO-BREAK SPACE}s; nobody speaks for 8.0\N{NO-BREAK SPACE}s."
    assert isinstance(voices, Bullets)
    assert len(voices.items) == 2
    assert deck.slides[0].title.startswith("Agent: mostly neutral;")  # the first role that is scored


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_report_has_the_section(lang: str) -> None:
    text = told_of(made_call(scored=BOTH), lang)
    assert {"en": "The two sides of the call", "ru": "Стороны разговора"}[lang] in text
    assert set(EMOTIONS) == set(BOTH)


def test_the_command_that_repeats_a_joined_call_names_its_recordings() -> None:
    made = made_call(roles="customer=track2,agent=track1")
    note = Message("sides_joined", {"files": SIDES_BETWEEN.join(["the agent's.wav", "b.wav"])})
    joined = replace(made, source=replace(made.source, name="a + b.mka", notes=(note,)))
    command = shlex.split(_command(joined))
    assert command[:4] == ["emoclassify", "analyze", "--out", "results"]
    assert command[command.index("--roles") + 1] == "customer=b.wav,agent=the agent's.wav"
    assert "a + b.mka" not in command
    other = shlex.split(_command(made))  # of a recording with two tracks
    assert other[2] == made.source.name
    assert other[other.index("--roles") + 1] == "customer=track2,agent=track1"
