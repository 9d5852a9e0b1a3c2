"""Passes files between browser and API, block by block, so that the browser connects to the page's server only."""

import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from http import HTTPStatus
from urllib.parse import parse_qs, quote

import httpx
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from emoclassify.words.messages import Message
from emoclassify.words.texts import LANGUAGES
from webapp.parts.texts import LANGUAGE_COOKIE
from webapp.server.access import COOKIE, KEYS, NO_KEYS, WRONG_KEY, Keys, may_be_key

UPLOAD_PATH, CHUNKS_PATH, FILES_PATH, KEY_PATH = "/recordings", "/uploads", "/files", "/key"
ARCHIVE_PATH = "/archive.zip"

_CONNECT_S, _ANSWER_S = 2.5, 600.0
_KEY_REFUSED = (401, 403)
_BLOCK_BYTES = 256 * 1024
_JOB_IDS = re.compile(r"[0-9a-f]{32}(?:,[0-9a-f]{32}){0,99}")
_OWN_PAGE = re.compile(r"/(?:result\?job=[0-9a-f]{32}|study\?id=[0-9a-f]{32}|[a-z]{0,20})")
_JOB_ID = re.compile(r"[0-9A-Za-z_-]{8,64}")
_FILE_NAME = re.compile(r"[0-9A-Za-z_][0-9A-Za-z_.-]{0,99}")
OWN_HEADER = "x-emoclassify"
"""Header of the page's own requests; a page of another site cannot send it."""

_REQUEST_HEADERS = ("range", "if-range", "if-none-match")
_CHUNK_HEADERS = ("content-type", "content-length", "content-digest")
_PASSED_HEADERS = (
    *("content-type", "content-length", "content-range", "accept-ranges", "etag", "last-modified", "cache-control"),
    "retry-after",
)
_FILE_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'self'"
)
"""Content policy of files: they come from uploads, so they may be shown, also inside the page, but never run."""


