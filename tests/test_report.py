"""The report: the same numbers in every format, in every language, of every kind of recording."""

import re
import shlex
from collections.abc import Callable
from dataclasses import asdict, replace
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import docx
import numpy as np
import pytest
from babel.numbers import parse_decimal
from docx.table import Table as WordTable
from findings import analysis, face, mostly, voice, with_a_gap
from made import even, plain, write_video
from PIL import Image
from pypdf import PdfReader

from emoclassify import models
from emoclassify.analysis import Analysis
from emoclassify.cli import _parser, main
from emoclassify.crosscheck import MIN_FACE_CONFIDENCE, MIN_FACES, SEVERAL_SHARE
from emoclassify.errors import MediaError
from emoclassify.labels import valence
from emoclassify.media import probe
from emoclassify.models import sha256_of
from emoclassify.outputs.charts import chart_names
from emoclassify.outputs.folder import is_done, write_results
from emoclassify.outputs.report.blocks import Bullets, Code, Content, Gallery, Heading, Paragraph, Picture, Table
from emoclassify.outputs.report.key_moments import FALLS, HIGHEST, LOWEST, RISES, key_moments
from emoclassify.outputs.report.words import NOTHING, Words, printable
from emoclassify.outputs.report.write import REPORTS, make_content
from emoclassify.outputs.tracks import Track, tracks_of
from emoclassify.settings import Options
from emoclassify.texts import LANGUAGES
from emoclassify.timeline import Timeline
from emoclassify.voice.reading import MIN_CONFIDENCE, MIN_SPEECH_S

ALL = "docx,pdf,html"
COMPARED = {**asdict(Options()), "double_check": True, "echo_mean": True}


def full(**changes: object) -> Analysis:
    """A recording with face and voice, compared, by the embedded models."""
    used = (models.face_detector(), models.expression_model(), models.speech_finder(), models.voice_model())
    described = tuple({**model.to_dict(), "runtime": "made"} for model in used)
    return replace(
        with_a_gap(),
        **{"options": COMPARED, "models": described, "analyzed_at": "2026-11-21T15:02:08+00:00", **changes},
    )


KINDS = {
    "whole": full(),
    "no face": analysis([], [0.0, 0.2], [voice(0, 2)], options=COMPARED),
    "no voice": analysis([face(i, 0.2 * i) for i in range(10)], [0.2 * i for i in range(10)]),
    "neither": analysis([], [0.0, 0.2], [], options=COMPARED),
    "no picture": analysis([], [], [voice(0, 2), voice(2, 3, share=0.2)], options=COMPARED),
    "no picture, no speech": analysis([], [], []),
    "a still": analysis([face(0, 0.0)], [0.0], end_s=0.0, picture_end_s=0.0),
    "doubtful": analysis([face(0, 0.0, reason="dark")], [0.0, 0.2]),
    "eight persons": analysis([face(i, float(i), person=p) for p in range(1, 9) for i in range(2)], [0.0, 1.0]),
}


@pytest.fixture
def blank_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts of one pixel, for tests of the texts: drawing takes seconds."""
    written = BytesIO()
    Image.new("RGB", (1, 1)).save(written, "PNG")

    def blank(found: Analysis, lang: str) -> dict[str, Picture]:
        names = {name.partition(".")[0] for name in chart_names(found)}
        return {name: Picture(written.getvalue(), ".png", name) for name in names}

    monkeypatch.setattr("emoclassify.outputs.report.write._charts", blank)


class Shown(HTMLParser):
    """What a browser shows of a page, and what it would load."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.loads: list[str] = []
        self._hidden = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden = tag in ("style", "script", "title")
        self.loads += [value or "" for name, value in attrs if name in ("src", "href", "data")]
        assert tag not in ("script", "iframe", "object", "link")
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


def text_of_html(path: Path) -> str:
    shown = Shown(path.read_text(encoding="utf-8"))
    assert all(load.startswith("data:image/") for load in shown.loads)
    return " ".join(shown.texts)


def text_of_docx(path: Path) -> str:
    told = []
    for block in docx.Document(str(path)).iter_inner_content():
        told += (
            [cell.text for row in block.rows for cell in row.cells] if isinstance(block, WordTable) else [block.text]
        )
    return " ".join(told)


def text_of_pdf(path: Path) -> str:
    return " ".join(re.sub(r"\d+ / \d+\s*$", "", page.extract_text()) for page in PdfReader(path).pages)


