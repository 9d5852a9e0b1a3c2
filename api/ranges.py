"""Which part of a file a call asks for (RFC 9110, section 14)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from api.problems import ProblemError
from emoclassify.words.messages import Message

_ONE_RANGE = re.compile(r"bytes[ \t]*=[ \t]*(\d*)-(\d*)[ \t]*", re.IGNORECASE | re.ASCII)
_MOST_DIGITS, _TOO_LARGE = 19, 10**19
"""A number with more digits is larger than any file."""


@dataclass(frozen=True)
class Part:
    """A part of a file, in bytes."""

    start: int
    length: int


def part_asked_for(method: str, headers: Mapping[str, str], etag: str, n_bytes: int) -> Part | None:
    """The part that a call asks for; None for the whole file.

    A server may ignore `Range`, and must where it does not know the unit. So this one does with several ranges, and
    with what is no range.

    Args:
        method: of the call; only GET has ranges.
        headers: of the call.
        etag: of the file, with its quotes; `If-Range` has to name just this one: a weak one may be of other bytes.
        n_bytes: size of the file.

    Raises:
        ProblemError: 416, the range begins behind the end.
    """
    match = _ONE_RANGE.fullmatch(headers.get("Range", "").strip())
    if method != "GET" or match is None or headers.get("If-Range", etag).strip() != etag:
        return None
    first, last = (_number(text) for text in match.groups())
    if first is None:
        return _last_bytes(last, n_bytes)
    if last is not None and last < first:
        return None
    if first >= n_bytes:
        raise _outside(n_bytes)
    return Part(first, min(n_bytes if last is None else last + 1, n_bytes) - first)


def _last_bytes(n: int | None, n_bytes: int) -> Part | None:
    """The last n bytes; all, where there are fewer."""
    if n is None or (n and not n_bytes):  # of an empty file, no range can be given
        return None
    if n == 0:
        raise _outside(n_bytes)
    return Part(max(n_bytes - n, 0), min(n, n_bytes))


def _number(text: str) -> int | None:
    digits = text.lstrip("0")
    if len(digits) > _MOST_DIGITS:
        return _TOO_LARGE
    return int(text) if text else None


def _outside(n_bytes: int) -> ProblemError:
    return ProblemError(416, Message("range_outside", {"n": n_bytes}), [("Content-Range", f"bytes */{n_bytes}")])
