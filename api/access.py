"""Who may call, and how often: access keys, host names of this server, other origins, rate limits."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from werkzeug.datastructures import WWWAuthenticate

from api.environ import LOCAL_ADDRESS
from api.problems import ProblemError, problem_error
from emoclassify.jobs.keys import Key, KeyStore
from emoclassify.jobs.scopes import Scope
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.settings import ServerSettings
from emoclassify.listen.hosts import HostNames
from emoclassify.words.messages import Message

OPEN_CALLS = ("/healthz", "/readyz")
OF_RESPONDENTS = "/r/"
"""What paths of the respondent's page begin with: no key, but the token of an invite (api/respondents.py)."""

_MANAGING = ("jobs.list_jobs", "jobs.show", "jobs.cancel", "jobs.delete", "health.metrics")
"""The calls of an administrator."""

_FOR_EVERY_KEY = ("limits.limits", "openapi.spec", "docs.docs")
"""Calls that show nothing of any job."""

_SENDING = ("uploads.show",)
"""Calls that only read, and belong to handing in."""

_READING = ("GET", "HEAD", "OPTIONS")

_FULL_S = 60.0
"""An empty bucket is full again after so long, whatever it holds."""
_POLICY = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"


@dataclass(frozen=True)
class Caller:
    """The owner of the jobs that a call sees, what it may do, and how much it may send."""

    owner: str
    key_id: str
    """Empty where there are no keys."""
    scopes: frozenset[Scope]
    max_upload_bytes: int
    submits_per_minute: int


def caller() -> Caller:
    """The caller of the current request."""
    current_caller: Caller = g.caller
    return current_caller


def sees_all_owners() -> bool:
    """Whether the caller may know figures of the whole server; with keys, each sees those of its own jobs, but for an
    administrator's."""
    return not caller().owner or Scope.ADMIN in caller().scopes


def owner_of(service: Jobs, job_id: str) -> str:
    """The owner in whose name the caller may manage a job: the caller, or for an administrator whoever owns the job."""
    is_admin = Scope.ADMIN in caller().scopes
    return (service.store.owner_of(job_id) if is_admin else None) or caller().owner


def searched_owner(owner: str) -> str:
    """The owner whose jobs are listed.

    Args:
        owner: whom the call asks for; empty: the caller.

    Raises:
        ProblemError: 403 for the jobs of others, where the caller is no administrator.
    """
    if owner and owner != caller().owner and Scope.ADMIN not in caller().scopes:
        raise problem_error(403, "scope_missing", scope=Scope.ADMIN)
    return owner or caller().owner


def guard(app: Flask, settings: ServerSettings, keys: KeyStore, host: str, token: str = "") -> None:
    """Checks every call before it is handled, and adds security headers to every answer.

    Args:
        app: the API.
        settings: of the server.
        keys: the access keys.
        host: the name or address at which it is served.
        token: of the user who runs the server; whoever sends it has the jobs that belong to no key. With a token, and
            without keys, nobody else is let in.
    """
    host_names = HostNames(host, settings.allowed_hosts)

    @app.before_request
    def let_in() -> Response | None:
        if not host_names.know(request.host, request.environ.get(LOCAL_ADDRESS, "")):
            raise problem_error(400, "host_unknown")
        origin = request.headers.get("Origin", "")
        is_allowed = origin in settings.cors_origins
        if origin and not is_allowed and request.method not in _READING and not _is_own(origin):
            raise problem_error(403, "origin_unknown")
        if request.path in OPEN_CALLS or request.path.startswith(OF_RESPONDENTS):
            return None
        if request.method == "OPTIONS" and is_allowed:
            return Response(status=204)
        g.caller = _identify(settings, keys, token)
        _require_scope(g.caller.scopes)
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
            headers["Access-Control-Allow-Methods"] = "GET, POST, PUT, PATCH, DELETE"
            headers["Access-Control-Allow-Headers"] = (
                "Authorization, Content-Digest, Content-Type, Idempotency-Key, Prefer, Range"
            )
            headers["Access-Control-Expose-Headers"] = "Location, Retry-After, Content-Range"
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            headers.add("Vary", "Origin")
        return answer


def _is_own(origin: str) -> bool:
    return urlsplit(origin).netloc == request.host


def _require_scope(scopes: frozenset[Scope]) -> None:
    """Refuses what the key of the call may not do."""
    is_reading = request.method in _READING and request.endpoint not in _SENDING
    needed = Scope.READ if is_reading else Scope.SUBMIT
    is_managing = Scope.ADMIN in scopes and request.endpoint in _MANAGING
    if needed not in scopes and not is_managing and request.endpoint not in _FOR_EVERY_KEY:
        raise problem_error(403, "scope_missing", scope=needed)


def _identify(settings: ServerSettings, keys: KeyStore, token: str) -> Caller:
    key_text = _key_text()
    if token and secrets.compare_digest((key_text or "").encode(), token.encode()):
        return _caller(None, settings)
    if not token and not settings.require_keys and not keys.any():
        return _caller(None, settings)
    key = keys.find(key_text) if key_text else None
    if key is None:
        bearer = WWWAuthenticate("bearer")
        basic = WWWAuthenticate("basic", {"realm": "EmoClassify: any name, the key as password"})
        headers = [("WWW-Authenticate", str(challenge)) for challenge in (bearer, basic)]
        raise ProblemError(401, Message("key_needed"), headers)
    return _caller(key, settings)


def _key_text() -> str | None:
    authorization = request.authorization
    if authorization is None or authorization.type not in ("bearer", "basic"):
        return None
    return authorization.token if authorization.type == "bearer" else authorization.password


def _caller(key: Key | None, settings: ServerSettings) -> Caller:
    max_mb = (key and key.max_upload_mb) or settings.max_upload_mb
    return Caller(
        key.owner if key else "",
        key.id if key else "",
        key.scopes if key else frozenset(Scope),
        min(max_mb * 1024**2, settings.max_upload_bytes),
        (key and key.submits_per_minute) or settings.submits_per_minute,
    )


class RateLimit:
    """A number of calls a minute for each owner: a token bucket that fills evenly."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic, refusal: Message | None = None) -> None:
        """Without any call; a refusal says `refusal`, by default that there are too many uploads."""
        self._now_s, self._refusal = now_s, refusal
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}
        """Owner -> the calls that were left, and when; the one that called longest ago first."""

    def __len__(self) -> int:
        """How many owners are remembered."""
        return len(self._buckets)

    def take(self, owner: str, per_minute: int) -> None:
        """Counts one call.

        Raises:
            ProblemError: 429 with Retry-After where there were too many.
        """
        with self._lock:
            now_s = self._now_s()
            self._forget_full(now_s)
            n_left, then_s = self._buckets.pop(owner, (float(per_minute), now_s))
            n_left = min(n_left + (now_s - then_s) * per_minute / _FULL_S, per_minute)
            is_free = n_left >= 1
            self._buckets[owner] = (n_left - is_free, now_s)
        if not is_free:
            wait_s = int((1 - n_left) * _FULL_S / per_minute) + 1
            refusal = self._refusal or Message("uploads_too_many", {"n": per_minute})
            raise ProblemError(429, refusal, [("Retry-After", str(wait_s))])

    def _forget_full(self, now_s: float) -> None:
        """Forgets who has not called for a minute: else strangers, each with another name, would fill the memory."""
        are_full = takewhile(lambda item: now_s - item[1][1] >= _FULL_S, self._buckets.items())
        for owner, _ in list(are_full):
            del self._buckets[owner]
