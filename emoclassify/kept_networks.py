"""Compiles the networks that ship, once after an installation, in a process that opens no recording.

What OpenVINO made of them is kept (`networks.kept`), and later starts take it from there.
"""

import os
import time
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from emoclassify.child import Child
from emoclassify.errors import EmoClassifyError
from emoclassify.model_kinds import EXPRESSION_MODEL, FACE_DETECTOR, SPEECH_FINDER, VOICE_MODEL
from emoclassify.networks.cache import compiled_folder
from emoclassify.networks.models import checksum_of_all
from emoclassify.settings import Options

_OLD_S = 60 * 24 * 3600.0
"""Networks of another version that were kept this long ago go when new ones are kept; younger ones may belong to
another installation that is in use."""


def keep_networks() -> bool:
    """Compiles them, unless that was done before with these networks and this OpenVINO, or nothing can be kept.

    Returns:
        Whether it was done now.
    """
    with suppress(EmoClassifyError, OSError):  # what is wrong is said where a network is used
        mark = _mark()
        if mark.exists() or not _may_write(mark.parent):
            return False
        _remove_old(mark.parent)  # before, so that what is still used is made again
        with Child() as process:
            process.call(_open_all, on_progress=lambda *_: None)
        mark.touch()
        return True
    return False


def _remove_old(folder: Path) -> None:
    for path in folder.iterdir() if folder.exists() else ():
        if path.is_file() and time.time() - path.stat().st_mtime > _OLD_S:
            path.unlink(missing_ok=True)


def _mark() -> Path:
    """The file that says that all are kept."""
    return compiled_folder() / f"all-{checksum_of_all()[:16]}-openvino-{version('openvino')}"


def _may_write(folder: Path) -> bool:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return existing.is_dir() and os.access(existing, os.W_OK)


def _open_all(_tell: object) -> None:
    from emoclassify.networks.runtime import choose_place  # loads OpenVINO, in the process alone

    place = choose_place(device="cpu")
    for kind in (FACE_DETECTOR, EXPRESSION_MODEL, SPEECH_FINDER, VOICE_MODEL):
        kind.open(Options(), place)
