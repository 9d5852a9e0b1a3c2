"""Joins the JavaScript modules of a widget into one script, since Streamlit takes one text for each widget."""

import re
from pathlib import Path

_IMPORT = re.compile(r'^import (?P<names>\{[^}]*\}) from "(?P<path>\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|class|function|async function) (?P<name>\w+))", re.MULTILINE)


def one_script(main: Path) -> str:
    """A module with everything that `main` imports, in the order in which it is needed.

    Each module but `main` becomes a function that is called once and returns its exports, so that its other names stay
    private. Modules import names in braces from relative paths, and export constants, classes and functions.
    """
    scripts: dict[Path, str] = {}
    text = _with_its_imports(main.resolve(), scripts)
    return "\n".join([*scripts.values(), text])


def _with_its_imports(path: Path, scripts: dict[Path, str]) -> str:
    """The text of a module with constants in place of its imports; adds the imported modules to `scripts`."""

    def constant_of(match: re.Match[str]) -> str:
        imported_path = (path.parent / match["path"]).resolve()
        if imported_path not in scripts:
            text = _with_its_imports(imported_path, scripts)
            scripts[imported_path] = _called_once(f"module{len(scripts)}", text)
        number = list(scripts).index(imported_path)
        return f"const {match['names']} = module{number};\n"

    return _IMPORT.sub(constant_of, path.read_text(encoding="utf-8"))


def _called_once(name: str, text: str) -> str:
    exports = ", ".join(match["name"] for match in _EXPORT.finditer(text))
    return f"const {name} = (() => {{\n{_EXPORT.sub('', text)}return {{ {exports} }};\n}})();\n"
