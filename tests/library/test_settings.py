from pathlib import Path
from typing import Any

import pytest

from emoclassify.declared import Names, Option, Range, Role, Setting, read_environment
from emoclassify.errors import UsageError
from emoclassify.jobs.settings import settings_of
from emoclassify.settings import OUTPUT_OPTIONS, Options, options_of


def test_what_needs_the_voice_does_not_go_where_it_is_off() -> None:
    for name in ("double_check", "echo_mean"):
        with pytest.raises(UsageError, match="switched off"):
            Options.read({name: True}, {"EMOCLASSIFY_VOICE": "off"})


def test_an_argument_wins_over_the_environment_and_that_over_the_default() -> None:
    environ = {
        "EMOCLASSIFY_SAMPLE_FPS": "10",
        "EMOCLASSIFY_FACES": "all",
        "EMOCLASSIFY_GRAPH": "Yes",
        "EMOCLASSIFY_EVERY": "3",
        "EMOCLASSIFY_MIN_FACE": "",
    }
    options = Options.read({"sample_fps": 2.0, "faces": None}, environ)
    assert (options.sample_fps, options.faces, options.graph, options.every) == (2.0, "all", True, 3)
    assert Options.read({}, {}) == Options()


def test_an_argument_makes_the_environment_of_no_account() -> None:
    assert Options.read({"every": 2}, {"EMOCLASSIFY_EVERY": "no number"}).every == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sample_fps", 0.0),
        ("sample_fps", float("nan")),
        ("every", 0),
        ("faces", "some"),
        ("min_face", 1.5),
        ("device", "tpu"),
        ("lang", "xx"),
        ("report", "odt"),
        ("report", "pdf,"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(field: str, value: Any) -> None:
    with pytest.raises(UsageError, match=field.replace("_", "-")):
        Options(**{field: value})


@pytest.mark.parametrize(("name", "text"), [("SAMPLE_FPS", "fast"), ("EVERY", "2.5"), ("DOUBLE_CHECK", "perhaps")])
def test_an_environment_value_that_does_not_fit_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(UsageError, match=f"EMOCLASSIFY_{name}.*{text}"):
        Options.read({}, {f"EMOCLASSIFY_{name}": text})


def test_a_secret_is_in_no_message() -> None:
    secret = Setting(help="A number that nobody may know.", name="pin", kind=int, secret=True)
    with pytest.raises(UsageError) as caught:
        read_environment([secret], {"EMOCLASSIFY_PIN": "12 34"})
    assert "EMOCLASSIFY_PIN" in str(caught.value)
    assert "12 34" not in str(caught.value)


def test_the_formats_of_the_report() -> None:
    assert Options().report_formats == ()
    assert Options(report="pdf, html").report_formats == ("pdf", "html")


def test_options_are_kept_and_found_again_by_older_and_newer_versions() -> None:
    options = Options(every=3, report="pdf", lang="ru")
    kept = options.to_dict()
    assert Options.from_dict(kept) == options
    del kept["device"]
    assert Options.from_dict({**kept, "no_option_any_more": 1}) == options
    assert Options.from_dict({}) == Options()


def test_what_is_made_of_an_analysis_is_told_apart_from_what_is_found() -> None:
    files = {"graph", "xlsx", "csv_excel", "annotate", "anonymize", "report", "export", "lang", "brand"}
    files |= {"keep_words", "mask", "episodes"}
    assert set(OUTPUT_OPTIONS) == {*files, "usable_from", "in_part_from", "min_speech", "groups"}
    assert {one.name for one in options_of() if one.role is Role.NETWORKS} == {
        *("expression_model", "voice_model", "transcribe_model", "runtime", "device")
    }


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (bool, "YES", True),
        (bool, "off", False),
        (int, " 12 ", 12),
        (float, "0.5", 0.5),
        (float, "inf", float("inf")),
        (str, "word", "word"),
        (Names, "a, b,,", ("a", "b")),
        (Path, "/data", Path("/data")),
    ],
)
def test_a_text_is_read_by_the_kind_of_its_setting(kind: Any, text: str, value: Any) -> None:
    assert Setting(help="", kind=kind).read(text) == value


@pytest.mark.parametrize(
    ("kind", "text"), [(bool, ""), (bool, "2"), (int, "2.5"), (int, "1" * 10), (float, "nan"), (float, "1,5")]
)
def test_a_text_that_is_not_of_its_kind_is_refused(kind: Any, text: str) -> None:
    with pytest.raises(ValueError, match=f"'{text}'|^{text}$"):
        Setting(help="", kind=kind).read(text)


def test_a_list_of_choices_is_read_in_their_order() -> None:
    formats = Setting(help="", choices=("docx", "pdf"), several=True)
    assert [formats.read(text) for text in ("PDF, docx", "true", "No", "pdf,")] == ["docx,pdf", "docx", "", "pdf"]
    for wrong in ("", ",", "odt", "pdf, odt"):
        with pytest.raises(ValueError, match=wrong or "^$"):
            formats.read(wrong)


@pytest.mark.parametrize(
    ("range", "words", "inside", "outside"),
    [
        (Range(above=0), "above 0", [0.1, 1e9], [0, -1]),
        (Range(above=0, at_most=1), "above 0, at most 1", [1, 0.5], [0, 1.1]),
        (Range(at_least=500), "at least 500", [500], [499]),
        (Range(at_least=4, at_most=256), "4 to 256", [4, 256], [3, 257]),
        (Range(at_least=1, words="a whole number from 1"), "a whole number from 1", [1], [0]),
    ],
)
def test_a_range_says_what_it_takes(range: Range, words: str, inside: list[float], outside: list[float]) -> None:
    assert str(range) == words
    assert all(map(range.holds, inside))
    assert not any(map(range.holds, [*outside, float("nan")]))


def test_every_setting_of_the_server_has_a_help_and_a_default_in_its_range() -> None:
    for setting in settings_of():
        assert setting.help.endswith(".")
        setting.check(setting.default, setting.variable)


@pytest.mark.parametrize("option", options_of(), ids=lambda option: option.name)
def test_an_option_on_the_page_has_all_its_words(option: Option) -> None:
    assert option.help.endswith(".")
    assert bool(option.on_page) == bool(option.label) == bool(option.hint)
    if option.on_page:
        assert option.posted
        assert option.several or len(option.choice_labels) == len(option.choices or option.names)


def test_covering_without_a_video_or_a_report_is_refused() -> None:
    with pytest.raises(UsageError, match="annotated video and the report"):
        Options(anonymize=True)
    assert Options(anonymize=True, report="html").anonymize
