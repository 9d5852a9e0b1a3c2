"""The expression model: any classifier's outputs in our order, honest errors, crops that never leave the frame."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from transformers import (
    ConvNextImageProcessor,
    MobileViTConfig,
    MobileViTForImageClassification,
    MobileViTImageProcessor,
    PreTrainedModel,
    ResNetConfig,
    ResNetForImageClassification,
    SwinConfig,
    SwinForImageClassification,
    ViTConfig,
    ViTForImageClassification,
    ViTImageProcessor,
)

from emoclassify.errors import ModelError
from emoclassify.faces.expressions import ExpressionModel, crop_face
from emoclassify.faces.network import FaceVitConfig, FaceVitForImageClassification, standardise
from emoclassify.faces.prepare import Preparation
from emoclassify.labels import EMOTIONS
from emoclassify.networks.runtime import Place

Crop = npt.NDArray[np.uint8]

ROW_SUM_TOLERANCE = 1e-4
SAME_SCORE_TOLERANCE = 1e-5
STANDARDISED_TOLERANCE = 1e-4
PREPARED_TOLERANCE = {
    "torch": 1e-4,  # Pillow and torchvision round a resized picture differently, by one step of 256
    "openvino": 3e-3,  # bfloat16, where the processor has it
}
GREY_SCORE_TOLERANCE = 0.02  # brightness is rounded to whole steps of 256 when a picture is made grey

PERMUTED = ("Surprise", "Happiness", "anger", "NEUTRAL", "sadness", "fearful", "Disgust")


pytestmark = [pytest.mark.whole, pytest.mark.usefixtures("one_thread")]


def made_crops(count: int, side: int = 40, seed: int = 0) -> list[Crop]:
    return list(np.random.default_rng(seed).integers(0, 256, (count, side, side, 3), dtype=np.uint8))


def labels_of(names: Sequence[str]) -> dict[str, dict[int, str] | dict[str, int]]:
    return {"id2label": dict(enumerate(names)), "label2id": {name: column for column, name in enumerate(names)}}


def vit(names: Sequence[str]) -> PreTrainedModel:
    torch.manual_seed(1)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    return ViTForImageClassification(ViTConfig(image_size=32, patch_size=16, **sizes, **labels_of(names)))


def resnet(names: Sequence[str]) -> PreTrainedModel:
    torch.manual_seed(2)
    sizes = {"embedding_size": 8, "hidden_sizes": [8, 16], "depths": [1, 1]}
    return ResNetForImageClassification(ResNetConfig(**sizes, **labels_of(names)))


def mobilevit(names: Sequence[str]) -> PreTrainedModel:
    torch.manual_seed(4)
    sizes = {"hidden_sizes": [16, 16, 16], "neck_hidden_sizes": [8, 8, 16, 16, 16, 16, 32], "num_attention_heads": 2}
    return MobileViTForImageClassification(MobileViTConfig(image_size=64, **sizes, **labels_of(names)))


def swin(names: Sequence[str]) -> PreTrainedModel:
    torch.manual_seed(5)
    sizes = {"embed_dim": 8, "depths": [1, 1], "num_heads": [2, 2], "window_size": 4}
    return SwinForImageClassification(SwinConfig(image_size=32, patch_size=4, **sizes, **labels_of(names)))


def saved(network: PreTrainedModel, folder: Path, processor: Any = None) -> str:
    network.save_pretrained(folder)
    (processor or ViTImageProcessor(size={"height": 32, "width": 32})).save_pretrained(folder)
    return str(folder)


def always(network: PreTrainedModel, logits: Sequence[float]) -> PreTrainedModel:
    """Makes the network answer these logits to every picture."""
    with torch.no_grad():
        network.classifier.weight.zero_()
        network.classifier.bias.copy_(torch.tensor(logits))
    return network


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> ExpressionModel:
    torch.manual_seed(3)
    folder = tmp_path_factory.mktemp("own")
    FaceVitForImageClassification(FaceVitConfig(temperature=0.5)).save_pretrained(folder)
    ViTImageProcessor(size={"height": 48, "width": 48}, do_normalize=False).save_pretrained(folder)
    return ExpressionModel.load(str(folder))


PROCESSORS: dict[Callable[[Sequence[str]], PreTrainedModel], Callable[[], Any]] = {
    vit: lambda: ViTImageProcessor(size={"height": 32, "width": 32}, image_mean=[0.1, 0.5, 0.9]),
    resnet: lambda: ConvNextImageProcessor(size={"shortest_edge": 32}, crop_pct=0.75),  # resizes, then cuts the middle
    mobilevit: lambda: MobileViTImageProcessor(  # wants blue first
        size={"shortest_edge": 72}, crop_size={"height": 64, "width": 64}, do_flip_channel_order=True
    ),
    swin: lambda: ViTImageProcessor(size={"height": 32, "width": 32}, rescale_factor=1 / 127.5),
}


@pytest.mark.slow
@pytest.mark.parametrize("runtime", ["torch", "openvino"])
@pytest.mark.parametrize("make", PROCESSORS, ids=lambda make: make.__name__)
def test_any_architecture_is_run_as_its_own_processor_says(
    make: Callable[[Sequence[str]], PreTrainedModel], runtime: str, tmp_path: Path
) -> None:
    network, processor = make(PERMUTED).eval(), PROCESSORS[make]()
    model = ExpressionModel.load(saved(network, tmp_path, processor), Place(runtime))
    assert model.runtime.startswith(runtime)
    crops = made_crops(3)
    scores = model.predict(crops)
    assert scores.dtype == np.float32
    assert scores.sum(axis=1) == pytest.approx(1.0, abs=ROW_SUM_TOLERANCE)
    assert model.notes == ()
    with torch.inference_mode():
        inputs = processor(images=[Image.fromarray(crop) for crop in crops], return_tensors="pt")
        expected = network(**inputs).logits.softmax(dim=1).numpy()
    columns = [
        PERMUTED.index(name) for name in ("anger", "Disgust", "fearful", "Happiness", "NEUTRAL", "sadness", "Surprise")
    ]
    np.testing.assert_allclose(scores, expected[:, columns], atol=PREPARED_TOLERANCE[runtime])


@pytest.mark.parametrize("column", range(7))
def test_permuted_labels_land_in_our_order(column: int, tmp_path: Path) -> None:
    truth = ("surprise", "happy", "angry", "neutral", "sad", "fear", "disgust")[column]
    network = always(vit(PERMUTED), [9.0 if i == column else 0.0 for i in range(7)])
    scores = ExpressionModel.load(saved(network, tmp_path)).predict(made_crops(1))
    assert EMOTIONS[int(scores[0].argmax())] == truth


def test_contempt_is_dropped_and_said(tmp_path: Path) -> None:
    network = always(vit([*EMOTIONS, "contempt"]), [0, 0, 0, 1.0, 0, 0, 0, 50.0])
    model = ExpressionModel.load(saved(network, tmp_path))
    scores = model.predict(made_crops(2))
    expected = np.exp([0, 0, 0, 1.0, 0, 0, 0]) / np.exp([0, 0, 0, 1.0, 0, 0, 0]).sum()
    np.testing.assert_allclose(scores[0], expected, atol=SAME_SCORE_TOLERANCE)
    assert "contempt" in " ".join(note.text for note in model.notes)


def test_a_lacking_emotion_scores_zero_and_is_said(tmp_path: Path) -> None:
    names = [name for name in EMOTIONS if name != "disgust"]
    model = ExpressionModel.load(saved(vit(names), tmp_path))
    scores = model.predict(made_crops(2))
    assert (scores[:, EMOTIONS.index("disgust")] == 0.0).all()
    assert scores.sum(axis=1) == pytest.approx(1.0, abs=ROW_SUM_TOLERANCE)
    assert "disgust" in " ".join(note.text for note in model.notes)


def test_two_columns_of_one_emotion_are_summed(tmp_path: Path) -> None:
    network = always(vit(["happy", "joy", "sad"]), [0.0, 0.0, 0.0])
    scores = ExpressionModel.load(saved(network, tmp_path)).predict(made_crops(1))
    assert scores[0, EMOTIONS.index("happy")] == pytest.approx(2 / 3, abs=SAME_SCORE_TOLERANCE)


@pytest.mark.parametrize("names", [["cat", "dog", "bird"], ["happy", "cat"]])
def test_a_model_of_other_things_is_refused(names: list[str], tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not the seven emotions"):
        ExpressionModel.load(saved(vit(names), tmp_path))


def test_a_missing_name_says_what_to_give() -> None:
    with pytest.raises(ModelError, match=r"no-such/model: no such folder.*model\.safetensors") as caught:
        ExpressionModel.load("no-such/model")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("file", ["config.json", "preprocessor_config.json", "model.safetensors"])
def test_a_missing_file_is_named(file: str, tmp_path: Path) -> None:
    folder = saved(vit(EMOTIONS), tmp_path)
    (tmp_path / file).unlink()
    with pytest.raises(ModelError, match=file):
        ExpressionModel.load(folder)


def test_damaged_weights_are_one_line(tmp_path: Path) -> None:
    folder = saved(vit(EMOTIONS), tmp_path)
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:200])
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        ExpressionModel.load(folder)
    assert "\n" not in str(caught.value)


def test_weights_without_a_classifier_are_refused(tmp_path: Path) -> None:
    folder = saved(vit(EMOTIONS), tmp_path)
    vit(EMOTIONS).vit.save_pretrained(tmp_path / "body")
    (tmp_path / "body" / "model.safetensors").replace(tmp_path / "model.safetensors")
    with pytest.raises(ModelError, match="weights are missing"):
        ExpressionModel.load(folder)


def test_a_batch_equals_its_faces_one_by_one(own: ExpressionModel) -> None:
    crops = [*made_crops(2, side=60), *made_crops(1, side=33), *made_crops(70, side=24)]
    alone = np.concatenate([own.predict([crop]) for crop in crops])
    np.testing.assert_allclose(own.predict(crops), alone, atol=SAME_SCORE_TOLERANCE)


def test_no_crops_give_no_rows(own: ExpressionModel) -> None:
    assert own.predict([]).shape == (0, 7)


@pytest.mark.parametrize("side", [1, 2, 3])
def test_the_smallest_crops_are_read(own: ExpressionModel, side: int) -> None:
    assert own.predict(made_crops(1, side=side)).sum() == pytest.approx(1.0, abs=ROW_SUM_TOLERANCE)


def test_colour_and_contrast_do_not_matter_to_the_own_network(own: ExpressionModel) -> None:
    rows, columns = np.mgrid[0:48, 0:48]
    colour = np.stack([120 + rows, 60 + columns, 180 - rows], axis=2).astype(np.uint8)
    grey = np.repeat(np.asarray(Image.fromarray(colour).convert("L"))[:, :, None], 3, axis=2)
    np.testing.assert_allclose(own.predict([colour]), own.predict([grey]), atol=GREY_SCORE_TOLERANCE)


def test_a_face_and_its_mirror_image_score_alike(own: ExpressionModel) -> None:
    crops = made_crops(3, side=48)
    mirrored = [np.ascontiguousarray(crop[:, ::-1]) for crop in crops]
    np.testing.assert_allclose(own.predict(crops), own.predict(mirrored), atol=SAME_SCORE_TOLERANCE)


def test_a_picture_of_one_shade_gives_finite_scores(own: ExpressionModel) -> None:
    assert np.isfinite(own.predict([np.full((48, 48, 3), 128, np.uint8)])).all()


@pytest.mark.parametrize("contrast", [0.0, 0.001, 1.0])
def test_crops_are_standardised_as_the_network_would(contrast: float) -> None:
    crops = [np.asarray(128 + contrast * (crop - 128.0), np.uint8) for crop in made_crops(3, side=48)]
    plain = Preparation(48, 48, Image.Resampling.BILINEAR, (1 / 255,) * 3, (0.0,) * 3)
    expected = standardise(torch.from_numpy(plain(crops))).numpy()
    np.testing.assert_allclose(replace(plain, standardised=True)(crops), expected, atol=STANDARDISED_TOLERANCE)


def test_a_preparation_survives_its_json() -> None:
    given = Preparation(48, 40, 3, (0.1, 0.2, 0.3), (-1.0, 0.0, 1.0), blue_first=True, standardised=True)
    assert Preparation.from_json(given.to_json()) == given


def test_temperature_divides_the_logits_outside_of_training_only() -> None:
    network = FaceVitForImageClassification(FaceVitConfig(temperature=1.0)).eval()
    pictures = torch.rand(2, 3, 48, 48)
    plain = network(pictures).logits
    network.config.temperature = 2.0
    torch.testing.assert_close(network(pictures).logits, plain / 2.0)


@pytest.mark.parametrize(
    "box", [(-30, -30, 20, 30), (70, 50, 130, 110), (0, 0, 100, 80), (500, 500, 540, 560), (5, 5, 5, 5)]
)
def test_crops_are_square_and_stay_inside_the_frame(box: tuple[int, int, int, int]) -> None:
    frame = np.random.default_rng(5).integers(10, 200, (80, 100, 3), dtype=np.uint8)
    crop = crop_face(frame, box)
    assert crop.shape[0] == crop.shape[1] >= 1
    assert crop.shape[2] == 3
    assert crop.dtype == np.uint8
    assert np.isin(crop.reshape(-1, 3), frame.reshape(-1, 3)).all()


@given(st.tuples(*[st.integers(-60, 160)] * 2), st.integers(1, 120))
def test_a_crop_repeats_the_edge_of_the_frame(corner_xy: tuple[int, int], longer: int) -> None:
    frame = np.random.default_rng(5).integers(0, 256, (80, 100, 3), dtype=np.uint8)
    box = (*corner_xy, corner_xy[0] + longer, corner_xy[1] + longer)
    crop = crop_face(frame, box)
    around = np.pad(frame, ((200, 200), (200, 200), (0, 0)), mode="edge")
    whole = crop_face(around, [edge + 200 for edge in box])
    np.testing.assert_array_equal(crop, whole)


def test_a_crop_is_centred_on_its_box() -> None:
    frame = np.zeros((200, 200, 3), np.uint8)
    frame[70:130, 80:120] = 255
    rows, columns = np.nonzero(crop_face(frame, (80, 70, 120, 130))[:, :, 0])
    side = len(crop_face(frame, (80, 70, 120, 130)))
    assert side == pytest.approx(60, abs=5)
    assert columns.mean() == pytest.approx((side - 1) / 2, abs=1.0)
    assert rows.mean() == pytest.approx((side - 1) / 2, abs=1.5)


def test_a_crop_does_not_hold_on_to_its_frame() -> None:
    assert crop_face(np.zeros((100, 100, 3), np.uint8), (20, 20, 60, 60)).base is None