READERS: dict[str, Callable[[Path], str]] = {
    "report.docx": text_of_docx,
    "report.pdf": text_of_pdf,
    "report.html": text_of_html,
}


def bare(text: str) -> str:
    """Without spaces and what a typesetter puts in their place: lines are broken elsewhere in each format."""
    return re.sub(r"[\s\u200b\u00ad]+", "", text)


def texts_in(content: Content) -> list[str]:
    """All of them, in the order of reading."""
    found = [content.title]
    for block in content.blocks:
        match block:
            case Heading(text) | Paragraph(text, _) | Code(text):
                found.append(text)
            case Bullets(items):
                found += items
            case Table():
                found += [block.caption, *block.header, *(cell for row in block.rows for cell in row)]
            case Picture():
                found.append(block.caption)
            case Gallery(pictures):
                found += [picture.caption for picture in pictures]
    return found


@pytest.mark.usefixtures("blank_charts")
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_recording_has_a_report_and_every_format_the_same_texts(tmp_path: Path, kind: str, lang: str) -> None:
    found, options = KINDS[kind], Options(report=ALL, lang=lang)
    write_results(found, tmp_path, options)
    content = make_content(Analysis.from_dict(found.to_dict()), options, None)
    headings = [block.text for block in content.blocks if isinstance(block, Heading)]
    assert len(headings) == len(set(headings)) >= 6
    texts = [bare(text) for text in texts_in(content)]
    assert bare(text_of_docx(tmp_path / "report.docx")) == "".join(texts)
    assert bare(text_of_html(tmp_path / "report.html")) == "".join(texts)
    shown, place = bare(text_of_pdf(tmp_path / "report.pdf")), 0
    for text in texts:  # in between a page may begin with the heading of its table
        assert text in shown[place:], f"report.pdf lacks {text!r} after {shown[:place][-40:]!r}"
        place = shown.index(text, place) + len(text)


def table(content: Content, first_cell: str) -> Table:
    return next(b for b in content.blocks if isinstance(b, Table) and first_cell in (*b.header, *b.rows[0]))


@pytest.mark.usefixtures("blank_charts")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_numbers_are_those_of_analysis_json(lang: str) -> None:
    """Each format shows the content (see above); here the content is held against what is saved."""
    saved = full().to_dict()
    content = make_content(Analysis.from_dict(saved), Options(lang=lang), None)
    words = Words(lang)

    def read(cell: str) -> float:
        return float(parse_decimal(cell.replace("\N{MINUS SIGN}", "-").split()[-1].rstrip("%"), locale=lang))

    means = table(content, words.text("surprise"))
    told = [[read(cell) for cell in row[1:]] for row in means.rows]
    assert told[0] == pytest.approx(saved["echo_mean"]["faces"][0]["scores"], abs=0.005)
    assert told[1] == pytest.approx(saved["echo_mean"]["voice"]["scores"], abs=0.005)
    assert told[2] == pytest.approx(saved["echo_mean"]["both"]["scores"], abs=0.005)
    (person,) = table(content, words.text("readable for")).rows
    (mean,) = saved["echo_mean"]["faces"]
    assert person[1:3] == (words.seconds(mean["seen_s"]), words.percent(mean["coverage"]))
    assert read(person[3]) == pytest.approx(mean["confidence"], abs=0.005)
    counted = dict(table(content, words.text("frames decoded")).rows)
    for name, count in (
        ("frames decoded", "decoded"),
        ("readings of faces", "faces"),
        ("stretches without a face", "gaps"),
    ):
        assert counted[words.text(name)] == words.count(saved["counts"][count])
    assert counted[words.text("frames looked at")] == words.count(len(saved["frames"]))
    stretches = table(content, words.text("similarity"))
    for row, segment in zip(stretches.rows, saved["segments"], strict=True):
        assert row[0] == words.span(segment["start_s"], segment["end_s"])
        assert read(row[1]) == pytest.approx(segment["confidence"], abs=0.005)
        assert read(row[3]) == pytest.approx(segment["agreement"], abs=0.005)
        assert row[5] == words.text(segment["verdict"])
    verdicts = next(b.text for b in content.blocks if isinstance(b, Paragraph) and "33" in b.text and not b.lead)
    for verdict in ("agree", "differ"):
        assert words.percent(saved["crosscheck"]["shares"][verdict]) in verdicts
    told_s = {True: 0.0, False: 0.0}
    for segment in saved["segments"]:
        if segment["verdict"] != "cannot tell":
            told_s[segment["same_sign"]] += segment["end_s"] - segment["start_s"]
    assert words.percent(told_s[True] / sum(told_s.values())) in verdicts
    confusion = [b for b in content.blocks if isinstance(b, Table) and len(b.rows) == 7 and len(b.header) == 8]
    assert len(confusion) == 2
    for shown, model in zip(confusion, [m for m in saved["models"] if m["scores"]], strict=True):
        tested = [s["confusion"] for s in model["scores"]["sets"] if "validation" not in s["set"]]
        counts = [[int("".join(filter(str.isdigit, cell))) for cell in row[1:]] for row in shown.rows]
        assert counts == np.sum(tested, axis=0).tolist()
    good = [b for b in content.blocks if isinstance(b, Table) and words.text("accuracy") in b.header]
    for shown, model in zip(good, [m for m in saved["models"] if m["scores"]], strict=True):
        for row, measured in zip(shown.rows, model["scores"]["sets"], strict=True):
            figures = [measured[name] for name in ("accuracy", "uar", "macro_f1", "ece")]
            told = [parse_decimal(cell.split()[0], locale=lang) for cell in row[3:]]
            assert [float(number) for number in told] == pytest.approx(figures, abs=0.0005)
    every = " ".join(texts_in(content))
    assert saved["source"]["sha256"] in every
    assert words.text("not for commercial use") in every
    assert words.date(saved["analyzed_at"]) in every
    assert saved["program"]["version"] in every
    assert "EmoClassify 0.0.9" in told_of(full(version="0.0.9"), lang)  # of the analysis, not of this report


