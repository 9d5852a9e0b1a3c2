"""The page's logic: texts, figures, curves, sentences, and what it posts."""

import importlib.util
import re
import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from api.fields import form_fields, read_fields
from emoclassify.analysis import Analysis
from emoclassify.cli.told import answer
from emoclassify.job_states import SHOWN
from emoclassify.jobs.settings import ServerSettings
from emoclassify.labels import EMOTIONS
from emoclassify.moments import FALLS, HIGHEST, LOWEST, RISES
from emoclassify.outputs.registry import file_names
from emoclassify.settings import REPORT_FORMATS, Options
from emoclassify.stages import STAGES
from emoclassify.timeline import Span
from emoclassify.usability import usability_to_dict
from emoclassify.verdicts import REASONS, VERDICTS
from emoclassify.voice.reading import VoiceReading
from emoclassify.words.texts import LANGUAGES
from tests.support.findings import analysis, face, in_turn, laughter, model_used, voice
from tests.support.pages import analysis_with, checked, found, visit
from tests.support.sources import ROOT, sources
from webapp.parts import english
from webapp.parts.bars import BarPart, BarRow, bars_table
from webapp.parts.curves import MEASURES, timeline
from webapp.parts.figures import figures
from webapp.parts.outcome import curves_of
from webapp.parts.sentences import sentences
from webapp.parts.texts import texts_in
from webapp.views import history, new, result_tabs, running

FOLDER = ROOT / "webapp"


def test_every_text_is_in_each_language() -> None:
    assert dict(texts_in("en")) == english.TEXTS
    assert set(english.CONTEXTS) <= set(english.TEXTS)
    for name, text in texts_in("ru").items():
        assert re.search("[а-яё]", text, re.IGNORECASE), name  # noqa: RUF001


def test_every_text_is_used() -> None:
    paths = [*sources("webapp"), *sources("webapp", pattern="*.js")]
    source = "\n".join(path.read_text() for path in paths if not path.stem.startswith("english"))
    started = tuple(set(re.findall(r"""f["']([a-z]+_)\{""", source)) | {"moment_", "status_", "file_", "as_"})
    started += (*(f"{name}_" for name in new._NUMBERS), "term_", "meaning_")
    words = set(re.findall(r"\w+(?: \w+)*", source))
    unused = [name for name in texts_in("en") if name not in words and not name.startswith(started)]
    assert set(unused) <= {*VERDICTS, *REASONS, *EMOTIONS}


def test_what_the_program_can_tell_has_words() -> None:
    texts = texts_in("en")
    for name in (
        *EMOTIONS,
        *VERDICTS,
        *REASONS,
        *(f"moment_{kind}" for kind in (HIGHEST, LOWEST, RISES, FALLS)),
        *(f"state_{state}" for state in SHOWN),
        *(f"stage_{stage}" for stage in ("", *(stage.name for stage in STAGES))),
        *(f"sort_{sort}" for sort in history.SORTS),
    ):
        assert name in texts


def test_the_api_takes_every_choice_of_the_page() -> None:
    options = new.shown_options()
    chosen = {"faces": "all", "sample_fps": 12, "voice_model": "large"}
    every: dict[str, Any] = {
        option.name: list(option.choices) if option.several else True for option in options
    } | chosen
    fields = new.fields_of(options, every, " wave 1 ", "ad", 7) | {"lang": "ru"}
    asked = read_fields(fields, Options(transcribe_model="whisper-base"), ServerSettings())
    assert asked.options.double_check
    assert asked.options.transcribe_focus
    assert asked.options.graph
    assert asked.options.annotate
    assert asked.options.anonymize
    assert asked.options.faces == "all"
    assert asked.options.voice_model == "large"
    assert asked.options.sample_fps == 12
    assert asked.options.report_formats == REPORT_FORMATS
    assert (asked.tag, asked.group, asked.keep_days) == ("wave 1", "ad", 7)
    nothing: dict[str, Any] = {option.name: [] if option.several else False for option in options}
    none = new.fields_of(options, nothing | chosen, "", "", None)
    assert set(none) <= set(form_fields(Options))
    assert "keep_days" not in none
    assert not read_fields(none, Options(), ServerSettings()).options.report


