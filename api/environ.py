"""A call as WSGI describes it, made from ASGI's description; and its answer, made ready for ASGI."""

import io
import sys
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

LOCAL_ADDRESS = "emoclassify.local_address"
"""Key of the environment: the address of this machine at which the call came in."""

STOPPING = "emoclassify.stopping"
"""Key of the environment: an event that is set when the server stops, for whatever waits."""

_NAMED_APART = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


def environ_of(scope: Any) -> dict[str, Any]:
    """The WSGI environment of a call, without a body."""
    server, client = scope.get("server") or ("", None), scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        LOCAL_ADDRESS: server[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.input_terminated": True,  # the body is whole before it is read
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        _add_header(environ, name.decode("latin-1"), value.decode("latin-1"))
    return environ


def _add_header(environ: dict[str, Any], name: str, value: str) -> None:
    if "_" in name:  # it would be taken for the one with hyphens
        return
    key = _NAMED_APART.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
    separator = "; " if name == "cookie" else ","
    environ[key] = f"{environ[key]}{separator}{value}" if key in environ else value


def has_body(environ: dict[str, Any]) -> bool:
    """Whether the headers of a call announce a body."""
    return environ.get("CONTENT_LENGTH", "0").strip("0") != "" or "HTTP_TRANSFER_ENCODING" in environ


def put_body(environ: dict[str, Any], body: Any, n_bytes: int) -> None:
    """Gives a call its body, which is whole."""
    body.seek(0)
    environ |= {"wsgi.input": body, "CONTENT_LENGTH": str(n_bytes)}
    environ.pop("HTTP_TRANSFER_ENCODING", None)


class Answer:
    """The answer of a WSGI application, read block by block; each call may block."""

    def __init__(self, app: Any, environ: dict[str, Any]) -> None:
        """Calls the application."""
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self._blocks: Iterable[bytes] = app(environ, self._start)
        self._iterator = iter(self._blocks)
        self._n_left_bytes = int(dict(self.headers).get(b"content-length", -1))
        self.first_block = self.next_block()

    @property
    def is_whole(self) -> bool:
        """Whether all bytes that the headers announce were read."""
        return self._n_left_bytes == 0

    def next_block(self) -> bytes | None:
        """The next bytes of the body; None at its end."""
        block = next(self._iterator, None)
        self._n_left_bytes -= len(block or b"")
        return block

    def close(self) -> None:
        """Ends the answer, read or not."""
        if hasattr(self._blocks, "close"):
            self._blocks.close()

    def _start(self, status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        self.status = int(status.split(" ", 1)[0])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return None
