"""Tells other servers that a job has ended: allowed hosts only, never an address of this network, signed, retried.

Signed twice: as https://www.standardwebhooks.com says, for which there are libraries in many languages, and in a header
of our own, which was there before.
"""

import base64
import binascii
import hashlib
import hmac
import ipaddress
import json
import logging
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
from sqlalchemy import delete, select, update

from emoclassify.jobs.service import Jobs
from emoclassify.jobs.tables import webhooks

logger = logging.getLogger(__name__)

SIGNATURE = "EmoClassify-Signature"
_STANDARD_PREFIX = "whsec_"
"""What a secret begins with that is the base64 of a key, as Standard Webhooks writes it."""

MAX_TRIES = 8
FIRST_PAUSE_S = 10.0
"""After the first failure; doubled after each further one."""

_TIMEOUT_S = 5.0
_AT_ONCE = 5
_HELD_S = 120.0
"""For this long nobody else tells of a job that is being told of."""

Resolve = Callable[[str, int], Sequence[str]]
"""Host and port to addresses."""


class Webhooks:
    """What is still to be told."""

    def __init__(
        self, service: Jobs, resolve: Resolve | None = None, transport: httpx.BaseTransport | None = None
    ) -> None:
        """Sends nothing yet.

        Args:
            service: the job system.
            resolve: how a host's addresses are found, for tests.
            transport: what carries the calls, for tests.
        """
        self._service, self._resolve, self._transport = service, resolve or addresses_of, transport

    def deliver(self) -> None:
        """Tells of what is due; what fails is tried again later, at most MAX_TRIES times."""
        now = self._service.clock()
        due = select(webhooks).where(webhooks.c.next_at <= now).order_by(webhooks.c.next_at).limit(_AT_ONCE)
        with self._service.database.reading() as connection:
            rows = list(connection.execute(due).mappings())
        for row in rows:
            if self._hold(row, now):
                self._tell(row, now)

    def _hold(self, row: Any, now: float) -> bool:
        same = (webhooks.c.id == row["id"]) & (webhooks.c.next_at == row["next_at"])
        with self._service.database.writing() as connection:
            return connection.execute(update(webhooks).where(same).values(next_at=now + _HELD_S)).rowcount > 0

    def _tell(self, row: Any, now: float) -> None:
        same, tries = webhooks.c.id == row["id"], row["tries"] + 1
        body = json.dumps({"id": row["job_id"], "state": row["state"]}).encode()
        secret = self._service.settings.webhook_secret
        signatures = {SIGNATURE: sign(secret, body, now), **standard_headers(secret, row["id"], body, now)}
        taken = self._post(row["url"], body, signatures)
        logger.info("webhook %s", "told" if taken else "failed", extra={"job": row["job_id"], "tries": tries})
        with self._service.database.writing() as connection:
            if taken or tries >= MAX_TRIES:
                connection.execute(delete(webhooks).where(same))
            else:
                later = now + FIRST_PAUSE_S * 2 ** (tries - 1)
                connection.execute(update(webhooks).where(same).values(tries=tries, next_at=later))

    def _post(self, url: str, body: bytes, signatures: dict[str, str]) -> bool:
        """Whether the other server took it."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if host not in self._service.settings.webhook_hosts:
            return False
        port = parts.port or (443 if parts.scheme == "https" else 80)
        headers = {"Host": parts.netloc, "Content-Type": "application/json", **signatures}
        try:
            address = _public(self._resolve(host, port))
            if address is None:
                return False
            # The address that was looked at is the one that is called: a name may lead elsewhere a moment later.
            pinned = httpx.URL(url).copy_with(host=address)
            with (
                httpx.Client(timeout=_TIMEOUT_S, trust_env=False, transport=self._transport) as client,
                client.stream(
                    "POST", pinned, content=body, headers=headers, extensions={"sni_hostname": host}
                ) as answer,
            ):
                return answer.is_success
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
            return False


def sign(secret: str, body: bytes, now: float) -> str:
    """The signature header: the time, and the HMAC-SHA256 of "time.body" in hexadecimal."""
    signed = f"{int(now)}.".encode() + body
    return f"t={int(now)},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def standard_headers(secret: str, message_id: str, body: bytes, now: float) -> dict[str, str]:
    """The three headers of Standard Webhooks; the id is the same each time that a message is tried."""
    signed = f"{message_id}.{int(now)}.".encode() + body
    signature = base64.b64encode(hmac.new(_standard_key(secret), signed, hashlib.sha256).digest()).decode()
    return {"webhook-id": message_id, "webhook-timestamp": str(int(now)), "webhook-signature": f"v1,{signature}"}


def _standard_key(secret: str) -> bytes:
    """The key that a secret stands for: what follows `whsec_`, where that is base64; else the secret's own letters."""
    if secret.startswith(_STANDARD_PREFIX):
        with suppress(binascii.Error):
            return base64.b64decode(secret.removeprefix(_STANDARD_PREFIX), validate=True)
    return secret.encode()


def addresses_of(host: str, port: int) -> list[str]:
    """All addresses that a name leads to. Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _public(addresses: Sequence[str]) -> str | None:
    """The first address, where every one of them is of the public internet."""
    for text in addresses:
        address = ipaddress.ip_address(text.split("%")[0])
        mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
        if not mapped.is_global or mapped.is_multicast or not address.is_global:
            return None
    return addresses[0] if addresses else None
