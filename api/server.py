"""The API's server: looks at a call as soon as its headers are complete, and receives no body that it refuses."""

from apiflask import APIFlask

from api.front import Front
from api.scratch import Scratch
from emoclassify.jobs.settings import ServerSettings
from emoclassify.listen import server


class Server:
    """A server that listens. `run` it in one thread; `stop` it from any."""

    def __init__(self, app: APIFlask, *, host: str, port: int, settings: ServerSettings, scratch: Scratch) -> None:
        """Listens; no call is answered before `run`.

        Args:
            app: the API.
            host: the address to listen at.
            port: 0 for any that is free.
            settings: how many threads, and the limits of its connections.
            scratch: where large bodies are received.
        """
        self._front = Front(app, threads=settings.threads, scratch=scratch)
        self._server = server.Server(self._front, host=host, port=port, settings=settings)
        self.port = self._server.port
        """The port that it listens at."""

    def run(self) -> None:
        """Answers until `stop`, or a signal."""
        try:
            self._server.run()
        finally:
            self._front.close()

    def stop(self) -> None:
        """Ends `run`."""
        self._server.stop()
