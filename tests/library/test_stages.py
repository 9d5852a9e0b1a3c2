"""One list of stages: what is added to it runs, is told of, and counts among the models."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from api.schemas import ProgressOut
from emoclassify import analyze, stages
from emoclassify.errors import ModelError
from emoclassify.jobs.process import models_are_whole
from emoclassify.jobs.progress import JobProgress
from emoclassify.networks.loaded import LoadedModels, ModelKind
from emoclassify.networks.models import ModelInfo
from emoclassify.networks.runtime import Place
from emoclassify.pipeline import Analyzer
from emoclassify.run import Run, StageProgress
from emoclassify.settings import Options
from emoclassify.stages import STAGES, START, Stage, Streams, models_of
from emoclassify.words.messages import as_told
from tests.support.made import even, plain, tone, write_sound, write_video
from tests.support.serving import settings_in

ADDED_MODEL = ModelInfo("made", "counts sounds", "MIT", True, Path("nowhere"), {"made.bin": "0" * 64})


class Counter:
    """A model with state, as what finds speech has: it sums up all the sound that it was given."""

    runtime = "made"

    def __init__(self) -> None:
        self.sum = 0.0

    def add(self, samples: np.ndarray) -> None:
        self.sum += float(np.abs(samples, dtype=np.float64).sum())


ADDED_KIND = ModelKind(lambda options: ADDED_MODEL, lambda described, place: Counter())


def count_sound(run: Run) -> None:
    counter = run.model(ADDED_KIND)
    for sound in run.sounds():
        counter.add(sound.samples)
        run.tell("count", sound.start_s, run.sound_counts)
    run.notes.append(as_told(f"{counter.sum:.6f}"))
    counter.sum = 0.0


ADDED = Stage("count", 100.0, lambda options, streams: streams.sound is not False, (ADDED_KIND,), count_sound)


@pytest.fixture
def _added_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "STAGES", (START, ADDED))


@pytest.fixture
def _added(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the voice."""
    monkeypatch.setattr(stages, "STAGES", (*STAGES[:7], ADDED, *STAGES[7:]))


@pytest.mark.usefixtures("_added_only")
def test_a_stage_that_is_added_runs_with_its_model_and_is_told_of(tmp_path: Path) -> None:
    told: list[StageProgress] = []
    path = write_sound(tmp_path / "a.wav", 0.1 * tone(2.0), codec="pcm_s16le")
    analysis = Analyzer().analyze(path, on_progress=told.append)
    assert [model.name for model in analysis.models] == ["made"]
    assert [model.runtime for model in analysis.models] == ["made"]
    assert set(analysis.timings_s) == {"load_count", "count"}
    assert {step.stage for step in told} == {"count"}
    assert (told[0].done_s, told[0].total_s) == (0.0, None)  # while its model is loaded
    assert told[-1].total_s == pytest.approx(2.0)


@pytest.mark.usefixtures("_added_only")
def test_a_stage_that_is_not_wanted_loads_nothing(tmp_path: Path) -> None:
    analysis = Analyzer().analyze(write_video(tmp_path / "a.mp4", even([plain()] * 3)))
    assert analysis.models == ()
    assert analysis.timings_s == {}


@pytest.mark.usefixtures("_added")
def test_a_stage_that_is_added_has_its_share_of_the_progress() -> None:
    tracker = JobProgress(Options(), now_s=lambda: 0.0)
    before = START.weight + stages.FACES.weight
    whole = before + ADDED.weight + stages.OUTPUTS.weight + stages.PREVIEW.weight
    tracker.tell("faces", 1.0, 1.0)
    assert tracker.now.fraction == pytest.approx(before / whole, abs=1e-4)
    tracker.tell("count", 1.0, 2.0)
    assert tracker.now.fraction == pytest.approx((before + ADDED.weight / 2) / whole, abs=1e-4)


@pytest.mark.usefixtures("_added")
def test_the_models_of_a_stage_that_is_added_make_a_result_another_one_and_a_worker_not_ready(tmp_path: Path) -> None:
    assert [model.name for model in models_of(Options())] == [
        *("mtcnn", "expression", "silero-vad", "voice"),
        "made",
    ]
    assert not models_are_whole(settings_in(tmp_path))  # its file is nowhere


def test_a_worker_is_ready_where_the_models_of_every_job_are_whole(tmp_path: Path) -> None:
    assert models_are_whole(settings_in(tmp_path))
    assert not models_are_whole(settings_in(tmp_path, expression_models=("embedded", "none/such")))


