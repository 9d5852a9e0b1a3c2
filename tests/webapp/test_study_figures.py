"""A film in single figures beside the films of earlier studies, and days on one axis, in a real browser."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from emoclassify.remote.client import Client
from emoclassify.study.norms import LEAST_FILMS
from tests.support.browsing import PATIENCE_S, browser, chromium, place
from tests.support.made_studies import FILMS, People, fill, make_study
from tests.support.screenshots import opened
from tests.support.serving import served
from tests.support.study_pages import N_PEOPLE
from webapp.parts.texts import texts_in

pytestmark = [
    pytest.mark.process,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(chromium() is None, reason="chromium is not installed (apt-get install chromium)"),
]

EN, RU = texts_in("en"), texts_in("ru")
expect.set_options(timeout=PATIENCE_S * 1000)


def test_days_stand_on_one_axis_with_their_steps(tmp_path: Path) -> None:
    with served(tmp_path / "data", People()) as server:
        study_id = make_study(server.url, tmp_path, N_PEOPLE)
        with Client(server.url, key="") as client:
            client.wait(client.compute_study(study_id, make_graph=True)["id"])
    with place(tmp_path, worker=False) as page_place, browser() as started:
        page = opened(started, "en", "light", "wide")
        page.goto(f"{page_place.url}/study?id={study_id}")
        expect(page.get_by_role("heading", name=EN["waves_days"])).to_be_visible()
        picture = page.get_by_alt_text(EN["waves_chart"].format(measure="happy"))
        page.wait_for_function("picture => picture.naturalWidth > 0", arg=picture.element_handle())
        days = page.get_by_role("row").filter(has_text="May 2026")
        expect(days).to_have_count(4)
        assert [day.inner_text().split()[:3] for day in days.all()] == [
            [film, first, "May"] for film in FILMS for first in ("01", "15")
        ]
        step = "B, happy, 15 May 2026 after 01 May 2026: cannot tell: "
        expect(page.get_by_text(step)).to_contain_text("different people, n 7 and 7")
        page.context.close()


def test_films_go_into_the_norms_and_a_film_is_told_among_them(tmp_path: Path) -> None:
    study_id = fill(tmp_path / "data", tmp_path / "made", N_PEOPLE)
    with place(tmp_path, worker=False) as page_place, browser() as started:
        page = opened(started, "en", "light", "wide")
        page.goto(f"{page_place.url}/study?id={study_id}")
        mean_of_b = page.get_by_role("row").filter(has_text="B").filter(has_text="mean")
        expect(mean_of_b).to_contain_text(f"0 of the {LEAST_FILMS} films needed")
        page.get_by_text(EN["norms"]).click()
        page.get_by_role("button", name=EN["norms_add"]).click()
        expect(page.get_by_text("2 films added.")).to_be_visible()
        expect(page.get_by_text("2 films in the norms.")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("button", name=EN["norms_save"]).click()
        lines = [json.loads(text) for text in Path(download.value.path()).read_text().splitlines()]
        line = next(one for one in lines if one["film"].endswith(":A"))
        film = tmp_path / "theirs.jsonl"
        film.write_text("".join(json.dumps({**line, "film": f"theirs:{i}"}) + "\n" for i in range(LEAST_FILMS - 1)))
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name=EN["norms_take"]).click()
        chooser.value.set_files(film)
        expect(page.get_by_text(f"{LEAST_FILMS - 1} films added.")).to_be_visible()
        # B lies above A and its likes: those of the other house, and A of this study
        expect(mean_of_b).to_contain_text(f"100% of {LEAST_FILMS}")
        page.get_by_role("button", name=EN["norms_delete"]).click()
        page.get_by_role("button", name=EN["delete_yes"]).click()
        expect(page.get_by_text(f"{LEAST_FILMS} films in the norms.")).to_be_visible()
        page.get_by_label(EN["norms_category"]).fill("cars")
        page.get_by_label(EN["norms_category"]).press("Enter")
        expect(mean_of_b).to_contain_text(f"0 of the {LEAST_FILMS} films needed")
        page.get_by_role("radio", name="Русский").click()
        expect(page.get_by_text(RU["figures_head"])).to_be_visible()
        expect(page.get_by_role("row").filter(has_text=f"0 из нужных {LEAST_FILMS} роликов").first).to_be_visible()
        page.context.close()
