"""What an access key may do. Imports nothing of ours."""

from collections.abc import Iterable
from enum import StrEnum


class Scope(StrEnum):
    """One thing that a key may do."""

    READ = "read"
    """See its owner's jobs and fetch their files."""
    SUBMIT = "submit"
    """Hand recordings in; cancel, retry and delete its owner's jobs."""
    ADMIN = "admin"
    """List, show, cancel and delete the jobs of every owner; not fetch their files."""


DEFAULT_SCOPES = f"{Scope.READ},{Scope.SUBMIT}"
"""What a key may do where nothing else is said, as `text_of` writes it."""


def scopes_in(text: str) -> frozenset[Scope]:
    """The scopes in a list separated by commas; raises ValueError for what is none, or where there is none."""
    scopes = frozenset(Scope(part.strip()) for part in text.split(",") if part.strip())
    if not scopes:
        raise ValueError(text)
    return scopes


def text_of(scopes: Iterable[Scope]) -> str:
    """The list that `scopes_in` reads, always in the same order."""
    return ",".join(scope for scope in Scope if scope in set(scopes))
