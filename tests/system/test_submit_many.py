"""`emoclassify submit` with many recordings: a server that is slow, full or away, and what a terminal shows."""

import io
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from emoclassify.remote.client import ApiAwayError, ApiError, Client
from emoclassify.remote.submit import TimeSource, submit_all
from emoclassify.remote.terminal_rows import LiveRows
from tests.support.serving import MP4

Refusal = Callable[[httpx.Request], httpx.Response | None]


class Server:
    """As much of the API as `submit` calls; a job is done when it was looked at a few times."""

    def __init__(self) -> None:
        self.now = 0.0
        self.posts = Counter[str]()
        self.names: dict[str, str] = {}
        self.looks = Counter[str]()
        self.most_under_way = 0
        self.ended = set[str]()
        self.refuse: Refusal = lambda request: None
        self.is_done: Callable[[str], bool] = lambda name: self.looks[name] >= 3
        self.fails: Callable[[str], bool] = lambda name: False

    def clock(self) -> TimeSource:
        def sleep(seconds: float) -> None:
            assert seconds < 100
            self.now += seconds + 0.001

        return TimeSource(lambda: self.now, sleep)

    def client(self) -> Client:
        return Client("http://server", transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if refused := self.refuse(request):
            return refused
        parts = request.url.path.split("/")[3:]
        if request.method == "POST":
            content = request.read()
            job_id = request.headers["idempotency-key"]
            self.names[job_id] = re.findall(rb'filename="([^"]+)"', content)[0].decode()
            self.posts[self.names[job_id]] += 1
            self.most_under_way = max(self.most_under_way, len(self.names) - len(self.ended))
        else:
            job_id = parts[0]
        if parts[1:] == ["artifacts"]:
            return httpx.Response(200, json={"artifacts": [{"name": "analysis.json"}, {"name": "preview.mp4"}]})
        return httpx.Response(200, text="{}") if parts[1:] else httpx.Response(200, json=self._job(job_id))

    def _job(self, job_id: str) -> dict[str, Any]:
        name = self.names[job_id]
        self.looks[name] += 1
        state = "running" if not self.is_done(name) else "failed" if self.fails(name) else "completed"
        if state != "running":
            self.ended.add(name)
        error = {"detail": "No sound and no picture."} if state == "failed" else None
        return {"id": job_id, "state": state, "error": error, "progress": {"stage": "faces", "fraction": 0.5}}


def problem(status: int, detail: str, **headers: str) -> httpx.Response:
    headers = {"content-type": "application/problem+json", **{k.replace("_", "-"): v for k, v in headers.items()}}
    return httpx.Response(status, headers=headers, json={"detail": detail})


def study(folder: Path, n: int) -> list[str]:
    names = [f"{number:03}.mp4" for number in range(n)]
    for name in names:
        (folder / name).write_bytes(MP4 + name.encode())
    return names


def run(server: Server, folder: Path) -> int:
    with server.client() as client:
        return submit_all([folder], folder / "out", client, {"double_check": True}, server.clock())


def fetched(folder: Path) -> list[str]:
    return sorted(path.parent.name for path in (folder / "out").rglob("analysis.json"))


def test_a_broken_off_run_goes_on_and_sends_nothing_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names, server = study(tmp_path, 150), Server()

    def stop_in_the_middle(request: httpx.Request) -> None:
        if len(server.ended) == 40:
            raise KeyboardInterrupt

    server.refuse = stop_in_the_middle
    with pytest.raises(KeyboardInterrupt):
        run(server, tmp_path)
    assert 0 < len(fetched(tmp_path)) < 41
    server.refuse = lambda request: None
    assert run(server, tmp_path) == 0
    assert fetched(tmp_path) == names
    assert server.posts == dict.fromkeys(names, 1)
    assert 10 < server.most_under_way <= 64
    capsys.readouterr()
    assert run(server, tmp_path) == 0
    assert "150 recordings: 0 done, 150 kept, 0 failed" in capsys.readouterr().err
    assert server.posts == dict.fromkeys(names, 1)


def test_a_long_recording_holds_up_none_of_the_others(tmp_path: Path) -> None:
    names, server = study(tmp_path, 100), Server()
    server.is_done = lambda name: len(server.ended) == 99 if name == names[0] else server.looks[name] >= 3
    assert run(server, tmp_path) == 0
    assert fetched(tmp_path) == names


def test_a_server_that_is_away_for_a_while_costs_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names, server = study(tmp_path, 20), Server()

    def away_for_five_minutes(request: httpx.Request) -> httpx.Response | None:
        if 1 < server.now < 150:
            raise httpx.ConnectError("refused")
        return problem(503, "The database does not answer.", retry_after="5") if 150 < server.now < 300 else None

    server.refuse, server.is_done = away_for_five_minutes, lambda name: server.looks[name] >= 10
    assert run(server, tmp_path) == 0
    assert fetched(tmp_path) == names
    assert capsys.readouterr().err.count("Trying again") == 1


def test_a_server_that_stays_away_ends_the_run_once(tmp_path: Path) -> None:
    study(tmp_path, 20)
    server = Server()

    def away(request: httpx.Request) -> None:
        if server.now > 1:
            raise httpx.ConnectError("refused")

    server.refuse, server.is_done = away, lambda name: server.looks[name] >= 10
    with pytest.raises(ApiAwayError, match="Nothing answers"):
        run(server, tmp_path)
    assert 600 < server.now < 700
    server.refuse = lambda request: None
    assert run(server, tmp_path) == 0


def test_a_full_server_is_waited_for_while_the_rest_goes_on(tmp_path: Path) -> None:
    names, server = study(tmp_path, 30), Server()

    def full(request: httpx.Request) -> httpx.Response | None:
        under_way = len(server.names) - len(server.ended)
        too_many = request.method == "POST" and under_way >= 5
        return problem(429, "The queue is full.", retry_after="1") if too_many else None

    server.refuse = full
    assert run(server, tmp_path) == 0
    assert fetched(tmp_path) == names
    assert server.most_under_way == 5


def test_a_wrong_key_is_said_once(tmp_path: Path) -> None:
    study(tmp_path, 5)
    server, seen = Server(), list[str]()

    def refuse(request: httpx.Request) -> httpx.Response:
        seen.append(request.method)
        return problem(401, "Give an access key.")

    server.refuse = refuse
    with pytest.raises(ApiError, match="access key"):
        run(server, tmp_path)
    assert seen == ["POST"]


def test_failures_are_named_at_the_end_and_sent_anew_by_the_next_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names, server = study(tmp_path, 60), Server()
    server.fails = lambda name: int(name[:3]) < 25
    assert run(server, tmp_path) == 25
    summary = capsys.readouterr().err.split("60 recordings: ")[1].splitlines()
    assert summary[0].startswith("35 done, 0 kept, 25 failed, in 0:00:")
    assert len(summary) == 1 + 20 + 1
    assert all("No sound and no picture." in line for line in summary[1:21])
    assert summary[-1] == "  and 5 more"
    server.fails = lambda name: False
    assert run(server, tmp_path) == 0
    assert server.posts == {name: 1 + (int(name[:3]) < 25) for name in names}


class Terminal(io.StringIO):
    """Does what a terminal does with the few codes that are used."""

    def isatty(self) -> bool:
        return True

    @property
    def lines(self) -> list[str]:
        screen = [""]
        for up, erase, end, text in re.findall(
            r"\033\[(\d+)F|(\033\[J)|(\n)|([^\033\n]+|\033\[\?7[lh])", self.getvalue()
        ):
            if up:
                self_row = len(screen) - 1 - int(up)
                screen = screen[:self_row] + ["\0" + line for line in screen[self_row:]]
            elif erase:
                screen = [line for line in screen if not line.startswith("\0")] + [""]
            elif end:
                screen.append("")
            elif not text.startswith("\033"):
                screen[-1] += text
        return screen[:-1]


def test_rows_move_and_lines_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINES", "5")
    now = 0.0
    terminal = Terminal()
    with LiveRows(terminal, lambda: now) as rows:
        assert rows.room == 3
        rows.show(["a 0 %", "b 0 %"])
        assert terminal.lines == ["a 0 %", "b 0 %"]
        rows.show(["a 10 %", "b 0 %"])  # too soon to be seen
        assert terminal.lines == ["a 0 %", "b 0 %"]
        now = 1.0
        rows.show(["a 20 %"])
        assert terminal.lines == ["a 20 %"]
        rows.say("b: done")
        assert terminal.lines == ["b: done", "a 20 %"]
        now = 2.0
        rows.show([f"{number}" for number in range(9)])
        assert terminal.lines == ["b: done", "0", "1", "2"]
    assert terminal.lines == ["b: done"]


def test_a_terminal_shows_counts_and_what_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study(tmp_path, 30)
    terminal, server, seen = Terminal(), Server(), set[str]()
    monkeypatch.setenv("LINES", "12")
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr("emoclassify.remote.terminal_rows._REDRAW_S", 0.0)

    def look(_: httpx.Request) -> None:
        seen.update(terminal.lines)

    server.refuse = look
    assert run(server, tmp_path) == 0
    heads = [line for line in seen if line.startswith("30 recordings: ")]
    counted = [[int(n) for n in re.findall(r"(\d+) (?:to send|under way|done|kept|failed)", line)] for line in heads]
    assert len(counted) > 30
    assert all(sum(counts) == 30 for counts in counted)
    assert any(re.fullmatch(r"  running +50% faces +\S+/\d+\.mp4", line) for line in seen)
    assert terminal.lines == [line for line in terminal.lines if "recordings: 30 done, 0 kept, 0 failed" in line]
