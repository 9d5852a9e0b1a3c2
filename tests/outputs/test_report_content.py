"""What the report says: the numbers of analysis.json, and sentences that are true of them."""

import shlex
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from babel.numbers import parse_decimal

from emoclassify.analysis import Analysis
from emoclassify.cli import _parser
from emoclassify.crosscheck import MIN_FACES, SEVERAL_SHARE
from emoclassify.labels import valence
from emoclassify.outputs.charts.titles import drawn_curves
from emoclassify.outputs.document.blocks import Code, Content, Paragraph, Table
from emoclassify.outputs.document.words import NOTHING, Words
from emoclassify.outputs.report.headline import headline
from emoclassify.outputs.report.write import make_content
from emoclassify.overview import Overview
from emoclassify.settings import Options
from emoclassify.verdicts import MIN_FACE_CONFIDENCE
from emoclassify.voice.reading import MIN_CONFIDENCE, MIN_SPEECH_S
from emoclassify.words.texts import LANGUAGES
from tests.support.findings import analysis, face, in_turn, voice, with_a_gap
from tests.support.reported import COMPARED, KINDS, full, table, texts_in, told_of


@dataclass(frozen=True)
class Told:
    """What is saved of a recording, and the content of its report: each format shows the content as it is."""

    saved: dict[str, Any]
    content: Content
    words: Words

    def number(self, cell: str) -> float:
        """The last number of a cell."""
        bare = cell.replace("\N{MINUS SIGN}", "-").split()[-1].rstrip("%")
        return float(parse_decimal(bare, locale=self.words.lang))

    def table(self, name: str) -> Table:
        """The table with this in its header or its first row."""
        return table(self.content, self.words.text(name))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("happy_s", "how"), [(7.2, "Mostly"), (4.8, "Most often")])
def test_an_emotion_is_there_mostly_from_half_of_the_time_on(happy_s: float, how: str, lang: str) -> None:
    rest_s = (12.0 - happy_s) / 3
    made = in_turn(("happy", happy_s), ("sad", rest_s), ("neutral", rest_s), ("angry", rest_s))
    words = Words(lang)
    start = words.text(f"{how} {{top}}; {{course}}").format(top=words.text("happy"), course="")
    assert headline(made, Overview.of(made).findings, words).startswith(start)


@pytest.fixture(params=LANGUAGES)
def told(request: pytest.FixtureRequest, blank_charts: None) -> Told:
    saved = full().to_dict()
    content = make_content(Analysis.from_dict(saved), Options(lang=request.param), None)
    return Told(saved, content, Words(request.param))


def test_the_means_are_those_of_analysis_json(told: Told) -> None:
    mean, words = told.saved["echo_mean"], told.words
    rows = [[told.number(cell) for cell in row[1:]] for row in told.table("angry").rows]
    assert rows[0] == pytest.approx(mean["faces"][0]["scores"], abs=0.005)
    assert rows[1] == pytest.approx(mean["voice"]["scores"], abs=0.005)
    assert rows[2] == pytest.approx(mean["both"]["scores"], abs=0.005)
    (row,) = told.table("readable for").rows
    (person,) = mean["faces"]
    assert row[1:3] == (words.seconds(person["seen_s"]), words.percent(person["coverage"]))
    assert row[3:7] == tuple(words.percent(share) for share in (1 / 3, 0, 2 / 3, 0))  # happy for 1 s, sad for 2 s
    assert told.number(row[7]) == pytest.approx(valence(np.array(person["scores"], np.float32)), abs=0.005)


def test_the_counts_are_those_of_analysis_json(told: Told) -> None:
    words, rows = told.words, {row[0]: row[1] for row in told.table("frames decoded").rows}
    for name, count in (
        ("frames decoded", "decoded"),
        ("readings of faces", "faces"),
        ("stretches without a face", "gaps"),
    ):
        assert rows[words.text(name)] == words.count(told.saved["counts"][count])
    assert rows[words.text("frames looked at")] == words.count(len(told.saved["frames"]))


