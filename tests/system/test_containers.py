"""What the container files say, held against the programs; no container engine is needed."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from emoclassify.declared import ENVIRONMENT_PREFIX, Setting
from emoclassify.jobs.settings import settings_of
from emoclassify.settings import options_of
from tests.support.sources import ROOT, parsed, sources

DOCKERFILES = sources("docker", pattern="*Dockerfile")
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yaml").read_text())
OURS = [name for name, service in COMPOSE["services"].items() if "build" in service]
EXAMPLE = (ROOT / ".env.example").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EVERY_SERVICE = pytest.mark.parametrize("name", sorted(COMPOSE["services"]))


def copied(dockerfile: Path) -> list[str]:
    lines = [line.split()[1:-1] for line in dockerfile.read_text().splitlines() if line.startswith("COPY")]
    return [name for names in lines for name in names if not name.startswith("-") and not name.startswith("/")]


def test_the_images_are_made_of_files_that_exist_and_reach_the_build() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert len(DOCKERFILES) == 2
    for dockerfile in DOCKERFILES:
        assert set(copied(dockerfile)) == allowed
    assert all((ROOT / name).exists() for name in allowed)


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.name)
def test_an_image_is_pinned_unprivileged_and_says_whether_it_is_well(dockerfile: Path) -> None:
    text = dockerfile.read_text()
    assert re.search(r"^ARG BASE=\S+:\d[\w.-]+$", text, re.MULTILINE)
    assert set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) == {"${BASE}"}
    last = text.split("FROM ${BASE}")[-1]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert "pip uninstall" in last
    assert "--constraint requirements.txt" in text


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.name)
def test_what_is_asked_while_an_image_is_built_is_asked_of_what_is_installed(dockerfile: Path) -> None:
    """The sources lie in the folder that `python -c` looks through first; -I leaves it out."""
    assert not re.search(r"bin/python (?!-I)(?:\S+ )*-c", dockerfile.read_text())


def groups(*names: str) -> list[str]:
    script = [sys.executable, "docker/groups.py", *names]
    return subprocess.run(script, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()


@pytest.mark.process
def test_what_the_images_install_is_what_the_project_asks_for() -> None:
    extras = PROJECT["optional-dependencies"]
    assert groups("api", "scale") == PROJECT["dependencies"] + extras["api"] + extras["scale"]
    assert groups("--alone", "web") == extras["web"]
    asked = "\n".join(groups("api", "scale"))
    assert "tensorflow" not in asked
    assert "pytest" not in asked


@EVERY_SERVICE
def test_a_service_is_pinned_kept_small_and_watched(name: str) -> None:
    service = COMPOSE["services"][name]
    assert ":" in service["image"]
    assert not service["image"].endswith(":latest")
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["restart"] == "unless-stopped"
    if name in OURS:
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert (ROOT / service["build"]["dockerfile"]).exists()
    else:
        assert "healthcheck" in service
        assert service["networks"] == (["outside"] if name == "proxy" else ["inside"])


@EVERY_SERVICE
def test_ports_are_published_on_this_machine_only(name: str) -> None:
    this_machine = re.compile(r"\$\{(HTTPS_)?BIND:-127\.0\.0\.1\}:")
    assert all(this_machine.match(port) for port in COMPOSE["services"][name].get("ports", []))


def test_the_proxy_has_the_users_certificate_and_leads_to_api_and_page() -> None:
    service = COMPOSE["services"]["proxy"]
    assert service["profiles"] == ["https"]
    assert (ROOT / COMPOSE["configs"]["caddyfile"]["file"]).exists()
    text = (ROOT / COMPOSE["configs"]["caddyfile"]["file"]).read_text()
    for secret in service["secrets"]:
        assert f"/run/secrets/{secret}" in text
    targets = set(re.findall(r"reverse_proxy (\w+):(\d+)", text))
    assert targets == {("api", "8000"), ("webapp", "8501")}


def test_a_worker_reaches_nothing_but_the_services() -> None:
    assert COMPOSE["services"]["worker"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_named_volumes_networks_and_services_exist() -> None:
    for service in COMPOSE["services"].values():
        assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= set(COMPOSE["volumes"])
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        assert set(service.get("depends_on", {})) <= set(COMPOSE["services"])


def compose_default(value: object) -> str:
    """What compose takes where .env does not set the variable."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value))


