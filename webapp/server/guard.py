"""Refuses requests of other sites, and adds security headers to the answers of the page's server."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'self'",
        # Streamlit compiles its charts and loads the page's own widgets from memory.
        "script-src 'self' blob: 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self' data:",
        "connect-src 'self' blob: data:",
        "frame-src 'self' blob: data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
"""The browser may load from and send to this server only."""

_FORBIDDEN, _BAD_REQUEST = 403, 400


class Guard:
    """An ASGI middleware that refuses requests of other sites' pages; bodies pass through unread."""

    def __init__(self, app: ASGIApp, host_names: Sequence[str] = ()) -> None:
        """Wraps an application.

        Args:
            app: answers the requests that are not refused.
            host_names: under which the page may be opened; without any, every name is taken, and a page of another site
                could reach this server by a host name that it makes point here.
        """
        self._app, self._host_names = app, {name.lower() for name in host_names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses one request or connection, or passes it to the application."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(Headers(scope=scope))
        if refusal is None:
            await self._app(scope, receive, _with_security_headers(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refusal(scope, receive, send)

    def _refusal(self, headers: Headers) -> PlainTextResponse | None:
        host = headers.get("host", "")
        if self._host_names and _host_name(host) not in self._host_names:
            return PlainTextResponse("The page is not called by that name (EMOCLASSIFY_ALLOWED_HOSTS).", _BAD_REQUEST)
        origin = headers.get("origin")
        if origin and urlsplit(origin).netloc.lower() != host.lower():
            return PlainTextResponse("Pages of other origins may not call.", _FORBIDDEN)
        is_own = headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
        if not is_own and not _is_followed_link(headers):
            return PlainTextResponse("Pages of other origins may not call.", _FORBIDDEN)
        return None


def _is_followed_link(headers: Headers) -> bool:
    """True for a link on another page that leads here."""
    return headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _with_security_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers: Any = MutableHeaders(scope=message)
            headers.setdefault("Content-Security-Policy", POLICY)
            headers.setdefault("X-Content-Type-Options", "nosniff")
            headers.setdefault("Referrer-Policy", "same-origin")
            headers.setdefault("X-Frame-Options", "SAMEORIGIN")
        await send(message)

    return send_with_headers
