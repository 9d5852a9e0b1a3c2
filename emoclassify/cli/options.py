"""Options of an analysis as arguments of a command, made from their declarations in `settings`."""

import argparse
from collections.abc import Iterable
from typing import Any

from emoclassify.declared import Option
from emoclassify.settings import Options
from emoclassify.terms import note_of


def add_options(parser: argparse.ArgumentParser, options: Iterable[Option]) -> None:
    """Adds an argument for each option. One that is not given is None: then the environment or the default holds."""
    groups: dict[str, Any] = {}
    for option in options:
        holder: Any = parser
        if option.excludes:
            holder = groups.get(option.excludes) or parser.add_mutually_exclusive_group()
            groups[option.excludes] = holder
        holder.add_argument(f"--{option.dashed}", help=help_of(option), **_argument(option))


def _argument(option: Option) -> dict[str, Any]:
    if option.kind is bool:
        return {"action": "store_true", "default": None}
    if option.choices and not option.several:
        return {"choices": option.choices}
    return {"type": option.kind, "metavar": option.metavar or None}


def help_of(option: Option) -> str:
    """The help of an argument in the style of argparse: no capital, no full stop; with the terms of its model where
    they forbid commercial use, and the default if there is one."""
    text = option.help.removesuffix(".")
    if not text[1:2].isupper():  # CSV stays CSV
        text = text[0].lower() + text[1:]
    if note := note_of(option, Options()):
        text += f"; {note[0].lower()}{note[1:].removesuffix('.')}"
    if option.kind is not bool and option.default not in (None, ""):
        default = f"{option.default:g}" if option.kind is float else option.default
        text += f" (default {default})"
    return text.replace("%", "%%")
