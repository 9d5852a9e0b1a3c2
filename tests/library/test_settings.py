from typing import Any

import pytest

from emoclassify.errors import UsageError
from emoclassify.settings import Options


def test_an_argument_wins_over_the_environment_and_that_over_the_default() -> None:
    environ = {
        "EMOCLASSIFY_SAMPLE_FPS": "10",
        "EMOCLASSIFY_FACES": "all",
        "EMOCLASSIFY_GRAPH": "Yes",
        "EMOCLASSIFY_EVERY": "3",
    }
    options = Options.read({"sample_fps": 2.0, "faces": None}, environ)
    assert (options.sample_fps, options.faces, options.graph, options.every) == (2.0, "all", True, 3)
    assert Options.read({}, {}) == Options()


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


def test_the_formats_of_the_report() -> None:
    assert Options().report_formats == ()
    assert Options(report="pdf, html").report_formats == ("pdf", "html")
