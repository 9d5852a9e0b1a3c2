"""How a command begins: the process that reads recordings is on its way before what takes long is imported."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from emoclassify.child import Child
from emoclassify.confine import Bounds
from emoclassify.errors import ModelError

pytestmark = pytest.mark.process

_SLOW = ("numpy", "av", "openvino", "matplotlib", "PIL", "pptx", "docx")


def _imported(statement: str) -> set[str]:
    """Which of the slow packages a new process has after a statement."""
    command = f"{statement}\nimport sys\nprint(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    return {*_SLOW} & {*told.stdout.split()}


def test_the_command_line_starts_without_what_takes_long_to_import() -> None:
    assert _imported("import emoclassify.cli") == set()


def test_a_report_is_made_without_what_makes_slides() -> None:
    assert "pptx" not in _imported("import emoclassify.outputs.report.write")


def test_a_process_whose_bounds_cannot_be_told_takes_no_task_for_them(tmp_path: Path) -> None:
    calls = []

    def more_readable() -> Iterable[Path]:
        calls.append(1)
        if len(calls) == 1:
            raise ModelError("model_no_folder", path="away")
        return ()

    with Child(bounds=Bounds(tmp_path), more_readable=more_readable) as child:
        with pytest.raises(ModelError):
            child.missing_limits()
        assert child.pid is None
        assert "seccomp" not in child.missing_limits()
        assert child.pid is not None


def test_what_a_confined_process_imports_is_kept_compiled_though_it_may_not_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "kept"))
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    bounds = Bounds(tmp_path / "temporary")
    with Child(bounds=bounds) as child:
        child.missing_limits()
    kept = {path.name.split(".")[0] for path in (tmp_path / "kept").rglob("*.pyc")}
    assert {"pipeline", "figure", "mtcnn", "rewrite", "pdf", "docx", "_ov_api"} <= kept
    with Child(bounds=bounds) as child:
        assert child.call(_imported_already, on_progress=lambda *_: None) == []


def _imported_already(_tell: object) -> list[str]:
    """Runs in the process: which of the slow packages it has before any task, but for numpy."""
    return sorted({*_SLOW} & {*sys.modules} - {"numpy"})


def test_nothing_is_imported_ahead_where_python_is_told_to_keep_nothing() -> None:
    command = "import sys; from emoclassify.bytecode import keep_bytecode; print(keep_bytecode(), *sys.modules)"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    told = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, text=True, check=True, env=environment
    ).stdout
    assert told.startswith("[] ")
    assert "matplotlib" not in told.split()
