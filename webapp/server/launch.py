"""The page's server: Streamlit, and beside it the routes that files take between the browser and the API."""

import asyncio
import ipaddress
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from webapp.server.connections import close_all
from webapp.server.guard import Guard
from webapp.server.refreshes import Calm
from webapp.server.relay import Passing

SCRIPT = Path(__file__).parents[1] / "page.py"

_API_URL = "EMOCLASSIFY_API_URL"
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Place:
    """Where the page is, and where the API."""

    host: str
    port: int
    api_url: str
    names: tuple[str, ...]
    """Names under which the page may be opened; none: under any."""

    @classmethod
    def read(cls, host: str, port: int, api_url: str | None = None) -> "Place":
        """From arguments, else from the environment, where the page's script finds the API's address then."""
        url = (api_url or os.environ.get(_API_URL) or "http://127.0.0.1:8000").rstrip("/")
        os.environ[_API_URL] = url
        listed = [name.strip() for name in os.environ.get("EMOCLASSIFY_ALLOWED_HOSTS", "").split(",") if name.strip()]
        names = (*_THIS_MACHINE, host, *listed) if listed or _is_loopback(host) else ()
        return cls(host, port, url, tuple(dict.fromkeys(names)))


def make_app(place: Place) -> st.App:
    """The page as an ASGI application."""
    passing = Passing(place.api_url)

    @asynccontextmanager
    async def lifespan(_: st.App) -> AsyncIterator[None]:
        for needed in ("webapp.page", "pandas.io.formats.style"):  # takes seconds: no visitor is to wait for it
            await asyncio.to_thread(import_module, needed)
        yield
        await passing.close()
        close_all()

    guard = Middleware(Guard, names=place.names)
    routes = [*passing.routes(), Route("/new", _to_the_front)]
    return st.App(SCRIPT, lifespan=lifespan, routes=routes, middleware=[guard, Middleware(Calm)])


async def _to_the_front(_: Request) -> RedirectResponse:
    """The first page has no name in its address."""
    return RedirectResponse("/")


def page_config(place: Place) -> dict[str, Any]:
    """Streamlit's settings that come from the command line; the others are in .streamlit/config.toml."""
    return {
        "server.address": place.host,
        "server.port": place.port,
        "server.headless": True,
        "browser.gatherUsageStats": False,
        "logger.hideWelcomeMessage": True,  # it asks a machine outside for this one's address
    }


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
