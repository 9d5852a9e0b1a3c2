"""Starts the page's server: Streamlit, and beside it the routes by which files pass between browser and API."""

import asyncio
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
from streamlit.web import bootstrap

from emoclassify.listen.hosts import HostNames, is_loopback
from emoclassify.listen.server import Server
from emoclassify.listen.settings import ListenSettings
from webapp.server.access import KEYS
from webapp.server.branding import page_brand
from webapp.server.connections import close_all
from webapp.server.entrance import Entrance
from webapp.server.guard import Guard
from webapp.server.live import Live
from webapp.server.looks import look_routes, theme_settings
from webapp.server.refreshes import RefreshFilter
from webapp.server.relay import Relay

SCRIPT = Path(__file__).parents[1] / "page.py"

_API_URL = "EMOCLASSIFY_API_URL"


@dataclass(frozen=True)
class Addresses:
    """Where the page listens, and where the API is."""

    host: str
    port: int
    api_url: str
    settings: ListenSettings
    """Further names under which it may be opened, and the limits of its connections."""

    @classmethod
    def read(cls, host: str, port: int, api_url: str | None = None) -> "Addresses":
        """From arguments, else the environment; sets EMOCLASSIFY_API_URL in it, which the page's script reads.

        Raises:
            UsageError: a setting that does not fit.
        """
        page_brand()  # refuses one that cannot be used, before anything is served
        url = (api_url or os.environ.get(_API_URL) or "http://127.0.0.1:8000").rstrip("/")
        os.environ[_API_URL] = url
        return cls(host, port, url, ListenSettings.read())


def make_app(addresses: Addresses) -> st.App:
    """The page as an ASGI application; every visitor needs a key where it can be reached from other machines."""
    KEYS.ask_everybody = not is_loopback(addresses.host)
    relay, live = Relay(addresses.api_url), Live()

    @asynccontextmanager
    async def lifespan(_: st.App) -> AsyncIterator[None]:
        for module in ("webapp.page", "pandas.io.formats.style"):  # takes seconds, which no visitor should wait for
            await asyncio.to_thread(import_module, module)
        yield
        await relay.close()
        live.close()
        close_all()

    guard = Middleware(Guard, host_names=HostNames(addresses.host, addresses.settings.allowed_hosts))
    routes = [*relay.routes(), *live.routes(), *look_routes(), Route("/studies", _redirect_to_first_page)]
    middleware = [guard, Middleware(Entrance, relay=relay), Middleware(RefreshFilter)]
    return st.App(SCRIPT, lifespan=lifespan, routes=routes, middleware=middleware)


async def _redirect_to_first_page(_: Request) -> RedirectResponse:
    """Leads to the first page, whose address is / alone."""
    return RedirectResponse("/")


def serve(addresses: Addresses) -> None:
    """Serves the page until a signal stops it.

    Raises:
        OSError: the address cannot be listened at.
    """
    app = make_app(addresses)  # first: it says where Streamlit finds its settings
    bootstrap.load_config_options(page_config(addresses))
    Server(app, host=addresses.host, port=addresses.port, settings=addresses.settings, has_websockets=True).run()


def page_config(addresses: Addresses) -> dict[str, Any]:
    """The settings of Streamlit from command line and look; the others are in .streamlit/config.toml."""
    return {
        **theme_settings(page_brand().brand),
        "server.address": addresses.host,
        "server.port": addresses.port,
        "server.headless": True,
        "browser.gatherUsageStats": False,
    }
