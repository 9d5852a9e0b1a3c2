"""A start: how rarely garbage is looked for, and with how many threads numpy computes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from emoclassify import startup
from emoclassify.child import _environment

COLLECTED_AFTER = "import gc; from emoclassify.cli import main; main(['models', 'list']); print(gc.get_threshold()[0])"


@pytest.mark.slow
def test_the_command_line_collects_rarely() -> None:
    command = [sys.executable, "-c", COLLECTED_AFTER]
    printed = subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ)).stdout
    assert int(printed.splitlines()[-1]) == startup._NEW_OBJECTS


def test_who_opens_recordings_has_one_thread_of_numpys(tmp_path: Path) -> None:
    assert _environment({"HOME": str(tmp_path)}, None).items() >= startup.NUMPY_THREADS.items()
