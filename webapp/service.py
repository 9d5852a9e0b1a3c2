"""The page's side of the HTTP API."""

import json
import os
from collections.abc import Mapping
from typing import BinaryIO

import httpx

_CONNECT_S = 5.0
_PROBLEM = "application/problem+json"


class ServiceAwayError(Exception):
    """The API does not answer; the message is its address."""


class RefusedError(Exception):
    """The API did not analyze the recording; the message says why."""


def api_url() -> str:
    """The address of the API, from EMOCLASSIFY_API_URL."""
    return os.environ.get("EMOCLASSIFY_API_URL", "http://127.0.0.1:8000").rstrip("/")


def analyze(name: str, content: BinaryIO, fields: Mapping[str, str]) -> str:
    """Posts one recording and waits for its analysis.

    Args:
        name: how the recording is called.
        content: its bytes.
        fields: the options, as the API names them.

    Returns:
        The content of analysis.json.

    Raises:
        ServiceAwayError: nothing answers there, or the answer broke off.
        RefusedError: it answered, but with no analysis.
    """
    url = api_url()
    try:
        # No proxy of the environment is used: it would carry the recording away from this machine.
        with httpx.Client(timeout=httpx.Timeout(None, connect=_CONNECT_S), trust_env=False) as client:
            answer = client.post(f"{url}/v1/analyze", files={"file": (name, content)}, data=fields)
    except (httpx.TransportError, httpx.InvalidURL) as exc:
        raise ServiceAwayError(url) from exc
    if answer.status_code != httpx.codes.OK:
        raise RefusedError(_detail(answer))
    return answer.text


def _detail(answer: httpx.Response) -> str:
    if answer.headers.get("content-type") == _PROBLEM:
        return str(json.loads(answer.text)["detail"])
    return f"HTTP {answer.status_code} {answer.reason_phrase}"
