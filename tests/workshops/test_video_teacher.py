"""The network of faces that teaches: its file format, its padding, its training, what it would add, on made data."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from emoclassify.errors import WorkshopError
from emoclassify.labels import EMOTIONS
from tests.support.tiny_networks import SETTINGS, tiny_network
from video import faceres, teacher
from video.calibrate import FaceSet
from video.corpora import Faces, one_hot
from video.train import CHECKPOINT, Training, logits_of

CHANNELS = (4, 6, 6, 6, 6, 6, 6, 6, 8, 6, 6, 8, 6, 8)  # after the first convolution, then after each block

pytestmark = [pytest.mark.whole, pytest.mark.usefixtures("one_thread")]


def made_weights() -> dict[str, Any]:
    """The arrays of a network of the same shape with few channels, in the order of the file."""
    random = np.random.default_rng(18)

    def numbers(*shape: int) -> Any:
        return random.normal(0.0, 1.0 / np.sqrt(np.prod(shape[:-1]) or 1), shape).astype(np.float16)

    weights: dict[str, Any] = {
        "conv1/convolution/merged_input": numbers(3, 3, 3, CHANNELS[0]) / np.float16(50),
        "conv1_bn/batchnorm_1/sub": np.full(CHANNELS[0], 0.5, np.float16),
    }
    for block, (before, after) in enumerate(pairwise(CHANNELS), 1):
        weights |= {
            f"conv_dw_{block}/depthwise_kernel": numbers(3, 3, before, 1),
            f"conv_dw_{block}_bn/batchnorm_1/mul": np.full(before, 2.0, np.float16),
            f"conv_dw_{block}_bn/batchnorm_1/sub": np.full(before, 0.5, np.float16),
            f"conv_pw_{block}/convolution/merged_input": numbers(1, 1, before, after),
            f"conv_pw_{block}_bn/batchnorm_1/sub": np.full(after, 0.5, np.float16),
        }
    return weights


def written(folder: Path, weights: dict[str, Any]) -> Path:
    """A folder as the package has it; among the numbers is one of 32 bits that has no quantisation."""
    axis = np.array([1, 2], np.int32)
    entries: list[dict[str, object]] = [
        {"name": name, "shape": list(array.shape), "dtype": "float32", "quantization": {"dtype": "float16"}}
        for name, array in weights.items()
    ]
    entries.insert(1, {"name": "axis", "shape": [2], "dtype": "int32"})
    arrays = list(weights.values())
    raw = b"".join(array.tobytes() for array in [arrays[0], axis, *arrays[1:]])
    (folder / faceres.GRAPH).write_text(json.dumps({"weightsManifest": [{"weights": entries}]}), encoding="utf-8")
    (folder / faceres.NUMBERS).write_bytes(raw)
    return folder


def made_faces(count: int) -> Faces:
    """Faces of two emotions, told by which half is bright."""
    random = np.random.default_rng(7)
    pixels = random.integers(0, 60, (count, 48, 48), dtype=np.uint8)
    truth = np.where(np.arange(count) % 2, EMOTIONS.index("happy"), EMOTIONS.index("sad"))
    for face, emotion in zip(pixels, truth, strict=True):
        rows = slice(0, 24) if emotion == EMOTIONS.index("happy") else slice(24, 48)
        face[rows] += 150
    return Faces(pixels, one_hot(truth), truth)


@pytest.fixture
def network(tmp_path: Path) -> faceres.FaceRes:
    """With the weights of `made_weights`, which lie in the test's folder."""
    torch.manual_seed(18)
    return faceres.FaceRes(faceres.read_weights(written(tmp_path, made_weights())))


def test_weights_are_read_by_name_whatever_their_type(tmp_path: Path) -> None:
    weights = made_weights()
    read = faceres.read_weights(written(tmp_path, weights))
    assert list(read.pop("axis")) == [1, 2]
    assert set(read) == set(weights)
    for name, array in weights.items():
        np.testing.assert_array_equal(read[name], array.astype(np.float32))


def test_other_folders_are_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(WorkshopError, match=r"no faceres\.json and faceres\.bin"):
        faceres.read_weights(tmp_path)
    folder = written(tmp_path, made_weights())
    (folder / faceres.NUMBERS).write_bytes((folder / faceres.NUMBERS).read_bytes()[:-1])
    with pytest.raises(WorkshopError, match=r"no faceres\.json and faceres\.bin"):
        faceres.read_weights(folder)
    with pytest.raises(WorkshopError, match="conv1_bn/batchnorm_1/sub is missing"):
        faceres.FaceRes({"conv1/convolution/merged_input": np.zeros((3, 3, 3, 4), np.float32)})


