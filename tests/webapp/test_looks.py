"""The look of the page: the family, sizes and colours of the design system, and a brand of the server's."""

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from emoclassify.colours import LEAST_CONTRAST_OF_WORDS, THEMES, contrast
from emoclassify.design import FAMILY, SIZES, WEIGHTS, font_path
from emoclassify.outputs.document.brand import PLAIN, Brand
from tests.support.sources import from_root, sources
from webapp.__main__ import main
from webapp.server.branding import PRODUCT, page_brand
from webapp.server.looks import LOGO_PATH, accent_in, look_routes, style_of, theme_settings

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"><rect width="4" height="1" fill="#AA0000"/></svg>'
STYLES = sources("webapp", pattern="*.css")


@pytest.fixture
def branded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "brand.toml").write_text('name = "Lab & Söhne"\nfooter = "Confidential"', encoding="utf-8")
    (tmp_path / "logo.svg").write_text(LOGO, encoding="utf-8")
    monkeypatch.setenv("EMOCLASSIFY_BRAND", str(tmp_path))
    return tmp_path


@pytest.fixture
def page() -> TestClient:
    return TestClient(Starlette(routes=look_routes()))


def test_the_page_has_the_family_from_its_own_server(page: TestClient) -> None:
    settings = theme_settings()
    assert settings["theme.font"].startswith(f"'{FAMILY}'")
    assert {face["weight"] for face in settings["theme.fontFaces"]} == set(WEIGHTS.values())
    for face, weight in zip(settings["theme.fontFaces"], WEIGHTS, strict=True):
        answer = page.get(face["url"])
        assert answer.headers["content-type"] == "font/woff2"
        assert answer.content == font_path(weight, ".woff2").read_bytes()
    assert page.get("/fonts/OFL.txt").status_code == 404


@pytest.mark.parametrize("theme", THEMES)
def test_the_page_has_the_colours_of_the_themes(theme: str) -> None:
    settings, colours = theme_settings(), THEMES[theme]
    names = ("backgroundColor", "textColor", "linkColor", "primaryColor", "borderColor")
    asked = (colours.ground, colours.ink, colours.accent, colours.button, colours.edge)
    assert tuple(settings[f"theme.{theme}.{name}"] for name in names) == asked


@pytest.mark.parametrize("path", STYLES, ids=from_root)
def test_sizes_of_letters_are_those_of_the_scale(path: Path) -> None:
    sizes = re.findall(r"font-size: ([^;!]+)", path.read_text(encoding="utf-8"))
    assert set(sizes) <= {*(f"var(--size-{name})" for name in SIZES), "0"}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("accent", [PLAIN.accent, "#AA0000", "#0A2540", "#00857C"])
def test_words_can_be_read_in_and_on_the_brand_s_colour(theme: str, accent: str) -> None:
    brand = Brand(accent=accent)
    button = theme_settings(brand)[f"theme.{theme}.primaryColor"]
    assert contrast(THEMES["light"].ground, button) >= LEAST_CONTRAST_OF_WORDS
    assert contrast(accent_in(theme, brand), THEMES[theme].ground) >= LEAST_CONTRAST_OF_WORDS
    assert f"--accent: {accent_in(theme, brand)};" in style_of(theme, brand)


def test_a_server_without_a_brand_has_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMOCLASSIFY_BRAND", raising=False)
    assert page_brand().name == PRODUCT
    assert page_brand().brand == PLAIN


def test_the_logo_is_shown_and_can_do_nothing(branded: Path, page: TestClient) -> None:
    answer = page.get(LOGO_PATH)
    assert answer.text == LOGO
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    (branded / "brand.toml").unlink()
    assert page_brand().name == "Lab & Söhne"  # read once


def test_without_a_logo_there_is_none(page: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMOCLASSIFY_BRAND", raising=False)
    assert page.get(LOGO_PATH).status_code == 404


def test_a_brand_that_cannot_be_used_ends_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EMOCLASSIFY_BRAND", str(tmp_path))
    assert main([]) == 2
    assert "holds no brand" in capsys.readouterr().err
