"""`python -m webapp`: serves the page."""

import argparse
import sys
from collections.abc import Sequence

from emoclassify.errors import UsageError
from emoclassify.listen.hosts import url_host
from webapp.server.launch import Addresses, serve


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves the page until the process is stopped. Exit status: 0, or 2 for wrong settings or arguments."""
    parser = argparse.ArgumentParser(prog="python -m webapp", description="Serves the web page over the API.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default %(default)s)")
    parser.add_argument("--port", type=int, default=8501, help="default %(default)s")
    parser.add_argument(
        "--api-url", help="address of the API (default: EMOCLASSIFY_API_URL, else http://127.0.0.1:8000)"
    )
    args = parser.parse_args(arguments)
    try:
        addresses = Addresses.read(args.host, args.port, args.api_url)
        print(f"page: http://{url_host(addresses.host)}:{addresses.port}", file=sys.stderr, flush=True)
        serve(addresses)
    except UsageError as exc:
        print(f"page: {exc}", file=sys.stderr)
        return 2
    except OSError as exc:
        print(f"page: {args.host}:{args.port}: {exc.strerror or exc}; choose another --port.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
