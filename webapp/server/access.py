"""The API keys of visitors, in memory only; the page asks for one where its own is not for everybody."""

import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping

COOKIE = "emoclassify_visit"

WRONG_KEY, NO_KEYS = "wrong", "none"
"""Why a visitor is not let in, as the address of the page says it: the key is wrong, or the API asks for none."""

_MOST_KEYS = 1000
_LONGEST_KEY = 500


class Keys:
    """The key of each visitor; lost when the server ends, and the oldest where there are too many."""

    def __init__(self, *, ask_everybody: bool = False) -> None:
        """Without a key.

        Args:
            ask_everybody: whether every visitor needs a key, since others than this machine's user can come.
        """
        self.ask_everybody = ask_everybody
        self._lock = threading.Lock()
        self._key_of_token: OrderedDict[str, str] = OrderedDict()

    def keep(self, key: str) -> str:
        """Stores a key and returns the token for it, which goes into the visitor's cookie."""
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
        """True where these cookies have a token with a key."""
        with self._lock:
            return cookies.get(COOKIE, "") in self._key_of_token

    def miss(self, cookies: Mapping[str, str]) -> bool:
        """True where a visitor has to give a key first, whether the API asks for one or not."""
        return self.ask_everybody and not self.knows(cookies)

    def of(self, cookies: Mapping[str, str]) -> str:
        """The key of a visitor; else the page's own, EMOCLASSIFY_API_KEY, where that is for everybody; else none."""
        with self._lock:
            key = self._key_of_token.get(cookies.get(COOKIE, ""), "")
        return key or ("" if self.ask_everybody else os.environ.get("EMOCLASSIFY_API_KEY", ""))


def may_be_key(text: str) -> bool:
    """True where a text could be a key: printable ASCII without spaces, not too long."""
    return 0 < len(text) <= _LONGEST_KEY and text.isascii() and text.isprintable() and " " not in text


KEYS = Keys()
"""The keys of this server: its routes store them, the page's script reads them."""
