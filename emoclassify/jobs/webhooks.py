"""Sends other servers a message when a job has ended: allowed hosts only, never an address of this network; signed, and
sent again where it fails.

Signed twice: as https://www.standardwebhooks.com says, for which there are libraries in many languages, and in an older
header of this program.
"""

import base64
import binascii
import hashlib
import hmac
import ipaddress
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
from sqlalchemy import delete, select, update

from emoclassify.jobs.queries import job_by_id
from emoclassify.jobs.service import Jobs
from emoclassify.jobs.summary import EPISODES
from emoclassify.jobs.tables import webhooks

logger = logging.getLogger(__name__)

SIGNATURE = "EmoClassify-Signature"
_STANDARD_PREFIX = "whsec_"
"""The start of a secret that is a key in base64, as Standard Webhooks writes it."""

MAX_TRIES = 8
FIRST_PAUSE_S = 10.0
"""After the first failure; doubled after each further one."""

_TIMEOUT_S = 5.0

_LONGEST_S = 15.0
"""Of one message in all: a host that answers a byte at a time keeps every other limit, and other messages wait."""

_MOST_WEBHOOKS = 5
"""Sent in one round."""

_HOLD_S = 120.0
"""For this long no other worker sends a message that one worker is sending."""

_ASSIGNED = ipaddress.ip_network("2000::/3")
"""All that is assigned of the public internet: 64:ff9b::/96 (NAT64), ::/96 and ::ffff:0:0/96 (IPv4) are not in it."""

_TUNNELS = tuple(map(ipaddress.ip_network, ("2001::/32", "2002::/16")))
"""Teredo and 6to4, which carry an IPv4 address; so does ISATAP, by the middle of the address."""

_ISATAP = 0x00005EFE
"""Bits 32 to 63 of such an address, but for one that says whether the IPv4 address is a public one (RFC 5214)."""

Resolve = Callable[[str, int], Sequence[str]]
"""Host and port -> IP addresses."""


class Webhooks:
    """The messages that are still to be sent."""

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
        """Sends the messages that are due; one that fails is tried again later, at most MAX_TRIES times."""
        now = self._service.clock()
        query = select(webhooks).where(webhooks.c.next_at <= now).order_by(webhooks.c.next_at).limit(_MOST_WEBHOOKS)
        with self._service.database.reading() as connection:
            rows = list(connection.execute(query).mappings())
        for row in rows:
            if self._hold(row, now):
                self._send(row, now)

    def _hold(self, row: Any, now: float) -> bool:
        is_unchanged = (webhooks.c.id == row["id"]) & (webhooks.c.next_at == row["next_at"])
        with self._service.database.writing() as connection:
            return connection.execute(update(webhooks).where(is_unchanged).values(next_at=now + _HOLD_S)).rowcount > 0

    def _send(self, row: Any, now: float) -> None:
        is_row, tries = webhooks.c.id == row["id"], row["tries"] + 1
        content = {"id": row["job_id"], "state": row["state"], **self._episodes(row)}
        body = json.dumps(content).encode()
        secret = self._service.settings.webhook_secret
        signatures = {SIGNATURE: sign(secret, body, now), **standard_headers(secret, row["id"], body, now)}
        is_accepted = self._post(row["url"], body, signatures)
        logger.info("webhook %s", "told" if is_accepted else "failed", extra={"job": row["job_id"], "tries": tries})
        with self._service.database.writing() as connection:
            if is_accepted or tries >= MAX_TRIES:
                connection.execute(delete(webhooks).where(is_row))
            else:
                next_at = now + FIRST_PAUSE_S * 2 ** (tries - 1)
                connection.execute(update(webhooks).where(is_row).values(tries=tries, next_at=next_at))

    def _episodes(self, row: Any) -> dict[str, Any]:
        """The episodes of a study, or of a recording with rules for them; nothing where that is deleted meanwhile."""
        if row["episodes"]:
            return {EPISODES: row["episodes"]}
        with self._service.database.reading() as connection:
            job = job_by_id(connection, row["job_id"])
        summary = (job and job.summary) or {}
        return {EPISODES: summary[EPISODES]} if EPISODES in summary else {}

    def _post(self, url: str, body: bytes, signatures: dict[str, str]) -> bool:
        """Whether the other server accepted it."""
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
            # Called at the address that was checked: the name may lead to another one a moment later.
            pinned_url = httpx.URL(url).copy_with(host=address)
            with (
                httpx.Client(timeout=_TIMEOUT_S, trust_env=False, transport=self._transport) as client,
                _closed_in_time(client),
                client.stream(
                    "POST", pinned_url, content=body, headers=headers, extensions={"sni_hostname": host}
                ) as answer,
            ):
                return answer.is_success
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
            return False


@contextmanager
def _closed_in_time(client: httpx.Client) -> Iterator[None]:
    clock = threading.Timer(_LONGEST_S, client.close)
    clock.start()
    try:
        yield
    finally:
        clock.cancel()


def sign(secret: str, body: bytes, now: float) -> str:
    """The signature header: the time, and the HMAC-SHA256 of "time.body" in hexadecimal."""
    payload = f"{int(now)}.".encode() + body
    return f"t={int(now)},v1={hmac.new(secret.encode(), payload, hashlib.sha256).hexdigest()}"


def standard_headers(secret: str, message_id: str, body: bytes, now: float) -> dict[str, str]:
    """The three headers of Standard Webhooks; a message has the same id in each try."""
    payload = f"{message_id}.{int(now)}.".encode() + body
    signature = base64.b64encode(hmac.new(_standard_key(secret), payload, hashlib.sha256).digest()).decode()
    return {"webhook-id": message_id, "webhook-timestamp": str(int(now)), "webhook-signature": f"v1,{signature}"}


def _standard_key(secret: str) -> bytes:
    """The key in a secret: the base64 after `whsec_`; where it has none, the bytes of the secret itself."""
    if secret.startswith(_STANDARD_PREFIX):
        with suppress(binascii.Error):
            return base64.b64decode(secret.removeprefix(_STANDARD_PREFIX), validate=True)
    return secret.encode()


def addresses_of(host: str, port: int) -> list[str]:
    """All IP addresses of a host name. Raises OSError."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _public(addresses: Sequence[str]) -> str | None:
    """The first address; None where any of them is not of the public internet."""
    is_public = addresses and all(_is_public(ipaddress.ip_address(text.split("%")[0])) for text in addresses)
    return addresses[0] if is_public else None


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is of the public internet, and leads to no other address by a number inside it."""
    if not address.is_global or address.is_multicast:
        return False
    if address.version == 4:
        return True
    is_tunnel = any(address in network for network in _TUNNELS) or int(address) >> 32 & 0xFDFFFFFF == _ISATAP
    return address in _ASSIGNED and not is_tunnel
