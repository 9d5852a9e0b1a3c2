"""waitress, set up for large uploads: a request is received into a file of the scratch folder, not into memory."""

import errno
import json
import logging
import shutil
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import waitress.channel
import waitress.parser
import waitress.server
import waitress.task
import waitress.utilities
import waitress.wasyncore
from werkzeug.http import HTTP_STATUS_CODES

from api.problems import PROBLEM, RETRY_AFTER_S, problem
from emoclassify.words.messages import Message

logger = logging.getLogger(__name__)

_IN_MEMORY_BYTES = 64 * 1024
"""The most of a request or an answer in memory; what is larger goes to a file."""

_RECEIVED_BYTES = 256 * 1024
"""Received from a connection at a time; with less, an upload would need thousands of rounds of the loop."""

_MOST_CONNECTIONS = 500


class _RefusedError(waitress.utilities.Error):  # type: ignore[misc]  # waitress has no types
    def __init__(self, code: int) -> None:
        super().__init__("")
        self.code = code


class _Parser(waitress.parser.HTTPRequestParser):  # type: ignore[misc]
    """Refuses a request for which the scratch folder has no room; before its body is read, where the header gives its
    length."""

    def received(self, data: bytes) -> int:
        had_headers = self.headers_finished
        try:
            n_consumed = int(super().received(data))
            is_new = self.headers_finished and not had_headers and not self.error
            # Without a body, nothing is asked of the folder: such a request is answered though it is gone.
            if is_new and self.content_length and self.content_length > _free_bytes():
                self._refuse(507)
        except OSError as exc:
            logger.warning("scratch folder away: %s", type(exc).__name__)
            self._refuse(507 if exc.errno == errno.ENOSPC else 503)
            return len(data)
        return n_consumed

    def close(self) -> None:
        with suppress(OSError):  # there is no room for the buffered bytes either
            super().close()

    def _refuse(self, code: int) -> None:
        self.close()
        self.body_rcv = None
        self.error, self.completed = _RefusedError(code), True


def _free_bytes() -> int:
    return shutil.disk_usage(tempfile.gettempdir()).free


class _ProblemTask(waitress.task.ErrorTask):  # type: ignore[misc]
    """Answers a request that the server itself refuses, with a problem object."""

    def execute(self) -> None:
        error = self.request.error
        most_mb = self.channel.adj.max_request_body_size // 1024**2
        messages = {
            413: Message("request_too_large", {"most_mb": most_mb}),
            503: Message("storage_away"),
            507: Message("no_room"),
        }
        body = json.dumps(problem(error.code, messages.get(error.code, Message("request_unread")))).encode()
        self.status = f"{error.code} {HTTP_STATUS_CODES.get(error.code, 'Error')}"
        self.response_headers.extend([("Content-Type", PROBLEM), ("X-Content-Type-Options", "nosniff")])
        if error.code == 503:
            self.response_headers.append(("Retry-After", str(RETRY_AFTER_S)))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(waitress.channel.HTTPChannel):  # type: ignore[misc]
    error_task_class = _ProblemTask
    parser_class = _Parser


class Server:
    """A waitress server that listens. `run` it in one thread; `stop` it from any."""

    def __init__(self, app: Any, *, host: str, port: int, threads: int, max_bytes: int, scratch: Path) -> None:
        """Listens; no request is answered before `run`.

        Args:
            app: the WSGI application.
            host: the address to listen at.
            port: 0 for any that is free.
            threads: requests answered at once.
            max_bytes: a larger request is refused at its Content-Length.
            scratch: a folder with room for the uploads under way.
        """
        tempfile.tempdir = str(scratch)  # waitress keeps what it receives there, in files without a name
        self._map: dict[int, Any] = {}
        self._server = waitress.server.create_server(
            app,
            map=self._map,
            host=host,
            port=port,
            threads=threads,
            max_request_body_size=max_bytes,
            inbuf_overflow=_IN_MEMORY_BYTES,
            outbuf_overflow=_IN_MEMORY_BYTES,
            recv_bytes=_RECEIVED_BYTES,
            ident=None,
            connection_limit=_MOST_CONNECTIONS,
            channel_timeout=120,
            clear_untrusted_proxy_headers=True,
        )
        self._server.channel_class = _Channel
        self._stopping = threading.Event()
        self.port = int(self._server.effective_port)
        """The port that it listens at."""

    def run(self) -> None:
        """Answers until `stop`, or an exception such as SystemExit."""
        try:
            while not self._stopping.is_set():
                waitress.wasyncore.loop(timeout=1, use_poll=True, map=self._map, count=1)
        finally:
            self._server.task_dispatcher.shutdown()
            waitress.wasyncore.close_all(self._map, ignore_all=True)

    def stop(self) -> None:
        """Ends `run`."""
        try:
            self._server.trigger.pull_trigger(self._stopping.set)  # runs in the loop, which then closes all
        except OSError:  # the loop ended by itself in between, and has closed the trigger
            self._stopping.set()