@EVERY_SERVICE
def test_no_container_takes_the_whole_machine(name: str) -> None:
    service = COMPOSE["services"][name]
    assert re.fullmatch(r"\d+[mg]", compose_default(service["mem_limit"]))
    assert 0 < float(compose_default(service["cpus"])) <= 2, "more than the machine has is refused"
    assert 0 < service["pids_limit"] <= 1024


@pytest.mark.parametrize("name", ["worker", "worker-gpu", "embedded"])
def test_a_worker_ends_what_takes_too_much_memory_before_the_system_does(name: str) -> None:
    memory_gb = int(compose_default(COMPOSE["services"][name]["mem_limit"]).removesuffix("g"))
    limit_mb = next(setting.default for setting in settings_of() if setting.name == "memory_limit_mb")
    assert memory_gb * 1024 > limit_mb + 1000


@pytest.mark.parametrize("name", ["api", "worker", "embedded"])
def test_commands_are_understood_and_settings_known(name: str) -> None:
    from emoclassify.cli import _parser

    service = COMPOSE["services"][name]
    assert callable(_parser().parse_args([str(part) for part in service["command"]]).run)
    known = {setting.variable for setting in settings_of()}
    assert {key for key in service["environment"] if key.startswith(ENVIRONMENT_PREFIX)} <= known


def documented() -> dict[str, str]:
    """Name -> value of each variable that .env.example names, set or not."""
    return dict(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=(.*)$", EXAMPLE, re.MULTILINE))


def test_the_example_names_every_variable_of_the_compose_file() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yaml").read_text()))
    assert asked <= set(documented())
    required = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yaml").read_text()))
    assert required == set(re.findall(r"^([A-Z]\w+)=$", EXAMPLE, re.MULTILINE))


def test_the_example_names_every_setting_of_the_server() -> None:
    for setting in settings_of():
        assert setting.variable in documented(), f"{setting.variable} is missing in .env.example"


@pytest.mark.parametrize("setting", [*settings_of(), *options_of()], ids=lambda setting: setting.variable)
def test_the_example_tells_the_defaults(setting: Setting) -> None:
    if value := documented().get(setting.variable):
        assert setting.read(value) == setting.default
    elif value == "" and setting.kind is not Path:  # a path is another one on each machine
        assert not setting.default


def test_the_example_names_nothing_else() -> None:
    known = {setting.variable for setting in (*settings_of(), *options_of())}
    known |= {"EMOCLASSIFY_API_URL", "EMOCLASSIFY_PUBLIC_API_URL", "EMOCLASSIFY_CACHE_DIR", "EMOCLASSIFY_DEBUG"}
    assert {name for name in documented() if name.startswith(ENVIRONMENT_PREFIX)} <= known


def closure(names: list[str]) -> set[str]:
    """Names of the distributions that some requirements install, theirs included."""
    found: set[str] = set()
    todo = [Requirement(line).name for line in names]
    while todo:
        name = todo.pop().lower().replace("_", "-")
        if name in found:
            continue
        found.add(name)
        try:
            wanted = distribution(name).requires or []
        except PackageNotFoundError:
            continue
        parsed = [Requirement(line) for line in wanted]
        todo += [one.name for one in parsed if one.marker is None or one.marker.evaluate({"extra": ""})]
    return found


def page_modules() -> list[str]:
    """Every module of ours that the page's files import, wherever in them."""
    names: set[str] = {"emoclassify.remote.client"}
    for path in sources("webapp"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("emoclassify"):
                names.add(node.module)
    return sorted(names)


def not_in(group: str) -> list[str]:
    """The modules of this environment that a group of dependencies does not bring."""
    installed = closure(PROJECT["optional-dependencies"][group])
    return sorted(
        module
        for module, owners in packages_distributions().items()
        if not {owner.lower().replace("_", "-") for owner in owners} & installed and module.isidentifier()
    )


@pytest.mark.process
def test_the_page_needs_nothing_but_its_own_group() -> None:
    missing = [module for module in not_in("web") if module not in ("emoclassify", "_editable_impl_emoclassify")]
    assert "torch" in missing
    for path in sources("webapp"):
        for node in ast.walk(parsed(path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            assert not {name.split(".")[0] for name in names} & set(missing), path
    code = f"import sys\nsys.modules.update(dict.fromkeys({missing!r}))\nimport {', '.join(page_modules())}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
