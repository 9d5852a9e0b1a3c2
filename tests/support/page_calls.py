"""Calls of the page's routes without a server that listens."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware

from emoclassify.listen.hosts import HostNames
from tests.support.serving import MP4
from webapp.server.guard import Guard
from webapp.server.relay import Relay

PAGE_HOST = "page.test:8501"
OWN = {"X-EmoClassify": "1"}


def talk(api_url: str, say: Callable[[httpx.AsyncClient], Coroutine[Any, Any, Any]], **options: Any) -> Any:
    """What a browser is answered by the page's routes before this API."""

    async def run() -> Any:
        relay = Relay(api_url, **options)
        guard = Middleware(Guard, host_names=HostNames("page.test"))
        app = Starlette(routes=relay.routes(), middleware=[guard])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"http://{PAGE_HOST}") as browser:
            try:
                return await say(browser)
            finally:
                await relay.close()

    return asyncio.run(run())


def form(content: bytes = MP4, name: str = "talk.mp4") -> dict[str, Any]:
    """An upload as the page sends it."""
    return {"files": {"file": (name, content)}, "data": {"double_check": "true"}, "headers": OWN}
