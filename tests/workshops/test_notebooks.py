"""Every notebook runs from its first cell to its last, and is kept in git without outputs."""

import ast
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.support.panels import write_study
from tests.support.sources import ROOT, sources

pytestmark = pytest.mark.whole

FOLDER = ROOT / "notebooks"
NOTEBOOKS = sources("notebooks", pattern="*.ipynb")
CELL_TIMEOUT_S = 120


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> nbformat.NotebookNode:
    return nbformat.read(request.param, as_version=4)


def test_notebooks_are_kept_without_outputs(notebook: nbformat.NotebookNode) -> None:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert not any(cell.outputs or cell.execution_count for cell in code)


def run(notebook: nbformat.NotebookNode, folder: Path, monkeypatch: pytest.MonkeyPatch, told: str) -> Any:
    """Runs every cell, and returns what an expression is worth at the end."""
    from nbclient import NotebookClient

    # No kernel, configuration or history of the machine's user: "python3" is then the kernel of this very environment.
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "MPLCONFIGDIR"):
        monkeypatch.setenv(name, str(folder / name))
    notebook.cells.append(nbformat.v4.new_code_cell(f"import sys; ({told})"))
    client = NotebookClient(notebook, timeout=CELL_TIMEOUT_S, kernel_name="python3")
    client.execute(cwd=str(folder))  # raises where a cell does
    return ast.literal_eval(notebook.cells[-1].outputs[0].data["text/plain"])


@pytest.mark.slow
@pytest.mark.model
def test_notebooks_run(notebook: nbformat.NotebookNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(notebook, tmp_path, monkeypatch, "sys.executable") == sys.executable


@pytest.mark.slow
def test_the_call_notebook_counts_answers_and_the_course_of_the_voice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of its made call: the agent ends at 8 s and the customer answers at 9 s, and so on."""
    monkeypatch.delenv("EMOCLASSIFY_CALL", raising=False)
    told = """dict(
        answers=answer_times["median"].to_dict(), n=answer_times["count"].to_dict(),
        course=course.to_dict(), episodes=tables["episodes"].start.tolist(), rows=len(turns),
    )"""
    found = run(nbformat.read(FOLDER / "call.ipynb", as_version=4), tmp_path, monkeypatch, told)
    # The agent answers after 1, 2 and 1 s; the customer after 1, -2 and 2 s.
    assert found["answers"] == {"agent": 1.0, "customer": 1.0}
    assert found["n"] == {"agent": 3, "customer": 3}
    # One clear emotion has 0.7, each other one 0.05.
    assert found["course"] == {"first": -0.8, "second": -0.8, "third": 0.5}
    assert found["episodes"] == [9.0, 24.0]
    assert found["rows"] == 7


@pytest.mark.slow
def test_the_study_notebook_tells_what_is_in_the_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_study(tmp_path / "study", n=8)
    monkeypatch.setenv("EMOCLASSIFY_STUDY", str(tmp_path / "study"))
    told = """dict(
        people=people_sentence(study, Words(LANG)),
        joke=tables["scenes"].query("first == 'A' and second == 'B' and scene == 'joke'")["difference"].round(4).item(),
        curves=curves.shape, drawn=sorted(captions),
    )"""
    found = run(nbformat.read(FOLDER / "study.ipynb", as_version=4), tmp_path, monkeypatch, told)
    assert found["people"] == "16 of 16 viewings count, of 8 people."
    assert found["joke"] == pytest.approx(0.5, abs=0.05)
    assert found["curves"] == (8, 60)
    assert {"film-1-happy", "film-2-happy", "comparison-1-happy", "who-counts"} <= set(found["drawn"])
