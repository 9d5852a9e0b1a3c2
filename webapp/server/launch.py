"""Starts the page's server: Streamlit, and beside it the routes by which files pass between browser and API."""

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
from webapp.server.refreshes import RefreshFilter
from webapp.server.relay import Relay

SCRIPT = Path(__file__).parents[1] / "page.py"

_API_URL = "EMOCLASSIFY_API_URL"
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Addresses:
    """Where the page listens, and where the API is."""

    host: str
    port: int
    api_url: str
    host_names: tuple[str, ...]
    """Names under which the page may be opened; none: under any."""

    @classmethod
    def read(cls, host: str, port: int, api_url: str | None = None) -> "Addresses":
        """From arguments, else the environment; sets EMOCLASSIFY_API_URL in it, which the page's script reads."""
        url = (api_url or os.environ.get(_API_URL) or "http://127.0.0.1:8000").rstrip("/")
        os.environ[_API_URL] = url
        allowed_names = [
            name.strip() for name in os.environ.get("EMOCLASSIFY_ALLOWED_HOSTS", "").split(",") if name.strip()
        ]
        host_names = (*_THIS_MACHINE, host, *allowed_names) if allowed_names or _is_loopback(host) else ()
        return cls(host, port, url, tuple(dict.fromkeys(host_names)))


def make_app(addresses: Addresses) -> st.App:
    """The page as an ASGI application."""
    relay = Relay(addresses.api_url)

    @asynccontextmanager
    async def lifespan(_: st.App) -> AsyncIterator[None]:
        for module in ("webapp.page", "pandas.io.formats.style"):  # takes seconds, which no visitor should wait for
            await asyncio.to_thread(import_module, module)
        yield
        await relay.close()
        close_all()

    guard = Middleware(Guard, host_names=addresses.host_names)
    routes = [*relay.routes(), Route("/new", _redirect_to_first_page)]
    return st.App(SCRIPT, lifespan=lifespan, routes=routes, middleware=[guard, Middleware(RefreshFilter)])


async def _redirect_to_first_page(_: Request) -> RedirectResponse:
    """Leads to the first page, whose address is / alone."""
    return RedirectResponse("/")


def page_config(addresses: Addresses) -> dict[str, Any]:
    """The settings of Streamlit that depend on the command line; the others are in .streamlit/config.toml."""
    return {
        "server.address": addresses.host,
        "server.port": addresses.port,
        "server.headless": True,
        "browser.gatherUsageStats": False,
        "logger.hideWelcomeMessage": True,  # finding the address for it would ask a machine outside
    }


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
