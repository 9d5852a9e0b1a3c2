"""Measures how long a study takes from its analyses to tables, report, slides and charts, and its memory.

The viewings are made, the command is the real one. Every person sees one of two films of a minute; of the first film's
viewers 20 % smile in one scene, of the second's 40 %. The readings of each are those of a real analysis of so many
frames.
"""

import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.jobs import some_result
from benchmarks.panels import noise
from emoclassify.analysis import Analysis
from emoclassify.faces.reading import FaceReading, FrameTime, HeadTurn
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.json_file import write_json
from emoclassify.outputs.names import ANALYSIS
from emoclassify.outputs.saved import read_analysis
from emoclassify.study_folder import PARTICIPANTS_FILE, PLAN_FILE, RESULTS_FOLDER, VIEWINGS_FILE

RATE_HZ = 5
_BOX = (200.0, 100.0, 300.0, 230.0)
_SCENE_S = (20.0, 23.0)

_PLAN = """\
title = "Made"
measures = ["happy", "valence"]
share_above = 0.5
[[comparison]]
films = ["A", "B"]
[[comparison]]
film = "A"
column = "sex"
groups = ["women", "men"]
[[outcome]]
column = "liking"
"""
_FILM = """\
[[stimulus]]
id = "{id}"
duration_s = {film_s}
[[stimulus.scene]]
id = "joke"
start_s = 20.0
end_s = 23.0
"""


def measure(n_people: int, film_s: float) -> str:
    """One line: viewings, seconds from the command's start to its end, those of a processor, and the largest memory.

    Args:
        n_people: of whom each sees one film.
        film_s: length of the films.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_made(folder, n_people, film_s)
        command = [sys.executable, "-m", "emoclassify", "study", "run", str(folder), "--out", str(folder / "panel")]
        command += ["--report", "docx,pdf,html,pptx", "--xlsx", "--graph"]
        started_s = time.perf_counter()
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
        seconds = time.perf_counter() - started_s
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor_s = usage.ru_utime + usage.ru_stime
    return f"{lines[0]} {seconds:.1f} s, of a processor {processor_s:.1f} s, {usage.ru_maxrss / 1024:.0f} MB"


def write_made(folder: Path, n_people: int, film_s: float) -> None:
    """A study of made viewings in a folder: every second person sees the second film."""
    base = read_analysis(some_result(folder / "base"))
    rng = np.random.default_rng(20)
    viewings, people = ["recording,respondent,stimulus"], ["respondent,sex,liking"]
    for number in range(n_people):
        film = "AB"[number % 2]
        smile = 0.5 if rng.random() < (0.2, 0.4)[number % 2] else 0.0
        results = folder / RESULTS_FOLDER / f"{number}.mp4"
        results.mkdir(parents=True)
        write_json(_viewing(base, film_s, smile, rng).to_dict(), results / ANALYSIS)
        viewings.append(f"{number}.mp4,r{number},{film}")
        people.append(f"r{number},{('women', 'men')[number // 2 % 2]},{rng.integers(1, 8)}")
    films = "".join(_FILM.format(id=id_, film_s=film_s) for id_ in "AB")
    (folder / PLAN_FILE).write_text(_PLAN + films, encoding="utf-8")
    (folder / VIEWINGS_FILE).write_text("\n".join(viewings) + "\n", encoding="utf-8")
    (folder / PARTICIPANTS_FILE).write_text("\n".join(people) + "\n", encoding="utf-8")


def _viewing(base: Analysis, film_s: float, smile: float, rng: np.random.Generator) -> Analysis:
    """Readings of a face over the film, which smiles in the scene."""
    times_s = np.arange(round(film_s * RATE_HZ)) / RATE_HZ
    in_scene = (times_s >= _SCENE_S[0]) & (times_s < _SCENE_S[1])
    happy = np.clip(0.1 + noise(1, len(times_s), rng)[0] + smile * in_scene, 0.01, 0.95)
    scores = np.full((len(times_s), len(EMOTIONS)), 0.005, np.float32)
    scores[:, EMOTIONS.index("happy")] = happy
    scores[:, EMOTIONS.index("neutral")] = 1 - happy
    scores /= scores.sum(axis=1, keepdims=True)
    frames = tuple(FrameTime(i, float(time_s)) for i, time_s in enumerate(times_s))
    faces = tuple(
        FaceReading(i, float(time_s), 1, _BOX, 0.99, scores[i], HeadTurn(0, 0, 0), "", own_change=0.2)
        for i, time_s in enumerate(times_s)
    )
    counts = replace(base.counts, sampled=len(frames), with_face=len(frames), faces=len(frames), persons=1)
    return replace(
        base, frames=frames, faces=faces, end_s=film_s, picture_end_s=film_s, voice=None, segments=(), counts=counts
    )
