"""Every notebook runs from its first cell to its last, and is kept in git without outputs."""

import ast
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from emoclassify.outputs.folder import write_results
from emoclassify.settings import Options
from tests.support.findings import analysis, face
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


def study_of_eight(folder: Path) -> None:
    """Two ads of 4 s. A: neutral; r1 to r4 are away from 3.0 to 3.5 s, r8 from 1.0 s on. B: happy from 1 to 2 s."""
    rows = ["recording,respondent,ad", "lost.mp4,r1,A"]
    times_s = [round(0.2 * i, 1) for i in range(20)]
    for number in range(1, 9):
        for ad in "AB":
            away = ad == "A" and (3.0 if number < 5 else 1.0 if number == 8 else 9.0)
            until = 3.5 if number < 5 else 9.0
            seen = [(i, t) for i, t in enumerate(times_s) if not (away and away <= t < until)]
            faces = [face(i, t, "happy" if ad == "B" and 1 <= t < 2 else "neutral") for i, t in seen]
            name = f"{ad}/r{number}.mp4"
            rows.append(f"{name},r{number},{ad}")
            write_results(analysis(faces, times_s), folder / name, Options())
    (folder / "study.csv").write_text("\n".join(rows))


@pytest.mark.slow
def test_the_study_notebook_tells_what_is_in_the_recordings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study_of_eight(tmp_path / "results")
    monkeypatch.setenv("EMOCLASSIFY_STUDY", str(tmp_path / "results"))
    told = """dict(
        left_out=dict(zip(left_out["recording"], left_out["coverage"])),
        seen={ad: curves[ad]["n"].tolist() for ad in ADS},
        mean={ad: curves[ad]["mean"].round(4).fillna(-9).tolist() for ad in ADS},
        positive=shares.loc["ad", "positive"].round(4).to_dict(),
        pairs=len(pairs), difference=round(whole.difference, 4), p=round(whole.p, 6),
        anywhere=round(anywhere.p, 6), ways=anywhere.n_permutations,
    )"""
    found = run(nbformat.read(FOLDER / "study.ipynb", as_version=4), tmp_path, monkeypatch, told)
    neutral, happy = -0.15, 0.5  # the valence of seven scores, one of them 0.7 and six 0.05
    assert found["left_out"] == {"A/r8.mp4": 0.25}
    assert found["seen"] == {"A": [7] * 6 + [3, 7], "B": [8] * 8}
    assert found["mean"] == {"A": [neutral] * 6 + [-9, neutral], "B": [neutral] * 2 + [happy] * 2 + [neutral] * 4}
    assert found["positive"] == {"A": 0.1, "B": round(0.1 * 6 / 8 + 0.75 * 2 / 8, 4)}
    assert found["pairs"] == 7
    assert found["difference"] == pytest.approx((happy - neutral) * 2 / 8, abs=1e-4)
    assert found["p"] == 2 / 2**7
    assert (found["anywhere"], found["ways"]) == (2 / 2**7, 2**7)