def test_the_cross_check_is_that_of_analysis_json(told: Told) -> None:
    words, segments = told.words, told.saved["segments"]
    for row, segment in zip(told.table("similarity").rows, segments, strict=True):
        assert row[0] == words.span(segment["start_s"], segment["end_s"])
        assert told.number(row[1]) == pytest.approx(segment["confidence"], abs=0.005)
        assert told.number(row[3]) == pytest.approx(segment["agreement"], abs=0.005)
        assert row[5] == words.text(segment["verdict"])
    paragraphs = [block for block in told.content.blocks if isinstance(block, Paragraph) and not block.lead]
    start = words.text("Of {length} of speech: {verdicts}.").partition("{verdicts}")[0]
    start = start.format(length=words.seconds(sum(told.saved["crosscheck"]["seconds"].values())))
    (verdicts,) = (block.text for block in paragraphs if block.text.startswith(start))
    for verdict, length_s in told.saved["crosscheck"]["seconds"].items():
        assert (f"{words.text(verdict)} {words.seconds(length_s)}" in verdicts) is (length_s > 0)


def test_how_good_the_models_are_is_what_analysis_json_says(told: Told) -> None:
    tables = [block for block in told.content.blocks if isinstance(block, Table)]
    scored = [model["scores"]["sets"] for model in told.saved["models"] if model["scores"]]
    confusion = [shown for shown in tables if len(shown.rows) == 7 and len(shown.header) == 8]
    for shown, sets in zip(confusion, scored, strict=True):
        tested = [measured["confusion"] for measured in sets if "validation" not in measured["set"]]
        counts = [[int("".join(filter(str.isdigit, cell))) for cell in row[1:]] for row in shown.rows]
        assert counts == np.sum(tested, axis=0).tolist()
    good = [shown for shown in tables if told.words.text("accuracy") in shown.header]
    for shown, sets in zip(good, scored, strict=True):
        for row, measured in zip(shown.rows, sets, strict=True):
            figures = [measured[name] for name in ("accuracy", "uar", "macro_f1", "ece")]
            assert [told.number(cell.split()[0]) for cell in row[3:]] == pytest.approx(figures, abs=0.0005)


def test_where_it_comes_from_is_what_analysis_json_says(told: Told) -> None:
    every = " ".join(texts_in(told.content))
    assert told.saved["source"]["sha256"] in every
    assert told.words.text("not for commercial use") in every
    assert told.words.date(told.saved["analyzed_at"]) in every
    assert told.saved["program"]["version"] in every
    of_the_analysis = told_of(full(version="0.0.9"), told.words.lang)
    assert "EmoClassify 0.0.9" in of_the_analysis  # and not of the program that makes the report


@pytest.mark.usefixtures("blank_charts")
@pytest.mark.parametrize(("commercial_use", "told"), [(True, False), (None, False), (False, True)])
def test_where_no_commercial_use_is_allowed_the_way_to_a_model_of_ones_own_is_told(
    commercial_use: bool | None, told: bool
) -> None:
    found = full(models=tuple(replace(model, commercial_use=commercial_use) for model in full().models))
    assert ("not for commercial use" in told_of(found)) is told
    assert ("recordings of your own" in told_of(found)) is told
    assert ("на собственных записях" in told_of(found, "ru")) is told


@pytest.mark.usefixtures("blank_charts")
def test_the_persons_are_those_of_the_charts() -> None:
    faces = [face(i, float(i), person=p, reason="dark" if p == 4 else "") for p in range(1, 9) for i in range(2)]
    content = make_content(analysis(faces, [0.0, 1.0]), Options(), None)
    rows = table(content, "readable for").rows
    assert [row[0] for row in rows] == [str(curve.person) for curve in drawn_curves(analysis(faces, [0.0, 1.0]))]
    assert rows[3][1:] == ("0.0\N{NO-BREAK SPACE}s", "0%", *[NOTHING] * 5)
    assert "shown of 8" in " ".join(texts_in(content))
    assert [row[0].split()[1] for row in table(content, "angry").rows] == ["1", "2", "3", "5", "6"]


@pytest.mark.usefixtures("blank_charts")
def test_what_voice_and_face_are_together_is_told_with_its_weights() -> None:
    asked = replace(COMPARED, double_check=False)
    alone = told_of(replace(full(), options=asked))
    assert alone.count("In scores of both together") == told_of(full()).count("In scores of both together") == 1
    assert "another person" not in alone
    two = full(faces=(*full().faces, face(0, 0.0, person=2)))
    assert "another person" in told_of(two)


