"""The page's side of the HTTP API."""

import json
import os
from collections.abc import Mapping
from typing import BinaryIO

from emoclassify.client import ApiAwayError, ApiError, Client


class ServiceAwayError(Exception):
    """The API does not answer; the message is its address."""


class RefusedError(Exception):
    """The API did not analyze the recording; the message says why."""


def api_url() -> str:
    """The address of the API, from EMOCLASSIFY_API_URL."""
    return os.environ.get("EMOCLASSIFY_API_URL", "http://127.0.0.1:8000").rstrip("/")


def analyze(name: str, content: BinaryIO, fields: Mapping[str, str]) -> str:
    """Hands one recording in and waits for its analysis.

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
    try:
        with Client(api_url()) as client:
            job = client.wait(client.submit(content, name=name, **fields)["id"])
            return json.dumps(client.result(job["id"]), ensure_ascii=False)
    except ApiAwayError as exc:
        raise ServiceAwayError(api_url()) from exc
    except ApiError as exc:
        raise RefusedError(str(exc)) from exc
