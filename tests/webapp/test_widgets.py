"""The page's JavaScript: put together as Streamlit takes it, and its functions that need no browser."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from emoclassify.media.formats import KNOWN_PATTERN, is_known
from tests.support.signatures import STARTS
from tests.support.sources import sources
from webapp.widgets import FOLDER
from webapp.widgets.modules import one_script

SCRIPTS = Path(__file__).parent / "scripts"
NAMES = sorted(path.parent.name for path in FOLDER.glob("*/main.js"))
LONGEST_FILE, LONGEST_LINE = 400, 120


def node(*arguments: str | Path, **given: Any) -> subprocess.CompletedProcess[str]:
    """Runs node; the test is skipped where it is absent."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("node is not installed (apt-get install nodejs)")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False, **given)


def written(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text)
    return folder / "main.js"


def test_there_are_these_widgets() -> None:
    assert NAMES == ["jobs", "key", "link", "people", "player", "remember", "table", "transcript", "uploader"]


@pytest.mark.process
@pytest.mark.parametrize("name", NAMES)
def test_each_widget_is_one_module_that_imports_nothing(name: str, tmp_path: Path) -> None:
    script = one_script(FOLDER / name / "main.js")
    assert len(re.findall(r"^export default function", script, re.MULTILINE)) == 1
    assert not re.findall(r"^import\b|^export (?!default)", script, re.MULTILINE)
    checked = tmp_path / "widget.mjs"
    checked.write_text(script)
    done = node("--check", checked)
    assert done.returncode == 0, done.stderr


@pytest.mark.process
def test_modules_share_what_they_export_and_nothing_else(tmp_path: Path) -> None:
    main = written(
        tmp_path,
        main='import { A } from "./a.js";\nimport { b } from "./b.js";\nimport { count } from "./count.js";\n'
        'const own = "main";\nconsole.log(own, b(), new A().name, count.n);\n',
        a='import { count } from "./count.js";\nconst own = "a";\nexport class A { name = own }\ncount.n += 1;\n',
        b='import {\n  A,\n} from "./a.js";\nconst own = "b";\nexport function b() { return own + new A().name }\n',
        count="export const count = { n: 0 };\n",
    )
    together = tmp_path / "together.mjs"
    together.write_text(one_script(main))
    assert node(together).stdout == "main ba a 1\n"


def test_files_and_lines_are_short() -> None:
    for path in sources("webapp", pattern="*.js"):
        lines = path.read_text().splitlines()
        assert len(lines) <= LONGEST_FILE, path
        assert max(map(len, lines)) <= LONGEST_LINE, path


@pytest.mark.process
def test_functions_that_need_no_browser() -> None:
    done = node("--test", *sorted(sources("tests/webapp", pattern="*.test.js")))
    assert done.returncode == 0, done.stdout


@pytest.mark.process
def test_browser_and_server_judge_the_first_bytes_alike() -> None:
    starts = [start[:n] for start in STARTS for n in range(len(start) + 1)]
    starts += [start[:i] + bytes([start[i] ^ 1]) + start[i + 1 :] for start in STARTS for i in range(len(start))]
    starts += [bytes([one, other]) + b"\x00" * 14 for one in range(256) for other in range(256)]
    content = json.dumps({"pattern": KNOWN_PATTERN, "starts": [list(start) for start in starts]})
    taken = json.loads(node(SCRIPTS / "judge.js", input=content).stdout)
    expected = [is_known(start) for start in starts]
    assert taken == expected
    assert {True, False} == set(expected)
