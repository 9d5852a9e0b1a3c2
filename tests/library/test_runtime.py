"""What runs a network: the same answers from torch and OpenVINO, converted once and kept."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch

from emoclassify.errors import EmoClassifyError, UsageError
from emoclassify.faces.expressions import ExpressionModel, batch_size, converted_network
from emoclassify.networks import models, runtime
from emoclassify.networks.convert import Built
from emoclassify.networks.runtime import Place, available_cores, choose_place, open_network
from emoclassify.voice.predict import VoiceModel

F32_TOLERANCE = 1e-5
HALF_TOLERANCE = 0.03  # of a score: bfloat16 has three significant digits
EIGHT_BITS_TOLERANCE = 0.02  # of the largest answer
EIGHT_BITS_LOGITS = 0.15  # of logits, about 5, of noise: faces move less
SAME_SCORE_TOLERANCE = 1e-4
OPENVINO = Place("openvino", "cpu", 1)

pytestmark = [pytest.mark.whole, pytest.mark.usefixtures("one_thread")]


def built(bias: float = 0.0) -> Built:
    torch.manual_seed(0)
    linear = torch.nn.Linear(12, 3)
    module = torch.nn.Sequential(torch.nn.Flatten(), linear).eval()
    with torch.no_grad():
        linear.bias.add_(bias)
    return Built(module, np.zeros((2, 4, 3), np.float32), facts={"says": '{"a": [1, 2]}'})


def never() -> Built:
    raise AssertionError("built again")


@pytest.mark.parametrize("count", [1, 2, 5])
def test_openvino_says_what_torch_says(count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMOCLASSIFY_CACHE_DIR", str(tmp_path))
    batch = np.random.default_rng(0).random((count, 4, 3), dtype=np.float32)
    by_torch = open_network("k", built, Place())
    by_openvino = open_network("k", built, OPENVINO, precise=True)
    assert by_openvino(batch) == pytest.approx(by_torch(batch), abs=F32_TOLERANCE)
    assert by_openvino(batch).dtype == np.float32
    assert by_torch.facts == by_openvino.facts == {"says": '{"a": [1, 2]}'}
    assert by_torch.name.startswith("torch ")
    assert by_openvino.name.startswith("openvino ")
    assert by_openvino.name.endswith("cpu, f32")


def test_a_converted_network_is_kept_by_its_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMOCLASSIFY_CACHE_DIR", str(tmp_path))
    batch = np.ones((1, 4, 3), np.float32)
    first = open_network("one", built, OPENVINO, precise=True)(batch)
    assert open_network("one", never, OPENVINO, precise=True)(batch) == pytest.approx(first)
    other = open_network("two", lambda: built(bias=1.0), OPENVINO, precise=True)(batch)
    assert other == pytest.approx(first + 1.0, abs=F32_TOLERANCE)
    assert sorted(path.suffix for path in (tmp_path / "networks").iterdir()) == [".bin", ".bin", ".xml", ".xml"]


def large() -> Built:
    """Two matrices, one of them large."""
    torch.manual_seed(0)
    module = torch.nn.Sequential(torch.nn.Linear(512, 1024), torch.nn.GELU(), torch.nn.Linear(1024, 7)).eval()
    return Built(module, np.zeros((2, 512), np.float32))


def test_large_matrices_are_in_eight_bits_unless_it_is_to_be_precise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMOCLASSIFY_CACHE_DIR", str(tmp_path))
    batch = np.random.default_rng(0).standard_normal((16, 512)).astype(np.float32)
    exact = open_network("k", large, Place())(batch)
    precise, fast = (open_network("k", large, OPENVINO, precise=precise) for precise in (True, False))
    assert precise(batch) == pytest.approx(exact, abs=F32_TOLERANCE)
    assert fast(batch) == pytest.approx(exact, abs=EIGHT_BITS_TOLERANCE * float(np.abs(exact).max()))
    assert "int8" in fast.name
    assert "int8" not in precise.name
    small, whole = sorted(path.stat().st_size for path in tmp_path.glob("networks/*.bin"))
    assert small < 0.3 * whole


def test_small_matrices_stay_as_they_are() -> None:
    assert "int8" not in open_network("small", built, OPENVINO).name


@pytest.mark.parametrize("ending", [".xml", ".bin"])
def test_a_damaged_copy_is_made_again(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMOCLASSIFY_CACHE_DIR", str(tmp_path))
    batch = np.ones((1, 4, 3), np.float32)
    first = open_network("one", built, OPENVINO)(batch)
    next((tmp_path / "networks").glob(f"*{ending}")).write_bytes(b"")
    assert open_network("one", built, OPENVINO)(batch) == pytest.approx(first)


def test_what_openvino_cannot_take_is_run_by_torch_and_said(caplog: pytest.LogCaptureFixture) -> None:
    class Refused(torch.nn.Module):
        def forward(self, batch: torch.Tensor) -> torch.Tensor:
            factors, _ = torch.linalg.lu_factor(batch)
            assert isinstance(factors, torch.Tensor)
            return factors

    refused = Built(Refused().eval(), np.eye(4, dtype=np.float32)[None].repeat(2, axis=0))
    network = open_network("refused", lambda: refused, OPENVINO)
    assert network.name.startswith("torch ")
    assert "OpenVINO cannot take this network" in caplog.text


def test_a_cache_that_cannot_be_written_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("EMOCLASSIFY_CACHE_DIR", str(tmp_path / "file"))
    network = open_network("k", built, OPENVINO)
    assert network(np.ones((1, 4, 3), np.float32)).shape == (1, 3)
    assert network.name.startswith("openvino ")
    assert "cannot be kept" in caplog.text


@pytest.mark.parametrize(
    ("content", "cores"), [("200000 100000\n", 2), ("150000 100000\n", 2), ("10000 100000\n", 1), ("max 100000\n", 64)]
)
def test_a_container_uses_as_many_cores_as_it_is_given_time_of(
    content: str, cores: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cpu.max").write_text(content)
    monkeypatch.setattr(runtime, "_CPU_MAX", tmp_path / "cpu.max")
    monkeypatch.setattr("os.sched_getaffinity", lambda _: range(64))
    assert available_cores() == cores


def test_auto_takes_cuda_then_openvino_then_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "_has_cuda", lambda: True)
    assert choose_place() == Place("torch", "cuda", available_cores())
    assert choose_place("openvino") == Place("openvino", "cpu", available_cores())
    assert choose_place("torch", "cpu") == Place("torch", "cpu", available_cores())
    monkeypatch.setattr(runtime, "_has_cuda", lambda: False)
    assert choose_place().runtime == "openvino"
    monkeypatch.setattr(runtime, "_has_openvino", lambda: False)
    assert choose_place() == Place("torch", "cpu", available_cores())


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (("openvino", "cuda"), "OpenVINO does not run on CUDA"),
        (("auto", "cuda"), "No CUDA device is usable"),
        (("openvino", "auto"), "OpenVINO is not installed"),
    ],
)
def test_what_is_not_there_is_refused(asked: tuple[str, str], message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "_has_cuda", lambda: False)
    monkeypatch.setattr(runtime, "_has_openvino", lambda: False)
    with pytest.raises(UsageError, match=message):
        choose_place(*asked)


@pytest.mark.parametrize(("runtime", "device"), [("torch", "auto"), ("auto", "cuda")])
def test_without_torch_what_needs_it_says_what_to_install(
    runtime: str, device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(UsageError, match=r'pip install "emoclassify\[torch\]"'):
        choose_place(runtime, device)
    assert choose_place().runtime == "openvino"


def test_a_network_that_is_not_there_yet_needs_torch_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build() -> Built:
        import torch

        return Built(torch.nn.Identity(), np.zeros((2, 1), np.float32))

    monkeypatch.setenv("EMOCLASSIFY_CACHE_DIR", str(tmp_path))
    monkeypatch.setitem(sys.modules, "torch", None)
    for place in (OPENVINO, Place()):
        with pytest.raises(EmoClassifyError, match=r'pip install "emoclassify\[torch\]"'):
            open_network("new", build, place)


@pytest.mark.model
def test_the_embedded_expression_model_scores_alike_in_both() -> None:
    folder = models.expression_model().path
    crops = list(np.random.default_rng(0).integers(0, 256, (64, 60, 60, 3), dtype=np.uint8))
    by_torch, by_openvino = (ExpressionModel.load(folder, place).predict(crops) for place in (Place(), OPENVINO))
    assert np.abs(by_torch - by_openvino).max() <= HALF_TOLERANCE


@pytest.mark.model
def test_the_embedded_expression_model_multiplies_in_eight_bits_where_the_rest_is_in_sixteen() -> None:
    path = converted_network(models.expression_model().path)
    fast, precise = (open_network("k", never, OPENVINO, precise=precise, shipped=path) for precise in (False, True))
    assert ("int8" in fast.name) == ("bf16" in fast.name)
    assert "int8" not in precise.name
    faces = np.random.default_rng(0).standard_normal((16, 1, 48, 48)).astype(np.float32)
    assert fast(faces) == pytest.approx(precise(faces), abs=EIGHT_BITS_LOGITS)


@pytest.mark.model
@pytest.mark.parametrize("costly", [False, True])
def test_batches_of_a_gpu_score_as_those_of_a_processor(costly: bool) -> None:
    model = ExpressionModel.load(models.expression_model().path, Place())
    crops = list(np.random.default_rng(0).integers(0, 256, (70, 60, 60, 3), dtype=np.uint8))
    scores = []
    for place in (Place("torch", "cuda"), Place()):
        model.at_once = batch_size(place, costly=costly)
        scores.append(model.predict(crops))
    assert batch_size(Place("torch", "cuda"), costly=costly) > batch_size(Place(), costly=costly)
    assert np.abs(scores[0] - scores[1]).max() <= F32_TOLERANCE


@pytest.mark.model
@pytest.mark.parametrize("place", [Place(), OPENVINO], ids=["torch", "openvino"])
def test_two_threads_get_their_own_scores(place: Place) -> None:
    model = ExpressionModel.load(models.expression_model().path, place)
    crops = [np.random.default_rng(i).integers(0, 256, (90, 90, 3), dtype=np.uint8) for i in range(96)]
    batches = [crops[start : start + 8] for start in range(0, len(crops), 8)]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(model.predict, batches))
    for batch, scores in zip(batches, found, strict=True):
        np.testing.assert_array_equal(scores, model.predict(batch))


@pytest.mark.model
def test_the_embedded_voice_model_scores_alike_in_both() -> None:
    folder = models.voice_model().path
    rng = np.random.default_rng(0)
    windows = [rng.standard_normal(length).astype(np.float32) for length in (8_000, 30_000, 48_000)]
    by_torch, by_openvino = (VoiceModel.load(folder, place).predict(windows) for place in (Place(), OPENVINO))
    assert np.abs(by_torch - by_openvino).max() <= SAME_SCORE_TOLERANCE
