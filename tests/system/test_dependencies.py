"""What the programs import is declared for them, and what every user installs is used."""

import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.sources import FOLDERS, ROOT, imported, sources

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
BROUGHT_BY = {"kombu": "celery", "werkzeug": "flask", "starlette": "streamlit"}
"""Parts of a framework that come with it and are meant to be imported."""

NOT_IMPORTED = {"torchvision", "silero-vad"}
"""The detector of facenet-pytorch imports the one, which is a pair with torch; of the other the weights are read."""


def declared(*extras: str) -> set[str]:
    """The distributions that are installed with these extras."""
    groups = [PROJECT["dependencies"], *(PROJECT["optional-dependencies"][extra] for extra in extras)]
    return {canonicalize_name(Requirement(line).name) for group in groups for line in group}


@cache
def installed() -> Mapping[str, list[str]]:
    """Every module that can be imported here -> the distributions that brought it; found by looking through all."""
    return packages_distributions()


@cache
def distributions_of(folder: str) -> set[str]:
    """The distributions that the files of a folder import."""
    modules = {name.split(".")[0] for path in sources(folder) for name in imported(path)}
    outside = modules - set(sys.stdlib_module_names) - set(FOLDERS)
    names = {canonicalize_name(installed()[module][0]) for module in outside}
    return {BROUGHT_BY.get(name, name) for name in names}


@pytest.mark.parametrize(
    ("folder", "extras"),
    [
        ("emoclassify", ("api", "scale", "web", "transcribe")),
        ("api", ("api",)),
        ("webapp", ("web",)),
        ("video", ("train",)),
        ("voice_model", ("train",)),
    ],
)
def test_what_is_imported_is_declared(folder: str, extras: tuple[str, ...]) -> None:
    assert distributions_of(folder) <= declared(*extras)


def test_what_every_user_installs_is_imported_by_the_library() -> None:
    assert declared() - distributions_of("emoclassify") == NOT_IMPORTED
