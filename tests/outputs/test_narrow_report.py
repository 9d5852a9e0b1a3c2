"""The HTML report on a telephone."""

import io
from pathlib import Path

import pytest
from PIL import Image

from emoclassify.outputs.document.blocks import ChartHead, Content, Picture
from emoclassify.outputs.report.write import write_report
from tests.support.browsing import browser, chromium
from tests.support.screenshots import WIDTHS, opened


@pytest.mark.process
@pytest.mark.skipif(chromium() is None, reason="no browser")
def test_a_chart_keeps_its_letters_and_is_moved_sideways(tmp_path: Path) -> None:
    content = io.BytesIO()
    Image.new("RGB", (1920, 1080), "white").save(content, "PNG")
    head = ChartHead("A long finding that would not fit on a telephone at all", "who, when, how", "how", 0.2)
    chart = Picture(content.getvalue(), ".png", "A chart", head)
    write_report(Content("Chart", "en", "", (chart,)), tmp_path / "report.html")
    sizes = {}
    with browser() as started:
        for width in WIDTHS:
            page = opened(started, "en", "light", width)
            page.goto((tmp_path / "report.html").as_uri())
            place, page_width = "document.querySelector('div.chart')", "document.documentElement.scrollWidth"
            sizes[width] = page.evaluate(
                f"[{page_width}, {place}.clientWidth, {place}.scrollWidth, {place}.clientHeight]"
            )
            assert page.get_by_text(head.finding).is_visible() == (width == "narrow"), "its words are text that wraps"
            page.context.close()
    page_px, room_px, chart_px, height_px = sizes["narrow"]
    assert height_px == pytest.approx(0.8 * chart_px * 1080 / 1920, abs=2), "and are cut off the picture"
    assert page_px == WIDTHS["narrow"], "the page itself does not move"
    assert chart_px > 1.5 * room_px
    assert sizes["wide"][1] == sizes["wide"][2], "a chart of a wide page is whole"
