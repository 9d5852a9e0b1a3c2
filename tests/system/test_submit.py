"""`emoclassify submit`, and what the client and the command line import."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from api.fields import form_fields
from emoclassify.cli import _parser
from emoclassify.cli import main as command_line
from emoclassify.cli.server import posted_fields
from emoclassify.outputs.names import OVERVIEW, PREVIEW, RECORDING
from emoclassify.remote.client import _NOT_DOWNLOADED, Client
from emoclassify.remote.upload_calls import FILE, SECOND_FILE
from emoclassify.settings import Options
from emoclassify.spoken_options import SIDE_FIELDS
from tests.support.recognizers import bursts
from tests.support.serving import BROKEN, MP4, StandIn, served
from tests.support.sides import wav
from tests.support.sources import ROOT


@pytest.mark.process
def test_a_folder_through_a_server_is_sent_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study, out, analyzer = tmp_path / "study", tmp_path / "out", StandIn()
    (study / "day 1").mkdir(parents=True)
    for name, content in (("a.mp4", MP4), ("day 1/b.mp4", MP4 + b"b"), ("broken.mp4", BROKEN), ("html.mp4", b"<html>")):
        (study / name).write_bytes(content)
    (study / "notes.txt").write_text("no recording")
    with served(tmp_path / "data", analyzer) as server:
        command = ["submit", str(study), "--url", server.url, "--out", str(out), "--double-check", "--tag", "study"]
        assert command_line(command) == 1
        told = capsys.readouterr()
        assert "a.mp4: done" in told.out
        assert "broken.mp4: The file does not open" in told.err
        assert "html.mp4: The file does not open" in told.err
        for name in ("a.mp4", "day 1/b.mp4"):
            assert {path.name for path in (out / name).iterdir()} == {"analysis.json", "frames.csv", "job.json"}
        assert all(options.double_check for _, options, _ in analyzer.seen)
        assert len(analyzer.seen) == 3
        assert "has this recording already" not in told.err
        (study / "broken.mp4").unlink()
        (study / "html.mp4").unlink()
        assert command_line(command) == 0
        assert "a.mp4: kept" in capsys.readouterr().out
        assert len(analyzer.seen) == 3
        (out / "a.mp4" / "analysis.json").unlink()  # stopped before it was fetched
        assert command_line(command) == 0
        assert len(analyzer.seen) == 3
        assert (out / "a.mp4" / "analysis.json").exists()
        assert command_line([*command, "--graph"]) == 0  # other options
        assert len(analyzer.seen) == 5
        assert capsys.readouterr().err.count("a.mp4: the server has this recording already, as job ") == 1


def test_the_arguments_of_submit_are_posted_as_the_fields_of_a_job() -> None:
    options = ["--graph", "--faces", "all", "--sample-fps", "2", "--report", "pdf", "--tag", "ad", "--keep-days", "3"]
    given = vars(_parser().parse_args(["submit", "a.mp4", "--out", "results", *options]))
    fields = {"make_graph": True, "faces": "all", "sample_fps": 2.0, "report": "pdf", "tag": "ad", "keep_days": 3}
    assert posted_fields(given) == fields
    assert set(fields) <= set(form_fields(Options))


def test_no_server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.mp4").write_bytes(MP4)
    assert (
        command_line(["submit", str(tmp_path / "a.mp4"), "--url", "http://127.0.0.1:1", "--out", str(tmp_path / "out")])
        == 1
    )
    assert "Nothing answers at http://127.0.0.1:1" in capsys.readouterr().err


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print('\\n'.join(sys.modules))"
    return set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split())


@pytest.mark.process
def test_the_client_needs_httpx_and_nothing_else() -> None:
    mine = loaded_by("import emoclassify.client")
    theirs = loaded_by("import httpx, pathlib")
    ours = {name for name in mine if name.startswith("emoclassify")}
    assert ours == {
        "emoclassify",
        "emoclassify.client",
        "emoclassify.job_states",
        "emoclassify.local_token",
        "emoclassify.remote",
        "emoclassify.remote.client",
        "emoclassify.remote.fieldwork_calls",
        "emoclassify.remote.norm_calls",
        "emoclassify.remote.study_calls",
        "emoclassify.remote.upload_calls",
        "emoclassify.words",
        "emoclassify.words.names",
    }
    assert mine - theirs - ours == set()


def test_the_client_knows_the_files_by_the_names_that_they_are_written_under() -> None:
    assert _NOT_DOWNLOADED == (PREVIEW, RECORDING)
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path.rpartition("/")[2])
        return httpx.Response(404)

    with Client("http://127.0.0.1:1", transport=httpx.MockTransport(answer)) as client:
        assert client.overview("x") is None
    assert asked == [OVERVIEW]


@pytest.mark.process
def test_the_command_line_starts_without_the_servers_packages() -> None:
    loaded = loaded_by("import emoclassify.cli")
    assert not {name.split(".")[0] for name in loaded} & {"sqlalchemy", "alembic", "apiflask", "httpx", "uvicorn"}


@pytest.mark.process
@pytest.mark.parametrize("command", ["serve", "worker", "keys list", "submit x.mp4 --out out"])
def test_what_is_not_installed_is_named(command: str, tmp_path: Path) -> None:
    hidden = "sys.modules |= dict.fromkeys(('sqlalchemy', 'apiflask', 'httpx'))"
    code = f"import sys; {hidden}; from emoclassify.cli import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, *command.split()],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
    )
    assert done.returncode == 1
    assert 'pip install "emoclassify[api]"' in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_client_names_the_files_of_a_call_as_the_api_does() -> None:
    assert (FILE, SECOND_FILE) == SIDE_FIELDS
    with Client("http://127.0.0.1:1") as client, pytest.raises(ValueError, match="two sides, not 1"):
        client.submit_call({"agent": "agent.wav"})


@pytest.mark.process
def test_a_call_of_two_files_is_handed_in_by_each_way_of_the_client(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sides = {name: tmp_path / f"{name}.wav" for name in ("customer", "agent")}
    for number, path in enumerate(sides.values()):
        path.write_bytes(wav(bursts(1.0 + number)))
    analyzer, out = StandIn(), tmp_path / "out"
    with served(tmp_path / "data", analyzer) as server, Client(server.url) as client:
        jobs = [client.submit_call(sides, tag="call"), client.submit_call_in_chunks(sides, tag="call")]
        assert {(client.wait(job["id"])["name"], job["tag"]) for job in jobs} == {("customer.wav + agent.wav", "call")}
        command = ["submit", "--roles", f"customer={sides['customer']},agent={sides['agent']}"]
        command += ["--url", server.url, "--out", str(out), "--score-roles", "none"]
        assert command_line(command) == 0
        assert "customer + agent.mka: done" in capsys.readouterr().out
        assert command_line(command) == 0
        assert "customer + agent.mka: kept" in capsys.readouterr().out
        sides["agent"].write_bytes(wav(bursts(3.0)))  # another recording of one side
        assert command_line(command) == 0
        assert "customer + agent.mka: done" in capsys.readouterr().out
    assert [list(options.role_places) for _, options, _ in analyzer.seen] == [list(sides)] * 4
    assert (out / "customer + agent.mka" / "analysis.json").is_file()


def test_submit_takes_recordings_or_the_files_of_roles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line(["submit", "--out", str(tmp_path / "out")]) == 2
    assert "the two files of a call" in capsys.readouterr().err
