"""Stores that are reached over a network, such as S3: whatever they raise becomes an OSError."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

_BLOCK_BYTES = 8 * 1024**2
"""What an upload or a read of part of a file takes in memory."""

_THEIRS = ("botocore", "aiohttp", "s3fs", "fsspec")


def options_of(url: str) -> dict[str, Any]:
    """How fsspec is to open a place: nothing remembered, small blocks, and no waiting for minutes."""
    if not url.startswith("s3:"):
        return {}
    waits = {"connect_timeout": 5, "read_timeout": 60, "retries": {"max_attempts": 3}}
    return {"use_listings_cache": False, "default_block_size": _BLOCK_BYTES, "config_kwargs": waits}


@contextmanager
def os_errors() -> Iterator[None]:
    """Turns what the libraries of a store raise beside OSError into one."""
    try:
        yield
    except OSError:
        raise
    except Exception as exc:
        if type(exc).__module__.partition(".")[0] not in _THEIRS:
            raise
        raise ConnectionError(f"the storage does not answer ({type(exc).__name__})") from exc


class Translated:
    """A file system or a file of one, whose methods raise OSError only."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        return _translated(found) if callable(found) else found

    def __enter__(self) -> "Translated":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._inner)


def _translated(call: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(call)
    def translating(*arguments: Any, **named: Any) -> Any:
        with os_errors():
            return call(*arguments, **named)

    return translating
