"""The project's own files, for the tests that hold what is written in them."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "emoclassify"
FOLDERS = ("api", "benchmarks", "docker", "docs", "emoclassify", "notebooks", "tests", "video", "voice_model", "webapp")
"""Where what is ours lies, beside the files at the top; a test holds the list."""


def sources(*folders: str, pattern: str = "*.py") -> list[Path]:
    """The files of these folders and of all below them, sorted.

    Args:
        folders: from the top of the project, e.g. "emoclassify/outputs".
        pattern: how a file's name looks.

    Raises:
        AssertionError: a folder has none: a test that looked into it would hold nothing.
    """
    paths: list[Path] = []
    for folder in folders:
        inside = sorted((ROOT / folder).rglob(pattern))
        assert inside, f"no {pattern} in {folder} or below it"
        paths += inside
    return paths


@cache
def parsed(path: Path) -> ast.Module:
    """A file's syntax tree, read once for all tests."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    """The dotted names that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def from_root(path: Path) -> str:
    """How a file is called from the top of the project, as the id of a test."""
    return str(path.relative_to(ROOT))
