"""The frame of every page; Streamlit runs this file again after every action of the visitor."""

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from webapp import widgets
from webapp.parts.session import Visit, choose_language, draw_safely, this_visit
from webapp.parts.terms import GUIDE
from webapp.parts.texts import plain
from webapp.server.access import KEYS
from webapp.server.branding import PageBrand, page_brand
from webapp.server.guard import LIVE_PATH
from webapp.server.looks import LOGO_PATH, style_of
from webapp.views import compare, guide, history, new, new_study, result, running, studies, study, trial

_PAGES: dict[str, Callable[[Visit], None]] = {
    "studies": studies.draw,
    "new": new.draw,
    "running": running.draw,
    "history": history.draw,
    "compare": compare.draw,
    "result": result.draw,
    GUIDE: guide.draw,
    "newstudy": new_study.draw,
    "study": study.draw,
    "trial": trial.draw,
}
_LINKED = ("studies", "new", "running", "history", "compare", GUIDE)

_ICON = Path(__file__).parent / "widgets" / "icon.svg"

_STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def main() -> None:
    """Draws the frame and, in it, the page that the address names."""
    brand = page_brand()
    st.set_page_config(page_title=brand.name, page_icon=str(_ICON), layout="wide")
    st.html(f"<style>{style_of(st.context.theme.type or 'light', brand.brand)}\n{_STYLE}</style>")
    bar = st.container(horizontal=True, vertical_alignment="center", key="bar")
    with bar:
        _draw_brand(brand)
        links = st.container(horizontal=True, vertical_alignment="center", width="stretch", key="links")
        language = choose_language()
    widgets.remember(data={"language": language}, key="remember", height="content")
    visit = this_visit(language)
    new.keep_choices()
    pages = {name: _page(name, draw, visit) for name, draw in _PAGES.items()}
    st.session_state["pages"] = pages
    page = st.navigation(list(pages.values()), position="hidden")
    for name in _LINKED:
        links.page_link(pages[name], label=visit.texts[f"nav_{name}"])
    links.html(f'<a class="live" href="{LIVE_PATH}" target="_self">{html.escape(visit.texts["live_title"])}</a>')
    page.run()
    if brand.brand.footer:
        st.caption(plain(brand.brand.footer))
    if KEYS.knows(st.context.cookies):
        widgets.key(data={"label": "", "send": visit.texts["key_forget"]}, key="sign_out")


def _draw_brand(brand: PageBrand) -> None:
    """Draws the logo, or where there is none the name; nothing of a page without a brand."""
    name = html.escape(brand.brand.name)
    if brand.logo_path:
        st.html(f'<img class="brand" src="{LOGO_PATH}" alt="{name}">', width="content")
    elif name:
        st.html(f'<span class="brand">{name}</span>', width="content")


def _page(name: str, draw: Callable[[Visit], None], visit: Visit) -> Any:
    def draw_page() -> None:
        draw_safely(draw, visit)

    title = f"{visit.texts[f'nav_{name}']} · {page_brand().name}"
    return st.Page(draw_page, title=title, url_path=name, default=name == "studies")


if __name__ == "__main__":
    main()
