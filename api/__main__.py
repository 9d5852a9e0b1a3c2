"""`python -m api`: serves the API on this machine."""

import argparse
import ipaddress
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import waitress

from api import MAX_BYTES, create_app
from emoclassify.child import Child
from emoclassify.errors import EmoClassifyError
from emoclassify.settings import Options

_THREADS = 8
"""One analyzes, the others answer or wait their turn."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until it is told to stop; 0 then, 1 where it cannot start, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m api", description="Serves the HTTP API on this machine.")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (default %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="default %(default)s")
    args = parser.parse_args(arguments)
    if not _is_loopback(args.host):
        print(
            f"api: {args.host} is no loopback address: there are no access keys yet, so only this machine is served.",
            file=sys.stderr,
        )
        return 2
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the uploads are removed then, too
    try:
        _serve(args.host, args.port)
    except (EmoClassifyError, OSError) as exc:
        print(f"api: {exc}", file=sys.stderr)
        return 1
    return 0


def _serve(host: str, port: int) -> None:
    with TemporaryDirectory(prefix="emoclassify-", ignore_cleanup_errors=True) as uploads, Child() as child:
        app = create_app(child, Path(uploads), options=Options.read({}))
        # The server's own limit answers in plain text; what is not absurd is left to the application's.
        waitress.serve(app, host=host, port=port, threads=_THREADS, max_request_body_size=2 * MAX_BYTES, ident=None)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


if __name__ == "__main__":
    sys.exit(main())
