"""Turns the errors of a storage behind a network, such as S3, into OSErrors.

So the users of a storage handle one kind of error, for a folder as for a bucket.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

_BLOCK_BYTES = 8 * 1024**2
"""Sent or read at a time; an open file takes this much memory."""

_LIBRARIES = ("botocore", "aiohttp", "s3fs", "fsspec")
"""The libraries whose exceptions mean that the storage does not answer."""


def fsspec_options(url: str) -> dict[str, Any]:
    """The options with which fsspec opens an address: no cached listings, small blocks, at most a minute of waiting."""
    if not url.startswith("s3:"):
        return {}
    timeouts = {"connect_timeout": 5, "read_timeout": 60, "retries": {"max_attempts": 3}}
    return {"use_listings_cache": False, "default_block_size": _BLOCK_BYTES, "config_kwargs": timeouts}


@contextmanager
def os_errors() -> Iterator[None]:
    """Raises ConnectionError, an OSError, in place of what the libraries of a storage raise."""
    try:
        yield
    except OSError:
        raise
    except Exception as exc:
        if type(exc).__module__.partition(".")[0] not in _LIBRARIES:
            raise
        raise ConnectionError(f"the storage does not answer ({type(exc).__name__})") from exc


class Translated:
    """Wraps a file system, or a file of one, so that its methods raise OSError only."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._inner, name)
        return _translated(attribute) if callable(attribute) else attribute

    def __enter__(self) -> "Translated":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._inner)


def _translated(call: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(call)
    def translating(*arguments: Any, **keywords: Any) -> Any:
        with os_errors():
            return call(*arguments, **keywords)

    return translating
