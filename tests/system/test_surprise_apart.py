"""Surprise counts in a group and not in valence: beside every valence that is told stands that it is left out."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from emoclassify.outputs.document.blocks import Paragraph, Table
from emoclassify.outputs.report.write import make_content
from emoclassify.overview import Overview
from emoclassify.settings import Options
from emoclassify.words.texts import LANGUAGES
from tests.support.findings import in_turn
from tests.support.percentages import in_charts, in_report, on_page
from webapp.parts.texts import texts_in

pytestmark = pytest.mark.whole

VALENCE = {"en": "valence", "ru": "валентност"}
SURPRISE = {"en": "surprise", "ru": "удивлени"}
SIGNED = re.compile(r"[+\N{MINUS SIGN}]\d[.,]\d\d")

MOVED = in_turn(("neutral", 12), ("happy", 6), ("surprise", 6), ("neutral", 12), ("sad", 6), ("neutral", 12))
"""A face whose valence has a highest and a lowest moment, and which is surprised in between."""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_valence_is_told_without_saying_so(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blank_charts: None
) -> None:
    texts = [*on_page(Overview.of(MOVED), lang), *in_charts(MOVED, lang, tmp_path, monkeypatch)]
    sentences = [text for text in in_report(make_content(MOVED, Options(lang=lang), None)) if not is_cell(text)]
    told = [text.lower() for text in (*texts, *sentences)]
    with_valence = [text for text in told if VALENCE[lang] in text and SIGNED.search(text)]
    assert len(with_valence) >= 5
    assert not [text for text in with_valence if SURPRISE[lang] not in text]


def is_cell(text: str) -> bool:
    """True of a cell of a table, whose paragraphs are looked at apart."""
    return re.match(r"[^ ]+, [^:]*: ", text) is not None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_tables_of_the_report_with_a_valence_have_a_paragraph_that_says_so(lang: str, blank_charts: None) -> None:
    blocks = [Paragraph(""), *make_content(MOVED, Options(lang=lang), None).blocks, Paragraph("")]
    n_tables = 0
    for before, (block, after) in zip(blocks, pairwise(blocks[1:]), strict=False):
        if isinstance(block, Table) and VALENCE[lang] in " ".join(block.header).lower():
            n_tables += 1
            paragraphs = [near.text.lower() for near in (before, after) if isinstance(near, Paragraph)]
            assert any(SURPRISE[lang] in text for text in paragraphs), block.header
    assert n_tables == 2  # of persons and of key moments


def test_no_text_says_that_a_mood_hardly_changes() -> None:
    """It was told over extreme grimaces whose valence stayed the same; surprise is one that valence does not see."""
    for lang, never in (("en", "hardly"), ("ru", "почти не мен")):
        assert not [text for text in texts_in(lang).values() if never in text.lower()]
