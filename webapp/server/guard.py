"""Refuses requests of other sites and what the page has no use for, and adds security headers to all answers."""

from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from emoclassify.listen.hosts import HostNames
from webapp.server.relay import CHUNKS_PATH, UPLOAD_PATH

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

_BAD_REQUEST, _FORBIDDEN, _NOT_FOUND, _TOO_LARGE = 400, 403, 404, 413

_MOST_BODY_BYTES = 10_000
"""The largest body of a request that is no upload and no picture: that of a form with a key."""

LIVE_PATH, PICTURE_PATH = "/live", "/live/picture"
LARGEST_PICTURE_BYTES = 256 * 1024
"""Of a camera's picture, as the live view sends them."""

_STREAMLIT_PATH = "/_stcore/"
_STREAMLIT_PATHS_OPEN = tuple(f"{_STREAMLIT_PATH}{name}" for name in ("health", "host-config", "stream"))
_STREAMLIT_WIDGETS = f"{_STREAMLIT_PATH}bidi-components/"
"""All that the page needs of Streamlit. It has more, open to everybody: figures of the process, uploads into memory, a
way to drive the page without a browser."""


class _TooLargeError(Exception):
    """A body grew larger than it may be."""


class Guard:
    """An ASGI middleware that refuses what the page does not need; the bodies of uploads pass through unread."""

    def __init__(self, app: ASGIApp, host_names: HostNames) -> None:
        """Wraps an application.

        Args:
            app: answers the requests that are not refused.
            host_names: under which the page may be opened.
        """
        self._app, self._host_names = app, host_names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses one request or connection, or passes it to the application."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope, Headers(scope=scope))
        if refusal is None:
            await self._pass_on(scope, receive, _with_security_headers(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refusal(scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" or _is_upload(scope["path"]):
            await self._app(scope, receive, send)
            return
        try:
            await self._app(scope, _counting(receive, _most_bytes(scope["path"])), send)
        except _TooLargeError:
            await _too_large(scope["path"])(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> PlainTextResponse | None:
        host = headers.get("host", "")
        if not self._host_names.know(host, (scope.get("server") or ("",))[0]):
            return PlainTextResponse("The page is not called by that name (EMOCLASSIFY_ALLOWED_HOSTS).", _BAD_REQUEST)
        origin = headers.get("origin")
        if origin and urlsplit(origin).netloc.lower() != host.lower():
            return PlainTextResponse("Pages of other origins may not call.", _FORBIDDEN)
        is_own = headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
        if not is_own and not _is_followed_link(headers):
            return PlainTextResponse("Pages of other origins may not call.", _FORBIDDEN)
        path = scope["path"]
        is_open = path in _STREAMLIT_PATHS_OPEN or path.startswith(_STREAMLIT_WIDGETS)
        if path.startswith(_STREAMLIT_PATH) and not is_open:
            return PlainTextResponse("Not found", _NOT_FOUND)
        if not _is_upload(path) and _length(headers) > _most_bytes(path):
            return _too_large(path)
        return None


def _is_upload(path: str) -> bool:
    """Whether the body is a recording, or a chunk of one."""
    return path == UPLOAD_PATH or path.startswith(f"{CHUNKS_PATH}/")


def _most_bytes(path: str) -> int:
    """The largest body of a request that is no upload."""
    return LARGEST_PICTURE_BYTES if path == PICTURE_PATH else _MOST_BODY_BYTES


def _too_large(path: str) -> PlainTextResponse:
    return PlainTextResponse(f"A request may have {_most_bytes(path)} bytes and no more.", _TOO_LARGE)


def _length(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isdecimal() and len(length) < 20 else LARGEST_PICTURE_BYTES + 1


def _counting(receive: Receive, most_bytes: int) -> Receive:
    """Receives a body as long as it is not too large: its length may not have been announced."""
    n_bytes = 0

    async def receive_counted() -> Message:
        nonlocal n_bytes
        message = await receive()
        n_bytes += len(message.get("body", b""))
        if n_bytes > most_bytes:
            raise _TooLargeError
        return message

    return receive_counted


def _is_followed_link(headers: Headers) -> bool:
    """True for a link on another page that leads here."""
    return headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"


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
