"""Face crops to scores of the seven emotions, by the embedded network or any Hugging Face image classifier."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from emoclassify.errors import ModelError
from emoclassify.labels import EMOTIONS, Scores, columns_by_emotion

Image = npt.NDArray[np.uint8]

# Where the frame of a training face lies relative to the box of facenet-pytorch's MTCNN, so that a crop looks like a
# training face. Medians of 354 faces found among 400 of FER2013's validation split, as shares of the longer side of the
# box: side 0.964 (quartiles 0.854 and 1.066), shift to the right 0.003, downwards -0.009.
# Measured by `python -m video framing --data DIR`.
CROP_SIDE = 0.964
_CROP_DOWN = -0.009

_NEEDED = "give a folder with config.json, preprocessor_config.json and model.safetensors"
_BATCH = 64  # crops that are prepared and classified at once, which bounds the memory


def crop_face(rgb: Image, box_xyxy: Sequence[float], *, side_share: float = CROP_SIDE) -> Image:
    """The square picture of one face that an expression model is to see.

    Args:
        rgb: uint8 (H, W, 3), a whole frame.
        box_xyxy: left, top, right, bottom of the detector's box, in pixels; it may reach beyond the frame.
        side_share: side of the picture as a share of the longer side of the box, above 0.

    Returns:
        uint8 (S, S, 3) in the frame's own resolution, S about the longer side of the box, at least 1. Outside of the
        frame its edge is repeated.
    """
    left, top, right, bottom = (float(edge) for edge in box_xyxy)
    longer = max(right - left, bottom - top)
    side = max(1, round(side_share * longer))
    first_column = round((left + right) / 2 - side / 2)
    first_row = round((top + bottom) / 2 + _CROP_DOWN * longer - side / 2)
    rows = np.clip(np.arange(first_row, first_row + side), 0, rgb.shape[0] - 1)
    columns = np.clip(np.arange(first_column, first_column + side), 0, rgb.shape[1] - 1)
    # Cut first, then repeat the edge: half the time of indexing rows and columns of the whole frame at once.
    inside = rgb[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    crop: Image = inside.take(rows - rows[0], axis=0).take(columns - columns[0], axis=1)
    return crop


class ExpressionModel:
    """An image classification model whose outputs are put into the order of the seven emotions."""

    def __init__(self, name: str, network: Any, processor: Any) -> None:
        """Takes a loaded transformers model and its image processor; most callers want `load`.

        Raises:
            ModelError: fewer than two of the seven emotions are among its labels.
        """
        self.name = name
        self._network, self._processor = network.eval(), processor
        by_emotion = columns_by_emotion(network.config.id2label)
        self.notes = _notes(name, by_emotion, list(network.config.id2label.values()))
        """What the reader of the scores should know of the model's labels."""
        pairs = [(column, row) for row, emotion in enumerate(EMOTIONS) for column in by_emotion[emotion]]
        self._columns = [column for column, _ in pairs]
        self._sums = torch.zeros(len(pairs), len(EMOTIONS), device=network.device)
        self._sums[range(len(pairs)), [row for _, row in pairs]] = 1.0

    @classmethod
    def load(cls, folder_or_name: str, device: str = "cpu") -> "ExpressionModel":
        """Loads a model from a folder, or by its hub name from the local cache; the network is never asked.

        Args:
            folder_or_name: a folder with config.json, preprocessor_config.json and safetensors weights, or a name such
                as "trpakov/vit-face-expression" that was fetched before.
            device: "cpu" or "cuda".

        Raises:
            ModelError: missing, damaged, needs code of its own, or has fewer than two of the seven emotions.
        """
        _check_folder(folder_or_name)
        try:
            network, processor = _from_pretrained(folder_or_name)
        except Exception as error:  # transformers, safetensors and its model classes raise of every kind
            raise ModelError(_reason(folder_or_name, error)) from error
        return cls(Path(folder_or_name).name, network.to(device), processor)

    @torch.inference_mode()
    def predict(self, crops: Sequence[Image]) -> Scores:
        """Scores of crops.

        Args:
            crops: uint8 (h, w, 3) each, of any size, as `crop_face` makes them.

        Returns:
            float32 (n, 7) in the order of EMOTIONS; rows sum to 1. An emotion that the model lacks has 0; labels of
            the model that are none of the seven are dropped and the rest scaled up to 1.
        """
        parts = [self._predict_batch(crops[start : start + _BATCH]) for start in range(0, len(crops), _BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, len(EMOTIONS)), dtype=np.float32)

    def _predict_batch(self, crops: Sequence[Image]) -> Scores:
        # Said, not guessed: a crop of 1 or 3 rows would be taken for one with its channels first.
        inputs = self._processor(images=list(crops), return_tensors="pt", input_data_format="channels_last")
        logits = self._network(pixel_values=inputs["pixel_values"].to(self._network.device)).logits
        # The softmax over the kept columns alone is the whole softmax with the others dropped and the rest rescaled.
        scores = logits[:, self._columns].float().softmax(dim=1) @ self._sums
        return np.asarray(scores.cpu().numpy(), dtype=np.float32)


def _check_folder(folder_or_name: str) -> None:
    folder = Path(folder_or_name)
    if not folder.is_dir():
        return
    missing = [name for name in ("config.json", "preprocessor_config.json") if not (folder / name).is_file()]
    if not list(folder.glob("*.safetensors")):
        missing.append("model.safetensors")
    if missing:
        raise ModelError(f"{folder_or_name}: {' and '.join(missing)} missing; {_NEEDED}")


def _from_pretrained(folder_or_name: str) -> tuple[Any, Any]:
    from transformers import AutoImageProcessor, AutoModelForImageClassification
    from transformers.utils import logging as transformers_logging

    from emoclassify.faces.network import register

    register()
    safe = {"local_files_only": True, "trust_remote_code": False}
    bar_was_on = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        processor = AutoImageProcessor.from_pretrained(folder_or_name, backend="torchvision", **safe)
        network, info = AutoModelForImageClassification.from_pretrained(
            folder_or_name, use_safetensors=True, dtype=torch.float32, output_loading_info=True, **safe
        )
    finally:
        if bar_was_on:
            transformers_logging.enable_progress_bar()
    if info["missing_keys"]:
        # transformers would fill them with random numbers, and the scores would mean nothing.
        raise ValueError(f"weights are missing: {', '.join(sorted(info['missing_keys'])[:3])}")
    return network, processor


def _reason(folder_or_name: str, error: Exception) -> str:
    if Path(folder_or_name).is_dir():
        lines = str(error).strip().splitlines() or [type(error).__name__]
        return f"{folder_or_name}: cannot be loaded ({lines[0]}); {_NEEDED}"
    return f"{folder_or_name}: no such folder, and no complete model of that name in the local cache; {_NEEDED}"


def _notes(name: str, by_emotion: dict[str, list[int]], labels: Sequence[str]) -> tuple[str, ...]:
    lacking = [emotion for emotion, columns in by_emotion.items() if not columns]
    if len(EMOTIONS) - len(lacking) < 2:
        raise ModelError(f"{name}: its labels ({', '.join(labels[:8])}) are not the seven emotions; take another model")
    known = {column for columns in by_emotion.values() for column in columns}
    dropped = [label for column, label in enumerate(labels) if column not in known]
    notes = []
    if lacking:
        notes.append(f"{name} does not know {', '.join(lacking)}: their score is always 0")
    if dropped:
        notes.append(f"{name} also scores {', '.join(dropped)}: left out, the other scores add up to 1")
    return tuple(notes)
