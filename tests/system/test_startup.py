"""A start: how rarely garbage is looked for."""

import os
import subprocess
import sys

import pytest

from emoclassify import startup

COLLECTED_AFTER = "import gc; from emoclassify.cli import main; main(['models', 'list']); print(gc.get_threshold()[0])"


@pytest.mark.slow
def test_the_command_line_collects_rarely() -> None:
    command = [sys.executable, "-c", COLLECTED_AFTER]
    printed = subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ)).stdout
    assert int(printed.splitlines()[-1]) == startup._NEW_OBJECTS
