"""`python -m api`: serves the API."""

import argparse
import errno
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from api import create_app, scratch_of
from api.server import Server
from emoclassify.errors import EmoClassifyError, UsageError
from emoclassify.jobs.logs import log_as_json_lines
from emoclassify.jobs.private import keep_files_private
from emoclassify.jobs.service import Jobs, open_jobs
from emoclassify.jobs.settings import ServerSettings
from emoclassify.listen.hosts import is_loopback, url_host
from emoclassify.local_token import make_token
from emoclassify.settings import Options


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until a signal stops it. Exit status: 0, or 1 where it cannot start, 2 for wrong settings or arguments."""
    parser = argparse.ArgumentParser(prog="python -m api", description="Serves the HTTP API.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="default %(default)s")
    parser.add_argument(
        "--token-file",
        type=Path,
        metavar="FILE",
        help="let in who sends what is in it; made where missing",
    )
    args = parser.parse_args(arguments)
    log_as_json_lines()
    keep_files_private()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        settings = ServerSettings.read()
        with open_jobs(settings, time.time) as service:
            if settings.first_key:
                service.keys.add_given(settings.first_key, "first")
            if not may_listen(args.host, service):
                print(
                    f"api: {args.host} is no loopback address, and there is no access key: make one first "
                    "(emoclassify keys add NAME), or set EMOCLASSIFY_REQUIRE_KEYS=1.",
                    file=sys.stderr,
                )
                return 2
            _serve(service, args.host, args.port, make_token(args.token_file) if args.token_file else "")
    except SQLAlchemyError as exc:
        print(f"api: the database does not answer ({type(exc).__name__}).", file=sys.stderr)
        return 1
    except OSError as exc:
        if exc.errno == errno.EADDRINUSE:
            print(f"api: {args.host}:{args.port} is in use by another program; choose another --port.", file=sys.stderr)
            return 2
        print(f"api: {exc.strerror or exc}", file=sys.stderr)
        return 1
    except EmoClassifyError as exc:
        print(f"api: {exc}", file=sys.stderr)
        return 2 if isinstance(exc, UsageError) else 1
    return 0


def may_listen(host: str, service: Jobs) -> bool:
    """Whether the server may listen at a host: one that other machines reach needs access keys."""
    return is_loopback(host) or service.settings.require_keys or service.keys.any()


def _serve(service: Jobs, host: str, port: int, token: str) -> None:
    scratch = scratch_of(service.settings)
    app = create_app(service, scratch=scratch, defaults=Options.read({}), host=host, token=token)
    server = Server(app, host=host, port=port, settings=service.settings, scratch=scratch)
    print(f"api: http://{url_host(host)}:{server.port}", file=sys.stderr, flush=True)
    server.run()


if __name__ == "__main__":
    sys.exit(main())
