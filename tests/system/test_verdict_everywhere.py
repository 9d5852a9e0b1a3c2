"""Whether a recording is usable is told in every place, with the same reasons: page, list, report, terminal, job."""

import re
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from emoclassify.analysis import Analysis
from emoclassify.cli.told import report
from emoclassify.jobs.summary import summary_of
from emoclassify.outputs.folder import write_results
from emoclassify.outputs.report.write import make_content
from emoclassify.outputs.saved import read_overview
from emoclassify.overview import Overview
from emoclassify.recordings import Recording
from emoclassify.settings import Options
from emoclassify.usability import Usability
from emoclassify.words.texts import LANGUAGES
from tests.support.findings import analysis, face
from tests.support.pages import visit
from tests.support.reported import texts_in
from webapp.views import history, result


def seen_for(seconds: float) -> Analysis:
    """4 s, in which a face is seen at first and then nobody."""
    times_s = [round(0.2 * i, 1) for i in range(20)]
    return analysis([face(i, t) for i, t in enumerate(times_s) if t < seconds], times_s)


def lines_of(usability: Usability, lang: str) -> Iterator[str]:
    yield usability.told(lang)
    yield from (reason.message.in_language(lang) for reason in usability.reasons)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("seconds", [1.0, 2.4])
def test_page_and_report_tell_the_verdict_with_all_reasons(
    seconds: float, lang: str, monkeypatch: pytest.MonkeyPatch, blank_charts: None
) -> None:
    made, shown = seen_for(seconds), list[str]()
    usability = Overview.of(made).findings.usability
    expected = [*lines_of(usability, lang)]
    assert len(expected) >= 2
    assert set(expected) <= set(texts_in(make_content(made, Options(lang=lang), None)))
    drawing = SimpleNamespace(warning=shown.append, info=shown.append, container=lambda **_: nullcontext())
    monkeypatch.setattr(result, "st", drawing)
    result._draw_verdict(usability, visit(lang))
    (told,) = shown
    told = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", told)  # the words that are links
    assert all(line in told.replace("\\", "") for line in expected)


@pytest.mark.parametrize("seconds", [1.0, 2.4, 4.0])
def test_terminal_job_and_list_tell_the_same_verdict(
    seconds: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "made.mp4"
    write_results(seen_for(seconds), folder, Options())
    overview = read_overview(folder)
    usability = overview.findings.usability
    report(False, Recording(tmp_path / "made.mp4", folder), "done")
    told = capsys.readouterr().out
    assert all(line in told for line in lines_of(usability, "en")) is not usability.is_usable
    summary = summary_of(overview)
    assert summary["usability"]["verdict"] == usability.verdict
    job = {"summary": summary, "usability": summary["usability"], "duration_s": 4.0, "options": Options().to_dict()}
    assert (usability.told_shortly("en") in history._outcome(job, visit())) is not usability.is_usable