def test_the_first_convolution_reads_brightness_as_it_read_grey_colours(tmp_path: Path) -> None:
    weights = faceres.read_weights(written(tmp_path, made_weights()))
    layer = faceres.FaceRes(weights).first[0]
    standardised = torch.randn(2, 1, 8, 8)
    grey = (128.0 + 60.0 * standardised).expand(-1, 3, -1, -1) - torch.tensor([103.939, 116.779, 123.68]).view(
        1, 3, 1, 1
    )
    kernel = torch.from_numpy(weights["conv1/convolution/merged_input"].transpose(3, 2, 0, 1).copy())
    expected = F.relu6(F.conv2d(grey, kernel, torch.from_numpy(weights["conv1_bn/batchnorm_1/sub"]), stride=2))
    # The last row and column see the margin of zeros, which is another brightness there and here.
    torch.testing.assert_close(layer(standardised)[:, :, :3, :3], expected, atol=1e-4, rtol=1e-4)


def test_it_reads_a_face_and_its_mirror_image_alike(network: faceres.FaceRes) -> None:
    torch.nn.init.normal_(network.classifier.weight)
    pictures = torch.rand(2, 3, 48, 48)
    logits = network.eval()(pictures).logits
    assert logits.shape == (2, len(EMOTIONS))
    torch.testing.assert_close(network(pictures.flip(3)).logits, logits, atol=1e-4, rtol=1e-4)


def test_its_training_is_read_back_and_its_first_layers_stay(network: faceres.FaceRes, tmp_path: Path) -> None:
    training, faces = Training(network, replace(SETTINGS, learning_rate=1e-2)), made_faces(16)
    training.run(faces, faces, tmp_path / "run")
    taught = teacher.load_teacher(tmp_path, tmp_path / "run")
    expected = logits_of(training.average, faces.pixels)
    np.testing.assert_allclose(logits_of(taught, faces.pixels), expected, atol=1e-5)
    # Only these two emotions were named.
    first_two = np.sort(logits_of(taught, faces.pixels).mean(axis=0).argsort()[-2:])
    np.testing.assert_array_equal(first_two, np.unique(faces.truth))
    beginning = faceres.FaceRes(faceres.read_weights(tmp_path)).state_dict()
    changed = {name for name, weight in taught.state_dict().items() if not torch.equal(weight, beginning[name])}
    assert "blocks.0.weight" in changed
    assert not [name for name in changed if name.startswith("first")]


def test_a_network_that_is_taught_says_what_its_teacher_says(network: faceres.FaceRes) -> None:
    torch.nn.init.constant_(network.classifier.bias, 0.0)
    network.classifier.bias.data[EMOTIONS.index("fear")] = 9.0
    settings = replace(SETTINGS, teacher_share=1.0, epochs=4, learning_rate=1e-2)
    faces = made_faces(16)
    taught = Training(tiny_network(), settings, [network])
    for _ in range(settings.epochs):
        taught._epoch(torch.from_numpy(faces.pixels), torch.from_numpy(faces.targets), torch.ones(16) / 16)
    assert (logits_of(taught.average, faces.pixels).argmax(axis=1) == EMOTIONS.index("fear")).all()


def test_a_run_without_a_measured_epoch_teaches_nothing(tmp_path: Path) -> None:
    with pytest.raises(WorkshopError, match="run `python -m video teacher` first"):
        teacher.load_teacher(tmp_path, tmp_path)
    torch.save({"best": {}}, tmp_path / CHECKPOINT)
    with pytest.raises(WorkshopError, match="no epoch of it was measured"):
        teacher.load_teacher(tmp_path, tmp_path)


def test_averages_go_from_ours_to_the_teachers() -> None:
    faces = made_faces(6)
    ours = FaceSet("home", np.eye(7, dtype=np.float32)[faces.truth] * 4, faces.truth)
    others = np.zeros((6, 7), np.float32)
    others[:, EMOTIONS.index("fear")] = 3.0
    assert (teacher.averaged(ours, others, 0.0).logits.argmax(axis=1) == faces.truth).all()
    assert (teacher.averaged(ours, others, 1.0).logits.argmax(axis=1) == EMOTIONS.index("fear")).all()
    text = teacher.table([ours], [others], faces)
    assert [line.split(" | ")[0] for line in text.splitlines()[2:]] == [f"| {share}" for share in teacher.SHARES]
    assert text.splitlines()[2].startswith("| 0.0 | 1.000 / 1.000 | 1.0000")
