"""What stands in one place: the states of a job, and the statements on the table of jobs."""

import ast

from emoclassify.job_states import ACTIVE, ENDED, SHOWN, JobState
from tests.support.sources import ROOT, parsed, sources

STATES_FILE = ROOT / "emoclassify" / "job_states.py"
QUERIES_FILE = ROOT / "emoclassify" / "jobs" / "queries.py"
FILES = sources("emoclassify", "api", "webapp")


def test_every_state_that_is_shown_is_active_or_ended() -> None:
    assert not ACTIVE & ENDED
    assert set(SHOWN) == ACTIVE | ENDED == set(JobState) - {JobState.DELETING}


def test_the_states_are_written_in_one_file() -> None:
    """Of those, the words that mean nothing else in the program."""
    states = {JobState.QUEUED, JobState.DELETING}
    written = {
        path
        for path in FILES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and node.value in states
    }
    assert written == {STATES_FILE}


def test_one_module_asks_the_table_of_jobs() -> None:
    importing = {
        path
        for path in FILES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and node.module == "emoclassify.jobs.tables"
        if "jobs" in {alias.name for alias in node.names}
    }
    assert importing == {QUERIES_FILE}
    texts = [path for path in FILES if "FROM jobs" in path.read_text()]
    assert texts == []