def test_three_sentences() -> None:
    told = sentences(found(), visit())
    assert told.startswith("The face reads mostly as sad (67% of the readable time), next as happy (33%).")
    assert "No moment stands out" in told  # a gap leaves two stretches too short to be searched
    assert "How often face and voice agree cannot be told of so few stretches of speech" in told
    russian = sentences(found(), visit("ru"))
    assert russian[1:].startswith(" основном на лице: грусть (67")
    assert not re.search("[a-z]{3}", russian)


@pytest.mark.parametrize(("happy_s", "how"), [(7.2, "mostly"), (4.8, "most often")])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_face_reads_mostly_as_what_holds_for_half_of_the_time(lang: str, happy_s: float, how: str) -> None:
    rest_s = (12.0 - happy_s) / 3
    made = in_turn(("happy", happy_s), ("sad", rest_s), ("neutral", rest_s), ("angry", rest_s))
    key = "says_face" if how == "mostly" else "says_face_often"
    start = texts_in(lang)[key].split("{")[0]
    assert sentences(found(made), visit(lang)).startswith(start)
    if lang == "en":
        assert f" {how} as" in start
        assert f"{how} happy (" in answer(found(made))


def test_a_recording_that_is_not_usable_has_no_headline() -> None:
    times_s = [round(0.2 * i, 1) for i in range(20)]
    seen = found(analysis([face(i, times_s[i]) for i in range(5)], times_s))
    assert sentences(seen, visit()) == ""
    part = found(analysis([face(i, times_s[i]) for i in range(12)], times_s))
    assert sentences(part, visit()).startswith("The face reads mostly as happy")


@pytest.mark.parametrize(
    ("language", "seconds", "told"),
    [
        ("en", 1.0, "not usable: no face"),
        ("en", 2.4, "usable in part: no face; 70% / 5% / 25% · 10%"),
        ("en", 4.0, "70% / 5% / 25% · 10%"),
        ("ru", 1.0, "непригодна: нет лица"),
    ],
)
def test_the_list_says_what_stands_against_a_recording(language: str, seconds: float, told: str) -> None:
    times_s = [round(0.2 * i, 1) for i in range(20)]
    made = analysis([face(i, t) for i, t in enumerate(times_s) if t < seconds], times_s)
    usability = usability_to_dict(found(made).findings.usability)
    shares = dict.fromkeys(EMOTIONS, 0.0) | {"happy": 0.6, "surprise": 0.1, "neutral": 0.05, "sad": 0.25}
    summary = {"of": "face", "shares": shares}
    job = {"options": {}, "duration_s": 4.0, "summary": summary, "usability": usability}
    assert history._outcome(job, visit(language)) == told


UNCLEAR = VoiceReading(Span(0.0, 3.0), np.full(7, 1 / 7, np.float32))
"""Speech of a voice that could be anything."""


def unseen_speech() -> Analysis:
    times_s = [round(0.2 * i, 1) for i in range(20)]
    faces = [face(i, times_s[i]) for i in range(10, 20)]
    return analysis(faces, times_s, [voice(0.0, 1.5, "angry")], options=Options(double_check=True))


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (analysis([], [0.0, 0.2]), "No face was found. The voice was not listened to."),
        (analysis([], [0.0, 0.2], []), "No face was found. Nobody is heard to speak."),
        (analysis([], [], []), "There is no picture, and nobody speaks."),
        (analysis([face(0, 0.0, reason="dark")], [0.0]), "nowhere seen well enough"),
        (analysis([], [], [voice(0.0, 3.0, "angry")]), "There is no picture; the voice sounds most often like angry"),
        (
            unseen_speech(),
            "the voice sounds most often like angry (100% of the speech). Whether the face agrees cannot be told "
            "(no face).",
        ),
        (analysis([], [], [UNCLEAR]), "In 3.0\N{NO-BREAK SPACE}s of speech no emotion of the voice can be told."),
        (analysis([face(0, 0.0), face(0, 0.0, "sad", 2)], [0.0]), "the main person (1 of 2)"),
    ],
)
def test_what_is_told_where_something_is_missing(made: Analysis, told: str) -> None:
    assert told in sentences(found(made), visit())


