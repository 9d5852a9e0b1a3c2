"""Where files that can be made again are kept: converted and compiled networks, lists of fonts."""

import os
from pathlib import Path

import platformdirs

CACHE_VARIABLE = "EMOCLASSIFY_CACHE_DIR"


def cache_folder() -> Path:
    """The folder of files that can be made again: EMOCLASSIFY_CACHE_DIR, else the user's cache folder."""
    return Path(os.environ.get(CACHE_VARIABLE) or platformdirs.user_cache_path("emoclassify"))


def converted_folder() -> Path:
    """Of networks that were converted for OpenVINO (see `runtime`)."""
    return cache_folder() / "networks"


def compiled_folder() -> Path:
    """Of networks as OpenVINO compiled them (see `kept`)."""
    return cache_folder() / "compiled"


def fonts_folder() -> Path:
    """Of matplotlib's list of fonts, which takes seconds to make."""
    return cache_folder() / "matplotlib"
