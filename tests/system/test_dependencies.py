"""What the programs import is declared for them, and what every user installs is used."""

import ast
import re
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.sources import FOLDERS, ROOT, imported, parsed, sources

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
MOST_PACKAGES = 40
LARGE = {"torch", "torchvision", "transformers", "tensorflow", "facenet-pytorch", "librosa", "llvmlite", "pandas"}
WITH_EXTRAS = (
    *("emoclassify/faces/network.py", "emoclassify/faces/pretrained.py", "emoclassify/voice/network.py"),
    *("emoclassify/outputs/tables/parquet.py", "emoclassify/jobs/", "emoclassify/listen/"),
)
BROUGHT_BY = {"kombu": "celery", "werkzeug": "flask", "starlette": "streamlit"}
"""Parts of a framework that come with it and are meant to be imported."""

PINS = {
    name: [Requirement(line) for line in (ROOT / name).read_text().splitlines() if "==" in line]
    for name in ("requirements.txt", "requirements-light.txt")
}


def declared(*extras: str) -> set[str]:
    """The distributions that are installed with these extras, and with those that they ask for in turn."""
    groups = [PROJECT["dependencies"], *(PROJECT["optional-dependencies"][extra] for extra in extras)]
    asked = [Requirement(line) for group in groups for line in group]
    inner = {extra for one in asked if one.name == PROJECT["name"] for extra in one.extras}
    names = {canonicalize_name(one.name) for one in asked} - {PROJECT["name"]}
    return names | (declared(*inner) if inner else set())


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
        ("emoclassify", ("api", "scale", "torch", "web")),
        ("api", ("api",)),
        ("webapp", ("web",)),
        ("video", ("train",)),
        ("voice_model", ("train",)),
    ],
)
def test_what_is_imported_is_declared(folder: str, extras: tuple[str, ...]) -> None:
    assert distributions_of(folder) <= declared(*extras)


def test_what_every_user_installs_is_imported_by_the_library() -> None:
    assert declared() <= distributions_of("emoclassify")


def test_each_dependency_of_every_user_has_a_sentence_that_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    listed = text[text.index("\ndependencies = [") : text.index("[project.optional-dependencies]")]
    bare = re.findall(r"^    \"([\w-]+)[^\"]*\",$", listed, re.MULTILINE)
    assert bare == ["numpy"], "the one that needs no reason"


def test_every_user_is_spared_what_is_large() -> None:
    names = {canonicalize_name(pin.name) for pin in PINS["requirements-light.txt"]}
    assert len(names) <= MOST_PACKAGES
    assert not names & LARGE


def test_both_files_of_pins_hold_what_is_declared_in_the_same_versions() -> None:
    full, light = ({(canonicalize_name(pin.name), str(pin.specifier)) for pin in pins} for pins in PINS.values())
    assert light <= full
    assert declared("build") <= {name for name, _ in light}
    assert declared(*PROJECT["optional-dependencies"]) <= {name for name, _ in full}


def module_level(path: Path) -> set[str]:
    """What a file imports as soon as it is imported itself; not what it imports for the eyes of mypy."""
    return {
        name.split(".")[0]
        for node in parsed(path).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }


def test_what_a_plain_install_lacks_is_imported_when_needed_only() -> None:
    """But for the modules that are nothing but networks in torch, one that writes Parquet, and those of the server."""
    for path in sources("emoclassify"):
        if not path.relative_to(ROOT).as_posix().startswith(WITH_EXTRAS):
            names = {canonicalize_name(installed()[name][0]) for name in module_level(path) if name in installed()}
            assert names - {"emoclassify"} <= declared(), path
