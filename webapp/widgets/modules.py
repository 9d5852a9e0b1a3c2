"""Puts the JavaScript modules of a widget together: Streamlit takes one text a widget."""

import re
from pathlib import Path

_IMPORT = re.compile(r'^import (?P<names>\{[^}]*\}) from "(?P<path>\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|class|function|async function) (?P<name>\w+))", re.MULTILINE)


def one_script(main: Path) -> str:
    """A module with everything that `main` imports, in the order in which it is needed.

    What a module does not export stays its own: each but `main` becomes a function that is called once and gives its
    exports. Modules import names in braces from relative paths, and export constants, classes and functions.
    """
    scripts: dict[Path, str] = {}
    text = _with_its_imports(main.resolve(), scripts)
    return "\n".join([*scripts.values(), text])


def _with_its_imports(path: Path, scripts: dict[Path, str]) -> str:
    """The text of a module whose imports were added to `scripts`, and are taken from there."""

    def taken(match: re.Match[str]) -> str:
        wanted = (path.parent / match["path"]).resolve()
        if wanted not in scripts:
            text = _with_its_imports(wanted, scripts)
            scripts[wanted] = _called_once(f"module{len(scripts)}", text)
        number = list(scripts).index(wanted)
        return f"const {match['names']} = module{number};\n"

    return _IMPORT.sub(taken, path.read_text(encoding="utf-8"))


def _called_once(name: str, text: str) -> str:
    exports = ", ".join(match["name"] for match in _EXPORT.finditer(text))
    return f"const {name} = (() => {{\n{_EXPORT.sub('', text)}return {{ {exports} }};\n}})();\n"
