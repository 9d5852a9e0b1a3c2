"""The report, from analyses made by hand."""

from dataclasses import replace
from pathlib import Path

import pytest
from findings import with_a_gap

from emoclassify.outputs.folder import is_done, write_results
from emoclassify.settings import Options


def test_a_report_is_written_where_asked_for(tmp_path: Path) -> None:
    options = Options(report="html")
    found = replace(with_a_gap(), options=vars(options))
    assert write_results(found, tmp_path, options)[-1] == tmp_path / "report.html"
    assert is_done(tmp_path, found.source["sha256"], options, [])
    assert not is_done(tmp_path, found.source["sha256"], Options(), [])
    (tmp_path / "report.html").unlink()
    assert not is_done(tmp_path, found.source["sha256"], options, [])
    write_results(found, tmp_path, options)
    write_results(found, tmp_path, Options())
    assert not (tmp_path / "report.html").exists()


HOSTILE = '<img src="https://example.com/x"><script>alert(1)</script>.mp4'


def test_html_shows_a_name_as_text_and_asks_for_nothing(tmp_path: Path) -> None:
    found = with_a_gap()
    write_results(replace(found, source={**found.source, "name": HOSTILE}), tmp_path, Options(report="html"))
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "https://" not in page.replace("&quot;https://example.com", "")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_two_reports_are_the_same_bytes(tmp_path: Path, lang: str) -> None:
    for name in ("a", "b"):
        write_results(with_a_gap(), tmp_path / name, Options(report="html", lang=lang))
    for name in ("report.html",):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
