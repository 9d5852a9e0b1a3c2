"""The API keys that visitors gave the page, kept in memory only; asked for where the page has none of its own."""

import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping

COOKIE = "emoclassify_visit"

_MOST_KEYS = 1000
_LONGEST_KEY = 500


class Keys:
    """The key of each visitor; all are forgotten when the server ends, the oldest where there are too many."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key_of_token: OrderedDict[str, str] = OrderedDict()

    def keep(self, key: str) -> str:
        """Keeps a key and gives the token that stands for it in the visitor's browser."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._key_of_token[token] = key
            while len(self._key_of_token) > _MOST_KEYS:
                self._key_of_token.popitem(last=False)
        return token

    def forget(self, token: str) -> None:
        """Forgets the key of a token."""
        with self._lock:
            self._key_of_token.pop(token, None)

    def knows(self, cookies: Mapping[str, str]) -> bool:
        """True where the visitor gave a key."""
        with self._lock:
            return cookies.get(COOKIE, "") in self._key_of_token

    def of(self, cookies: Mapping[str, str]) -> str:
        """The key of a visitor, else the page's own, EMOCLASSIFY_API_KEY; empty where there is none."""
        with self._lock:
            key = self._key_of_token.get(cookies.get(COOKIE, ""), "")
        return key or os.environ.get("EMOCLASSIFY_API_KEY", "")


def may_be_key(text: str) -> bool:
    """True where a text can be sent as a key."""
    return 0 < len(text) <= _LONGEST_KEY and text.isascii() and text.isprintable() and " " not in text


KEYS = Keys()
"""The keys of this server: its routes keep them, the page's script looks them up."""