class Relay:
    """The routes of the page's server that pass requests to one API."""

    def __init__(self, api_url: str, *, keys: Keys = KEYS, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Prepares the connections; sends nothing yet.

        Args:
            api_url: the address of the API; kept as `url`.
            keys: the keys of the visitors.
            transport: for tests, which answers the calls in place of the network.
        """
        self.url, self._keys = api_url, keys
        self._accepted: set[str] = set()  # keys that the API takes, empty for none: there are no more than it has
        # trust_env=False: a proxy named in the environment would carry the recordings away from this machine.
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(_ANSWER_S, connect=_CONNECT_S), trust_env=False, transport=transport
        )

    async def close(self) -> None:
        """Ends the connections to the API."""
        await self._http.aclose()

    def routes(self) -> list[Route]:
        """For uploads, for files of jobs, and for the visitor's key."""
        return [
            Route(UPLOAD_PATH, self.submit, methods=["POST"]),
            Route(CHUNKS_PATH, self.upload, methods=["POST"]),
            Route(CHUNKS_PATH + "/{upload_id}", self.upload, methods=["GET"]),
            Route(CHUNKS_PATH + "/{upload_id}/chunks/{number:int}", self.upload, methods=["PUT"]),
            Route(CHUNKS_PATH + "/{upload_id}/done", self.upload, methods=["POST"]),
            Route(ARCHIVE_PATH, self.archive, methods=["GET"]),
            Route(FILES_PATH + "/{job_id}/{name}", self.file, methods=["GET"]),
            Route(KEY_PATH, self.take_key, methods=["POST"]),
            Route(KEY_PATH, self.take_token, methods=["GET"]),
        ]

    async def submit(self, request: Request) -> Response:
        """Passes a form with a recording to the API while it arrives."""
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            return _problem(403, Message("page_only"))
        return await self._pass_on(request, "/v1/jobs", ("content-type", "content-length", "idempotency-key"))

    async def upload(self, request: Request) -> Response:
        """Passes a call about an upload in chunks to the API, with the chunk while it arrives."""
        if not _JOB_ID.fullmatch(request.path_params.get("upload_id", "0" * 8)):
            return _problem(404, Message("file_missing"))
        return await self._pass_on(request, f"/v1{request.url.path}", _CHUNK_HEADERS)

    async def _pass_on(self, request: Request, path: str, names: Sequence[str]) -> Response:
        """Passes a call of the page's own script, with the headers of these names, to a path of the API."""
        if request.headers.get(OWN_HEADER) != "1":
            return _problem(403, Message("page_only"))
        if self._keys.miss(request.cookies):
            return _problem(401, Message("key_needed_here"), request.cookies.get(LANGUAGE_COOKIE, ""))
        headers = self._authorized(request) | {n: request.headers[n] for n in names if n in request.headers}
        content = None if request.method == "GET" else request.stream()
        try:
            answer = await self._http.request(request.method, self.url + path, content=content, headers=headers)
        except ClientDisconnect:
            return Response(status_code=499)  # the browser is gone and reads no answer
        except httpx.TransportError:
            return _problem(502, Message("service_away"))
        language = request.cookies.get(LANGUAGE_COOKIE, "")
        answer_content = answer.content if answer.is_success else _refusal_content(answer, language)
        headers = {name: value for name, value in _answer_headers(answer.headers).items() if name != "content-length"}
        return Response(answer_content, answer.status_code, headers)

    async def file(self, request: Request) -> Response:
        """Passes one file of a job, or a range of it, to the browser; `download` is the name to save it under."""
        job_id, name = request.path_params["job_id"], request.path_params["name"]
        if not (_JOB_ID.fullmatch(job_id) and _FILE_NAME.fullmatch(name)):
            return _problem(404, Message("file_missing"))
        path = "artifacts.zip" if name == "artifacts.zip" else f"artifacts/{name}"
        return await self._fetch(request, f"/v1/jobs/{job_id}/{path}", name)

    async def archive(self, request: Request) -> Response:
        """Passes the files of several jobs, whose `ids` the address names, to the browser as one ZIP."""
        ids = request.query_params.get("ids", "")
        if not _JOB_IDS.fullmatch(ids):
            return _problem(404, Message("file_missing"))
        return await self._fetch(request, f"/v1/artifacts.zip?ids={ids}", "results.zip")

    async def _fetch(self, request: Request, path: str, name: str) -> Response:
        if self._keys.miss(request.cookies):
            return _problem(401, Message("key_needed_here"), request.cookies.get(LANGUAGE_COOKIE, ""))
        range_headers = {field: request.headers[field] for field in _REQUEST_HEADERS if field in request.headers}
        api_request = self._http.build_request(
            "GET", self.url + path, headers=self._authorized(request) | range_headers
        )
        try:
            answer = await self._http.send(api_request, stream=True)
        except httpx.TransportError:
            return _problem(502, Message("service_away"))
        headers = _answer_headers(answer.headers) | {
            "content-security-policy": _FILE_POLICY,
            "content-encoding": "identity",
        }
        if "download" in request.query_params:
            download_name = quote(request.query_params["download"] or name, safe="")
            headers["content-disposition"] = f"attachment; filename*=UTF-8''{download_name}"
        close = BackgroundTask(answer.aclose)
        return StreamingResponse(_blocks(answer), answer.status_code, headers, background=close)

    async def take_key(self, request: Request) -> Response:
        """Stores the visitor's key where the API accepts it; an empty one signs out. Leads back to the page, and to the
        result that a link named."""
        form = parse_qs((await request.body()).decode("utf-8", "replace"))  # the guard lets no large one through
        self._keys.forget(request.cookies.get(COOKIE, ""))
        key, page = form.get("key", [""])[0].strip(), own_page(form.get("to", [""])[0])
        fault = await self._fault_of(key) if key else ""
        fault_query = f"{'&' if '?' in page else '?'}key={fault}" if fault else ""
        answer = RedirectResponse(page + fault_query, status_code=303)
        if not key or fault:
            answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
        else:
            answer.set_cookie(COOKIE, self._keys.keep(key), httponly=True, samesite="strict")
        return answer

    async def take_token(self, request: Request) -> Response:
        """Stores the token in an address that `emoclassify serve` printed, and leads to the page.

        A link on a page of another site is not followed so far: it could sign the visitor in as somebody else. Where
        other machines reach the page, the API is asked first, as for a key: else any text would let its visitor in.
        """
        token = request.query_params.get("token", "")
        fault = await self._fault_of(token) if self._keys.ask_everybody else ""
        page = own_page(request.query_params.get("to", ""))
        answer = RedirectResponse(f"/?key={fault}" if fault else page, status_code=303)
        if not fault and may_be_key(token) and request.headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
            self._keys.forget(request.cookies.get(COOKIE, ""))
            answer.set_cookie(COOKIE, self._keys.keep(token), httponly=True, samesite="strict")
        answer.headers["Cache-Control"] = "no-store"
        return answer

    async def lets_in(self, cookies: Mapping[str, str]) -> bool | None:
        """Whether a visitor with these cookies may see pages.

        A key that the API refuses, as one that was revoked, is forgotten.

        Returns:
            False where a key is needed first; None where nobody can say, since the API does not answer. Who was let in
            before is let in then too: the page says what is the matter.
        """
        if self._keys.miss(cookies):
            return False
        key = self._keys.of(cookies)
        is_accepted = await self._is_accepted({"authorization": f"Bearer {key}"} if key else {})
        if is_accepted is None:
            return True if key in self._accepted else None
        if is_accepted:
            self._accepted.add(key)
        else:
            self._accepted.discard(key)
            self._keys.forget(cookies.get(COOKIE, ""))
        return is_accepted

    async def _fault_of(self, key: str) -> str:
        """Why a key lets nobody in, as `parts.session` tells it; empty where it does."""
        if not may_be_key(key) or not await self._is_accepted({"authorization": f"Bearer {key}"}):
            return WRONG_KEY
        # An API that asks for no key accepts any.
        return NO_KEYS if self._keys.ask_everybody and await self._is_accepted({}) else ""

    async def _is_accepted(self, headers: dict[str, str]) -> bool | None:
        """Whether the API lets in who calls with these headers; None where it does not say."""
        try:
            answer = await self._http.get(
                f"{self.url}/v1/jobs", params={"limit": 1}, headers=headers, timeout=_CONNECT_S
            )
        except httpx.TransportError:
            return None
        return True if answer.is_success else False if answer.status_code in _KEY_REFUSED else None

    def _authorized(self, request: Request) -> dict[str, str]:
        key = self._keys.of(request.cookies)
        return {"accept-encoding": "identity"} | ({"authorization": f"Bearer {key}"} if key else {})


def own_page(path: str) -> str:
    """The address of a page of ours; the first page for anything else."""
    return path if _OWN_PAGE.fullmatch(path) else "/"


def _answer_headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in _PASSED_HEADERS if name in headers}


def _refusal_content(answer: httpx.Response, language: str) -> bytes:
    """Content of the API's refusal, its detail in the visitor's language."""
    if language not in LANGUAGES or not answer.headers.get("content-type", "").startswith("application/problem+json"):
        return answer.content
    problem = answer.json()
    detail = Message.from_problem(problem).in_language(language)
    return json.dumps(problem | {"detail": detail}, ensure_ascii=False).encode()


async def _blocks(answer: httpx.Response) -> AsyncIterator[bytes]:
    async for block in answer.aiter_raw(_BLOCK_BYTES):
        yield block


def _problem(status: int, message: Message, language: str = "") -> JSONResponse:
    content = {"title": HTTPStatus(status).phrase, "status": status, **message.to_problem()}
    if language in LANGUAGES:
        content["detail"] = message.in_language(language)
    return JSONResponse(content, status, media_type="application/problem+json")