def told_of(found: Analysis, lang: str = "en") -> str:
    return " ".join(texts_in(make_content(Analysis.from_dict(found.to_dict()), Options(lang=lang), None)))


@pytest.mark.usefixtures("blank_charts")
def test_the_persons_are_those_of_the_charts() -> None:
    faces = [face(i, float(i), person=p, reason="dark" if p == 4 else "") for p in range(1, 9) for i in range(2)]
    content = make_content(analysis(faces, [0.0, 1.0]), Options(), None)
    rows = table(content, "readable for").rows
    assert [row[0] for row in rows] == [str(track.person) for track in tracks_of(analysis(faces, [0.0, 1.0]))]
    assert rows[3][1:] == ("0.0 s", "0%", NOTHING, NOTHING)
    assert "shown of 8" in " ".join(texts_in(content))
    assert [row[0].split()[1] for row in table(content, "surprise").rows] == ["1", "2", "3", "5", "6"]


@pytest.mark.usefixtures("blank_charts")
def test_what_voice_and_face_are_together_is_told_with_its_weights() -> None:
    asked = {**COMPARED, "double_check": False}
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
        "; the face agrees with it throughout": [voice(0, 2), voice(2.5, 4)],
        "; the face differs from it throughout": [voice(0, 2, "sad")],
        "cannot be told (too little speech)": [voice(0, 0.4)],
    }
    for sentence, speech in told.items():
        assert sentence in told_of(analysis(happy, times_s, speech, options=COMPARED))
    assert "Of none of the 0.4 s of speech" in told_of(analysis(happy, times_s, [voice(0, 0.4)], options=COMPARED))


@pytest.mark.usefixtures("blank_charts")
def test_the_answer_tells_how_long_no_face_is_read() -> None:
    assert "; in 25% of the recording it cannot be read." in told_of(with_a_gap())
    times_s = [0.2 * i for i in range(20)]
    assert "cannot be read" not in told_of(analysis([face(i, t) for i, t in enumerate(times_s)], times_s))


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
    (command,) = (
        b.text for b in make_content(full(options=asdict(options)), Options(), None).blocks if isinstance(b, Code)
    )
    program, *arguments = shlex.split(command)
    assert program == "emoclassify"
    assert Options.read(vars(_parser().parse_args(arguments)), {}) == options


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
    write_results(replace(found, source={**found.source, "name": name}), tmp_path, Options(report=ALL))
    for file, read in READERS.items():
        shown = read(tmp_path / file)
        known = name.replace("会议", "") if file == "report.pdf" else name  # letters that the font lacks
        for part in printable(known).split():
            assert bare(part) in bare(shown), file
        assert "root:" not in shown