@pytest.mark.usefixtures("blank_charts")
def test_the_rules_of_the_report_are_those_of_the_cross_check() -> None:
    (rules,) = (text for text in texts_in(make_content(full(), Options(), None)) if text.startswith("“Agree” means"))
    for told in (f"{MIN_SPEECH_S:g} s", f"fewer than {MIN_FACES} good", f"below {MIN_CONFIDENCE:g}"):
        assert told in rules
    assert "a quarter" in rules
    assert (SEVERAL_SHARE, MIN_FACE_CONFIDENCE) == (1 / 4, MIN_CONFIDENCE)


@pytest.mark.usefixtures("blank_charts")
def test_the_answer_tells_verdicts_as_a_person_would() -> None:
    times_s = [0.2 * i for i in range(20)]
    happy = [face(i, t) for i, t in enumerate(times_s)]
    told = {
        "; how often the face agrees with it cannot be told of so few stretches": [voice(0, 2), voice(2.5, 4)],
        "Of 2.0\N{NO-BREAK SPACE}s of speech: differ 2.0\N{NO-BREAK SPACE}s.": [voice(0, 2, "sad")],
        "Of 2.0\N{NO-BREAK SPACE}s of speech: face shows more 2.0\N{NO-BREAK SPACE}s.": [voice(0, 2, "neutral")],
        "cannot be told (too little speech)": [voice(0, 0.4)],
    }
    for sentence, speech in told.items():
        assert sentence in told_of(analysis(happy, times_s, speech, options=COMPARED))
    assert "Of none of the 0.4\N{NO-BREAK SPACE}s of speech" in told_of(
        analysis(happy, times_s, [voice(0, 0.4)], options=COMPARED)
    )


@pytest.mark.usefixtures("blank_charts")
def test_the_answer_tells_how_long_no_face_is_read() -> None:
    assert "; it can be read in 75% of the recording." in told_of(with_a_gap())
    times_s = [0.2 * i for i in range(20)]
    assert "it can be read in" not in told_of(analysis([face(i, t) for i, t in enumerate(times_s)], times_s))


@pytest.mark.usefixtures("blank_charts")
@pytest.mark.parametrize(
    "options",
    [
        Options(),
        Options(anonymize=True, report="html", lang="ru"),
        Options(every=3, faces="all", graph=True, min_face=0.1),
    ],
)
def test_the_command_that_repeats_it_asks_for_the_same(options: Options) -> None:
    (command,) = (b.text for b in make_content(full(options=options), Options(), None).blocks if isinstance(b, Code))
    program, *arguments = shlex.split(command)
    assert program == "emoclassify"
    assert Options.read(vars(_parser().parse_args(arguments)), {}) == options


@pytest.mark.usefixtures("blank_charts")
def test_the_coverage_of_a_voice_is_of_time_and_that_of_a_face_of_frames() -> None:
    assert "share of the time" in told_of(KINDS["no picture"])
    assert "share of frames" in told_of(KINDS["whole"])


def test_numbers_times_and_dates_as_the_language_has_them() -> None:
    english, russian = Words("en"), Words("ru")
    assert (english.number(0.125), russian.number(0.125)) == ("0.12", "0,12")
    assert (english.signed(-0.5), english.signed(0.5), english.signed(-0.001)) == (
        "\N{MINUS SIGN}0.50",
        "+0.50",
        "0.00",
    )
    assert (english.percent(0.5), russian.percent(0.5)) == ("50%", "50\N{NO-BREAK SPACE}%")
    lengths = [english.seconds(value).replace("\N{NO-BREAK SPACE}", " ") for value in (5.25, 99.4, 2377.7)]
    assert lengths == ["5.2 s", "99.4 s", "39 min 38 s"]
    assert "2\N{NO-BREAK SPACE}мин\N{NO-BREAK SPACE}0" in russian.seconds(120)
    assert (english.time(75.5), russian.time(75.5)) == ("1:15.5", "1:15,5")
    assert (english.count(12345), russian.count(12345)) == ("12,345", "12\N{NO-BREAK SPACE}345")
    assert english.date("2026-11-21T15:02:08+00:00") == "21 November 2026, 15:02:08 UTC"
    assert "21 ноября 2026" in russian.date("2026-11-21T15:02:08+00:00")
