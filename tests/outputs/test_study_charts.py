"""The charts of a study: panels of all sizes, gaps, long films; every word within the picture, and the true figures."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.text import Text
from PIL import Image

from emoclassify.outputs.charts.kinds import CHART_ENDINGS
from emoclassify.outputs.charts.style import FILE, SLIDE, Form, Sheet
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.study.charts.draw import FUNNEL, charts_of, drawings_of
from emoclassify.outputs.study.charts.forest import ForestRow, ForestText, draw_forest
from emoclassify.outputs.study.charts.people import people_by_distance
from emoclassify.outputs.study.material import FilmStill, StudyMaterial
from emoclassify.settings import Options
from emoclassify.study.findings import answers_of
from emoclassify.words.texts import LANGUAGES
from tests.support.panels import made_study

pytestmark = pytest.mark.whole

SIZE_PX = (1920, 1080)
SLACK_PX = 2.0


def still(time_s: float, size: tuple[int, int] = (160, 90)) -> FilmStill:
    jpeg = BytesIO()
    Image.new("RGB", size, (200, 40, 40)).save(jpeg, "JPEG")
    return FilmStill(time_s, jpeg.getvalue())


def material(n: int, lang: str = "en", **made: Any) -> StudyMaterial:
    return replace(computed(n, **made), options=Options(lang=lang))


@cache
def computed(n: int, **made: Any) -> StudyMaterial:
    study = made_study(n, **made)
    stills = {"B": tuple(still((i + 0.5) * study.stimuli[1].duration_s / 12) for i in range(12))}
    return StudyMaterial(study, answers_of(study), Options(), stills)


@pytest.fixture
def words_outside(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words that are drawn and do not lie within their picture."""
    outside: list[str] = []
    draw: Callable[..., None] = RendererSVG.draw_text

    def look_and_draw(renderer: Any, *arguments: Any, mtext: Text | None = None, **options: Any) -> None:
        if mtext is not None and mtext.get_text().strip():
            box = mtext.get_window_extent(renderer)
            is_inside = box.x0 >= -SLACK_PX and box.y0 >= -SLACK_PX
            if not is_inside or box.x1 > renderer.width + SLACK_PX or box.y1 > renderer.height + SLACK_PX:
                outside.append(mtext.get_text())
        draw(renderer, *arguments, **options, **{"mtext": mtext})

    monkeypatch.setattr(RendererSVG, "draw_text", look_and_draw)
    return outside


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("n", "made"),
    [
        (3, {}),
        (12, {"gaps": 0.2, "measures": ("happy", "valence")}),
        pytest.param(100, {"gaps": 0.1}, marks=pytest.mark.slow),
        pytest.param(300, {}, marks=pytest.mark.slow),
        pytest.param(12, {"film_s": 1800.0}, marks=pytest.mark.slow),
    ],
)
def test_every_panel_has_its_charts(n: int, made: dict[str, Any], lang: str, words_outside: list[str]) -> None:
    drawings = drawings_of(material(n, lang, **made))
    for name, drawing in drawings.items():
        assert set(drawing) == set(CHART_ENDINGS)
        with Image.open(BytesIO(drawing[".png"])) as image:
            assert image.size == SIZE_PX, name
            assert len(image.convert("RGB").getcolors(2**24) or []) > 2, f"{name} shows nothing"
    assert {"film-1-happy", "film-2-happy", "comparison-1-happy", "comparison-2-happy", FUNNEL} <= set(drawings)
    for chart in charts_of(material(n, lang, **made)):
        chart.drawn(SLIDE, (".png",))
    assert not words_outside


def words_of(drawing: bytes) -> str:
    return drawing.decode()


def test_the_charts_say_what_was_planted() -> None:
    made = computed(24)
    svg_of = {name: words_of(drawing[".svg"]) for name, drawing in drawings_of(made).items()}
    (joke,) = [one for one in made.answers.contrasts[0].scenes if one.scene == "joke"]
    assert joke.difference is not None
    told = f"{100 * joke.difference.difference:.0f} points"
    assert joke.difference.difference == pytest.approx(0.5, abs=0.05)
    assert f"Happy, scene “The joke”: Cut B is above Cut A by {told}" in svg_of["comparison-1-happy"]
    assert "cannot tell whether men and women differ" in svg_of["comparison-2-happy"]
    assert "Happy: 100% of the people showed it with “Cut B”" in svg_of["shares"]
    assert "48 of 48 viewings count, of 24 people" in svg_of[FUNNEL]
    assert "↓ brand" in svg_of["film-2-happy"]
    assert "The joke" in svg_of["film-2-happy"]
    assert "<image" in svg_of["film-2-happy"]  # the film above its curve
    assert "<image" not in svg_of["film-1-happy"]


def test_a_curve_that_another_panel_would_not_show_is_not_read_by_moments() -> None:
    """Nobody does anything in A: its highest moment is chance."""
    svg = words_of(drawings_of(computed(24))["film-1-happy"][".svg"])
    assert "no moment that another panel would surely show too" in svg
    assert "is highest at" not in svg


