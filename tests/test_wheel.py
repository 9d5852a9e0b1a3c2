"""The wheel: whole, and good in any folder; and the list of what it stands on."""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ("emoclassify", "api", "webapp")
DATA = (".html", ".js", ".css", ".json", ".toml", ".md", ".mo", ".mp4", ".safetensors", ".py", ".typ", ".svg", ".docx")


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
    for model in ("expression", "voice"):
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


@pytest.mark.slow
@pytest.mark.model
def test_the_demo_runs_from_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    run(unpacked, tmp_path, "-m", "emoclassify", "demo")
    assert (tmp_path / "emoclassify-demo" / "demo.mp4" / "analysis.json").exists()


def test_the_bill_of_materials_names_what_is_pinned_and_its_licences() -> None:
    made = subprocess.run([sys.executable, "docker/sbom.py"], cwd=ROOT, check=True, capture_output=True, text=True)
    parts = {part["name"]: part for part in json.loads(made.stdout)["components"]}
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    missing = {name for name in pinned if name.lower() not in parts and name.lower().replace(".", "-") not in parts}
    assert len(missing) < len(pinned) / 10, missing
    without = [name for name, part in parts.items() if not part["licenses"]]
    assert len(without) < len(parts) / 10, without
