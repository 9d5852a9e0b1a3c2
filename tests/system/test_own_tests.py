"""The tests themselves: where they lie, what they share, and that those who read the source find it."""

import ast
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.sources import FOLDERS, ROOT, imported, parsed, sources
from tests.support.starts import starts

LONGEST_FILE = 400
FILES = sources("tests")
NO_TESTS = ("__init__.py", "conftest.py")
SECONDS_TO_LOAD = {"torch", "transformers", "librosa", "sklearn", "mne", "statsmodels", "tensorflow"}
SOURCES_FILE = ROOT / "tests" / "support" / "sources.py"


def test_files_of_tests_share_what_is_in_the_support_folder_alone() -> None:
    for path in FILES:
        ours = {name for name in imported(path) if name.split(".")[0] == "tests"}
        assert all(name.startswith("tests.support.") for name in ours), f"{path}: {ours}"


def test_every_file_lies_in_the_folder_of_a_part_and_is_not_long() -> None:
    for path in FILES:
        folder = path.parent.relative_to(ROOT / "tests")
        assert (path.parent / "__init__.py").exists(), path
        assert len(path.read_text().splitlines()) <= LONGEST_FILE, path
        if path.name not in NO_TESTS:
            assert len(folder.parts) == 1, path
            assert path.name.startswith("test_") == (folder.name != "support"), path


def test_one_module_looks_for_the_projects_files() -> None:
    """Any other could forget the folders below, and hold nothing where it finds nothing."""
    for path in set(FILES) - {SOURCES_FILE}:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Attribute) and node.attr in ("glob", "rglob", "iterdir"):
                names = {name.id for name in ast.walk(node.value) if isinstance(name, ast.Name)}
                assert not names & {"ROOT", "PACKAGE", "__file__"}, f"{path}:{node.lineno}"
            if isinstance(node, ast.Subscript):
                assert ast.unparse(node) != "Path(__file__).parents[2]", f"{path}:{node.lineno}: take ROOT"


def test_looking_into_a_folder_without_such_files_is_an_error() -> None:
    assert sources("api", "webapp", pattern="README.md") == [ROOT / "api" / "README.md", ROOT / "webapp" / "README.md"]
    with pytest.raises(AssertionError, match=r"no page\.py in api"):
        sources("webapp", "api", pattern="page.py")


@pytest.mark.process
def test_every_folder_of_the_project_is_listed() -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no checkout of git")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    tops = {Path(name).parts[0] for name in listed.splitlines() if len(Path(name).parts) > 1}
    assert {name for name in tops if not name.startswith(".")} == set(FOLDERS)


@pytest.mark.process
def test_a_program_and_a_server_that_a_test_starts_are_noticed() -> None:
    assert not starts
    subprocess.run([sys.executable, "-c", ""], check=True)
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
    assert starts == [sys.executable, "a server at ('127.0.0.1', 0)"]


@pytest.mark.slow
def test_the_unit_tests_load_no_library_that_takes_seconds() -> None:
    made = subprocess.run(["make", "-n", "unit"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    choice = made.split(' -m "')[1].split('"')[0]
    program = (
        "import sys, pytest; rc = pytest.main(['-q', '--collect-only', '-p', 'no:cacheprovider', '-m', sys.argv[1]]);"
        f"print(int(rc), sorted({SECONDS_TO_LOAD} & sys.modules.keys()))"
    )
    run = subprocess.run([sys.executable, "-c", program, choice], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.stdout.splitlines()[-1] == "0 []"
