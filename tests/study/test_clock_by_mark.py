"""The film's clock by a mark that is seen in the recording, and scenes proposed from the film's cuts."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from emoclassify.cli import main
from emoclassify.errors import UsageError
from emoclassify.study.clock import Method
from emoclassify.study.stimulus import scenes_between
from emoclassify.study_folder import read_study
from tests.support.made import even, plain, write_video
from tests.support.panels import PLAN, START_S, write_study

pytestmark = pytest.mark.whole

BRAND = 'id = "A"\nduration_s = 30.0\n'
MARKED = PLAN.replace(BRAND, f'{BRAND}[[stimulus.mark]]\nname = "brand"\ntime_s = 22.0\n')


def with_mark(folder: Path, start_s: float | str, mark: str = "brand") -> None:
    """A study whose first recording has its clock by a mark of film A."""
    write_study(folder, n=2)
    (folder / "study.toml").write_text(MARKED)
    head, first, *others = (folder / "viewings.csv").read_text().splitlines()
    assert first == f"A/r1.mp4,r1,A,{START_S},1,"
    lines = [f"{head},mark", f"A/r1.mp4,r1,A,{start_s},1,,{mark}", *(f"{line}," for line in others)]
    (folder / "viewings.csv").write_text("\n".join(lines) + "\n")


def test_a_mark_tells_the_same_time_as_the_beginning(tmp_path: Path) -> None:
    with_mark(tmp_path, START_S + 22.0)
    study = read_study(tmp_path)
    by_mark, by_number = study.viewings[0], study.viewings[2]
    assert (by_mark.clock.method, by_number.clock.method) == (Method.MARK, Method.NUMBER)
    assert by_mark.clock.pieces == by_number.clock.pieces
    assert main(["study", "run", str(tmp_path), "--out", str(tmp_path / "panel")]) == 0
    assert ",mark," in (tmp_path / "panel" / "viewings.csv").read_text().splitlines()[1]


def test_a_film_that_ran_before_the_recording_has_a_gap_at_its_beginning(tmp_path: Path) -> None:
    with_mark(tmp_path, 20.0)
    study = read_study(tmp_path)
    curve = study.viewings[0].on_film("happy", study.stimuli[0])
    assert np.flatnonzero(np.isnan(curve)).tolist() == [0, 1, 2, 3]  # the film's first 2 s


@pytest.mark.parametrize(
    ("start_s", "mark", "why"),
    [(26.0, "logo", "'logo' is no mark of the film 'A'"), ("sound", "brand", "column mark: beside 'sound'")],
)
def test_a_mark_that_there_is_not_is_named(start_s: float | str, mark: str, why: str, tmp_path: Path) -> None:
    with_mark(tmp_path, start_s, mark)
    if start_s == "sound":
        (tmp_path / "film.wav").write_bytes(b"film")
        (tmp_path / "study.toml").write_text(MARKED.replace('id = "A"\n', 'id = "A"\nfile = "film.wav"\n'))
    with pytest.raises(UsageError, match=why):
        read_study(tmp_path)


def test_scenes_go_from_cut_to_cut_and_none_is_short() -> None:
    scenes = scenes_between([0.4, 5.0, 5.6, 29.5], 30.0)
    assert [(scene.start_s, scene.end_s) for scene in scenes] == [(0.0, 5.0), (5.0, 30.0)]
    assert [scene.id for scene in scenes] == ["scene-1", "scene-2"]
    assert [(scene.start_s, scene.end_s) for scene in scenes_between([], 30.0)] == [(0.0, 30.0)]


@pytest.mark.process
def test_scenes_are_proposed_from_the_cuts_of_the_film(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_study(tmp_path, n=2)
    shots = [plain(48, 64, colour) for colour in ((200, 0, 0), (0, 0, 200), (0, 180, 0)) for _ in range(100)]
    write_video(tmp_path / "film.mp4", even(shots, 10))
    (tmp_path / "study.toml").write_text(PLAN.replace('id = "B"\n', 'id = "B"\nfile = "film.mp4"\n'))
    assert main(["study", "scenes", str(tmp_path)]) == 0
    captured = capsys.readouterr()
    assert captured.err == "A: study.toml names no file.\n"
    spans = [(one["start_s"], one["end_s"]) for one in tomllib.loads(captured.out)["stimulus"]["scene"]]
    assert spans == [pytest.approx(span, abs=0.11) for span in ((0.0, 10.0), (10.0, 20.0), (20.0, 30.0))]
