"""Calls written byte by byte to a server that listens, as no library would send them."""

import json
import socket
from dataclasses import dataclass
from typing import Any

PATIENCE_S = 60.0
"""How long a busy machine may take for an answer."""


@dataclass(frozen=True)
class WireAnswer:
    """An answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> Any:
        assert self.headers["content-type"] == "application/problem+json"
        return json.loads(self.body)


class Wire:
    """One connection to a server."""

    def __init__(self, url: str, source: str = "", receive_bytes: int = 0) -> None:
        """Connects.

        Args:
            url: of the server.
            source: the address of this machine to call from; any by default.
            receive_bytes: how much the system takes before this reads; as much as it likes by default.
        """
        host, port = url.removeprefix("http://").split(":")
        self._host = f"{host}:{port}"
        self._socket = socket.socket()
        self._socket.settimeout(PATIENCE_S)
        if receive_bytes:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        if source:
            self._socket.bind((source, 0))
        self._socket.connect((host, int(port)))
        self._file = self._socket.makefile("rb")

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def send(self, content: bytes) -> None:
        self._socket.sendall(content)

    def send_head(self, call: str, **headers: str) -> None:
        """Sends `METHOD PATH` and headers, names with _ for -, and no body."""
        lines = {"Host": self._host} | {name.replace("_", "-"): value for name, value in headers.items()}
        text = "\r\n".join([f"{call} HTTP/1.1", *(f"{name}: {value}" for name, value in lines.items()), "", ""])
        self.send(text.encode("latin-1"))

    def answer(self) -> WireAnswer:
        """The next answer: of a head, or where it announces one, with its body."""
        first = self._file.readline().decode("latin-1")
        assert first.startswith("HTTP/1.1 "), repr(first)
        headers = {}
        while (line := self._file.readline().decode("latin-1").strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = self._file.read(int(headers.get("content-length", 0)))
        return WireAnswer(int(first.split()[1]), headers, body)

    def read_some(self) -> bytes:
        return self._socket.recv(100)

    def read_to_the_end(self, n_bytes: int) -> None:
        """Reads so many bytes, which the server has announced.

        Raises:
            ConnectionError: the server ended the connection before.
        """
        n_left = n_bytes
        while n_left > 0:
            content = self._socket.recv(min(n_left, 1024**2))
            if not content:
                raise ConnectionError("ended")
            n_left -= len(content)

    def is_ended(self) -> bool:
        """Waits until the server says something or ends the connection; true where it has ended it."""
        try:
            return self._socket.recv(1, socket.MSG_PEEK) == b""
        except ConnectionResetError:
            return True


def form_of(content: bytes, name: str = "talk.mp4") -> tuple[str, bytes]:
    """The type and the bytes of a form with a recording."""
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    return "multipart/form-data; boundary=x", head + content + b"\r\n--x--\r\n"
