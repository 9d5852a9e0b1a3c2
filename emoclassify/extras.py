"""Packages that not everyone installs: the extras of pyproject.toml."""

from collections.abc import Iterator
from contextlib import contextmanager

from emoclassify.errors import EmoClassifyError


@contextmanager
def packages(extra: str) -> Iterator[None]:
    """Imports inside say what to install where a package is missing.

    Args:
        extra: of pyproject.toml, which brings the packages.

    Raises:
        EmoClassifyError: one is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as exc:
        raise EmoClassifyError("extra_missing", package=str(exc.name), extra=extra) from exc