@pytest.mark.slow
def test_two_reports_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_results(full(), tmp_path / name, Options(report=ALL, lang="ru"))
    for name in REPORTS:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


@pytest.mark.usefixtures("blank_charts")
def test_a_report_is_written_where_asked_for(tmp_path: Path) -> None:
    options = Options(report="html,pdf")
    found = replace(with_a_gap(), options=asdict(options))
    written = write_results(found, tmp_path, options)
    assert [path.name for path in written[-2:]] == ["report.pdf", "report.html"]
    assert not (tmp_path / "timeline.png").exists()
    assert is_done(tmp_path, found.source["sha256"], options, [])
    assert not is_done(tmp_path, found.source["sha256"], Options(), [])
    (tmp_path / "report.pdf").unlink()
    assert not is_done(tmp_path, found.source["sha256"], options, [])
    write_results(found, tmp_path, Options())
    assert not (tmp_path / "report.html").exists()


def filmed(tmp_path: Path) -> tuple[Path, Analysis]:
    """A recording of 4 s that is red and then blue, and what was found in it."""
    red, blue = (plain(48, 64, colour) for colour in ((200, 0, 0), (0, 0, 200)))
    path = write_video(tmp_path / "a.mp4", even([red] * 10 + [blue] * 10, 5))
    found, info = with_a_gap(), probe(path)
    source = {**found.source, "sha256": sha256_of(path), "video": asdict(info.video) if info.video else None}
    return path, replace(found, source=source)


def stills(content: Content) -> list[Picture]:
    return [picture for block in content.blocks if isinstance(block, Gallery) for picture in block.pictures]


@pytest.mark.usefixtures("blank_charts")
def test_the_stills_are_cut_where_the_moments_are(tmp_path: Path) -> None:
    path, found = filmed(tmp_path)
    happy, _, sad = stills(make_content(found, Options(), path))
    assert ("highest" in happy.caption, "lowest" in sad.caption) == (True, True)
    for picture, channel in ((happy, 0), (sad, 2)):
        pixel = Image.open(BytesIO(picture.content)).getpixel((2, 2))
        assert isinstance(pixel, tuple)
        assert int(np.argmax(pixel)) == channel


@pytest.mark.usefixtures("blank_charts")
def test_no_stills_without_the_recording_or_where_faces_may_not_be_shown(tmp_path: Path) -> None:
    path, found = filmed(tmp_path)
    for options, media, why in (
        (Options(), None, "not at hand"),
        (Options(report="pdf", anonymize=True), path, "--anony"),
    ):
        content = make_content(found, options, media)
        assert stills(content) == []
        assert len([text for text in texts_in(content) if "No stills" in text and why in text]) == 1
    assert not [text for text in texts_in(make_content(found, Options(), path)) if "No stills" in text]
    assert "No stills" not in told_of(KINDS["no picture"])
    write_results(found, tmp_path / "out", Options(report=ALL, anonymize=True), path)
    assert b"data:image/jpeg" not in (tmp_path / "out" / "report.html").read_bytes()


def test_the_coverage_of_a_voice_is_of_time_and_that_of_a_face_of_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    def blank(found: Analysis, folder: Path, lang: str) -> None:
        for name in chart_names(found):
            (folder / name).write_bytes(b"")

    monkeypatch.setattr("emoclassify.outputs.report.write.draw_charts", blank)
    assert "share of the time" in told_of(KINDS["no picture"])
    assert "share of frames" in told_of(KINDS["whole"])


