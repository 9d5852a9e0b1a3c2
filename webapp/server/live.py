"""The live view: a page that sends a camera's pictures, one at a time, and shows the emotions in them.

Pictures are read in a process of their own that can reach nothing else; none is kept. The page is plain HTML with
modules of its own, since a page of Streamlit draws itself anew after every change.
"""

import asyncio
import json
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from emoclassify.design import WEIGHTS, font_path
from emoclassify.emotions import EMOTIONS
from emoclassify.errors import EmoClassifyError
from emoclassify.live import LiveReading
from emoclassify.picture_process import PictureProcess
from emoclassify.words.messages import Message
from emoclassify.words.texts import LANGUAGES
from webapp.parts.texts import LANGUAGE_COOKIE, texts_in
from webapp.server.access import KEYS, Keys
from webapp.server.guard import LARGEST_PICTURE_BYTES, LIVE_PATH, PICTURE_PATH
from webapp.server.plain_pages import filled, language_of, theme_style
from webapp.server.relay import OWN_HEADER

MOST_VIEWERS = 8
"""So many at once; with more, each would get less than a picture a second."""

LEAD = 0.4
"""An emotion that has so much of a face leads: the border has its colour."""

_LONGEST_SITTING_S = 3600.0
_TRY_LATER, _TOO_LARGE = 1013, 1009  # RFC 6455, 7.4.1, and its registry

_FILES = Path(__file__).parents[1] / "live"
_KINDS = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2"}
_TEXTS = (
    *("live_title", "live_lead", "live_camera", "live_file", "live_stop", "live_record", "live_record_stop"),
    *("live_no_camera", "live_no_https", "live_busy", "live_away", "live_speed", "live_minute", "live_sent"),
    *("live_not_sent", "live_leading", "live_nothing", "live_idle", "live_back", "language"),
    *("live_no_face", "live_cut_off", "live_small", "live_dark", "live_bright", "live_blurred", "live_turned"),
    "live_mouth_covered",
)
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


class Live:
    """The routes of the live view."""

    def __init__(self, *, keys: Keys = KEYS, process: PictureProcess | None = None) -> None:
        """Starts nothing yet.

        Args:
            keys: the keys of the visitors.
            process: reads the pictures.
        """
        self._keys = keys
        self._process = process or PictureProcess(lambda child: child.open_camera())
        self._turn = asyncio.Lock()  # first come, first served: with several viewers each gets as much as the others
        self._n_viewers = 0

    def routes(self) -> list[BaseRoute]:
        """For the page, its files, and the pictures."""
        return [
            Route(LIVE_PATH, self.page, methods=["GET"]),
            Route(LIVE_PATH + "/{name}", self.file, methods=["GET"]),
            Route(PICTURE_PATH, self.picture, methods=["POST"]),
            WebSocketRoute(f"{LIVE_PATH}/pictures", self.pictures),
        ]

    def close(self) -> None:
        """Ends the process that reads."""
        self._process.close()

    async def page(self, request: Request) -> Response:
        """The page in the visitor's language; a visitor who has to give a key first is led to where it is asked for."""
        if self._keys.miss(request.cookies):
            return RedirectResponse("/", status_code=303)
        language = language_of(request)
        if find_spec("openvino") is None:
            return PlainTextResponse(texts_in(language)["live_absent"], 501)
        texts = {name: texts_in(language)[name] for name in (*_TEXTS, *EMOTIONS)}
        settings = {"texts": texts, "emotions": EMOTIONS, "lead": LEAD, "language": language}
        content = filled(_FILES / "index.html", language, texts)
        content = content.replace("[[settings]]", json.dumps(settings, ensure_ascii=False).replace("<", "\\u003c"))
        answer = HTMLResponse(content, headers=_headers("no-store"))
        if request.query_params.get("lang") in LANGUAGES:
            answer.set_cookie(LANGUAGE_COOKIE, language, samesite="strict")
        return answer

    async def file(self, request: Request) -> Response:
        """A module, the style or a font of the page."""
        name = request.path_params["name"]
        if name == "theme.css":
            return Response(theme_style(LIVE_PATH), media_type="text/css", headers=_headers("no-cache"))
        fonts = {path.name: path for path in (font_path(weight, ".woff2") for weight in WEIGHTS)}
        path = fonts.get(name) or {path.name: path for path in _FILES.glob("*.*")}.get(name)
        if path is None or path.suffix not in _KINDS:
            return Response("Not found", 404)
        return FileResponse(path, media_type=_KINDS[path.suffix], headers=_headers("no-cache"))

    async def picture(self, request: Request) -> Response:
        """One picture by itself, for browsers behind a proxy that lets no websocket through."""
        if request.headers.get(OWN_HEADER) != "1":
            return _problem(403, Message("page_only"), request)
        if self._keys.miss(request.cookies):
            return _problem(401, Message("key_needed_here"), request)
        return JSONResponse(await self._answer(await request.body()))  # the guard lets no large one through

    async def pictures(self, socket: WebSocket) -> None:
        """One picture after another, each answered before the next is looked at."""
        if self._keys.miss(socket.cookies):
            await socket.close(1008)
            return
        await socket.accept()
        if self._n_viewers >= MOST_VIEWERS:
            await socket.close(_TRY_LATER)
            return
        self._n_viewers += 1
        try:
            async with asyncio.timeout(_LONGEST_SITTING_S):
                await self._talk(socket)
        except (WebSocketDisconnect, TimeoutError):
            with suppress(RuntimeError):  # it is closed already
                await socket.close()
        finally:
            self._n_viewers -= 1

    async def _talk(self, socket: WebSocket) -> None:
        while True:
            picture = await socket.receive_bytes()
            if len(picture) > LARGEST_PICTURE_BYTES:
                await socket.close(_TOO_LARGE)
                return
            await socket.send_json(await self._answer(picture))

    async def _answer(self, picture: bytes) -> dict[str, Any]:
        """What a picture shows; `error` where it could not be read."""
        async with self._turn:
            try:
                reading: LiveReading = await asyncio.to_thread(self._process.ask, lambda child: child.look(picture))
            except EmoClassifyError as exc:
                return {"error": exc.message.code}
        return reading.to_dict()


def _problem(status: int, message: Message, request: Request) -> JSONResponse:
    return JSONResponse({"detail": message.in_language(language_of(request))}, status)


def _headers(cache: str) -> dict[str, str]:
    return {
        "Cache-Control": cache,
        "Content-Security-Policy": _POLICY,
        "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), display-capture=()",
    }
