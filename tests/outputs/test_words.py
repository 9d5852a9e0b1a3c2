"""What was said, in every file that may hold it, and in none that may not."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pympi
import pytest
import srt
import webvtt
from hypothesis import given
from hypothesis import strategies as st
from praatio import textgrid

from emoclassify.analysis import Analysis
from emoclassify.outputs.folder import render_results, write_results
from emoclassify.outputs.formats.kinds import EXPORT_FILES
from emoclassify.outputs.saved import find_saved, read_analysis, read_overview
from emoclassify.settings import EXPORTS, Options
from emoclassify.transcript.mask import STARS, hides_more
from emoclassify.words.texts import LANGUAGES
from tests.support.reported import READERS, bare, told_of
from tests.support.transcripts import ANGRY, HAPPY, phrase, with_words

pytestmark = pytest.mark.whole

ALL = Options(transcribe_focus=True, export=",".join(EXPORTS), report="html,docx,pdf")
ROUNDING_S = 0.0005
SCORES = 1e-6


def test_an_analysis_keeps_its_words() -> None:
    made = with_words()
    again = Analysis.from_dict(json.loads(json.dumps(made.to_dict())))
    assert again.to_dict() == made.to_dict()
    assert again.transcript is not None
    assert [one.text for one in again.transcript.phrases] == [" ".join(HAPPY), " ".join(ANGRY)]
    assert again.transcript.n_invented == 1


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("words")
    write_results(with_words(), folder, replace(ALL, report=""))
    return folder


def test_words_and_phrases_are_tables(files: Path) -> None:
    words, phrases = (pd.read_csv(files / f"{name}.csv") for name in ("words", "phrases"))
    assert words.text.tolist() == [*HAPPY, *ANGRY]
    assert words.start.to_numpy() == pytest.approx([0.4, 0.6, 0.8, 2.4, 2.8, 3.2])
    assert words.end.to_numpy() == pytest.approx([0.6, 0.8, 1.0, 2.8, 3.2, 3.6])
    assert words.phrase.tolist() == [1, 1, 1, 2, 2, 2]
    assert words.sureness.to_numpy() == pytest.approx(2 * [0.5, 0.6, 0.7])
    assert phrases.text.tolist() == [" ".join(HAPPY), " ".join(ANGRY)]
    assert phrases.dominant.tolist() == ["happy", "angry"]
    assert phrases.happy[0] == pytest.approx(0.7, abs=SCORES)
    assert phrases.face_dominant.tolist() == ["happy", "sad"]  # the face is happy to 1 s, sad from 2 s on


def test_subtitles_hold_the_words_with_the_emotion_as_a_class(files: Path) -> None:
    cues = webvtt.read(files / "words.vtt")
    assert [cue.raw_text for cue in cues] == [
        f"<c.happy>{' '.join(HAPPY)}</c>", f"<c.angry>{' '.join(ANGRY)}</c>",
    ]  # fmt: skip
    lines = list(srt.parse((files / "words.srt").read_text(encoding="utf-8")))
    spans = [(line.start.total_seconds(), line.end.total_seconds(), line.content) for line in lines]
    assert spans == [(0.4, 1.0, " ".join(HAPPY)), (2.4, 3.6, " ".join(ANGRY))]


def test_a_role_is_the_voice_of_a_cue(tmp_path: Path) -> None:
    said = [phrase(HAPPY, 0.4, 1.0, "happy", "customer"), phrase(ANGRY, 2.4, 3.6, role="agent")]
    write_results(with_words(*said), tmp_path, Options(transcribe=True, export="vtt,srt,eaf"))
    assert [cue.voice for cue in webvtt.read(tmp_path / "words.vtt")] == ["customer", "agent"]
    assert "customer: We are delighted." in (tmp_path / "words.srt").read_text(encoding="utf-8")
    names = set(pympi.Elan.Eaf(tmp_path / "emotions.eaf").get_tier_names())
    assert {"Words (customer)", "Phrases (customer)", "Words (agent)", "Phrases (agent)"} < names


def test_elan_and_praat_have_tiers_of_words_and_phrases(files: Path) -> None:
    eaf = pympi.Elan.Eaf(files / "emotions.eaf")
    grid = textgrid.openTextgrid(str(files / "emotions.TextGrid"), includeEmptyIntervals=False)
    texts = {"Words": [*HAPPY, *ANGRY], "Phrases": [" ".join(HAPPY), " ".join(ANGRY)]}
    for tier, expected in texts.items():
        assert [text for _, _, text in sorted(eaf.get_annotation_data_for_tier(tier))] == expected
        entries = grid.getTier(tier).entries
        assert [entry.label for entry in entries] == expected
        starts = {"Words": [0.4, 0.6, 0.8, 2.4, 2.8, 3.2], "Phrases": [0.4, 2.4]}[tier]
        assert [entry.start for entry in entries] == pytest.approx(starts, abs=ROUNDING_S)


@pytest.mark.usefixtures("blank_charts")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_report_shows_the_transcript(tmp_path: Path, lang: str) -> None:
    write_results(with_words(), tmp_path, replace(ALL, export="", lang=lang))
    heading = {"en": "What was said", "ru": "Что было сказано"}[lang]
    for name, read in READERS.items():
        text = bare(read(tmp_path / name))
        assert bare(heading) in text
        assert bare(" ".join(HAPPY)) in text
        assert bare(" ".join(ANGRY)) in text
    assert ("0.60" if lang == "en" else "0,60") in told_of(with_words(), lang)  # the mean sureness of the words


def contents(folder: Path) -> str:
    """All files, as far as they are text, and the texts of the others."""
    texts = [
        READERS[path.name](path) if path.name in READERS else path.read_text(encoding="utf-8", errors="replace")
        for path in folder.iterdir()
    ]
    return "\n".join(texts)


@pytest.mark.usefixtures("blank_charts")
def test_where_faces_are_covered_no_file_holds_a_word(tmp_path: Path) -> None:
    options = replace(ALL, anonymize=True)
    write_results(with_words(), tmp_path, options)
    text = contents(tmp_path)
    assert not [word for word in ("delighted", ANGRY[-1].strip("!")) if word in text]
    phrases = pd.read_csv(tmp_path / "phrases.csv")
    assert phrases.text.isna().all()
    assert phrases.dominant.tolist() == ["happy", "angry"]
    assert not (tmp_path / "words.vtt").exists()
    kept = tmp_path / "kept"
    write_results(with_words(), kept, replace(options, keep_words=True))
    assert "delighted" in contents(kept)


@pytest.mark.usefixtures("blank_charts")
@pytest.mark.parametrize("mask", ["delighted", "DELIGHTED, nobody", "deli*"])
def test_a_masked_word_is_in_no_file(tmp_path: Path, mask: str) -> None:
    write_results(with_words(), tmp_path, replace(ALL, mask=mask))
    text = contents(tmp_path)
    assert "delighted" not in text.replace(mask, "")
    assert f"We are {STARS}" in text
    assert ANGRY[-1] in text


def test_words_taken_out_later_leave_the_files_of_before(tmp_path: Path) -> None:
    write_results(with_words(), tmp_path, Options(transcribe=True, export="vtt,srt"))
    saved = read_analysis(tmp_path)
    assert (tmp_path / "words.vtt").exists()
    render_results(saved, tmp_path, Options(transcribe=True, anonymize=True))
    assert "delighted" not in contents(tmp_path)
    overview = read_overview(tmp_path)
    assert overview.transcript is not None
    assert {one.text for one in overview.transcript.phrases} == {""}


def test_words_that_are_wanted_again_need_another_analysis(tmp_path: Path) -> None:
    hidden = Options(transcribe=True, anonymize=True)
    write_results(replace(with_words(), options=hidden), tmp_path, hidden)
    saved = read_analysis(tmp_path)
    assert find_saved(tmp_path, saved.source.sha256, hidden, []) is not None
    assert find_saved(tmp_path, saved.source.sha256, Options(transcribe=True), []) is None


@pytest.mark.parametrize(
    ("options", "other", "more"),
    [
        ({}, {}, False),
        ({"anonymize": True}, {}, True),
        ({}, {"anonymize": True}, False),
        ({"anonymize": True, "keep_words": True}, {}, False),
        ({"mask": "a,b"}, {"mask": "a"}, True),
        ({"mask": "a"}, {"mask": "A,b"}, False),
        ({"mask": "a"}, {"anonymize": True}, False),
    ],
)
def test_what_hides_more(options: dict[str, object], other: dict[str, object], more: bool) -> None:
    one, two = (Options.from_dict({"transcribe": True, **each}) for each in (options, other))
    assert hides_more(one, two) == more


ODD = st.text(
    alphabet=st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("\t\n\r\"'<>&-=+@,;|\u202e\u05d0\u0627\x00\x0b\ufffe"),
    ),
    min_size=1,
    max_size=20,
)


@given(texts=st.lists(ODD, min_size=1, max_size=3), role=ODD)
def test_no_word_and_no_role_breaks_a_form(
    texts: list[str], role: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("odd")
    said = [phrase((*texts, "-->", "end"), 0.4, 1.0, "happy", role), phrase(ANGRY, 2.4, 3.6, "angry", role)]
    write_results(with_words(*said), folder, Options(transcribe=True, export=",".join(EXPORTS)))
    assert {export.name for export in EXPORT_FILES} - {path.name for path in folder.iterdir()} == set()
    with (folder / "words.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 1 + len(texts) + 2 + len(ANGRY)
    assert len({len(row) for row in rows}) == 1
    assert not [row for row in rows if row[2].lstrip().startswith(("=", "+", "-", "@"))]
    assert len(webvtt.read(folder / "words.vtt")) == 2
    assert len(list(srt.parse((folder / "words.srt").read_text(encoding="utf-8")))) == 2
    eaf = pympi.Elan.Eaf(folder / "emotions.eaf")
    assert len(eaf.get_tier_names()) == 4
    grid = textgrid.openTextgrid(str(folder / "emotions.TextGrid"), includeEmptyIntervals=False)
    assert len(grid.tierNames) == 4
