"""Which programs and servers a test starts, by what Python itself tells of them (PEP 578)."""

import subprocess
import sys
from typing import Any

from tests.support.sources import ROOT

starts: list[str] = []
"""Of the present test."""


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "subprocess.Popen" and _is_ours():
        starts.append(str(arguments[0]))
    if event == "socket.bind" and isinstance(arguments[1], tuple) and not _is_import():
        starts.append(f"a server at {arguments[1]}")


def _is_ours() -> bool:
    """Whether a file of the project starts it; libraries ask programs about the machine when they are first used."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename in (__file__, subprocess.__file__):
        frame = frame.f_back
    path = frame.f_code.co_filename
    return path.startswith(f"{ROOT}/") and "site-packages" not in path


def _is_import() -> bool:
    """Whether a module is being loaded: urllib3 then tries whether the machine has IPv6."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


sys.addaudithook(_note)
