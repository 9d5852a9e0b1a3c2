"""Prints the requirements of pyproject.toml, one a line: `groups.py [--alone] GROUP...`.

With `--alone` without the plain dependencies.
"""

import sys
import tomllib
from pathlib import Path


def requirements(project: dict[str, object], groups: list[str], *, alone: bool) -> list[str]:
    """The plain dependencies of a project, unless left out, and those of the groups."""
    plain, extras = project["dependencies"], project["optional-dependencies"]
    assert isinstance(plain, list)
    assert isinstance(extras, dict)
    return [*([] if alone else plain), *(line for group in groups for line in extras[group])]


if __name__ == "__main__":
    names = sys.argv[1:]
    content = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    lines = requirements(content["project"], [n for n in names if n != "--alone"], alone="--alone" in names)
    sys.stdout.write("".join(f"{line}\n" for line in lines))
