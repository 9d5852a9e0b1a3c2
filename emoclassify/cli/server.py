"""The commands of the server: `serve`, `worker`, `submit`, `keys`. Each imports its packages when it runs."""

import argparse
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from emoclassify.cli.merge import merge_results
from emoclassify.cli.options import add_options
from emoclassify.errors import EmoClassifyError
from emoclassify.settings import options_of
from emoclassify.words.messages import AS_TOLD

_WORKER_SILENCE_S = 30.0
"""A worker that did not announce itself for this long is taken for dead."""

_JOB_FIELDS = ("tag", "group", "keep_days")
"""Arguments of `submit` that belong to the job and not to its analysis."""


def add_server_commands(commands: Any) -> None:
    """Adds them to the command line."""
    _add_serve(commands)
    worker = commands.add_parser("worker", help="run one more worker of the server on this machine")
    worker.add_argument("--name", default="", help="takes up what an earlier worker of this name left")
    worker.add_argument("--gpu", action="store_true", help="take the large uploads (EMOCLASSIFY_GPU_FROM_MB) first")
    worker.add_argument("--check", action="store_true", help="only say, by the exit status, whether one lives here")
    worker.set_defaults(run=_worker)
    _add_submit(commands)
    _add_keys(commands)


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
    parser.set_defaults(run=_serve)


def _add_submit(commands: Any) -> None:
    parser = commands.add_parser(
        "submit",
        help="have recordings analyzed by a server",
        description="Sends recordings to a server and fetches what was found: a folder DIR/<file name>/ each, as "
        "`analyze` writes it. Run again, it goes on where it stopped.",
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, or folders with their subfolders")
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


def _add_keys(commands: Any) -> None:
    parser = commands.add_parser("keys", help="access keys of the server on this machine")
    actions = parser.add_subparsers(required=True, metavar="WHAT")
    add_parser = actions.add_parser("add", help="make a key and show it, this once")
    add_parser.add_argument("name", metavar="NAME", help="whose it is")
    add_parser.add_argument("--max-upload-mb", type=int, metavar="N", help="its largest upload (default: the server's)")
    add_parser.add_argument(
        "--submits-per-minute", type=int, metavar="N", help="its uploads a minute (default: the server's)"
    )
    add_parser.set_defaults(run=_add_key)
    actions.add_parser("list", help="id, name and dates of each").set_defaults(run=_list_keys)
    revoke_parser = actions.add_parser("revoke", help="end a key")
    revoke_parser.add_argument("id", metavar="ID", help="as `keys list` shows it")
    revoke_parser.set_defaults(run=_revoke_key)


def _serve(args: argparse.Namespace) -> int:
    from emoclassify.serve import serve

    with _packages("api"):
        import apiflask  # noqa: F401
        import sqlalchemy  # noqa: F401
        import uvicorn  # noqa: F401
    if args.web:
        with _packages("web"):
            import streamlit.version  # noqa: F401
    return serve(args.host, args.port, worker=not args.no_worker, web=args.web, web_port=args.web_port)


def _worker(args: argparse.Namespace) -> int:
    if args.check:
        with _service() as service:
            return 0 if service.leases.ready_workers(_WORKER_SILENCE_S, socket.gethostname()[:24]) else 1
    with _packages("api"):
        from emoclassify.jobs.process import work
    return work(args.name, gpu=args.gpu)


def _submit(args: argparse.Namespace) -> int:
    with _packages("api"):
        from emoclassify.remote.client import ApiError, Client
        from emoclassify.remote.submit import submit_all
    fields = posted_fields(vars(args))
    try:
        with Client(args.url) as client:
            n_failed = submit_all(args.paths, args.out, client, fields)
        merge_status = merge_results(args.out) if args.merge else 0
        return 1 if n_failed else merge_status
    except ApiError as exc:
        raise EmoClassifyError(AS_TOLD, text=str(exc)) from exc


def posted_fields(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that `submit` sends to the API; for an argument that is not given the server's default holds."""
    names = {option.name: option.field for option in options_of() if option.posted}
    names |= {name: name for name in _JOB_FIELDS}
    return {field: arguments[name] for name, field in names.items() if arguments[name] is not None}


def _add_key(args: argparse.Namespace) -> int:
    with _service() as service:
        key, text = service.keys.add(
            args.name, max_upload_mb=args.max_upload_mb, submits_per_minute=args.submits_per_minute
        )
    print(text)
    print(f"The key {key.id} of {key.name}: it is shown this once only.", file=sys.stderr)
    return 0


def _list_keys(args: argparse.Namespace) -> int:
    with _service() as service:
        for key in service.keys.list():
            end = f"revoked {_day(key.revoked_at)}" if key.revoked_at else ""
            print(f"{key.id}  {_day(key.created_at)}  {key.name}  {end}".rstrip())
    return 0


def _revoke_key(args: argparse.Namespace) -> int:
    with _service() as service:
        if not service.keys.revoke(args.id):
            raise EmoClassifyError("key_unknown", key=args.id)
    return 0


@contextmanager
def _service() -> Iterator[Any]:
    with _packages("api"):
        from sqlalchemy.exc import SQLAlchemyError

        from emoclassify.jobs.service import open_jobs
        from emoclassify.jobs.settings import ServerSettings
    try:
        with open_jobs(ServerSettings.read(), time.time) as service:
            yield service
    except (SQLAlchemyError, OSError) as exc:
        raise EmoClassifyError("database_or_storage_away", error=type(exc).__name__) from exc


@contextmanager
def _packages(extra: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as exc:
        raise EmoClassifyError("extra_missing", package=str(exc.name), extra=extra) from exc


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
