"""Outputs made again from a saved analysis."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emoclassify.cli import main
from emoclassify.outputs.folder import write_results
from emoclassify.settings import Options
from tests.support.findings import with_a_gap
from tests.support.written import chart_names

pytestmark = pytest.mark.whole

NETWORKS = {"torch", "torchvision", "transformers", "tensorflow", "keras", "openvino", "librosa", "facenet_pytorch"}
ASKED = Options(graph=True, xlsx=True, double_check=True)


def saved(folder: Path, options: Options) -> Path:
    found = with_a_gap()
    random = (
        np.random.default_rng(1).dirichlet(np.ones(7), len(found.faces)).astype(np.float32)
    )  # more digits than saved
    faces = tuple(replace(reading, scores=scores) for reading, scores in zip(found.faces, random, strict=True))
    write_results(replace(found, faces=faces, options=options), folder, options)
    return folder / "analysis.json"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "report.xlsx"}


@pytest.mark.parametrize("graph", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["tables", "charts too"])
def test_it_makes_what_the_analysis_made(graph: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(tmp_path / "a", replace(ASKED, graph=graph))
    assert main(["render", str(path), "--out", str(tmp_path / "b")]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told == [str(file) for file in map(Path, told) if file.is_file()]
    first, again = contents(tmp_path / "a"), contents(tmp_path / "b")
    assert again == {name: content for name, content in first.items() if name != "analysis.json"}
    assert (tmp_path / "b" / "report.xlsx").is_file()


def test_more_can_be_asked_for_and_nothing_else_is_touched(tmp_path: Path) -> None:
    path = saved(tmp_path, Options())
    before = contents(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    assert main(["render", str(tmp_path), "--graph", "--xlsx", "--lang", "ru"]) == 0
    after = contents(tmp_path)
    assert after.keys() == {*before, "notes.txt", *chart_names(with_a_gap())}
    assert {name: after[name] for name in before if name.endswith(".csv")} == {
        name: content for name, content in before.items() if name.endswith(".csv")
    }
    assert "столбец" in after["columns.md"].decode()
    changed = {"options", "outputs"}
    old, new = json.loads(before["analysis.json"]), json.loads(path.read_bytes())
    assert {name for name in new if new[name] != old[name]} == changed
    assert new["options"] == {**old["options"], "graph": True, "xlsx": True, "lang": "ru"}
    assert set(new["outputs"]) == {*after, "report.xlsx"} - {"notes.txt", "analysis.json"}


@pytest.mark.slow
def test_no_network_library_is_imported(tmp_path: Path) -> None:
    path = saved(tmp_path, ASKED)
    code = (
        "import sys; from emoclassify.cli import main\n"
        f"assert main(['render', {str(path)!r}, '--report', 'docx,pdf,html', '--lang', 'ru']) == 0\n"
        "print(*sys.modules, sep='\\n', file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert not NETWORKS & set(done.stderr.split())


@pytest.mark.parametrize("content", [None, "{", "[]", '{"schema": 0}', '{"schema": 1}'])
def test_what_is_no_analysis_is_one_clear_line(
    tmp_path: Path, content: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "analysis.json"
    if content is not None:
        path.write_text(content)
    assert main(["render", str(path)]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "Errno" not in told
    assert [file.name for file in tmp_path.iterdir()] == ([] if content is None else ["analysis.json"])
