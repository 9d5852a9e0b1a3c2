"""Kills and other faults on two machines lose nothing, do nothing twice and leave nothing.

`EMOCLASSIFY_KILL_JOBS=200` for the long run.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.sources import ROOT
from tests.support.two_machines import most_s

N_JOBS = int(os.environ.get("EMOCLASSIFY_KILL_JOBS", "10"))


def why_not() -> str:
    for name, package in {"ip": "iproute2", "redis-server": "redis-server", "nsenter": "util-linux"}.items():
        if shutil.which(name) is None:
            return f"{name} is not installed (apt-get install {package})"
    tried = subprocess.run(["unshare", "--net", "ip", "link", "set", "lo", "up"], capture_output=True, check=False)
    return "" if tried.returncode == 0 and os.getuid() == 0 else "network namespaces may not be made here"


@pytest.mark.slow
@pytest.mark.timeout(most_s(N_JOBS))
def test_faults_on_two_machines_lose_nothing_do_nothing_twice_and_leave_nothing(tmp_path: Path) -> None:
    if reason := why_not():
        pytest.skip(reason)
    command = ["unshare", "--net", sys.executable, "-m", "tests.support.two_machines", str(tmp_path), str(N_JOBS)]
    done = subprocess.run(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
    found = json.loads(done.stdout)

    assert found["status"] == 0
    assert found["states"] == {"completed": N_JOBS}
    n_others = found["others"] + found["gone"]
    assert N_JOBS <= sum(found["ends"].values()) <= N_JOBS + n_others  # each was ended once
    assert found["left"] == []
    assert found["names"] == found["results_of_their_own"] == N_JOBS
    assert found["kills"]
    print(found)  # noqa: T201  # shown by -s
    if N_JOBS >= 100:  # with few jobs and a busy machine all may be done before each had its turn
        faults = {"worker 1", "worker 2", "redis", "postgres", "cancel", "delete", "expire", "full disk"}
        assert set(found["kills"]) == faults
