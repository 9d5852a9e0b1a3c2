"""The commands `backup` and `restore`: all data of a server on one computer."""

import argparse
import sys
from pathlib import Path
from typing import Any

from emoclassify.cli.service import opened_service
from emoclassify.extras import packages


def add_backup_commands(commands: Any) -> None:
    """Adds them to the command line."""
    backup_parser = commands.add_parser(
        "backup",
        help="copy all data of the server on this machine",
        description="Copies database, uploads and results of the server on this machine, which may run meanwhile.",
    )
    backup_parser.add_argument("folder", type=Path, metavar="DIR", help="a new folder for the copy")
    backup_parser.set_defaults(run=_back_up)
    restore_parser = commands.add_parser(
        "restore",
        help="put a copy of all data back",
        description="Puts a copy that `backup` made into the data folder, where there is no data. No server may run.",
    )
    restore_parser.add_argument("folder", type=Path, metavar="DIR", help="the copy")
    restore_parser.set_defaults(run=_restore)


def _back_up(args: argparse.Namespace) -> int:
    with packages("api"):
        from emoclassify.jobs.backup import back_up
        from emoclassify.jobs.private import keep_files_private
        from emoclassify.jobs.settings import ServerSettings
    keep_files_private()
    back_up(ServerSettings.read(), args.folder)
    print(f"Copied to {args.folder}: it holds faces and voices, keep it as you keep the recordings.", file=sys.stderr)
    return 0


def _restore(args: argparse.Namespace) -> int:
    with packages("api"):
        from emoclassify.jobs.backup import restore
        from emoclassify.jobs.private import keep_files_private
        from emoclassify.jobs.settings import ServerSettings
    keep_files_private()
    restore(ServerSettings.read(), args.folder)
    with opened_service() as service:  # brings the tables up to date
        n_jobs = sum(service.store.count_states().values())
    print(f"Restored: {n_jobs} jobs.", file=sys.stderr)
    return 0
