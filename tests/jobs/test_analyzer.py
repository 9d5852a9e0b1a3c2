"""The contract of what works for the tasks, held by the real child process and by the stand-in of the tests."""

import json
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

import pytest

from emoclassify.child import Child, DiedError, OnStep
from emoclassify.errors import MediaError, UsageError
from emoclassify.jobs.task import AnalysisProcess
from emoclassify.settings import Options
from tests.support.made import even, plain, write_video
from tests.support.serving import BROKEN, SLOW, StandIn


def half_done(tell: OnStep, words: list[str]) -> list[str]:
    tell("halves", 1.0, 2.0)
    return [word.upper() for word in words]


def endless(tell: OnStep) -> None:
    """Ends only where it is killed: one that ends by itself may be done before the kill comes."""
    while True:
        tell("rounds", 1.0, None)


def refused(tell: OnStep) -> None:
    Options(sample_fps=-1.0)  # raises UsageError


def silent(stage: str, done_s: float, total_s: float | None) -> None:
    pass


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("clip") / "clip", even([plain()] * 3), format="mp4")


class AnalyzerContract(ABC):
    """An heir gives the analyzer as a fixture, and a recording that takes it until it is killed."""

    @abstractmethod
    def analyzer(self) -> AnalysisProcess | Iterator[AnalysisProcess]:
        """The fixture."""

    @abstractmethod
    def slow(self, clip: Path) -> bytes:
        """A recording that is not done before somebody could kill the analysis."""

    @pytest.mark.process
    def test_results_are_whole_and_progress_is_told(
        self, analyzer: AnalysisProcess, clip: Path, tmp_path: Path
    ) -> None:
        stages: list[str] = []

        def tell(stage: str, done_s: float, total_s: float | None) -> None:
            stages.append(stage)

        written = analyzer.analyze(clip, tmp_path / "out", Options(), tell, name="talk.mp4", preview=True)
        assert written[0] == tmp_path / "out" / "analysis.json"
        assert all(path.is_file() for path in written)
        assert json.loads(written[0].read_text())["source"]["name"] == "talk.mp4"
        assert stages[0] == "start"
        assert "faces" in stages

    @pytest.mark.process
    def test_what_cannot_be_read_leaves_nothing(self, analyzer: AnalysisProcess, tmp_path: Path) -> None:
        broken = tmp_path / "broken"
        broken.write_bytes(BROKEN)
        with pytest.raises(MediaError):
            analyzer.analyze(broken, tmp_path / "out", Options(), silent, name="", preview=True)
        assert not (tmp_path / "out").exists()

    @pytest.mark.process
    def test_a_kill_ends_what_it_is_doing_and_nothing_else(
        self, analyzer: AnalysisProcess, clip: Path, tmp_path: Path
    ) -> None:
        slow = tmp_path / "slow"
        slow.write_bytes(self.slow(clip))

        def kill(stage: str, done_s: float, total_s: float | None) -> None:
            analyzer.kill()

        with pytest.raises(DiedError):
            analyzer.analyze(slow, tmp_path / "none", Options(), kill, name="", preview=True)
        assert not (tmp_path / "none").exists()
        with pytest.raises(DiedError):
            analyzer.call(endless, on_progress=kill)
        analyzer.analyze(clip, tmp_path / "again", Options(), silent, name="", preview=False)
        warm = analyzer.pid
        analyzer.analyze(clip, tmp_path / "and-again", Options(), silent, name="", preview=False)
        assert analyzer.pid == warm
        analyzer.kill()  # too late for that one, and nothing to the next
        analyzer.analyze(clip, tmp_path / "once-more", Options(), silent, name="", preview=False)

    @pytest.mark.process
    def test_any_function_runs_with_progress(self, analyzer: AnalysisProcess) -> None:
        steps: list[tuple[str, float, float | None]] = []
        words = analyzer.call(half_done, ["a", "b"], on_progress=lambda *step: steps.append(step))
        assert words == ["A", "B"]
        assert steps == [("halves", 1.0, 2.0)]
        with pytest.raises(UsageError, match=r"sample.fps"):
            analyzer.call(refused, on_progress=silent)


class TestStandIn(AnalyzerContract):
    @pytest.fixture
    def analyzer(self) -> AnalysisProcess:
        return StandIn()

    def slow(self, clip: Path) -> bytes:
        return SLOW


@pytest.mark.model
class TestChild(AnalyzerContract):
    @pytest.fixture
    def analyzer(self) -> Iterator[AnalysisProcess]:
        with Child() as child:
            yield child

    def slow(self, clip: Path) -> bytes:
        return clip.read_bytes()


@pytest.mark.slow
def test_an_analysis_gives_way_where_it_is_told_to(tmp_path: Path) -> None:
    with Child(niceness=3) as child:
        with pytest.raises(MediaError):  # it runs from its first recording on
            child.analyze(tmp_path / "none.mp4", tmp_path / "out", Options(), silent)
        assert child.pid is not None
        assert os.getpriority(os.PRIO_PROCESS, child.pid) == os.getpriority(os.PRIO_PROCESS, 0) + 3
