"""The commands `keys`: they make, list, replace and end the access keys of the server on this machine."""

import argparse
import sys
import time
from datetime import UTC, datetime
from typing import Any

from emoclassify.cli.service import opened_service
from emoclassify.errors import EmoClassifyError, UsageError
from emoclassify.local_token import make_token, token_path

_DAY_S = 86_400.0
_SCOPES = "read,submit"
"""What a key may do where nothing is said; `jobs.scopes` has all scopes, but its package may not be installed."""


def add_keys_commands(commands: Any) -> None:
    """Adds them to the command line."""
    parser = commands.add_parser("keys", help="access keys of the server on this machine")
    actions = parser.add_subparsers(required=True, metavar="WHAT")
    _add_add(actions)
    actions.add_parser("list", help="id, name, scopes and dates of each").set_defaults(run=_list_keys)
    actions.add_parser("token", help="show your own, which `serve` asks for on this machine").set_defaults(
        run=_show_token
    )
    _add_rotate(actions)
    revoke_parser = actions.add_parser("revoke", help="end a key; what it handed in does not run on")
    revoke_parser.add_argument("id", metavar="ID", help="as `keys list` shows it")
    revoke_parser.add_argument("--delete-jobs", action="store_true", help="delete all that its owner handed in, too")
    revoke_parser.set_defaults(run=_revoke_key)


def _add_add(actions: Any) -> None:
    parser = actions.add_parser("add", help="make a key and show it, this once")
    parser.add_argument("name", metavar="NAME", help="whose it is")
    parser.add_argument(
        "--scope", default=_SCOPES, metavar="LIST", help="of read, submit and admin (default: %(default)s)"
    )
    parser.add_argument("--expires-days", type=float, metavar="N", help="it ends after so many days (default: never)")
    parser.add_argument("--max-upload-mb", type=int, metavar="N", help="its largest upload (default: the server's)")
    parser.add_argument(
        "--submits-per-minute", type=int, metavar="N", help="its uploads a minute (default: the server's)"
    )
    parser.set_defaults(run=_add_key)


def _add_rotate(actions: Any) -> None:
    parser = actions.add_parser("rotate", help="make a key in the place of another: the same owner, the same jobs")
    parser.add_argument("id", metavar="ID", help="of the old one, as `keys list` shows it")
    parser.add_argument(
        "--overlap-days",
        type=float,
        default=0.0,
        metavar="N",
        help="the old one ends after so many days (default: now)",
    )
    parser.add_argument("--expires-days", type=float, metavar="N", help="the new one ends after so many days")
    parser.set_defaults(run=_rotate_key)


def _add_key(args: argparse.Namespace) -> int:
    limits = {"max_upload_mb": args.max_upload_mb, "submits_per_minute": args.submits_per_minute}
    with opened_service() as service:
        key, text = service.keys.add(args.name, scopes=_scopes(args.scope), expires_at=_in_days(args), **limits)
    _show(key, text)
    return 0


def _rotate_key(args: argparse.Namespace) -> int:
    old_until = time.time() + args.overlap_days * _DAY_S
    with opened_service() as service:
        key_and_text = service.keys.rotate(args.id, old_until=old_until, expires_at=_in_days(args))
    if key_and_text is None:
        raise EmoClassifyError("key_unknown", key=args.id)
    _show(*key_and_text)
    return 0


def _show_token(args: argparse.Namespace) -> int:
    print(make_token(token_path()))
    return 0


def _show(key: Any, text: str) -> None:
    """The text to stdout alone, so that a script can take it."""
    print(text)
    print(f"The key {key.id} of {key.name}: it is shown this once only.", file=sys.stderr)


def _list_keys(args: argparse.Namespace) -> int:
    with opened_service() as service:
        for key in service.keys.list():
            print("  ".join(_columns(key)).rstrip())
    return 0


def _columns(key: Any) -> list[str]:
    from emoclassify.jobs.scopes import text_of

    owner = f"owner {key.owner}" if key.owner != key.id else ""
    ends = f"ends {_day(key.expires_at)}" if key.expires_at else ""
    end = f"revoked {_day(key.revoked_at)}" if key.revoked_at else ends
    return [key.id, _day(key.created_at), key.name, text_of(key.scopes), *filter(None, (owner, end))]


def _revoke_key(args: argparse.Namespace) -> int:
    with opened_service() as service:
        if not service.revoke_key(args.id, deletes_jobs=args.delete_jobs):
            raise EmoClassifyError("key_unknown", key=args.id)
    return 0


def _scopes(text: str) -> Any:
    from emoclassify.jobs.scopes import Scope, scopes_in

    try:
        return scopes_in(text)
    except ValueError as exc:
        raise UsageError("scopes_unknown", given=text, scopes=list(Scope)) from exc


def _in_days(args: argparse.Namespace) -> float | None:
    return None if args.expires_days is None else time.time() + args.expires_days * _DAY_S


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
