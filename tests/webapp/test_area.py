"""The part of the picture in which faces are read, on the page of a new analysis."""

import pytest

from api.fields import read_fields
from emoclassify.jobs.settings import ServerSettings
from emoclassify.settings import Options
from tests.support.app_pages import everything, opened
from tests.support.serving import Served
from webapp.parts.texts import texts_in
from webapp.views.new_area import Edges, area_of


@pytest.mark.parametrize(
    ("across", "down", "area"),
    [
        ((0, 60), (20, 100), "0,0.2,0.6,1"),
        ((0, 100), (0, 100), ""),
        ((50, 50), (0, 100), "0.5,0,0.55,1"),
        ((100, 100), (0, 0), "0.95,0,1,0.05"),
    ],
)
def test_the_api_takes_every_place_of_the_sliders(across: Edges, down: Edges, area: str) -> None:
    options = read_fields({"area": area_of(across, down)}, Options(), ServerSettings()).options
    assert options.area == area


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_kept_in_memory")
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_page_says_what_it_is_for_and_shows_sliders_once_it_is_ticked(server: Served, language: str) -> None:
    texts, at = texts_in(language), opened(language=language)
    assert texts["has_area_help"] in everything(at)
    assert not at.slider
    at.checkbox(key="has_area").check().run()
    assert [(slider.label, slider.value) for slider in at.slider] == [
        (texts["area_across"], (0, 100)),
        (texts["area_down"], (0, 100)),
    ]
    assert not at.slider(key="area_across").set_range(0, 60).run().exception
