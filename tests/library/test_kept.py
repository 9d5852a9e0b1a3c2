"""Networks as OpenVINO compiled them: what is kept says the same to the bit, and nothing else is ever taken for it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emoclassify.faces.expressions import ExpressionModel
from emoclassify.faces.mtcnn import Mtcnn, converted_network
from emoclassify.kept_networks import keep_networks
from emoclassify.networks import kept, models
from emoclassify.networks.cache import compiled_folder
from emoclassify.networks.kept import Compiled, compiled_once
from emoclassify.networks.library import load_openvino
from emoclassify.networks.runtime import Place
from emoclassify.speech.silero import CHUNK, Silero

PLACE = Place("openvino", "cpu", 1)
PROPERTIES = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1}
PICTURES = np.random.default_rng(0).standard_normal((2, 3, 24, 24)).astype(np.float32)

pytestmark = pytest.mark.model


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept yet."""
    monkeypatch.setenv("EMOCLASSIFY_CACHE_DIR", str(tmp_path / "cache"))


class Smallest:
    """The smallest of the networks, opened again and again; counts how often it is read."""

    def __init__(self, source: Path | None = None) -> None:
        self.source = source or converted_network("rnet")
        self.core, self.n_read = load_openvino().Core(), 0

    def _read(self) -> Any:
        self.n_read += 1
        return self.core.read_model(self.source)

    def open(self, changes: tuple[object, ...] = (), **properties: object) -> Compiled:
        return compiled_once(self.core, self._read, PROPERTIES | properties, self.source, changes)

    def answer(self) -> np.ndarray[Any, Any]:
        return np.array(self.open().network(PICTURES)[0])


def files() -> list[Path]:
    return sorted(compiled_folder().iterdir())


def test_it_is_compiled_once_and_says_the_same() -> None:
    network = Smallest()
    first = network.answer()
    assert np.array_equal(network.answer(), first)
    assert network.n_read == 1
    assert [path.suffix for path in files()] == [".blob"]


@pytest.mark.parametrize("damage", [lambda content: content[:-5], lambda content: b"", lambda content: b"x" + content])
def test_a_damaged_file_is_made_again(damage: Callable[[bytes], bytes]) -> None:
    network = Smallest()
    first, (path,) = network.answer(), files()
    content = path.read_bytes()
    path.write_bytes(damage(content))
    assert np.array_equal(network.answer(), first)
    assert network.n_read == 2
    assert network.answer() is not None
    assert network.n_read == 2, "it was not kept again"


def test_one_changed_byte_is_noticed() -> None:
    """OpenVINO itself takes such a file, and runs another network."""
    network = Smallest()
    network.open()
    (path,) = files()
    content = bytearray(path.read_bytes())
    content[-1000] ^= 1
    path.write_bytes(content)
    network.open()
    assert network.n_read == 2


def test_what_makes_a_difference_has_a_file_of_its_own(tmp_path: Path) -> None:
    network = Smallest()
    network.open()
    network.open(INFERENCE_NUM_THREADS=2)
    assert (network.n_read, len(files())) == (1, 1), "the number of threads is no part of what is compiled"
    network.open(changes=("in 8 bits",))
    network.open(INFERENCE_PRECISION_HINT="bf16")
    assert (network.n_read, len(files())) == (3, 3)
    other = tmp_path / "rnet.xml"
    other.write_bytes(network.source.read_bytes())
    weights = bytearray(network.source.with_suffix(".bin").read_bytes())
    weights[100] ^= 1
    other.with_suffix(".bin").write_bytes(weights)
    Smallest(other).open()
    assert len(files()) == 4


def test_where_nothing_can_be_kept_it_is_compiled_each_time(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder")
    network = Smallest()
    assert np.array_equal(network.answer(), network.answer())
    assert network.n_read == 2


def test_models_say_the_same_from_what_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    crops = [rng.integers(0, 256, (60, 60, 3), dtype=np.uint8) for _ in range(5)]
    sound = rng.standard_normal(20 * CHUNK).astype(np.float32)

    def answers() -> list[Any]:
        expressions = ExpressionModel.load(models.expression_model().path, PLACE)
        return [expressions.predict(crops), Silero().chances(sound), expressions.runtime, Mtcnn(PLACE).runtime]

    first = answers()
    monkeypatch.setattr(kept, "compiled", None)  # nothing is compiled any more
    for before, after in zip(first, answers(), strict=True):
        assert np.array_equal(before, after)


@pytest.mark.process
def test_all_are_compiled_by_a_process_that_opens_no_recording() -> None:
    assert keep_networks()
    networks = [path.stem.split("-")[0] for path in files() if path.suffix == ".blob"]
    assert sorted(networks) == ["network", "network", "onet", "pnet", "rnet", "silero_vad_16k_sequence"]
    assert not keep_networks(), "it was done before"


@pytest.mark.process
def test_what_other_versions_kept_long_ago_goes_when_new_ones_are_kept() -> None:
    assert keep_networks()
    (mark,) = (path for path in files() if path.name.startswith("all-"))
    blobs = [path for path in files() if path != mark]
    for path in (mark, *blobs):
        other = path.with_name(path.name.replace("-", "-other-", 1))
        other.write_bytes(b"of another version")
        if path in blobs[:2]:
            for old in (other, path):
                os.utime(old, (0.0, 0.0))
    mark.unlink()
    assert keep_networks()
    assert set(blobs) <= set(files()), "what this version uses is there, made anew where it was old"
    assert len([path for path in files() if "-other-" in path.name]) == len(blobs) + 1 - 2


def test_without_a_place_to_keep_them_no_process_is_started(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder")
    assert not keep_networks()
