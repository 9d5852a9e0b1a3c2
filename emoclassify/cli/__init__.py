"""The command line: a module for each command, or a few; `options` and `terminal` have what they share."""

import argparse
import io
import os
import sys
from collections.abc import Sequence

from emoclassify import __version__
from emoclassify.cli.analyze import add_analyze_command
from emoclassify.cli.backup import add_backup_commands
from emoclassify.cli.demo import add_demo_command
from emoclassify.cli.evaluate import add_evaluate_command
from emoclassify.cli.keys import add_keys_commands
from emoclassify.cli.merge import add_merge_command
from emoclassify.cli.models import add_models_commands
from emoclassify.cli.render import add_render_command
from emoclassify.cli.server import add_server_commands
from emoclassify.cli.study import add_study_commands
from emoclassify.cli.terminal import FAILED, WRONG_USAGE
from emoclassify.errors import EmoClassifyError, UsageError
from emoclassify.startup import collect_rarely

_EXAMPLES = """\
examples:
  emoclassify demo                                         try it on the recording inside the program
  emoclassify analyze talk.mp4 --out results --graph       one recording, with its chart
  emoclassify analyze study/ --out results --double-check  a folder with its subfolders, face and voice
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status."""
    collect_rarely()
    args = _parser().parse_args(arguments)
    try:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # a file's name may be any bytes
        return int(args.run(args))
    except BrokenPipeError:  # whoever read stdout has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except UsageError as exc:
        print(f"emoclassify: {exc}", file=sys.stderr)
        return WRONG_USAGE
    except EmoClassifyError as exc:
        print(f"emoclassify: {exc}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("emoclassify: stopped; run the same command again to go on.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="emoclassify",
        description="Turns recordings of people into timelines of emotion, on your own machine.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"emoclassify {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_analyze_command(commands)
    add_demo_command(commands)
    add_render_command(commands)
    add_evaluate_command(commands)
    add_models_commands(commands)
    add_merge_command(commands)
    add_study_commands(commands)
    add_server_commands(commands)
    add_keys_commands(commands)
    add_backup_commands(commands)
    return parser
