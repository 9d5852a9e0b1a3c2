"""The frame of every page; Streamlit runs this file again after every action of the visitor."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from webapp import widgets
from webapp.parts.session import Visit, choose_language, draw_safely, this_visit
from webapp.server.access import KEYS
from webapp.views import compare, history, new, new_study, result, running, studies, study

_PAGES: dict[str, Callable[[Visit], None]] = {
    "studies": studies.draw,
    "new": new.draw,
    "running": running.draw,
    "history": history.draw,
    "compare": compare.draw,
    "result": result.draw,
    "newstudy": new_study.draw,
    "study": study.draw,
}
_LINKED = ("studies", "new", "running", "history", "compare")

_ICON = Path(__file__).parent / "widgets" / "icon.svg"

_STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")

_DARK = """<style>
[role="radio"][aria-checked="true"] p, [aria-pressed="true"] p, [data-testid$="segmented_controlActive"] p,
[role="tab"][aria-selected="true"] p { color: #cfe5fb !important; }
</style>"""


def main() -> None:
    """Draws the frame and, in it, the page that the address names."""
    st.set_page_config(page_title="EmoClassify", page_icon=str(_ICON), layout="wide")
    st.html(f"<style>{_STYLE}</style>" + (_DARK if st.context.theme.type == "dark" else ""))
    bar = st.container(horizontal=True, vertical_alignment="center", key="bar")
    with bar:
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
    page.run()
    if KEYS.knows(st.context.cookies):
        widgets.key(data={"label": "", "send": visit.texts["key_forget"]}, key="sign_out")


def _page(name: str, draw: Callable[[Visit], None], visit: Visit) -> Any:
    def draw_page() -> None:
        draw_safely(draw, visit)

    title = f"{visit.texts[f'nav_{name}']} · EmoClassify"
    return st.Page(draw_page, title=title, url_path=name, default=name == "studies")


if __name__ == "__main__":
    main()
