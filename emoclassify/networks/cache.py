"""Where files that can be made again are kept: converted networks, lists of fonts."""

import os
from pathlib import Path

import platformdirs

CACHE_VARIABLE = "EMOCLASSIFY_CACHE_DIR"


def cache_folder() -> Path:
    """The folder of files that can be made again: EMOCLASSIFY_CACHE_DIR, else the user's cache folder."""
    return Path(os.environ.get(CACHE_VARIABLE) or platformdirs.user_cache_path("emoclassify"))
