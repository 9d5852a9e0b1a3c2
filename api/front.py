"""Receives the body of a call before a thread is asked to answer it, and sends the answer when the thread is done.

So neither a slow sender nor a slow reader keeps a thread busy. A body is received only where the call is admitted; a
large one goes to a file without a name in the scratch folder.
"""

import asyncio
import errno
import logging
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import IO, Any, TypeVar

from apiflask import APIFlask
from flask import Response

from api.access import OPEN_CALLS
from api.admission import SMALL_KB, Admission, admit, refuse
from api.environ import STOPPING, Answer, environ_of, has_body, put_body
from api.problems import problem_error
from api.scratch import Reservation, Scratch

logger = logging.getLogger(__name__)

_IN_MEMORY_BYTES = SMALL_KB * 1024
"""The most of a body in memory; what is larger goes to a file."""

_WRITTEN_BYTES = 512 * 1024
"""Received bytes that are written together."""

_HEALTH_THREADS = 2

T = TypeVar("T")


class _GoneError(Exception):
    """The caller went away while its call was received."""


class Front:
    """The API as an ASGI application."""

    def __init__(self, app: APIFlask, *, threads: int, scratch: Scratch) -> None:
        """Wraps the API.

        Args:
            app: the API.
            threads: calls answered at once.
            scratch: where large bodies are received.
        """
        self._app, self._scratch = app, scratch
        self._pool = ThreadPoolExecutor(threads, "call")
        # Of their own, so that it is known whether the program runs while all other threads wait for its parts.
        self._health_pool = ThreadPoolExecutor(_HEALTH_THREADS, "health")
        self._stopping = threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers one call."""
        environ = environ_of(scope)
        environ[STOPPING] = self._stopping
        body = _Body(self._scratch)
        try:
            answering = await self._receive(environ, body, receive) if has_body(environ) else self._app
            await self._answer(answering, environ, receive, send)
        except _GoneError:
            logger.info("caller gone")
        finally:
            await self._in_thread(body.close)

    def close(self) -> None:
        """Ends the threads as soon as they are done; what waits, waits no more."""
        self._stopping.set()
        for pool in (self._pool, self._health_pool):
            pool.shutdown(wait=False, cancel_futures=True)

    async def _receive(self, environ: dict[str, Any], body: "_Body", receive: Any) -> Any:
        """Receives a body; gives what answers the call: the API, or a refusal."""
        admission = await self._in_thread(lambda: admit(self._app, environ))
        if isinstance(admission, Response):
            return admission
        try:
            body.expect(int(environ.get("CONTENT_LENGTH", 0)), admission)
            await self._fill(body, receive)
        except OSError as exc:
            logger.warning("scratch folder: %s", type(exc).__name__)
            why = problem_error(507, "no_room") if exc.errno == errno.ENOSPC else exc
            return refuse(self._app, environ, why)
        except _GoneError:
            raise
        except Exception as exc:
            return refuse(self._app, environ, exc)
        put_body(environ, body.file, body.n_bytes)
        return self._app

    async def _fill(self, body: "_Body", receive: Any) -> None:
        blocks, n_bytes, has_more = list[bytes](), 0, True
        while has_more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _GoneError
            has_more = message.get("more_body", False)
            blocks.append(message.get("body", b""))
            n_bytes += len(blocks[-1])
            if n_bytes >= _WRITTEN_BYTES or not has_more:
                content, blocks, n_bytes = b"".join(blocks), [], 0
                body.count(len(content))
                if body.n_bytes <= _IN_MEMORY_BYTES:
                    body.file.write(content)
                else:
                    await self._in_thread(partial(body.file.write, content))

    async def _answer(self, app: Any, environ: dict[str, Any], receive: Any, send: Any) -> None:
        pool = self._health_pool if environ["PATH_INFO"] == OPEN_CALLS[0] else self._pool
        answer = await self._in_thread(lambda: Answer(app, environ), pool)
        watch = None
        try:
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            watch = asyncio.ensure_future(_until_gone(receive))
            block = answer.first_block
            while block is not None and not watch.done():
                has_more = not answer.is_whole
                await send({"type": "http.response.body", "body": block, "more_body": has_more})
                if not has_more:
                    return
                block = await self._in_thread(answer.next_block, pool)
            if not watch.done():
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            if watch:
                watch.cancel()
            await self._in_thread(answer.close, pool)

    async def _in_thread(self, work: Callable[[], T], pool: ThreadPoolExecutor | None = None) -> T:
        return await asyncio.get_running_loop().run_in_executor(pool or self._pool, work)


async def _until_gone(receive: Any) -> None:
    """Ends when the caller goes away."""
    while (await receive())["type"] != "http.disconnect":
        pass


class _Body:
    """The body of a call: in memory while it is small, else in a file of the scratch folder."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch
        self._reservation: Reservation | None = None
        self._most_bytes, self._owner = 0, ""
        self.n_bytes = 0
        self.file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES, dir=str(scratch.folder))  # noqa: SIM115

    def expect(self, announced_bytes: int, admission: Admission) -> None:
        """Sets room aside for a body, before it comes; of one without a length, while it comes."""
        self._most_bytes, self._owner = admission.most_bytes, admission.owner
        if announced_bytes > _IN_MEMORY_BYTES:
            self._reservation = self._scratch.reserve(announced_bytes, self._owner)

    def count(self, n_bytes: int) -> None:
        """Counts bytes that came in; refuses more than it may have."""
        self.n_bytes += n_bytes
        if self.n_bytes > self._most_bytes:
            raise problem_error(413, "request_too_large", most_mb=self._most_bytes // 1024**2)
        if self.n_bytes <= _IN_MEMORY_BYTES:
            return
        if self._reservation is None:
            self._reservation = self._scratch.reserve(self.n_bytes, self._owner)
        elif self.n_bytes > self._reservation.n_bytes:
            self._reservation.grow(self.n_bytes - self._reservation.n_bytes)

    def close(self) -> None:
        """Removes the file and gives its room back."""
        with suppress(OSError):  # there may be no room for its buffered bytes
            self.file.close()
        if self._reservation:
            self._reservation.close()
