"""The benchmarks count what is there."""

import json
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from benchmarks import annotate, costs, jobs, outputs, persons, submits
from benchmarks.faces import Bench, lines, naive_lines
from benchmarks.persons import NOBODY, Identities, PictureFaces, identities, ours
from benchmarks.scenes import SCENES, Shot, Tile, sampled
from emoclassify.faces.detections import Detections
from emoclassify.model_kinds import FACE_DETECTOR
from emoclassify.networks.runtime import Place
from emoclassify.settings import Options
from tests.support.findings import with_a_gap
from tests.support.made import even, plain, portrait, write_video

pytestmark = pytest.mark.whole


@pytest.mark.model
@pytest.mark.usefixtures("one_thread")
def test_the_naive_version_finds_the_same_faces_and_emotions(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", even([portrait(at_xy=(20 + i, 0)) for i in range(20)], 10))
    bench = Bench(Options(sample_fps=5, faces="all"), Place())
    found = bench.measure(path)
    naive = bench.naive(path, found)
    assert len(found.faces.frames) == len(found.faces.readings) == len(naive.boxes) == len(naive.scores) == 10
    # The last decoding asks for no frame; one search is for faces that the edge cuts.
    assert found.calls == {"decode": 11, "search": 3, "refine": 8, "classify": 1}
    assert found.stages_s["search"] + found.stages_s["refine"] <= found.total_s
    assert found.stages_s["classify"] <= found.total_s
    assert (naive.overlaps > 0.7).all()
    assert (naive.scores.argmax(axis=1) == naive.ours.argmax(axis=1)).all()
    text = "\n".join([*lines(path, found), *naive_lines(found, naive)])
    assert "10 frames looked at, 10 faces" in text
    assert "of its 10 faces 100.0 % are found" in text


@pytest.mark.model
@pytest.mark.usefixtures("one_thread")
def test_a_clip_without_a_face_is_measured_too(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", even([np.zeros((120, 160, 3), np.uint8)] * 10, 10))
    bench = Bench(Options(faces="all"), Place())
    found = bench.measure(path)
    naive = bench.naive(path, found)
    assert "5 frames looked at, 0 faces" in "\n".join([*lines(path, found), *naive_lines(found, naive)])


@pytest.mark.parametrize("anonymize", [False, True])
def test_the_annotated_video_is_timed_against_encoding_alone(tmp_path: Path, anonymize: bool) -> None:
    path = write_video(tmp_path / "a.mp4", even([plain()] * 20, 10))
    measured = annotate.measure(with_a_gap(), path, anonymize=anonymize)
    assert measured.n_pictures == 20
    assert min(measured.draw_s, measured.encode_s, measured.total_s) > 0
    assert "20 pictures" in annotate.lines(path, measured)[0]


def test_what_a_job_costs_beside_it() -> None:
    run = jobs.QueueRun(workers=2, jobs=10, cost_s=1.0, seconds=6.0, shares=(4, 6))
    assert run.overhead_s == pytest.approx(0.2)
    assert run.line() == "| 2 | 10 | 1.00 | 6.0 | 1.67 | 2.00 | 200 | 4 to 6 |"


@pytest.mark.model
@pytest.mark.slow
def test_the_first_system_reads_every_second_frame(tmp_path: Path) -> None:
    large = [portrait(at_xy=(4 * i, 0)).repeat(2, axis=0).repeat(2, axis=1) for i in range(4)]
    path = write_video(tmp_path / "a.mp4", even(large, 10))
    command = [sys.executable, str(costs.FIRST_SYSTEM), str(path), str(tmp_path / "out")]
    facts = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    assert facts["frames"] == 2
    assert facts["total_s"] >= sum(facts[step] for step in ("import", "detect", "classify", "plot"))
    assert (tmp_path / "out" / "chart.png").exists()
    with av.open(str(tmp_path / "out" / "annotated.mp4")) as video:
        assert len(list(video.decode(video=0))) == 2


@pytest.mark.slow
def test_jobs_go_through_the_queue_once_each(tmp_path: Path) -> None:
    (result := tmp_path / "analysis.json").write_text(json.dumps(with_a_gap().to_dict()))
    assert jobs.direct(2, 0.01, result) >= 0.01
    run = jobs.measure(2, 6, 0.01, result)
    assert sum(run.shares) == 6
    assert run.seconds >= 6 * 0.01 / 2


@pytest.mark.model
@pytest.mark.slow
def test_uploads_are_timed_while_a_job_runs() -> None:
    run = submits.measure(0.1, 3)
    assert len(run.seconds) == 3
    assert min(run.seconds) > 0
    assert "3 uploads of 0.1 MB while a job runs: median" in run.line()


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([[5, 7], [5, 7], [5, 7], [5, 7]], Identities(2, 2, 0, 0.0, 1.0)),
        ([[5, 7], [7, 5], [5, 7], [5, 7]], Identities(2, 2, 4, 0.0, 0.75)),
        ([[5, 5], [5, 5], [5, 5], [5, 5]], Identities(2, 1, 0, 0.0, 0.5)),
        ([[NOBODY, NOBODY], [5, 7], [5, 7], [8, 7]], Identities(2, 3, 1, 0.25, 5 / 6)),
    ],
    ids=["right", "once exchanged", "two in one", "late, and one in two"],
)
def test_ids_are_held_to_the_persons(ids: list[list[int]], expected: Identities) -> None:
    assert identities([[1, 2]] * 4, ids) == expected


def test_faces_of_nobody_count_for_nothing() -> None:
    assert identities([[1, NOBODY], [1]], [[0, 3], [0]]) == Identities(1, 1, 0, 0.0, 1.0)


def test_who_is_in_front_is_seen() -> None:
    shot = Shot(plain(), (Tile(0, 0, 0, (100, 100)), Tile(1, 50, 0, (100, 100))))
    assert [shot.person_at(x, 50) for x in (10, 60, 149, 150)] == [0, 1, 1, NOBODY]
    assert [time_s for time_s, _ in sampled([shot] * 26, 5)] == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]


def test_nothing_is_followed_where_nothing_is_seen() -> None:
    nothing = Detections(np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty((0, 5, 2), np.float32))
    assert ours([PictureFaces(0.2 * i, False, nothing, [], []) for i in range(3)], 5.0) == [[], [], []]


@pytest.mark.clips
@pytest.mark.model
@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize("scene", SCENES)
def test_five_a_second_are_enough_to_tell_who_is_who(clips: Path, scene: str) -> None:
    pictures = persons.look_at(FACE_DETECTOR.open(Options(), Place()), clips, scene, 5.0)
    assert identities([picture.persons for picture in pictures], ours(pictures, 5.0)).right >= 0.97


@pytest.mark.model
def test_every_file_that_is_asked_for_has_its_cost(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", even([portrait(at_xy=(20 + i, 0)) for i in range(10)], 10))
    told = list(outputs.lines(path, Options.read({"graph": True})))
    assert len(told) == len({line.partition(": ")[2] for line in told})
    assert [line for line in told if line.endswith("timeline.png timeline.svg")]
    assert [line for line in told if line.endswith("frames.csv")]
    assert not [line for line in told if "report" in line or "annotated" in line]
