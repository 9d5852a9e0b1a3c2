"""The networks that ship need no torch, and are of the weights beside them: made again, they are the same bytes."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from emoclassify.faces import expressions, mtcnn
from emoclassify.networks import convert, models
from emoclassify.networks.convert import Built
from emoclassify.networks.runtime import Place, open_network, run_by_torch
from emoclassify.speech.silero import network_path
from emoclassify.voice import predict
from tests.support.sources import PACKAGE
from voice_model.convert import original_silero

SAME = 1e-5  # of the outputs of MTCNN, about 1: its weights are as they were
SAME_HALVES = 1e-3  # of logits, about 5: what is computed from weights while converting is rounded to 16 bits
OPENVINO = Place("openvino", "cpu", 1)
FACES, VOICES = models.expression_model().path, models.voice_model().path

Case = tuple[Path, Callable[[], Built], bool, tuple[int, ...]]
"""Where it is, what makes it, whether it is precise, the shape of an input."""

HALVES = {"expression", "voice"}
MADE_BY = "run `python -m video convert` and `python -m voice_model convert`"
ABSENT = {
    *("torch", "torchvision", "transformers", "tensorflow", "facenet_pytorch", "huggingface_hub", "safetensors"),
    *("librosa", "numba", "silero_vad"),
}

NETWORKS: dict[str, Case] = {
    "expression": (
        expressions.converted_network(FACES),
        lambda: expressions.read_original(FACES),
        False,
        (5, 1, 48, 48),
    ),
    "voice": (predict.converted_network(VOICES), lambda: predict.read_original(VOICES), True, (3, 90, 160)),
    "pnet": (mtcnn.converted_network("pnet"), lambda: mtcnn.read_original("pnet"), True, (1, 3, 70, 90)),
    "rnet": (mtcnn.converted_network("rnet"), lambda: mtcnn.read_original("rnet"), True, (4, 3, 24, 24)),
    "onet": (mtcnn.converted_network("onet"), lambda: mtcnn.read_original("onet"), True, (4, 3, 48, 48)),
}
BY_NAME = pytest.mark.parametrize("name", NETWORKS)

pytestmark = pytest.mark.usefixtures("one_thread")


def never() -> Built:
    raise AssertionError("built anew")


@pytest.mark.model
@BY_NAME
def test_made_again_it_is_the_same_bytes(name: str, tmp_path: Path) -> None:
    path, build, precise, _ = NETWORKS[name]
    convert.store(convert.converted(build(), precise=precise), tmp_path / path.name, halves=name in HALVES)
    for ending in (".xml", ".bin"):
        again = (tmp_path / path.name).with_suffix(ending).read_bytes()
        assert again == path.with_suffix(ending).read_bytes(), MADE_BY


@pytest.mark.model
@BY_NAME
def test_it_says_what_the_original_says_in_torch(name: str) -> None:
    path, build, _, shape = NETWORKS[name]
    batch = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    shipped = open_network("unused", never, OPENVINO, precise=True, shipped=path)
    original = build()
    tolerance = SAME_HALVES if name in HALVES else SAME
    assert shipped(batch) == pytest.approx(run_by_torch(original)(batch), abs=tolerance)
    assert shipped.facts == original.facts


def test_what_finds_speech_is_the_file_of_its_package() -> None:
    assert network_path().read_bytes() == original_silero().read_bytes()


def test_a_network_made_from_other_weights_is_not_taken(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"one")
    before = models.converted_path([weights])
    weights.with_suffix(".beside").write_bytes(b"another one")
    weights.with_suffix(".beside").replace(weights)
    assert models.converted_path([weights]) != before


@pytest.mark.model
@pytest.mark.slow
def test_a_first_analysis_needs_none_of_what_the_extras_bring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMOCLASSIFY_CACHE_DIR", str(tmp_path))
    recording = PACKAGE / "assets" / "demo.mp4"
    code = f"""
import sys

class Hiding:
    def __init__(self, finder):
        self.finder = finder

    def __getattr__(self, name):
        return getattr(self.finder, name)

    def find_spec(self, name, path=None, target=None):
        return None if name.partition(".")[0] in {ABSENT!r} else self.finder.find_spec(name, path, target)

sys.meta_path[:] = map(Hiding, sys.meta_path)
from emoclassify import Options, analyze

analysis = analyze({str(recording)!r}, Options(double_check=True))
assert analysis.faces and analysis.voice.stretches
print(*sorted({{name for name in sys.modules if name.startswith(("openvino.tools", "openvino_telemetry"))}}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.rglob("*.xml")), "a network was converted"
    assert done.stdout.split() == [], "OpenVINO's converter, which sends statistics, was imported"
