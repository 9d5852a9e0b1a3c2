"""The page's own widgets: HTML, CSS and JavaScript served with the page; nothing is fetched elsewhere."""

from pathlib import Path

from streamlit.components.v2 import component
from streamlit.components.v2.types import ComponentRenderer

_HERE = Path(__file__).parent


def _widget(name: str, css: bool = True) -> ComponentRenderer:
    style = (_HERE / f"{name}.css").read_text(encoding="utf-8") if css else None
    script = (_HERE / f"{name}.js").read_text(encoding="utf-8")
    return component(f"emoclassify_{name}", html=f'<div class="{name}"></div>', css=style, js=script)


uploader = _widget("uploader")
"""Chooses recordings, or sends them."""

player = _widget("player")
"""The recording above its timeline, or curves alone."""

jobs = _widget("jobs")
"""A table of recordings."""

remember = _widget("remember", css=False)
"""Keeps the language in the browser."""

key = _widget("key")
"""Asks for the access key; the browser sends it to the page's server and keeps none of it."""
