"""`python -m webapp`: serves the page."""

import argparse
import sys
from collections.abc import Sequence

from webapp.server.launch import Addresses, make_app, page_config


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves the page until the process is stopped."""
    parser = argparse.ArgumentParser(prog="python -m webapp", description="Serves the web page over the API.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default %(default)s)")
    parser.add_argument("--port", type=int, default=8501, help="default %(default)s")
    parser.add_argument(
        "--api-url", help="address of the API (default: EMOCLASSIFY_API_URL, else http://127.0.0.1:8000)"
    )
    args = parser.parse_args(arguments)
    addresses = Addresses.read(args.host, args.port, args.api_url)
    host = f"[{addresses.host}]" if ":" in addresses.host else addresses.host
    print(f"page: http://{host}:{addresses.port}", file=sys.stderr, flush=True)
    make_app(addresses).run(config=page_config(addresses))
    return 0


if __name__ == "__main__":
    sys.exit(main())
