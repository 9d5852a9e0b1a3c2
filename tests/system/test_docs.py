"""What README, CONTRIBUTING and CHANGELOG say is true of the repository."""

import re
import shlex
from importlib.metadata import version
from pathlib import Path

import pytest

from emoclassify.cli import _parser
from emoclassify.jobs.settings import settings_of
from tests.support.sources import ROOT, from_root, sources

AT_THE_TOP = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")]
DOCS = [
    *AT_THE_TOP,
    *sources("api", "benchmarks", "docker", "emoclassify", "video", "voice_model", "webapp", pattern="*.md"),
]
"""All but the guide in docs/, whose own build holds its links."""


@pytest.mark.parametrize("path", DOCS, ids=from_root)
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text())
    assert not [link for link in links if not (path.parent / link).exists()]


def test_every_command_of_the_readme_is_understood() -> None:
    text = (ROOT / "README.md").read_text()
    commands = [line.split("#")[0] for line in re.findall(r"^emoclassify .*", text, re.MULTILINE)]
    assert len(commands) >= 5
    for command in commands:
        assert callable(_parser().parse_args(shlex.split(command)[1:]).run)


def test_every_make_target_of_the_docs_exists() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for path in DOCS:
        named = set(re.findall(r"`make (\w+)`|^make (\w+)", path.read_text(), re.MULTILINE))
        assert {name for pair in named for name in pair if name} <= targets, path


def test_the_version_is_said_once() -> None:
    import emoclassify

    assert version("emoclassify") == emoclassify.__version__


def test_the_table_of_settings_is_that_of_the_code() -> None:
    text = (ROOT / "api" / "README.md").read_text()
    rows = re.findall(r"^\| `(EMOCLASSIFY_\w+)` \| (.*?) \| (.*) \|$", text, re.MULTILINE)
    assert [(variable, help) for variable, _, help in rows] == [(one.variable, one.help) for one in settings_of()]
    for setting, (_, default, _) in zip(settings_of(), rows, strict=True):
        if setting.kind is not Path:  # a path is another one on each machine
            assert (setting.read(default) if default else setting.kind()) == setting.default, setting.variable


def test_the_server_of_the_readme_is_called_as_it_answers() -> None:
    text = (ROOT / "README.md").read_text() + (ROOT / "api" / "README.md").read_text()
    calls = set(re.findall(r"127\.0\.0\.1:8000(/v1\S+)", text))
    page = (ROOT / "tests" / "api" / "test_schema.py").read_text()
    assert len(calls) >= 5
    for call in calls:
        assert re.sub(r"/v1/(jobs|studies)/ID|/(r7|FILM)$", "", call).lstrip("/") in page, call
