"""The guide: built strictly, true of the program, its examples run as they stand, nothing fetched from elsewhere."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import compress, pairwise
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Route

from docs.hooks import on_page_markdown
from emoclassify.cli import _parser
from emoclassify.jobs.settings import settings_of
from emoclassify.local_token import make_token
from emoclassify.networks.models import expression_model, voice_model
from emoclassify.outputs.tables.columns import TABLES
from emoclassify.settings import options_of
from emoclassify.words.messages import TEMPLATES
from tests.support.browsing import PATIENCE_S, browser, chromium
from tests.support.recognizers import bursts
from tests.support.respondents import with_picture
from tests.support.serving import MP4, Served, StandIn, served
from tests.support.sides import wav
from tests.support.sources import ROOT, sources
from voice_model.__main__ import _parser as workshop

pytestmark = pytest.mark.whole

PAGES = sources("docs", pattern="*.md")
SERVER = "http://127.0.0.1:8000"
GUIDE = "http://127.0.0.1:9"
"""Where nothing listens: a browser is answered by the test itself."""


def blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_every_command_of_the_guide_is_understood(page: Path) -> None:
    for block in blocks(page, "sh"):
        for line in block.splitlines():
            if line.startswith("emoclassify "):
                assert callable(_parser().parse_args(shlex.split(line.split(" #")[0])[1:]).run), line
            if line.startswith("python -m voice_model "):
                assert callable(workshop().parse_args(shlex.split(line.split(" #")[0])[3:]).command), line
            if line.startswith("make "):
                assert re.search(rf"^{line.split()[1]}:", (ROOT / "Makefile").read_text(), re.MULTILINE), line


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_every_setting_that_the_guide_names_exists(page: Path) -> None:
    known = {setting.variable for setting in (*settings_of(), *options_of())}
    known |= {"EMOCLASSIFY_CACHE_DIR", "EMOCLASSIFY_API_URL", "EMOCLASSIFY_PUBLIC_API_URL", "EMOCLASSIFY_DEBUG"}
    assert set(re.findall(r"\bEMOCLASSIFY_[A-Z_]+\b", page.read_text())) <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_table_and_card_that_a_page_names_is_filled_in(page: Path) -> None:
    assert "<!-- " not in on_page_markdown(page.read_text())


def test_every_claim_of_the_security_page_has_its_test() -> None:
    text = (ROOT / "docs" / "security.md").read_text()
    lines = text.splitlines()
    is_claim = [line.startswith("| ") and not after.startswith("|--") for line, after in pairwise([*lines, ""])]
    claims = [line.split("|")[1:-1] for line in compress(lines, is_claim)]
    assert len(claims) >= 50
    for *claim, tests in claims:
        names = re.findall(r"`(tests/\S+\.py)`", tests)
        assert names, claim
        assert all((ROOT / name).is_file() for name in names), names
    assert "(docs/security.md)" in (ROOT / "SECURITY.md").read_text()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The guide, built strictly."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    return folder


@pytest.mark.slow
def test_the_guide_is_built_strictly_and_fetches_nothing(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) >= len(PAGES)
    fetched = re.compile(r"<(?:script|img|iframe|link)\b[^>]*\b(?:src|href)=[\"']?(?:https?:)?//[^\"'\s>]+")
    for page in pages:
        assert not fetched.findall(page.read_text()), page
    operators = (site / "operators" / "index.html").read_text().replace("<wbr>", "")
    assert all(setting.variable in operators for setting in (*settings_of(), *options_of()))
    listed = (site / "options" / "index.html").read_text()
    assert all(f"<code>--{option.dashed}</code>" in listed for option in options_of())
    researchers = (site / "researchers" / "index.html").read_text()
    for columns in TABLES.values():
        assert all(f"<code>{column.name}</code>" in researchers for column in columns)
    problems = (site / "problems" / "index.html").read_text().replace("<wbr>", "")
    assert all(f"<code>{code}</code>" in problems for code in TEMPLATES)
    models = (site / "models" / "index.html").read_text()
    assert "FER2013" in models
    for model in (expression_model(), voice_model()):
        assert model.scores is not None
        assert all(f"<td>{found['set']}</td>" in models for found in model.scores["sets"])


@pytest.mark.slow
@pytest.mark.parametrize("width_px", [1280, 390])
def test_in_a_browser_the_guide_asks_for_its_own_files_and_fits_the_page(site: Path, width_px: int) -> None:
    if chromium() is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    refused = []

    def answer(route: Route) -> None:
        path = site / urlsplit(route.request.url).path.lstrip("/")
        file = path / "index.html" if path.is_dir() else path
        if route.request.url.startswith(GUIDE) and file.is_file():
            route.fulfill(path=file)
        else:
            refused.append(route.request.url)
            route.abort()

    with browser() as started:
        page = started.new_page(viewport={"width": width_px, "height": 900})
        page.route("**/*", answer)
        for one in PAGES:
            page.goto(f"{GUIDE}/{'' if one.stem == 'index' else one.stem + '/'}", timeout=1000 * PATIENCE_S)
            page.wait_for_load_state("networkidle", timeout=1000 * PATIENCE_S)
            assert page.evaluate("document.documentElement.scrollWidth") <= width_px, one.stem
    assert not refused


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    (tmp_path / "talk.mp4").write_bytes(MP4)
    for name in ("agent", "customer"):
        (tmp_path / f"{name}.wav").write_bytes(wav(bursts(1.0)))
    with served(tmp_path / "data", token=make_token(tmp_path / "data" / "token")) as running:
        yield running


@pytest.fixture
def films(tmp_path: Path) -> Iterator[Served]:
    """A server to which every recording is one with a picture."""
    token = make_token(tmp_path / "data" / "token")
    with served(tmp_path / "data", StandIn(with_picture()), token=token) as running:
        yield running


@pytest.mark.process
def test_the_python_examples_run(server: Served, tmp_path: Path) -> None:
    examples = blocks(ROOT / "docs" / "scripts.md", "python")
    assert len(examples) == 5
    for example in examples:
        code = example.replace(SERVER, server.url)
        environ = {**os.environ, "PYTHONPATH": str(ROOT), "EMOCLASSIFY_DATA_DIR": str(tmp_path / "data")}
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "results" / "talk.mp4" / "analysis.json").exists()


@pytest.mark.process
def test_the_example_of_collecting_runs(films: Served, tmp_path: Path) -> None:
    example, screening = blocks(ROOT / "docs" / "collect.md", "python")
    for name in "AB":
        (tmp_path / f"{name}.mp4").write_bytes(MP4 + name.encode())
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "EMOCLASSIFY_DATA_DIR": str(tmp_path / "data")}
    code = example.replace("https://lab.example", films.url)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    page = httpx.get(done.stdout.strip() + "/study", trust_env=False).json()
    assert page["title"] == "Two short films"
    again = f"{code}\n{screening}\nprint(Client({films.url!r}).set_fieldwork(study['id'], settings)['cells'])"
    done = subprocess.run([sys.executable, "-c", again], cwd=tmp_path, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "women 18-34" in done.stdout.splitlines()[-1]


@pytest.mark.process
def test_the_curl_example_runs(server: Served, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    (example,) = (block for block in blocks(ROOT / "docs" / "scripts.md", "sh") if "curl" in block)
    script = "set -e\n" + example.replace(SERVER, server.url)
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environ = {**os.environ, "PATH": programs, "PYTHONPATH": str(ROOT), "EMOCLASSIFY_DATA_DIR": str(tmp_path / "data")}
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "all.zip").stat().st_size > 100
