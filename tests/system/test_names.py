"""A variable is a noun that says what it holds, read from the source."""

import ast
from collections.abc import Iterator

from tests.support.sources import parsed, sources

NO_NOUNS = {
    *("asked", "chosen", "drawn", "found", "given", "gone", "heard", "kept", "known", "listed", "made", "read"),
    *("seen", "sent", "shown", "taken", "told", "used", "wanted", "written"),
}
"""Words that say what was done with a thing, and not what it is."""


def variables(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Name and line of each variable and parameter; the fields of classes, which are formats of data, apart."""
    fields = {
        statement.target
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.AnnAssign)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node not in fields:
            yield node.id, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno


def test_variables_are_nouns() -> None:
    places = [
        f"{path.name}:{line}: {name}"
        for path in sources("emoclassify", "api", "webapp", "video", "voice_model", "benchmarks", "docker", "docs")
        for name, line in variables(parsed(path))
        if name in NO_NOUNS
    ]
    assert not places, places