def test_it_is_rendered_again_with_stills_in_a_process_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, found = filmed(tmp_path)
    write_results(found, tmp_path / "out", Options())

    def refuse(*_: object) -> None:
        raise AssertionError("the recording is opened by the caller")

    monkeypatch.setattr("emoclassify.outputs.report.write.cut_stills", refuse)
    asked = ["render", str(tmp_path / "out"), "--report", "html", "--media", str(path), "--lang", "ru"]
    assert main(asked) == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert 'lang="ru"' in page
    assert page.count("data:image/jpeg") == 3
    assert main(["render", str(tmp_path / "out"), "--report", "odt"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.usefixtures("blank_charts")
def test_what_lacks_without_the_recording_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, found = filmed(tmp_path)
    write_results(replace(found, options=asdict(Options(annotate=True))), tmp_path / "out", Options())
    assert main(["render", str(tmp_path / "out"), "--report", "html"]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert all(part in line for part in ("annotated video", "no stills", "--media"))
    assert main(["render", str(tmp_path / "out")]) == 0
    assert "stills" not in capsys.readouterr().err
    write_results(replace(found, options=asdict(Options(report="html", anonymize=True))), tmp_path / "b", Options())
    assert main(["render", str(tmp_path / "b")]) == 0
    assert "--anonymize" in (tmp_path / "b" / "report.html").read_text(encoding="utf-8")
    assert capsys.readouterr().err == ""


def line_of(values: list[float]) -> Track:
    """A track of bins of half a second with this valence; NaN is a gap."""
    scores = np.array([(1 + v) / 2 * mostly("happy", 1.0) + (1 - v) / 2 * mostly("sad", 1.0) for v in values])
    times_s = 0.25 + 0.5 * np.arange(len(values))
    return Track(1, Timeline(times_s, scores.astype(np.float32)).bins(0.5, 0.5 * len(values)))


def test_the_key_moments_of_known_lines() -> None:
    assert key_moments(line_of([0.5] * 20), 10.0) == []
    assert key_moments(line_of([np.nan] * 20), 10.0) == []
    up = key_moments(line_of([-0.8] * 10 + [0.8] * 10), 10.0)
    assert [moment.kind for moment in up] == [LOWEST, RISES, HIGHEST]
    assert up[1].time_s == pytest.approx(5.25, abs=0.5)
    there_and_back = key_moments(line_of([-0.6] * 10 + [0.8] * 10 + [-0.8] * 10), 15.0)
    assert [moment.kind for moment in there_and_back] == [RISES, HIGHEST, FALLS, LOWEST]
    over_a_gap = key_moments(line_of([-0.8] * 4 + [np.nan] * 4 + [0.8] * 4), 6.0)
    assert [moment.kind for moment in over_a_gap if moment.kind in (RISES, FALLS)] == [RISES]
    assert [moment.time_s for moment in over_a_gap if moment.kind == RISES] == [4.25]
    many = key_moments(line_of(([-0.8] * 8 + [0.8] * 8) * 20), 160.0)
    assert len(many) == 8
    assert [moment.time_s for moment in many] == sorted(moment.time_s for moment in many)


def test_the_emotion_of_a_moment_is_that_of_its_valence() -> None:
    track = line_of([0.2, 0.1, 0.9, 0.3, -0.4, np.nan, 0.1])
    assert valence(track.smoothed_scores) == pytest.approx(track.smoothed_valence, abs=1e-6, nan_ok=True)


def test_a_moment_is_never_after_the_end() -> None:
    moments = key_moments(line_of([-0.8] * 10 + [0.8]), 5.1)
    assert max(moment.time_s for moment in moments) <= 5.1


def test_numbers_times_and_dates_as_the_language_has_them() -> None:
    english, russian = Words("en"), Words("ru")
    assert (english.number(0.125), russian.number(0.125)) == ("0.12", "0,12")
    assert (english.signed(-0.5), english.signed(0.5), english.signed(-0.001)) == (
        "\N{MINUS SIGN}0.50",
        "+0.50",
        "0.00",
    )
    assert (english.percent(0.5), russian.percent(0.5)) == ("50%", "50\N{NO-BREAK SPACE}%")
    assert [english.seconds(value) for value in (5.25, 99.4, 2377.7)] == ["5.2 s", "99.4 s", "39 min 38 s"]
    assert "2 мин 0" in russian.seconds(120)
    assert (english.time(75.5), russian.time(75.5)) == ("1:15.5", "1:15,5")
    assert (english.count(12345), russian.count(12345)) == ("12,345", "12\N{NO-BREAK SPACE}345")
    assert "November 21, 2026" in english.date("2026-11-21T15:02:08+00:00")
    assert "21 ноября 2026" in russian.date("2026-11-21T15:02:08+00:00")


def test_a_recording_that_cannot_be_opened_fails_alone(tmp_path: Path) -> None:
    _, found = filmed(tmp_path)
    (tmp_path / "b.mp4").write_bytes(b"noise" * 1000)
    with pytest.raises(MediaError):
        write_results(found, tmp_path / "out", Options(report="html"), tmp_path / "b.mp4")
    assert not (tmp_path / "out" / "report.html").exists()


def test_tracks_have_moments_only_where_something_was_read() -> None:
    assert tracks_of(KINDS["neither"]) == []