def test_who_is_left_out_is_drawn_with_the_reason() -> None:
    svg = words_of(drawings_of(computed(12, gaps=0.1))[FUNNEL][".svg"])
    assert "Not analyzed" in svg
    assert "24 of 25 viewings count, of 12 people" in svg


def test_a_chart_explains_only_what_is_in_it() -> None:
    """Of twelve people six are women: too few for a band."""
    svg_of = {name: words_of(drawing[".svg"]) for name, drawing in drawings_of(computed(12, gaps=0.1)).items()}
    for name, has_band in (("comparison-1-happy", True), ("comparison-2-happy", False)):
        assert ("bands: hold" in svg_of[name], "no band: it takes 12 people" in svg_of[name]) == (
            has_band,
            not has_band,
        )
    few = words_of(drawings_of(computed(6))["film-1-happy"][".svg"])
    assert ("band: holds" in few, "no band: it takes 12 people" in few) == (False, True)
    assert "band: holds" in svg_of["film-1-happy"]
    for svg in (svg_of["people-1"], svg_of["people-2"]):
        assert ("framed: far out" in svg) != ("Nobody is far from all others" in svg)


def forest(names: Sequence[str], form: Form, tmp_path: Path, lang: str = "en") -> list[str]:
    """The words of figures with these names, drawn for what is wanted."""
    rows = [ForestRow(name, 0.5, 0.4, 0.6, "+50, p < 0.001, d 2.31") for name in names]
    text = ForestText("Study", "Finding", "Title", ("a fact",), "points")
    draw_forest(Sheet(tmp_path / "forest", form), rows, text, Words(lang), str)
    return re.findall(r">([^<]+)</text>", (tmp_path / "forest.svg").read_text(encoding="utf-8"))


LONG = "Validity of the answer: the scene in which all of them sit at the table, part {i}"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("form", "n", "n_shown"), [(SLIDE, 7, 7), (SLIDE, 12, 8), (FILE, 10, 10), (FILE, 14, 14)])
def test_long_names_take_no_rows_and_what_is_left_out_is_told(
    tmp_path: Path, form: Form, n: int, n_shown: int, lang: str, words_outside: list[str]
) -> None:
    told = forest([LONG.format(i=i) for i in range(n)], form, tmp_path, lang)
    assert not words_outside
    assert told.count("+50, p &lt; 0.001, d 2.31") == n_shown
    shown = " ".join(told)
    for i in range(n_shown):  # both ends of a name are there
        assert f"part {i}" in shown
    words = Words(lang)
    left_out = words.text("the first {shown} of {all}; the tables have all").format(shown=n_shown, all=n)
    assert (left_out in shown) == (n > n_shown)
    is_cut = any("…" in word and "part" in word for word in told)
    assert (is_cut and n == n_shown) == (words.text("…: the tables have the whole name") in shown)


def test_short_names_stand_whole_one_below_the_other(tmp_path: Path) -> None:
    told = forest([f"Scene {i}" for i in range(8)], SLIDE, tmp_path)
    assert [word for word in told if word.startswith("Scene")] == [f"Scene {i}" for i in range(8)]
    assert "…" not in "".join(told)


def test_the_most_unlike_people_come_first() -> None:
    made = computed(24)
    people = people_by_distance(made, made.answers.films[0])
    distances = [person.distance or 0.0 for person in people if not person.is_outlier]
    assert distances == sorted(distances, reverse=True)


def test_the_same_study_is_drawn_with_the_same_bytes(tmp_path: Path) -> None:
    chart = next(iter(charts_of(computed(24))))
    for name in ("one", "other"):
        chart.draw(Sheet(tmp_path / name))
    for ending in CHART_ENDINGS:
        assert (tmp_path / f"one{ending}").read_bytes() == (tmp_path / f"other{ending}").read_bytes()


def test_the_nearest_picture_of_a_film_is_taken() -> None:
    made = computed(3)
    nearest = made.still_at("B", 11.0)
    assert nearest is not None
    assert nearest.time_s == pytest.approx(11.25)
    assert made.still_at("A", 1.0) is None


def test_a_film_that_nobody_saw_is_drawn_as_such() -> None:
    study = made_study(12)
    unseen = replace(study, viewings=tuple(one for one in study.viewings if one.stimulus == "B"))
    made = StudyMaterial(unseen, answers_of(unseen))
    assert np.isnan(made.answers.films[0].band.mean).all()
    assert "nothing to show" in words_of(drawings_of(made)["film-1-happy"][".svg"])
    assert next(chart.name for chart in charts_of(made)) == "film-1-happy"


def test_a_name_as_long_as_its_owner_likes_leaves_the_chart_its_room(words_outside: list[str]) -> None:
    """It ended the results of its study."""
    study = made_study(6)
    named = tuple(replace(film, title=f"{film.id} {'W' * 255} end") for film in study.stimuli)
    long_study = replace(study, stimuli=named)
    drawings = drawings_of(StudyMaterial(long_study, answers_of(long_study)))
    for name in ("comparison-1-happy", "film-1-happy", "film-2-happy", "shares"):
        with Image.open(BytesIO(drawings[name][".png"])) as image:
            assert image.size == SIZE_PX
    assert "…" in words_of(drawings["comparison-1-happy"][".svg"])
    assert not words_outside
