"""The commands of the server: `serve`, `worker`, `submit`. Each imports its packages when it runs."""

import argparse
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emoclassify.cli.merge import merge_results
from emoclassify.cli.options import add_options
from emoclassify.cli.service import opened_service
from emoclassify.cli.sides import PATHS_HELP, files_of_roles
from emoclassify.errors import EmoClassifyError
from emoclassify.extras import packages
from emoclassify.local_token import token_path
from emoclassify.settings import options_of
from emoclassify.words.messages import AS_TOLD

_WORKER_SILENCE_S = 30.0
"""A worker that did not announce itself for this long is taken for dead."""

_JOB_FIELDS = ("tag", "group", "keep_days")
"""Arguments of `submit` that belong to the job and not to its analysis."""


def add_server_commands(commands: Any) -> None:
    """Adds them to the command line."""
    _add_serve(commands)
    _add_live(commands)
    _add_try(commands)
    worker = commands.add_parser("worker", help="run one more worker of the server on this machine")
    worker.add_argument("--name", default="", help="takes up what an earlier worker of this name left")
    worker.add_argument("--gpu", action="store_true", help="take the large uploads (EMOCLASSIFY_GPU_FROM_MB) first")
    worker.add_argument("--check", action="store_true", help="only say, by the exit status, whether one lives here")
    worker.set_defaults(run=_worker)
    _add_submit(commands)


def _add_serve(commands: Any) -> None:
    parser = commands.add_parser(
        "serve",
        help="start the HTTP API with a worker, and the web page",
        description="Starts the HTTP API and a worker, and with --web the web page, until Ctrl-C.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="default %(default)s")
    parser.add_argument("--no-worker", action="store_true", help="the API alone; workers run elsewhere")
    parser.add_argument("--web", action="store_true", help="the web page too")
    parser.add_argument("--web-port", type=int, default=8501, help="default %(default)s")
    parser.add_argument(
        "--no-token", action="store_true", help="without keys, let in every user of this machine, not only you"
    )
    parser.set_defaults(run=_serve)


def _add_live(commands: Any) -> None:
    parser = commands.add_parser(
        "live",
        help="start the server with its page, and open the live view of your camera in the browser",
        description="Starts the API, a worker and the page on this machine, and opens the live view, until Ctrl-C.",
    )
    _set_page(parser, "/live")


def _add_try(commands: Any) -> None:
    parser = commands.add_parser(
        "try",
        help="start the server with its page, and watch a film while your camera records you",
        description="Starts the API, a worker and the page on this machine, and opens the page on which you watch a "
        "film before your camera and see a minute later what your face showed, until Ctrl-C.",
    )
    _set_page(parser, "/trial")


def _set_page(parser: argparse.ArgumentParser, path: str) -> None:
    """Makes a command start the server and open a page of it."""
    parser.add_argument("--port", type=int, default=8000, help="of the API (default %(default)s)")
    parser.add_argument("--web-port", type=int, default=8501, help="of the page (default %(default)s)")
    parser.set_defaults(run=lambda args: _open(args, path))


def _add_submit(commands: Any) -> None:
    parser = commands.add_parser(
        "submit",
        help="have recordings analyzed by a server",
        description="Sends recordings to a server and fetches what was found: a folder DIR/<file name>/ each, as "
        "`analyze` writes it. Run again, it goes on where it stopped.",
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help=PATHS_HELP)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="of the server (default %(default)s)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the results go")
    add_options(parser, [option for option in options_of() if option.posted])
    parser.add_argument("--tag", help="a word to find the jobs by")
    parser.add_argument("--group", help="another one, e.g. the study")
    parser.add_argument("--keep-days", type=int, metavar="N", help="days that the server keeps them (default: its own)")
    parser.add_argument(
        "--merge", action="store_true", help="one table of all recordings at the end, as `merge` writes it"
    )
    parser.set_defaults(run=_submit)


def _need_packages(*, web: bool) -> None:
    """Says which extra to install where packages of the server are missing, before anything is started."""
    with packages("api"):
        import apiflask  # noqa: F401
        import sqlalchemy  # noqa: F401
        import uvicorn  # noqa: F401
    if web:
        with packages("web"):
            import streamlit.version  # noqa: F401


def _open(args: argparse.Namespace, page: str) -> int:
    """Serves on this machine, and opens a page of it in the user's browser."""
    from emoclassify.serve import serve

    _need_packages(web=True)
    return serve("127.0.0.1", args.port, web_port=args.web_port, token_file=token_path(), open_page=page)


def _serve(args: argparse.Namespace) -> int:
    from emoclassify.serve import serve

    _need_packages(web=args.web)
    token_file = None if args.no_token else token_path()
    web_port = args.web_port if args.web else None
    return serve(args.host, args.port, worker=not args.no_worker, web_port=web_port, token_file=token_file)


def _worker(args: argparse.Namespace) -> int:
    if args.check:
        with opened_service() as service:
            return 0 if service.leases.ready_workers(_WORKER_SILENCE_S, socket.gethostname()[:24]) else 1
    with packages("api"):
        from emoclassify.jobs.process import work
    return work(args.name, gpu=args.gpu)


def _submit(args: argparse.Namespace) -> int:
    with packages("api"):
        from emoclassify.remote.client import ApiError, Client
        from emoclassify.remote.submit import submit_all
    fields, sides = posted_fields(vars(args)), files_of_roles(vars(args))
    try:
        with Client(args.url) as client:
            n_failed = submit_all(args.paths, args.out, client, fields, sides=sides)
        merge_status = merge_results(args.out) if args.merge else 0
        return 1 if n_failed else merge_status
    except ApiError as exc:
        raise EmoClassifyError(AS_TOLD, text=str(exc)) from exc


def posted_fields(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that `submit` sends to the API; for an argument that is not given the server's default holds."""
    names = {option.name: option.field for option in options_of() if option.posted}
    names |= {name: name for name in _JOB_FIELDS}
    return {field: arguments[name] for name, field in names.items() if arguments[name] is not None}
