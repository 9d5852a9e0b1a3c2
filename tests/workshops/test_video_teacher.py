"""The frozen network of faces: its file format, its padding, and what it is compared by, on made data."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from emoclassify.errors import WorkshopError
from emoclassify.labels import EMOTIONS
from video import teacher
from video.calibrate import FaceSet
from video.corpora import Faces, one_hot

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
    (folder / teacher.GRAPH).write_text(json.dumps({"weightsManifest": [{"weights": entries}]}), encoding="utf-8")
    (folder / teacher.NUMBERS).write_bytes(raw)
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


def test_weights_are_read_by_name_whatever_their_type(tmp_path: Path) -> None:
    weights = made_weights()
    read = teacher.read_weights(written(tmp_path, weights))
    assert list(read.pop("axis")) == [1, 2]
    assert set(read) == set(weights)
    for name, array in weights.items():
        np.testing.assert_array_equal(read[name], array.astype(np.float32))


def test_other_folders_are_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(WorkshopError, match=r"no faceres\.json and faceres\.bin"):
        teacher.read_weights(tmp_path)
    folder = written(tmp_path, made_weights())
    (folder / teacher.NUMBERS).write_bytes((folder / teacher.NUMBERS).read_bytes()[:-1])
    with pytest.raises(WorkshopError, match=r"no faceres\.json and faceres\.bin"):
        teacher.read_weights(folder)
    with pytest.raises(WorkshopError, match="conv1_bn/batchnorm_1/sub is missing"):
        teacher.FaceRes({"conv1/convolution/merged_input": np.zeros((3, 3, 3, 4), np.float32)})


def test_the_first_convolution_reads_brightness_as_it_read_grey_colours(tmp_path: Path) -> None:
    weights = teacher.read_weights(written(tmp_path, made_weights()))
    layer = teacher.FaceRes(weights).layers[0]
    standardised = torch.randn(2, 1, 8, 8)
    grey = (128.0 + 60.0 * standardised).expand(-1, 3, -1, -1) - torch.tensor([103.939, 116.779, 123.68]).view(
        1, 3, 1, 1
    )
    kernel = torch.from_numpy(weights["conv1/convolution/merged_input"].transpose(3, 2, 0, 1).copy())
    expected = F.relu6(F.conv2d(grey, kernel, torch.from_numpy(weights["conv1_bn/batchnorm_1/sub"]), stride=2))
    # The last row and column see the margin of zeros, which is another brightness there and here.
    torch.testing.assert_close(layer(standardised)[:, :, :3, :3], expected, atol=1e-4, rtol=1e-4)


def test_maps_of_three_blocks_have_five_places_a_side(tmp_path: Path) -> None:
    network = teacher.FaceRes(teacher.read_weights(written(tmp_path, made_weights())))
    maps = network(torch.rand(2, 1, 48, 48))
    assert [each.shape for each in maps] == [(2, CHANNELS[block], 25) for block in (8, 11, 13)]
    assert all(each.min() >= 0 and each.max() <= 6 for each in maps)


def test_a_head_on_frozen_maps_learns_to_tell_faces_apart(tmp_path: Path) -> None:
    network = teacher.FaceRes(teacher.read_weights(written(tmp_path, made_weights())))
    taught = teacher.Teacher(network, made_faces(40))
    strangers = made_faces(10)
    logits = taught.logits(strangers.pixels)
    np.testing.assert_array_equal(logits.argmax(axis=1), strangers.truth)
    mirrored = taught.logits(np.ascontiguousarray(strangers.pixels[:, :, ::-1]))
    np.testing.assert_allclose(mirrored, logits, atol=1e-4)


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
