"""The page's own widgets: HTML, CSS and JavaScript served with the page; they load nothing from other servers.

Each is a folder with `main.js`, whose default export draws the widget, the modules it imports, and `style.css`.
"""

from pathlib import Path

from streamlit.components.v2 import component
from streamlit.components.v2.types import ComponentRenderer

from webapp.widgets.modules import one_script

FOLDER = Path(__file__).parent


def _widget(name: str) -> ComponentRenderer:
    style = FOLDER / name / "style.css"
    return component(
        f"emoclassify_{name}",
        html=f'<div class="{name}"></div>',
        css=style.read_text(encoding="utf-8") if style.exists() else None,
        js=one_script(FOLDER / name / "main.js"),
    )


uploader = _widget("uploader")
"""A list of recordings to choose and, on another page, to send."""

player = _widget("player")
"""The recording above its timeline, or curves alone."""

transcript = _widget("transcript")
"""What was said, phrase by phrase."""

jobs = _widget("jobs")
"""A table of recordings."""

remember = _widget("remember")
"""Keeps the language in the browser."""

people = _widget("people")
"""The curves of people as small pictures."""

table = _widget("table")
"""Takes in a table from a file of the reader's."""

link = _widget("link")
"""Copies the address of a result."""

key = _widget("key")
"""A form for the access key; the browser sends the key to the page's server and does not store it."""
