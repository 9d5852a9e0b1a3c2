"""The wheel: whole, and good in any folder; and the list of what it stands on."""

import json
import os
import re
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from emoclassify.outputs.folder import write_results
from emoclassify.settings import Options
from tests.support.findings import with_a_gap
from tests.support.sources import ROOT
from tests.support.watching import write_watch

SENT_AWAY = "sent_away.txt"
SOURCES = ("emoclassify", "api", "webapp")
DATA = (
    ".html",
    ".js",
    ".css",
    ".json",
    ".toml",
    ".md",
    ".mo",
    ".mp4",
    ".safetensors",
    ".xml",
    ".bin",
    ".onnx",
    ".py",
    ".typ",
    ".svg",
    ".docx",
    ".ttf",
    ".woff2",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(folder)
    return folder


def tracked() -> list[str]:
    """The files of the programs and the library that git knows."""
    listed = subprocess.run(["git", "ls-files", *SOURCES], cwd=ROOT, check=True, capture_output=True, text=True)
    return listed.stdout.splitlines()


@pytest.mark.slow
def test_every_file_of_the_programs_is_in_the_wheel(unpacked: Path) -> None:
    for name in tracked():
        if name.endswith(DATA):
            inside = name if name.startswith("emoclassify/") else f"emoclassify/programs/{name}"
            assert (unpacked / inside).read_bytes() == (ROOT / name).read_bytes(), name


@pytest.mark.slow
def test_the_wheel_holds_the_licences_and_nothing_strange(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        names = file.namelist()
    assert any(re.fullmatch(r"emoclassify-.*\.dist-info/licenses/LICENSE", name) for name in names)
    for model in ("expression", "mtcnn", "silero-vad", "voice", "voice-large"):
        assert f"emoclassify/assets/models/{model}/LICENSE" in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"emoclassify"}
    assert not [name for name in names if "__pycache__" in name]
    assert wheel.stat().st_size < 30 * 1024**2


def run(unpacked: Path, folder: Path, *arguments: str) -> str:
    environ = {**os.environ, "PYTHONPATH": str(unpacked)}
    done = subprocess.run([sys.executable, *arguments], cwd=folder, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_it_finds_its_programs_and_models_from_any_folder(unpacked: Path, tmp_path: Path) -> None:
    place = "import emoclassify, emoclassify.serve as s; print(emoclassify.__file__); print(s.programs())"
    package, programs = run(unpacked, tmp_path, "-c", place).splitlines()
    assert Path(package).is_relative_to(unpacked)
    assert Path(programs) == unpacked / "emoclassify" / "programs"
    assert (Path(programs) / "webapp" / "page.py").exists()
    run(unpacked, tmp_path, "-m", "emoclassify", "models", "verify")


def declared(wheel: Path, extra: str) -> list[Distribution]:
    """What the wheel asks for, plain or with one extra, and what that asks for in turn, as it is installed here."""
    with zipfile.ZipFile(wheel) as file:
        (name,) = (name for name in file.namelist() if name.endswith(".dist-info/METADATA"))
        asked = re.findall(r"^Requires-Dist: (.*)$", file.read(name).decode(), re.MULTILINE)
    found: dict[tuple[str, str], Distribution] = {}
    waiting = [(Requirement(line), {"", extra}) for line in asked]
    while waiting:
        wanted, extras = waiting.pop()
        if wanted.marker and not any(wanted.marker.evaluate({"extra": one}) for one in extras):
            continue
        for one in {"", *wanted.extras}:
            if (wanted.name, one) not in found:
                found[wanted.name, one] = distribution(wanted.name)
                waiting += [(Requirement(line), {one}) for line in found[wanted.name, one].requires or ()]
    return list(found.values())


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Makes a new virtual environment with the wheel and what it declares, and nothing else; the program in it.

    Packages are links to those installed here, so nothing is copied or fetched.
    """

    def make(extra: str) -> Path:
        folder = tmp_path_factory.mktemp(f"empty{extra}")
        venv.create(folder, with_pip=False, symlinks=True)
        (site,) = folder.glob("lib/python*/site-packages")
        for one in declared(wheel, extra):
            for name in {file.parts[0] for file in one.files or () if file.parts[0] not in ("..", "__pycache__")}:
                if not (site / name).exists():
                    (site / name).symlink_to(str(one.locate_file(name)))
        write_watch(site, folder / SENT_AWAY)
        pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--quiet"]
        subprocess.run([*pip, "--no-index", "--no-deps", str(wheel)], check=True, capture_output=True)
        return folder / "bin" / "emoclassify"

    return make


def call(program: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(program), *arguments], cwd=folder, capture_output=True, text=True)


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.timeout(900)  # twenty seconds, on a machine that has them
def test_what_the_wheel_declares_is_enough_for_the_demo(environment: Callable[[str], Path], tmp_path: Path) -> None:
    program = environment("")
    done = call(program, tmp_path, "demo")
    assert done.returncode == 0, done.stderr
    results = tmp_path / "emoclassify-demo"
    assert (results / "demo.mp4" / "analysis.json").exists()
    files = [*"--graph --xlsx --annotate --report docx,pdf,html --lang ru".split()]
    recording = ROOT / "emoclassify" / "assets" / "demo.mp4"
    done = call(program, tmp_path, "render", str(results / "demo.mp4"), "--media", str(recording), *files)
    assert done.returncode == 0, done.stderr
    needing = {"torch": ["analyze", str(recording), "--out", "by-torch", "--runtime", "torch"]}
    needing |= {"scale": ["merge", str(results)], "api": ["serve"]}
    for extra, arguments in needing.items():
        done = call(program, tmp_path, *arguments)
        assert done.returncode == 1
        assert f'pip install "emoclassify[{extra}]"' in done.stderr
    assert not (program.parents[1] / SENT_AWAY).exists(), "something reached beyond this machine"


@pytest.mark.slow
def test_what_the_scale_extra_declares_is_enough_to_merge(environment: Callable[[str], Path], tmp_path: Path) -> None:
    write_results(with_a_gap(), tmp_path / "results" / "made.mp4", Options())
    done = call(environment("scale"), tmp_path, "merge", "results")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "results" / "series.parquet").exists()


@pytest.mark.slow
def test_what_the_api_extra_declares_is_enough_to_serve(environment: Callable[[str], Path], tmp_path: Path) -> None:
    program = environment("api")
    done = call(program, tmp_path, "keys", "list")
    assert done.returncode == 0, done.stderr
    starts = "import api.__main__, emoclassify.jobs.process, emoclassify.remote.client, emoclassify.remote.submit"
    programs = "import sys, emoclassify.serve as s; sys.path.insert(0, str(s.programs())); "
    done = call(program.with_name("python"), tmp_path, "-c", programs + starts)
    assert done.returncode == 0, done.stderr
    done = call(program, tmp_path, "serve", "--web")
    assert 'pip install "emoclassify[web]"' in done.stderr


FREE = re.compile(r"MIT|BSD|Apache|ISC|PSF|Python Software|Unlicense|ZPL|MPL|Mozilla")
OTHER = {"psycopg": "LGPL", "psycopg-binary": "LGPL", "soxr": "LGPL", "python-dateutil": "Dual License"}
NOT_STATED = {"cuda-toolkit", "namex", "praatio", "pympi-ling"}
"""NVIDIA's; by their repositories Apache 2.0, MIT and MIT."""


@pytest.mark.process
def test_the_bill_of_materials_holds_every_pin_under_terms_that_the_guide_tells() -> None:
    made = subprocess.run([sys.executable, "docker/sbom.py"], cwd=ROOT, check=True, capture_output=True, text=True)
    parts = {canonicalize_name(part["name"]): part for part in json.loads(made.stdout)["components"]}
    lines = re.findall(r"^[\w.-]+==.*$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    pinned = [Requirement(line) for line in lines]
    wanted = {canonicalize_name(one.name) for one in pinned if one.marker is None or one.marker.evaluate()}
    assert len(wanted) > 200
    assert not wanted - set(parts)
    for name in wanted - NOT_STATED:
        (licence,) = (stated["license"]["name"] for stated in parts[name]["licenses"])
        assert FREE.search(licence) or OTHER.get(name, "NVIDIA" if name.startswith("nvidia-") else "-") in licence, name
        assert "GPL" not in licence or name in OTHER, name
    assert all(name.partition("-")[0] in (ROOT / "docs" / "operators.md").read_text() for name in ("psycopg", "soxr"))
