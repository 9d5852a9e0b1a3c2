"""Prints what is installed here: as CycloneDX 1.5 (JSON), or with `--licences` as a table.

Run it with the Python of the environment that is asked about: `.venv/bin/python docker/sbom.py > sbom.json`.
"""

import json
import sys
from importlib.metadata import Distribution, distributions
from typing import Any

_LONGEST_LICENCE = 60
_TROVE = "License :: "


def installed() -> list[Distribution]:
    """All distributions of this environment, each once, by name."""
    found = {_name(one): one for one in distributions() if one.metadata["Name"]}
    return [found[name] for name in sorted(found)]


def licence_of(one: Distribution) -> str:
    """As its makers state it: an SPDX expression, a short text, or what they are classified under; else empty."""
    facts = one.metadata
    if expression := facts.get("License-Expression"):
        return str(expression)
    trove = [line.split(" :: ")[-1] for line in facts.get_all("Classifier") or [] if line.startswith(_TROVE)]
    text = (facts.get("License") or "").strip()
    short = text if "\n" not in text and len(text) <= _LONGEST_LICENCE and text != "UNKNOWN" else ""
    return short or ", ".join(trove)


def bill(found: list[Distribution]) -> dict[str, Any]:
    """The bill of materials."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "components": [
            {
                "type": "library",
                "name": _name(one),
                "version": one.version,
                "purl": f"pkg:pypi/{_name(one)}@{one.version}",
                "licenses": [{"license": {"name": licence}}] if (licence := licence_of(one)) else [],
            }
            for one in found
        ],
    }


def table(found: list[Distribution]) -> str:
    """A line for each."""
    return "\n".join(f"{_name(one)}\t{one.version}\t{licence_of(one) or 'not stated'}" for one in found)


def _name(one: Distribution) -> str:
    return str(one.metadata["Name"]).lower().replace("_", "-")


if __name__ == "__main__":
    listed = installed()
    sys.stdout.write(table(listed) if "--licences" in sys.argv else json.dumps(bill(listed), indent=1))
    sys.stdout.write("\n")
