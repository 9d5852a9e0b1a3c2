"""A still picture has no time: no place tells how long an emotion leads in it, and each tells its scores."""

import re
from pathlib import Path

import pytest

from emoclassify.cli.told import answer
from emoclassify.jobs.summary import summary_of
from emoclassify.outputs.charts.kinds import charts_of
from emoclassify.outputs.report.write import make_content
from emoclassify.overview import Overview
from emoclassify.settings import Options
from emoclassify.words.texts import LANGUAGES
from tests.support.findings import a_still
from tests.support.pages import visit
from tests.support.percentages import in_charts, in_report, in_terminal, on_page
from tests.support.reported import table
from webapp.views import compare, history

OF_TIME = {
    "en": r"of the (readable time|recording|speech)\b|over time|smoothed",
    "ru": r"% (времени|записи|речи)|во времени|сглажен",
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_share_is_of_its_time(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blank_charts: None
) -> None:
    found = a_still("sad")
    content = make_content(found, Options(lang=lang), None)
    texts = [*in_charts(found, lang, tmp_path, monkeypatch), *in_report(content)]
    if lang == "en":
        texts += in_terminal(Overview.of(found))
    told = [text.replace("\N{NO-BREAK SPACE}", " ") for text in texts]
    assert not [text for text in told if re.search(OF_TIME[lang], text)]
    by_hand = {"en": "0.70", "ru": "0,70"}[lang]  # the score of sad
    assert any(by_hand in text for text in told)


def test_its_one_chart_has_the_scores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [chart.name for chart in charts_of(a_still())] == ["shares"]
    told = set(in_charts(a_still(), "en", tmp_path, monkeypatch))
    assert {"person 1 0.70", "person 1 0.05"} <= told


def test_its_report_has_a_row_of_scores_with_the_valence(blank_charts: None) -> None:
    scores = table(make_content(a_still("sad"), Options(), None), "angry")
    assert scores.header[-1] == "valence, surprise left out"
    assert scores.rows == (("person 1", *["0.05"] * 5, "0.70", "0.05", "\N{MINUS SIGN}0.80"),)


def test_terminal_and_list_tell_its_emotion() -> None:
    overview = Overview.of(a_still("sad"))
    assert answer(overview) == "face in 1 of 1 frames, reads as sad"
    job = {"summary": summary_of(overview), "options": overview.options.to_dict(), "duration_s": overview.end_s}
    assert history._mood(job, visit()) == "Picture: sad"
    assert not [text for text in on_page(overview, "en") if "100%" in text]


def test_it_is_not_compared_with_recordings() -> None:
    assert compare.why_left_out(Overview.of(a_still())) == "compare_still"
