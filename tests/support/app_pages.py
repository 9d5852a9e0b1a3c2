"""Pages by Streamlit's own AppTest, and recordings handed in for them."""

import io
from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Element

import webapp
from emoclassify.remote.client import Client, Job
from tests.support.serving import MP4, Served

PAGE = Path(webapp.__file__).with_name("page.py")
RUN_S = 60


def opened(page: str = "new", language: str = "en", **params: str) -> AppTest:
    at = AppTest.from_file(str(PAGE), default_timeout=RUN_S)
    at.session_state["language"] = language
    at.run()
    if page != "studies":
        at.query_params.update(params)
        at._page_hash = next(key for key, info in at._registered_pages.items() if info.get("url_pathname") == page)
        at.run()
    assert not at.exception
    return at


def click(at: AppTest, key: str) -> AppTest:
    at._page_hash = at._finished_page_script_hash
    at.button(key=key).click()
    at._page_hash = ""
    return at.run()


def posted(server: Served, content: bytes = MP4, name: str = "talk.mp4", wait: bool = True, **fields: str) -> Job:
    with Client(server.url, key="") as client:
        job = client.submit(io.BytesIO(content), name=name, **fields)
        return client.wait(job["id"]) if wait else job


def everything(at: AppTest) -> str:
    kinds = ("title", "header", "subheader", "markdown", "caption", "info", "error", "warning", "success")
    said = [str(item.value) for kind in kinds for item in at.get(kind) if isinstance(item, Element)]
    return "\n".join([*said, *(str(button.label) for button in at.button)])
