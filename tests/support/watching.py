"""What a program tries to reach beyond this machine is written down."""

from pathlib import Path

_CODE = """
import sys
def _watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo"):
        where = str(arguments[1] if event == "socket.connect" else arguments[0])
        if not any(own in where for own in ("127.0.0.1", "localhost", "::1", "None")):
            with open({path!r}, "a") as file:
                file.write(f"{{event}} {{where}}\\n")
sys.addaudithook(_watch)
"""


def write_watch(folder: Path, path: Path) -> None:
    """Has every Python that finds `folder` on its path write to `path`, a line each, what it tries to reach."""
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(_CODE.format(path=str(path)))
