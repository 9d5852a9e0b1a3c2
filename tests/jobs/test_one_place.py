"""What stands in one place: the states of a job, and the statements on the table of jobs."""

import ast
from collections.abc import Iterator
from pathlib import Path

from emoclassify.job_states import ACTIVE, ENDED, SHOWN, JobState

ROOT = Path(__file__).parents[2]
STATES_FILE = ROOT / "emoclassify" / "job_states.py"
QUERIES_FILE = ROOT / "emoclassify" / "jobs" / "queries.py"


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for folder in ("emoclassify", "api", "webapp"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text())


def test_every_state_that_is_shown_is_active_or_ended() -> None:
    assert not ACTIVE & ENDED
    assert set(SHOWN) == ACTIVE | ENDED == set(JobState) - {JobState.DELETING}


def test_the_states_are_written_in_one_file() -> None:
    """Of those, the words that mean nothing else in the program."""
    states = {JobState.QUEUED, JobState.DELETING}
    written = {
        path
        for path, module in sources()
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and node.value in states
    }
    assert written == {STATES_FILE}


def test_one_module_asks_the_table_of_jobs() -> None:
    importing = {
        path
        for path, module in sources()
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module == "emoclassify.jobs.tables"
        if "jobs" in {alias.name for alias in node.names}
    }
    assert importing == {QUERIES_FILE}
    texts = [path for path, _ in sources() if "FROM jobs" in path.read_text()]
    assert texts == []
