"""The report as docx, pdf and html: the same texts in each, names shown as text, the same bytes twice."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from uuid import UUID
from zipfile import ZipFile

import docx
import pytest
from pypdf import PdfReader

from emoclassify.analysis import Analysis
from emoclassify.design import font_path
from emoclassify.errors import MediaError
from emoclassify.outputs.document.blocks import Heading, Headline
from emoclassify.outputs.document.docx_fonts import EMBEDDED, obfuscated
from emoclassify.outputs.document.words import printable
from emoclassify.outputs.folder import write_results
from emoclassify.outputs.registry import with_outputs
from emoclassify.outputs.report.write import make_content, write_report
from emoclassify.settings import Options
from emoclassify.words.texts import LANGUAGES
from tests.support.findings import with_a_gap
from tests.support.reported import (
    ALL,
    KINDS,
    READERS,
    bare,
    filmed,
    full,
    text_of_docx,
    text_of_html,
    text_of_pdf,
    texts_in,
)
from tests.support.written import is_done

pytestmark = pytest.mark.whole


@pytest.mark.usefixtures("blank_charts")
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_recording_has_a_report_and_every_format_the_same_texts(tmp_path: Path, kind: str, lang: str) -> None:
    found, options = KINDS[kind], Options(report=ALL, lang=lang)
    write_results(found, tmp_path, options)
    content = make_content(with_outputs(Analysis.from_dict(found.to_dict()), options), options, None)
    headings = [block.text for block in content.blocks if isinstance(block, Heading)]
    assert len(headings) == len(set(headings)) >= 6
    texts = [bare(text) for text in texts_in(content)]
    assert bare(text_of_docx(tmp_path / "report.docx")) == "".join(texts)
    assert bare(text_of_html(tmp_path / "report.html")) == "".join(texts)
    shown, place = bare(text_of_pdf(tmp_path / "report.pdf")), 0
    for text in texts:  # in between a page may begin with the heading of its table
        assert text in shown[place:], f"report.pdf lacks {text!r} after {shown[:place][-40:]!r}"
        place = shown.index(text, place) + len(text)


HOSTILE = [
    '<img src="https://example.com/x"><script>alert(1)</script>.mp4',
    '#read("/etc/passwd") *a* $x$ _b_ \\ `c` <label> @ref.mp4',
    "]]> &amp; <w:t>a</w:t> {{b}} %s.mp4",
    "a\n\x1b[31mb\x00\u202egpj.mp4",
    "Встреча 会议 " + "long" * 60 + ".mp4",
]


@pytest.mark.usefixtures("blank_charts")
@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_name_is_shown_as_text(tmp_path: Path, name: str) -> None:
    found = with_a_gap()
    write_results(replace(found, source=replace(found.source, name=name)), tmp_path, Options(report=ALL))
    for file, read in READERS.items():
        shown = read(tmp_path / file)
        known = name.replace("会议", "") if file == "report.pdf" else name  # letters that the font lacks
        for part in printable(known).split():
            assert bare(part) in bare(shown), file
        assert "root:" not in shown


@pytest.mark.usefixtures("blank_charts")
def test_the_word_file_carries_the_family(tmp_path: Path) -> None:
    write_results(with_a_gap(), tmp_path, Options(report="docx"))
    with ZipFile(tmp_path / "report.docx") as archive:
        table, relations = archive.read("word/fontTable.xml").decode(), archive.read("word/_rels/fontTable.xml.rels")
        assert b"<w:embedTrueTypeFonts/>" in archive.read("word/settings.xml")
        for element, weight in EMBEDDED.items():
            relation, key = re.findall(rf'<w:{element} r:id="(\w+)" w:fontKey="{{([-0-9A-F]+)}}"/>', table)[0]
            (target,) = re.findall(rf'Id="{relation}"[^>]*Target="([^"]+)"', relations.decode())
            assert obfuscated(archive.read(f"word/{target}"), UUID(key)) == font_path(weight).read_bytes()


@pytest.mark.usefixtures("blank_charts")
def test_a_pdf_is_tagged_and_has_bookmarks_and_a_word_file_real_headings(tmp_path: Path) -> None:
    content = make_content(full(), Options(lang="ru"), None)
    headings = [block for block in content.blocks if isinstance(block, Heading)]
    for kind in ("pdf", "docx"):
        write_report(content, tmp_path / f"report.{kind}")
    reader = PdfReader(tmp_path / "report.pdf")
    root: Any = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "ru"
    headline = next(block.text for block in content.blocks if isinstance(block, Headline))
    assert cast(Any, reader.outline[0]).title == headline
    paragraphs = docx.Document(str(tmp_path / "report.docx")).paragraphs
    styled = [(one.text, one.style.name) for one in paragraphs if one.style and one.style.name.startswith("Heading")]
    assert styled == [(block.text, f"Heading {block.level}") for block in headings]


def test_fonts_are_obfuscated_as_the_standard_says() -> None:
    # ECMA-376, part 1, 17.8.1: the key's bytes from the last to the first, on the first 32 bytes.
    key = UUID("00112233-4455-6677-8899-AABBCCDDEEFF")
    head = bytes.fromhex("FFEEDDCCBBAA99887766554433221100")
    assert obfuscated(bytes(32) + b"rest", key) == head * 2 + b"rest"


@pytest.mark.slow
def test_two_reports_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_results(full(), tmp_path / name, Options(report=ALL, lang="ru"))
    for name in READERS:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


@pytest.mark.usefixtures("blank_charts")
def test_a_report_is_written_where_asked_for(tmp_path: Path) -> None:
    options, out = Options(report="html,pdf"), tmp_path / "out"
    recording, found = filmed(tmp_path)
    written = write_results(found, out, options, recording)
    assert [path.name for path in written[:3]] == ["analysis.json", "report.html", "report.pdf"]
    assert not (out / "timeline.png").exists()
    assert is_done(out, found.source.sha256, options, [])
    assert not is_done(out, found.source.sha256, Options(), [])
    (out / "report.pdf").unlink()
    assert not is_done(out, found.source.sha256, options, [])
    write_results(found, out, options)  # without the recording, so without stills
    assert not is_done(out, found.source.sha256, options, [])
    write_results(found, out, Options())
    assert not (out / "report.html").exists()


def test_a_recording_that_cannot_be_opened_fails_alone(tmp_path: Path) -> None:
    _, found = filmed(tmp_path)
    (tmp_path / "b.mp4").write_bytes(b"noise" * 1000)
    with pytest.raises(MediaError):
        write_results(found, tmp_path / "out", Options(report="html"), tmp_path / "b.mp4")
    assert not (tmp_path / "out" / "report.html").exists()
