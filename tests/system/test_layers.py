"""Imports go one way (see CONTRIBUTING.md), read from the source."""

import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.support.sources import PACKAGE, ROOT, from_root, imported, sources

PROGRAMS = ("api", "webapp", "video", "voice_model", "benchmarks", "tests")

# A module may import what stands in an earlier row, and its own package.
LAYERS = (
    ("emotions", "job_states", "startup"),
    ("labels", "groups"),
    ("words",),
    ("errors", "confine", "local_token", "timeline"),
    ("declared", "answers", "extras"),
    ("spoken_options", "picture_options", "episode_rules"),
    ("settings", "metrics", "prefetch", "usability", "listen"),
    ("media", "networks", "smoothing"),
    ("faces", "speech"),
    ("voice",),
    ("verdicts", "chance"),
    ("crosscheck", "colours"),
    ("transcript", "turns", "episodes"),
    ("means", "design"),
    ("analysis_parts",),
    ("spoken_parts",),
    ("older_schemas",),
    ("analysis",),
    ("curves", "judging", "noise"),
    ("moments",),
    ("findings",),
    ("findings_parts",),
    ("overview",),
    ("model_kinds", "run", "study", "bytecode"),
    ("stages", "picture_readings"),
    ("pipeline", "live", "outputs", "terms"),
    ("child_process", "recordings", "evaluate"),
    ("study_content", "study_clocks", "imports"),
    ("study_folder",),
    ("study_listening", "study_films"),
    ("child",),
    ("jobs", "picture_process", "remote", "kept_networks"),
    ("capture",),
    ("serve", "client"),
    ("cli",),
    ("__main__",),
)
ROW = {name: row for row, names in enumerate(LAYERS) for name in names}


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", sources("emoclassify"), ids=from_root)
def test_imports_go_one_way(path: Path) -> None:
    here = layer_of(path)
    if here == "__init__":
        return
    for name in imported(path):
        parts = name.split(".")
        assert parts[0] not in PROGRAMS, f"{path} imports a program: {name}"
        if parts[0] == "emoclassify" and parts[1:2] != ["__version__"]:
            there = parts[1]
            assert there == here or ROW[there] < ROW[here], f"{here} may not import {there}"


def test_contributing_names_every_module_of_the_package() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    plan = text[text.index("Imports go one way") : text.index("- `media/container.py`")]
    for name in ROW.keys() - {"__main__", "analysis_parts", "older_schemas"}:
        assert re.search(rf"\b{name}\b", plan), f"CONTRIBUTING does not name {name}"


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_no_two_modules_import_each_other_in_a_circle() -> None:
    """Imports inside functions count; what a package offers on first use (`emoclassify.__version__`) does not."""
    paths = {module_name(path): path for path in sources("emoclassify", "api", "webapp")}
    graph = dict[str, set[str]]()
    for name, path in paths.items():
        names = imported(path) - {"emoclassify.__version__"}
        graph[name] = {each if each in paths else each.rpartition(".")[0] for each in names} & set(paths) - {name}
    assert "emoclassify.jobs.queue" in graph["emoclassify.jobs.service"]  # the graph is one of modules
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as exc:
        pytest.fail(f"a circle of imports: {' <- '.join(exc.args[1])}")


@pytest.mark.parametrize("path", sources("emoclassify/outputs"), ids=from_root)
def test_outputs_import_no_model_code(path: Path) -> None:
    heavy = (
        "torch",
        "transformers",
        "tensorflow",
        "keras",
        "facenet_pytorch",
        "silero_vad",
        "librosa",
        "emoclassify.networks.models",
    )
    assert not [name for name in imported(path) if name.startswith(heavy)]


def modules_after(statement: str) -> set[str]:
    code = f"import sys; {statement}; print('\\n'.join(sys.modules))"
    return set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split())


@pytest.mark.process
@pytest.mark.parametrize(
    "statement", ["import emoclassify", "import emoclassify.cli", "from emoclassify import Analysis, Options"]
)
def test_importing_loads_nothing_that_takes_long(statement: str) -> None:
    loaded = modules_after(statement)
    assert not loaded & {"torch", "tensorflow", "transformers", "librosa", "facenet_pytorch"}
    assert not loaded & {"av", "matplotlib", "docx", "pypdf", "xlsxwriter", "pandas", "openvino"}
    assert not loaded & {"PIL", "scipy", "emoclassify.networks.runtime", "emoclassify.run", "emoclassify.pipeline"}


@pytest.mark.process
@pytest.mark.parametrize(
    "modules",
    [
        "emoclassify.outputs.registry, emoclassify.outputs.folder, emoclassify.outputs.saved",
        "emoclassify.recordings, emoclassify.remote.resume, emoclassify.client",
    ],
)
def test_what_knows_the_outputs_does_not_load_what_makes_them(modules: str) -> None:
    drawing = {"matplotlib", "docx", "typst", "av", "xlsxwriter", "PIL", "pyarrow"}
    assert not modules_after(f"import {modules}") & drawing


@pytest.mark.process
def test_tables_are_written_without_what_draws(tmp_path: Path) -> None:
    """Nor with the rules of all languages: 4 MB, which only numbers in words and decimal commas need."""
    imports = (
        "import pathlib; from emoclassify.outputs.folder import write_results; "
        "from tests.support.findings import analysis, face"
    )
    # Usable, since what stands against a recording is said with numbers.
    times_s = [i / 5 for i in range(20)]
    made = f"analysis([face(i, time_s) for i, time_s in enumerate({times_s})], {times_s})"
    writes = f"made = {made}; write_results(made, pathlib.Path({str(tmp_path)!r}), made.options)"
    assert not modules_after(f"{imports}; {writes}") & {"matplotlib", "docx", "typst", "babel"}


@pytest.mark.model
def test_analyzing_never_loads_tensorflow() -> None:
    assert "tensorflow" not in modules_after("import emoclassify.pipeline")


def test_what_the_package_offers_exists() -> None:
    import emoclassify

    for name in emoclassify.__all__:
        assert getattr(emoclassify, name)
    with pytest.raises(AttributeError):
        _ = emoclassify.nothing
