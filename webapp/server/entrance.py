"""Shuts pages and their sockets to visitors who have shown no key, where keys are asked for.

Streamlit runs the page's script for whoever opens its websocket. So whether a visitor may come in is settled before:
without a key there is a form for it, in plain HTML, and no socket, so that no script runs.
"""

import html
import re
from pathlib import Path

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from emoclassify.words.texts import LANGUAGES
from webapp.parts.texts import LANGUAGE_COOKIE, Texts, texts_in
from webapp.server.access import NO_KEYS, WRONG_KEY
from webapp.server.branding import page_brand
from webapp.server.plain_pages import filled, language_of, other_than
from webapp.server.relay import KEY_PATH, Relay, own_page

_REFUSED, _AWAY = 401, 503
_POLICY_VIOLATION = 1008  # RFC 6455, 7.4.1
_RETRY_S = 2
"""After so long the browser asks again whether the API is there."""

_PAGE = re.compile(r"/[a-z]{0,20}/?")
"""The addresses of pages. What else there is checks the key itself, or is the same for everybody: scripts, fonts."""

_TEMPLATE = Path(__file__).parents[1] / "entrance" / "index.html"
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "font-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


class Entrance:
    """An ASGI middleware that lets no visitor further who has no key where one is needed."""

    def __init__(self, app: ASGIApp, relay: Relay) -> None:
        """Wraps an application.

        Args:
            app: answers those who are let in.
            relay: knows the keys, and asks the API whether it takes them.
        """
        self._app, self._relay = app, relay

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes one request or socket on, or asks for a key in its place."""
        is_page = scope["type"] == "http" and _PAGE.fullmatch(scope["path"]) and scope["path"] != KEY_PATH
        if not (scope["type"] == "websocket" or (is_page and scope["method"] in ("GET", "HEAD"))):
            await self._app(scope, receive, send)
            return
        lets_in = await self._relay.lets_in(HTTPConnection(scope).cookies)
        if lets_in:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        else:
            request = Request(scope)
            answer = self._away_page(request) if lets_in is None else _key_page(request)
            await answer(scope, receive, send)

    def _away_page(self, request: Request) -> HTMLResponse:
        """Says that the API does not answer; the browser asks again by itself."""
        texts = texts_in(language_of(request))
        away = html.escape(texts["away"].format(url=self._relay.url))
        content = f'<p role="alert">{away}</p><p class="note">{html.escape(texts["away_hint"].replace("`", ""))}</p>'
        return _page(request, page_brand().name, content, _AWAY, {"Refresh": str(_RETRY_S)})


def _key_page(request: Request) -> HTMLResponse:
    """Asks for the key; leads to the page that was wanted then."""
    texts, fault = texts_in(language_of(request)), request.query_params.get("key")
    faults = {NO_KEYS: "key_none", WRONG_KEY: "key_wrong"}
    paragraphs = [f'<p role="alert">{html.escape(texts[faults[fault]])}</p>'] if fault in faults else []
    if fault != NO_KEYS:
        paragraphs.append(f'<p class="lead">{html.escape(texts["key_why"])}</p>')
    return _page(request, texts["key_title"], "\n".join([*paragraphs, _form(texts, _wanted(request))]), _REFUSED, {})


def _form(texts: Texts, to: str) -> str:
    return (
        '<form method="post" action="/key" class="tools">'
        f"<label>{html.escape(texts['key_label'])} "
        '<input type="password" name="key" required autocomplete="off"></label>'
        f'<input type="hidden" name="to" value="{html.escape(to)}">'
        f'<button class="main">{html.escape(texts["key_send"])}</button></form>'
    )


def _wanted(request: Request) -> str:
    """The page that the address names: its path and, where that leads to a page of ours, its first parameter."""
    first_parameter = request.url.query.partition("&")[0]
    page = own_page(f"{request.url.path}?{first_parameter}")
    return page if page != "/" else own_page(request.url.path)


def _page(request: Request, title: str, content: str, status: int, headers: dict[str, str]) -> HTMLResponse:
    language, address = language_of(request), _wanted(request)
    switch = f"{address}{'&' if '?' in address else '?'}lang={other_than(language)}"
    parts = {"title": html.escape(title), "brand": html.escape(page_brand().name), "switch": html.escape(switch)}
    page = filled(_TEMPLATE, language, ("language",))
    for name, part in {**parts, "content": content}.items():
        page = page.replace(f"[[{name}]]", part)
    answer = HTMLResponse(page, status, {"Cache-Control": "no-store", "Content-Security-Policy": _POLICY, **headers})
    if request.query_params.get("lang") in LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, language, samesite="strict")
    return answer
