"""Who may call, and how often: access keys, host names of this server, other origins, rate limits."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from werkzeug.datastructures import WWWAuthenticate

from api.environ import LOCAL_ADDRESS
from api.problems import ProblemError, problem_error
from emoclassify.jobs.keys import Key, KeyStore
from emoclassify.jobs.settings import ServerSettings
from emoclassify.listen.hosts import HostNames
from emoclassify.words.messages import Message

OPEN_CALLS = ("/healthz", "/readyz")
_READING = ("GET", "HEAD", "OPTIONS")
_POLICY = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"


@dataclass(frozen=True)
class Caller:
    """The owner of the jobs that a call sees, and how much it may send."""

    owner: str
    max_upload_bytes: int
    submits_per_minute: int


def caller() -> Caller:
    """The caller of the current request."""
    current_caller: Caller = g.caller
    return current_caller


def sees_all_owners() -> bool:
    """Whether the caller may know figures of the whole server; with keys, each sees those of its own jobs."""
    return not caller().owner


def guard(app: Flask, settings: ServerSettings, keys: KeyStore, host: str) -> None:
    """Checks every call before it is handled, and adds security headers to every answer."""
    host_names = HostNames(host, settings.allowed_hosts)

    @app.before_request
    def let_in() -> Response | None:
        if not host_names.know(request.host, request.environ.get(LOCAL_ADDRESS, "")):
            raise problem_error(400, "host_unknown")
        origin = request.headers.get("Origin", "")
        is_allowed = origin in settings.cors_origins
        if origin and not is_allowed and request.method not in _READING and not _is_own(origin):
            raise problem_error(403, "origin_unknown")
        if request.path in OPEN_CALLS:
            return None
        if request.method == "OPTIONS" and is_allowed:
            return Response(status=204)
        g.caller = _identify(settings, keys)
        return None

    @app.after_request
    def add_headers(answer: Response) -> Response:
        headers = answer.headers
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        headers["X-Frame-Options"] = "DENY"
        headers["Cross-Origin-Resource-Policy"] = "same-site"
        headers.setdefault("Content-Security-Policy", _POLICY)
        headers.setdefault("Cache-Control", "no-store")
        origin = request.headers.get("Origin", "")
        if origin in settings.cors_origins:
            headers["Access-Control-Allow-Origin"] = origin
            headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE"
            headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Idempotency-Key, Prefer, Range"
            headers["Access-Control-Expose-Headers"] = "Location, Retry-After, Content-Range"
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            headers.add("Vary", "Origin")
        return answer


def _is_own(origin: str) -> bool:
    return urlsplit(origin).netloc == request.host


def _identify(settings: ServerSettings, keys: KeyStore) -> Caller:
    if not settings.require_keys and not keys.any():
        return _caller("", None, settings)
    key_text = _key_text()
    key = keys.find(key_text) if key_text else None
    if key is None:
        bearer = WWWAuthenticate("bearer")
        basic = WWWAuthenticate("basic", {"realm": "EmoClassify: any name, the key as password"})
        headers = [("WWW-Authenticate", str(challenge)) for challenge in (bearer, basic)]
        raise ProblemError(401, Message("key_needed"), headers)
    return _caller(key.id, key, settings)


def _key_text() -> str | None:
    authorization = request.authorization
    if authorization is None or authorization.type not in ("bearer", "basic"):
        return None
    return authorization.token if authorization.type == "bearer" else authorization.password


def _caller(owner: str, key: Key | None, settings: ServerSettings) -> Caller:
    max_mb = (key and key.max_upload_mb) or settings.max_upload_mb
    return Caller(
        owner,
        min(max_mb * 1024**2, settings.max_upload_bytes),
        (key and key.submits_per_minute) or settings.submits_per_minute,
    )


class RateLimit:
    """A number of calls a minute for each owner: a token bucket that fills evenly."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}
        """Owner -> the calls that were left, and when."""

    def take(self, owner: str, per_minute: int) -> None:
        """Counts one call.

        Raises:
            ProblemError: 429 with Retry-After where there were too many.
        """
        with self._lock:
            now_s = self._now_s()
            n_left, then_s = self._buckets.get(owner, (float(per_minute), now_s))
            n_left = min(n_left + (now_s - then_s) * per_minute / 60, per_minute)
            if n_left >= 1:
                self._buckets[owner] = (n_left - 1, now_s)
                return
            self._buckets[owner] = (n_left, now_s)
        wait_s = int((1 - n_left) * 60 / per_minute) + 1
        raise ProblemError(429, Message("uploads_too_many", {"n": per_minute}), [("Retry-After", str(wait_s))])
