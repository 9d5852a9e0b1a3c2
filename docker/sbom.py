"""Prints the packages of this environment: as CycloneDX 1.5 (JSON), or with `--licences` as a table.

Run it with the Python of that environment: `.venv/bin/python docker/sbom.py > sbom.json`.
"""

import json
import sys
from importlib.metadata import Distribution, distributions
from typing import Any

_LONGEST_LICENCE = 60
_TROVE = "License :: "


def installed() -> list[Distribution]:
    """All distributions of this environment, each once, sorted by name."""
    by_name = {_name(package): package for package in distributions() if package.metadata["Name"]}
    return [by_name[name] for name in sorted(by_name)]


def licence_of(package: Distribution) -> str:
    """The licence that a package states: an SPDX expression, a short text, or its classifiers; else empty."""
    facts = package.metadata
    if expression := facts.get("License-Expression"):
        return str(expression)
    trove = [line.split(" :: ")[-1] for line in facts.get_all("Classifier") or [] if line.startswith(_TROVE)]
    text = (facts.get("License") or "").strip()
    short = text if "\n" not in text and len(text) <= _LONGEST_LICENCE and text != "UNKNOWN" else ""
    return short or ", ".join(trove)


def bill(packages: list[Distribution]) -> dict[str, Any]:
    """The bill of materials."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "components": [
            {
                "type": "library",
                "name": _name(package),
                "version": package.version,
                "purl": f"pkg:pypi/{_name(package)}@{package.version}",
                "licenses": [{"license": {"name": licence}}] if (licence := licence_of(package)) else [],
            }
            for package in packages
        ],
    }


def table(packages: list[Distribution]) -> str:
    """A line for each package: name, version, licence."""
    return "\n".join(
        f"{_name(package)}\t{package.version}\t{licence_of(package) or 'not stated'}" for package in packages
    )


def _name(package: Distribution) -> str:
    return str(package.metadata["Name"]).lower().replace("_", "-")


if __name__ == "__main__":
    packages = installed()
    sys.stdout.write(table(packages) if "--licences" in sys.argv else json.dumps(bill(packages), indent=1))
    sys.stdout.write("\n")