def talking(n: int, *, voice_lag: int) -> Analysis:
    """A face of 2 s moods, and n stretches of 1 s of a voice that is as the face was `voice_lag` moods before."""
    drawn = np.random.default_rng(0).choice(["happy", "sad", "neutral"], n)
    times_s = [round(0.2 * i, 1) for i in range(10 * n)]
    faces = [face(i, t, drawn[int(t // 2)]) for i, t in enumerate(times_s)]
    speech = [voice(2.0 * i, 2.0 * i + 1, drawn[(i - voice_lag) % n]) for i in range(n)]
    options = Options(double_check=True)
    return analysis(faces, times_s, speech, options=options, end_s=2.0 * n, picture_end_s=2.0 * n)


@pytest.mark.parametrize(
    ("made", "sentence", "figure"),
    [
        (
            talking(30, voice_lag=0),
            "on the same side in 30 of 30 stretches of speech, more often than by chance",
            "30 of 30",
        ),
        (talking(30, voice_lag=7), "on the same side no more often than by chance.", None),
        (talking(6, voice_lag=0), "cannot be told of so few stretches", None),
        (unseen_speech(), "Whether the face agrees cannot be told (no face).", None),
    ],
    ids=["the same", "by chance", "few", "unseen"],
)
def test_how_often_face_and_voice_agree_is_told_beyond_chance_or_not_at_all(
    made: Analysis, sentence: str, figure: str | None
) -> None:
    overview = found(made)
    assert sentence in sentences(overview, visit())
    label = texts_in("en")["metric_agree"]
    values = [one.value for one in figures(overview, None, visit()) if one.label == label]
    assert values == ([figure] if figure else [])
    assert not re.search(r"agree[^.]*\d\s?%", sentences(overview, visit()))


@pytest.mark.parametrize("measure", MEASURES)
def test_the_timeline_has_curves_gaps_strips_and_moments(measure: str) -> None:
    drawn = timeline(found(), curves_of(found())[0], measure, "/files/x/preview.mp4", visit())
    assert [len(curve["values"]) for curve in drawn["curves"]] == [8] * {"emotions": 7, "groups": 4, "valence": 1}[
        measure
    ]
    assert all(curve["values"][2] is None and curve["values"][4] is not None for curve in drawn["curves"])
    assert drawn["gaps"] == ((1.0, 2.0),)
    assert [strip["label"] for strip in drawn["strips"]] == ["Face", "Voice", "Face and voice"]
    face_stretches = drawn["strips"][0]["segments"]
    assert [stretch["text"] for stretch in face_stretches] == ["face: happy", "face: sad"]
    assert [(stretch["start_s"], stretch["end_s"]) for stretch in face_stretches] == [(0.0, 1.0), (2.0, 4.0)]
    assert [segment["text"] for segment in drawn["strips"][2]["segments"]] == [
        "face and voice: agree",
        "face and voice: agree",
    ]
    assert drawn["moments"] == []
    assert drawn["texts"]["no_moment"].startswith("No moment stands out")
    assert {drawn["texts"][name] for name in ("gap_path", "line_path")} == {"/guide#gap", "/guide#line"}
    low, high = drawn["domain"]
    assert all(low <= tick["value"] <= high for tick in drawn["ticks"])


def test_the_keys_of_the_face_are_told_where_the_curves_have_other_colours() -> None:
    keys = {
        measure: [
            key["label"]
            for key in timeline(found(), curves_of(found())[0], measure, None, visit())["strips"][0]["keys"]
        ]
        for measure in MEASURES
    }
    assert keys == {"emotions": [], **{key: ["face: happy", "face: sad"] for key in MEASURES[1:]}}


def test_a_picture_has_no_strips() -> None:
    still = analysis([face(0, 0.0)], [0.0], end_s=0.0, picture_end_s=0.0)
    made = found(replace(still, source=replace(still.source, still=True)))
    assert timeline(made, curves_of(made)[0], "emotions", None, visit())["strips"] == []


def test_the_voice_alone_has_a_curve_and_no_comparison() -> None:
    made = found(analysis([], [], [voice(0.0, 2.0, "angry")]))
    drawn = timeline(made, curves_of(made)[0], "emotions", None, visit())
    assert drawn["texts"]["gap"] == "no speech"
    assert [strip["label"] for strip in drawn["strips"]] == ["Voice"]
    assert drawn["gaps"] == ((2.0, 4.0),)


def test_without_a_face_the_whole_time_is_a_gap() -> None:
    made = found(analysis([], [0.0, 0.2], [voice(0.0, 2.0, "angry")]))
    drawn = timeline(made, None, "emotions", "/files/x/preview.mp4", visit())
    assert (drawn["curves"], drawn["gaps"], drawn["sound"]) == ([], [(0.0, 4.0)], False)
    assert [strip["label"] for strip in drawn["strips"]] == ["Voice"]


def test_a_laugh_is_named_and_has_no_score() -> None:
    made = found(analysis([], [], [voice(0.0, 2.0, "angry"), laughter(2.0, 3.0)]))
    for lang, heard in (("en", "laughter"), ("ru", "смех")):
        (strip,) = timeline(made, curves_of(made)[0], "emotions", None, visit(lang))["strips"]
        assert strip["segments"][1]["text"].split(": ")[1] == heard
        assert strip["segments"][1]["colour"] is None
        assert heard in result_tabs.speech_table(made, visit(lang)).iloc[1].tolist()
    assert timeline(made, curves_of(made)[0], "emotions", None, visit())["gaps"] == ((2.0, 4.0),)


def test_what_the_voice_mostly_is_is_told_once() -> None:
    told = sentences(found(analysis([], [], [voice(0.0, 3.0, "angry")])), visit())
    assert told.count("angry") == 1


def test_what_a_voice_shows_is_marked_in_lists() -> None:
    row = {"day": "2026-11-01", "jobs": 1, "positive": 0.5, "neutral": 0.3, "negative": 0.2, "surprise": 0.1}
    later = row | {"day": "2026-11-02", "of": "voice"}
    rows = history.day_rows([row | {"of": "face"}, row | {"of": "voice"}, later], visit())
    labels = [drawn.label.replace("\N{NO-BREAK SPACE}", " ") for drawn in rows]
    assert labels == ["02 Nov 2026 · Voice", "01 Nov 2026", "01 Nov 2026 · Voice"]
    shares = dict.fromkeys(EMOTIONS, 0.0) | {"happy": 0.4, "surprise": 0.1, "neutral": 0.3, "sad": 0.2}
    summaries = [{"of": of, "coverage": 0.5, "shares": shares} for of in ("face", "voice")]
    jobs = [{"options": {}, "duration_s": 4.0, "summary": summary} for summary in summaries]
    assert [history._mood(job, visit()) for job in jobs] == [*("50% / 30% / 20% · 10%", "Voice: 50% / 30% / 20% · 10%")]


def test_every_file_says_what_it_is_for() -> None:
    for language in LANGUAGES:
        meanings = [result_tabs.meaning(name, visit(language)) for name in [*file_names(), "recording"]]
        assert len(set(meanings)) == len(meanings)
        assert visit(language).texts["file_other"] not in meanings
    assert result_tabs.meaning("groups.svg", visit("ru")) == (
        "График: позитив, нейтрально, негатив во времени (вектор, чёткий в любом размере)"
    )


def test_files_are_listed_in_the_order_of_the_registry_others_last() -> None:
    listed = result_tabs.in_order({*file_names(), "recording", "a file of a later version"})
    assert [name for name in listed if name in file_names()] == file_names()
    assert listed.index("recording") + 1 == listed.index("preview.mp4")
    assert listed[0] == "report.html"
    assert listed[-1] == "a file of a later version"


def test_the_tables() -> None:
    made = found()
    assert list(result_tabs.speech_table(made, visit())["Together"]) == ["agree", "agree"]
    model = model_used(name="x", commercial_use=False)
    table = result_tabs.models_table(found(analysis_with(checked(), models=(model,))), visit("ru"))
    assert list(table["Условия"]) == ["MIT (не для коммерческого использования)"]


@pytest.mark.parametrize(("commercial_use", "told"), [(True, False), (None, False), (False, True)])
def test_where_no_commercial_use_is_allowed_the_way_to_a_model_of_ones_own_is_told(
    commercial_use: bool | None, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = model_used(name="x", commercial_use=commercial_use)
    written: list[str] = []
    monkeypatch.setattr("streamlit.write", written.append)
    result_tabs.draw_about(found(analysis_with(checked(), models=(model,))), visit())
    assert (texts_in("en")["commercial_own"] in written) is told
    (terms,) = result_tabs.models_table(found(analysis_with(checked(), models=(model,))), visit())["Terms"]
    assert ("not for commercial use" in terms) is told


def test_bars_say_what_they_show() -> None:
    shown = bars_table("Shares", result_tabs.share_rows(found(), curves_of(found())[0], visit()))
    assert shown.count("<tr>") == 7
    assert 'aria-label="Shares"' in shown
    assert '<th scope="row">sad</th>' in shown
    assert 'title="sad 67%" style="width: 66.67%' in shown  # of the readable time, three quarters of the recording
    assert "<td>33%</td>" in shown
    groups = {"positive": 0.5, "neutral": 0.3, "negative": 0.2, "surprise": 0.1}
    days = [{"day": f"2026-11-{n:02}", "of": "face", "jobs": n, **groups} for n in (1, 2)]
    latest, first = history.day_rows(days, visit("ru"))
    assert (latest.label, first.label) == ("02.11.2026", "01.11.2026")
    assert [part.share for part in latest.parts] == [0.5, 0.3, 0.2]
    assert latest.note.endswith("2 записи")
    hostile = BarRow("<b>", (BarPart('"', 1.0, "#000000", "<"),), "&")
    assert "<b>" not in bars_table("", [hostile])


def progress(**changes: Any) -> dict[str, Any]:
    return {"stage": "faces", "fraction": 0.25, "elapsed_s": 10.0, "done": 1.0, "total": 4.0} | changes


def test_what_is_left_of_a_job() -> None:
    texts = texts_in("en")
    assert running.time_left(progress(), texts) == "about 30 s left"
    assert running.time_left(progress(fraction=0.1, elapsed_s=60), texts) == "about 9 min left"
    assert running.time_left(progress(fraction=0.1, elapsed_s=3600), texts) == "about 9 h left"
    assert running.time_left(progress(fraction=0.01), texts) == ""
    job = {"state": "running", "progress": progress()}
    assert running.status_text(job, 0, visit()) == "Looking at the faces · 25% · about 30 s left"
    assert (
        running.status_text({"state": "queued", "progress": progress(stage="")}, 2, visit())
        == "Waits its turn · 2 before it"
    )


def test_no_file_is_named_like_a_package() -> None:
    # Streamlit puts the folder first on the path.
    names = {path.relative_to(FOLDER).parts[0].removesuffix(".py") for path in sources("webapp")}
    for name in names - {"__init__", "__main__"}:
        assert name not in sys.stdlib_module_names
        spec = importlib.util.find_spec(name)
        assert spec is None or str(spec.origin).startswith(str(FOLDER)), f"{name} is a package"


@pytest.mark.process
def test_the_page_needs_no_model_and_no_server_library() -> None:
    places = (path.relative_to(ROOT) for path in sources("webapp") if not path.stem.startswith("__"))
    modules = ", ".join(".".join(place.with_suffix("").parts) for place in places)
    code = f"import sys, {modules}; print(' '.join(sys.modules))"
    loaded = set(
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
    )
    assert not loaded & set(
        "torch openvino transformers matplotlib scipy av flask sqlalchemy librosa babel docx".split()
    )
