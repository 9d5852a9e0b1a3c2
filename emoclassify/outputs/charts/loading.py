"""Loads matplotlib in three quarters of its time."""

import importlib
import sys
from typing import Any


def load_matplotlib() -> None:
    """Imports what charts are drawn with, without the lists of properties that it writes for its own manual.

    It makes one for each of its classes, which is a quarter of the import. Where it is imported already, nothing is
    done. `help` of its `set` methods lacks the list afterwards, and nothing else.
    """
    if "matplotlib.figure" in sys.modules:
        return
    artist: Any = importlib.import_module("matplotlib.artist")
    kwdoc = artist.kwdoc
    try:
        artist.kwdoc = lambda _: ""
        importlib.import_module("matplotlib.figure")
    finally:
        artist.kwdoc = kwdoc
