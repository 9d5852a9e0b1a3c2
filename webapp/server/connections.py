"""The connections to the API, shared by all visits that call it with the same key."""

import threading
from collections import OrderedDict

from emoclassify.remote.client import Client

_MOST_CLIENTS = 100

_lock = threading.Lock()
_clients: OrderedDict[tuple[str, str], Client] = OrderedDict()


def client_of(url: str, key: str) -> Client:
    """The client of an address and a key; with too many clients, the one that was unused longest is closed."""
    with _lock:
        client = _clients.pop((url, key), None) or Client(url, key)
        _clients[url, key] = client
        while len(_clients) > _MOST_CLIENTS:
            _clients.popitem(last=False)[1].close()
        return client


def close_all() -> None:
    """Ends all connections."""
    with _lock:
        while _clients:
            _clients.popitem()[1].close()