def test_each_model_is_listed_once_whatever_the_options_have_in_common() -> None:
    assert models_of(Options(), Options(double_check=True)) == models_of(Options())


def test_the_api_names_every_stage() -> None:
    description = ProgressOut().fields["stage"].metadata["description"]
    assert (
        description
        == "start, faces (or search, then expressions), turns, voice, words, outputs, video, preview; empty before"
    )


@pytest.mark.parametrize(
    ("options", "streams", "names"),
    [
        (Options(), Streams(), "start faces outputs preview"),
        (Options(double_check=True, annotate=True), Streams(), "start faces voice outputs video preview"),
        (Options(echo_mean=True), Streams(picture=True, sound=False), "start faces outputs preview"),
        (Options(annotate=True), Streams(picture=False, sound=True), "start voice outputs"),
    ],
)
def test_a_stage_is_wanted_by_the_options_and_by_what_the_recording_has(
    options: Options, streams: Streams, names: str
) -> None:
    wanted = [stage.name for stage in STAGES if not stage.instead_of and stage.wanted(options, streams)]
    assert wanted == names.split()


def test_names_are_told_apart_and_parts_belong_to_a_stage() -> None:
    names = [stage.name for stage in STAGES]
    assert len(set(names)) == len(names)
    assert {stage.instead_of for stage in STAGES} <= {"", *names}


@pytest.fixture
def recordings(tmp_path: Path) -> list[Path]:
    """Two of sound alone, one louder than the other."""
    loudness = {"soft": 0.1, "loud": 0.9}
    return [
        write_sound(tmp_path / f"{name}.wav", share * tone(4.0), codec="pcm_s16le") for name, share in loudness.items()
    ]


@pytest.mark.usefixtures("_added_only")
@pytest.mark.parametrize("shared", [False, True], ids=["an analyzer each", "the function"])
def test_two_threads_never_mix_their_sound(
    recordings: list[Path], monkeypatch: pytest.MonkeyPatch, shared: bool
) -> None:
    expected = [Analyzer().analyze(path).warnings for path in recordings]
    assert expected[0] != expected[1]
    barrier, add = threading.Barrier(2, timeout=20.0), Counter.add

    def add_by_turns(counter: Counter, samples: np.ndarray) -> None:
        barrier.wait()
        add(counter, samples)

    monkeypatch.setattr(Counter, "add", add_by_turns)
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(analyze if shared else lambda path: Analyzer().analyze(path), recordings))
    assert [analysis.warnings for analysis in found] == expected


@pytest.mark.usefixtures("_added_only")
def test_one_analyzer_in_two_threads_does_one_analysis_after_the_other(tmp_path: Path) -> None:
    sound, analyzer, steps = 0.1 * tone(120.0), Analyzer(), list[Path]()
    paths = [write_sound(tmp_path / name, sound, codec="pcm_s16le") for name in ("a.wav", "b.wav")]

    def analyzed(path: Path) -> None:
        analyzer.analyze(path, on_progress=lambda step: steps.append(path))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(analyzed, paths))
    assert len(steps) > 200
    assert len(list(groupby(steps))) == 2


def test_a_model_is_loaded_when_it_is_another_and_only_then() -> None:
    loaded = LoadedModels()
    first = loaded.get(ADDED_KIND, ADDED_MODEL, Place())
    assert loaded.get(ADDED_KIND, replace(ADDED_MODEL), Place()) is first
    others = [
        loaded.get(ADDED_KIND, replace(ADDED_MODEL, files={"made.bin": "1" * 64}), Place()),  # replaced in its folder
        loaded.get(ADDED_KIND, replace(ADDED_MODEL, path=Path("elsewhere")), Place()),
        loaded.get(ADDED_KIND, replace(ADDED_MODEL, path=Path("elsewhere")), Place(device="cuda")),
    ]
    assert len({id(model) for model in (first, *others)}) == 4
    assert LoadedModels().get(ADDED_KIND, ADDED_MODEL, Place()) is not first


def test_a_model_that_cannot_be_loaded_is_tried_again() -> None:
    tries: list[Place] = []

    def load(described: ModelInfo, place: Place) -> Counter:
        tries.append(place)
        if len(tries) == 1:
            raise ModelError("damaged")
        return Counter()

    loaded, kind = LoadedModels(), ModelKind(lambda options: ADDED_MODEL, load)
    with pytest.raises(ModelError):
        loaded.get(kind, ADDED_MODEL, Place())
    assert loaded.get(kind, ADDED_MODEL, Place()).sum == 0.0
