"""The keys of visitors: asked for where the API needs one and the page has none, kept in memory only."""

import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping

COOKIE = "emoclassify_visit"

_MOST = 1000
_LONGEST = 500


class Keys:
    """Which visitor gave which key; forgotten when the page's server ends, and the oldest where there are too many."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given: OrderedDict[str, str] = OrderedDict()

    def keep(self, key: str) -> str:
        """Keeps a key; the token that stands for it in the visitor's browser."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._given[token] = key
            while len(self._given) > _MOST:
                self._given.popitem(last=False)
        return token

    def forget(self, token: str) -> None:
        """Forgets the key of a token."""
        with self._lock:
            self._given.pop(token, None)

    def knows(self, cookies: Mapping[str, str]) -> bool:
        """True where the visitor gave a key."""
        with self._lock:
            return cookies.get(COOKIE, "") in self._given

    def of(self, cookies: Mapping[str, str]) -> str:
        """The key of a visitor, else the page's own, EMOCLASSIFY_API_KEY; empty where there is none."""
        with self._lock:
            given = self._given.get(cookies.get(COOKIE, ""), "")
        return given or os.environ.get("EMOCLASSIFY_API_KEY", "")


def may_be_key(text: str) -> bool:
    """True where a text can be sent as a key."""
    return 0 < len(text) <= _LONGEST and text.isascii() and text.isprintable() and " " not in text


KEYS = Keys()
"""Of this server: its routes keep them, the page's script looks them up."""
