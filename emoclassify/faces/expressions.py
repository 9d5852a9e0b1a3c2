"""Face crops to scores of the seven emotions, by the embedded network or any Hugging Face image classifier."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emoclassify.errors import ModelError
from emoclassify.extras import packages
from emoclassify.faces.prepare import PREPARATION, Preparation
from emoclassify.labels import EMOTIONS, Scores, columns_by_emotion
from emoclassify.media.nouns import Rgb
from emoclassify.networks.convert import Built
from emoclassify.networks.models import converted_path, sha256_of_weights
from emoclassify.networks.runtime import TORCH, Network, Place, open_network
from emoclassify.words.messages import Message

Array = npt.NDArray[np.float32]

# Where the frame of a training face lies relative to the box of facenet-pytorch's MTCNN, so that a crop looks like a
# training face. Medians of 354 faces found among 400 of FER2013's validation split, as shares of the longer side of the
# box: side 0.964 (quartiles 0.854 and 1.066), shift to the right 0.003, downwards -0.009.
# Measured by `python -m video framing --data DIR`.
CROP_SIDE = 0.964
CROP_DOWN = -0.009

_DEFAULT_PLACE = Place()
_CONFIG, _PROCESSOR_CONFIG = "config.json", "preprocessor_config.json"
COSTLY_BYTES = 100_000_000
"""Weights of this size and more: ViT-B/16 (343 MB) takes 60 ms a face on two cores, and to decode the frames from one
sampled picture to the next takes 5 to 20 ms. So it is faster to decode twice and to read only the faces that count."""

_AT_ONCE, _AT_ONCE_COSTLY, _AT_ONCE_ON_GPU = 16, 8, 64
"""Crops that are prepared and classified together: enough to occupy a few cores, or a GPU, in little memory. In batches
of 16 the embedded network takes 2.2 ms a face, in batches of 8 2.3; a costly one takes the same."""


def batch_size(place: Place, *, costly: bool) -> int:
    """How many crops to classify in one call."""
    if place.device != "cpu":
        return _AT_ONCE_ON_GPU
    return _AT_ONCE_COSTLY if costly else _AT_ONCE


def crop_face(rgb: Rgb, box_xyxy: Sequence[float], *, side_share: float = CROP_SIDE) -> Rgb:
    """Cuts the square picture of one face that an expression model reads.

    Args:
        rgb: uint8 (H, W, 3), a whole frame.
        box_xyxy: left, top, right, bottom of the detector's box, in pixels; it may reach beyond the frame.
        side_share: side of the picture as a share of the longer side of the box, above 0.

    Returns:
        uint8 (S, S, 3) in the frame's own resolution, S about the longer side of the box, at least 1. Beyond the frame
        its edge is repeated.
    """
    left_px, top_px, right_px, bottom_px = (float(edge) for edge in box_xyxy)
    longer_px = max(right_px - left_px, bottom_px - top_px)
    side_px = max(1, round(side_share * longer_px))
    first_column = round((left_px + right_px) / 2 - side_px / 2)
    first_row = round((top_px + bottom_px) / 2 + CROP_DOWN * longer_px - side_px / 2)
    rows, beyond_rows = _span(first_row, side_px, rgb.shape[0])
    columns, beyond_columns = _span(first_column, side_px, rgb.shape[1])
    inside = rgb[rows, columns]
    if not any((*beyond_rows, *beyond_columns)):
        return inside.copy()  # a view would keep the whole frame in memory
    return np.pad(inside, (beyond_rows, beyond_columns, (0, 0)), mode="edge")


def _span(first: int, side: int, length: int) -> tuple[slice, tuple[int, int]]:
    """The pixels from first to first + side on an axis of that length, at least one; how many are beyond either end."""
    start, stop = min(max(first, 0), length - 1), min(max(first + side, 1), length)
    before = min(max(-first, 0), side - (stop - start))
    return slice(start, stop), (before, side - before - (stop - start))


class ExpressionModel:
    """An image classification model with its outputs in the order of the seven emotions."""

    def __init__(
        self,
        name: str,
        labels: Sequence[str],
        prepare: Callable[[Sequence[Rgb]], Array],
        network: Network,
        *,
        costly: bool = False,
        at_once: int = _AT_ONCE,
    ) -> None:
        """Takes the labels of the network's outputs and the function that makes its input; most callers need `load`.

        Raises:
            ModelError: fewer than two of the seven emotions are among the labels.
        """
        self.name, self.runtime = name, network.name
        self.costly = costly
        """Whether reading a face takes longer than decoding its frame."""
        self.at_once = at_once
        """How many crops to classify in one call."""
        self._prepare, self._network = prepare, network
        by_emotion = columns_by_emotion(dict(enumerate(labels)))
        self.notes = _notes(name, by_emotion, labels)
        """Messages for the reader of the scores about the model's labels."""
        pairs = [(column, row) for row, emotion in enumerate(EMOTIONS) for column in by_emotion[emotion]]
        self._columns = [column for column, _ in pairs]
        self._sums = np.zeros((len(pairs), len(EMOTIONS)), dtype=np.float32)
        self._sums[range(len(pairs)), [row for _, row in pairs]] = 1.0

    @classmethod
    def load(cls, folder: str | Path, place: Place = _DEFAULT_PLACE) -> "ExpressionModel":
        """Loads a model from a folder, without any access to the internet.

        Args:
            folder: with config.json, preprocessor_config.json and safetensors weights.
            place: what runs it.

        Raises:
            ModelError: it is missing, damaged, needs code of its own, or has fewer than two of the seven emotions.
        """
        folder = Path(folder)
        _check_folder(folder)
        shipped = converted_network(folder)
        network = open_network(_key(folder), lambda: read_original(folder), place, shipped=shipped)
        preparation = network.facts.get(PREPARATION)
        prepare = Preparation.from_json(preparation) if preparation else _own_processor(folder)
        size_bytes = sum(path.stat().st_size for path in folder.glob("*.safetensors"))
        costly = place.device == "cpu" and size_bytes >= COSTLY_BYTES
        at_once = batch_size(place, costly=costly)
        return cls(folder.resolve().name, _labels(folder), prepare, network, costly=costly, at_once=at_once)

    def predict(self, crops: Sequence[Rgb]) -> Scores:
        """Scores of crops.

        Args:
            crops: uint8 (h, w, 3) each, of any size, as `crop_face` makes them.

        Returns:
            float32 (n, 7), 0..1, in the order of EMOTIONS; rows sum to 1. An emotion that the model lacks has 0; labels
            of the model that are none of the seven are dropped and the rest scaled up to 1.
        """
        starts = range(0, len(crops), self.at_once)
        parts = [self._predict_batch(crops[start : start + self.at_once]) for start in starts]
        return np.concatenate(parts) if parts else np.zeros((0, len(EMOTIONS)), dtype=np.float32)

    def _predict_batch(self, crops: Sequence[Rgb]) -> Scores:
        # A softmax over these columns alone equals the softmax over all with the others dropped and the rest rescaled.
        logits = self._network(self._prepare(crops))[:, self._columns]
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True) @ self._sums, dtype=np.float32)


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise ModelError("model_no_folder", path=str(folder))
    missing = [name for name in (_CONFIG, _PROCESSOR_CONFIG) if not (folder / name).is_file()]
    if not list(folder.glob("*.safetensors")):
        missing.append("model.safetensors")
    if missing:
        raise ModelError("model_incomplete", path=str(folder), files=missing)


def _key(folder: Path) -> str:
    """A checksum of everything the network is made from: its files, and the code of the embedded network's class."""
    code = [Path(__file__).with_name(name) for name in ("network.py", "prepare.py", "pretrained.py")]
    return hashlib.sha256("".join(map(sha256_of_weights, [*_sources(folder), *code])).encode()).hexdigest()


def _sources(folder: Path) -> list[Path]:
    return [folder / _CONFIG, folder / _PROCESSOR_CONFIG, *sorted(folder.glob("*.safetensors"))]


def converted_network(folder: Path) -> Path:
    """Where the network of a model's folder is, converted for OpenVINO, if it came with one."""
    return converted_path(_sources(folder))


def read_original(folder: Path) -> Built:
    """The network of a model's folder in torch.

    Raises:
        ModelError: it is damaged or needs code of its own.
    """
    from emoclassify.faces.pretrained import read_classifier

    try:
        return read_classifier(folder)
    except Exception as error:  # transformers, safetensors and its model classes raise of every kind
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise ModelError("model_not_loaded", path=str(folder), why=lines[0]) from error


def _own_processor(folder: Path) -> Callable[[Sequence[Rgb]], Array]:
    with packages(TORCH):
        from emoclassify.faces.pretrained import read_processor

    processor = read_processor(folder)

    def prepare(crops: Sequence[Rgb]) -> Array:
        # Stated, since it would be guessed: a crop of 1 or 3 rows is taken for one with its channels first.
        inputs = processor(images=list(crops), return_tensors="np", input_data_format="channels_last")
        return np.asarray(inputs["pixel_values"], dtype=np.float32)

    return prepare


def _labels(folder: Path) -> list[str]:
    """The label of each output, in order."""
    try:
        by_column = json.loads((folder / _CONFIG).read_text(encoding="utf-8"))["id2label"]
        return [str(by_column[str(column)]) for column in range(len(by_column))]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError("model_no_labels", path=str(folder), file=_CONFIG) from error


def _notes(name: str, by_emotion: dict[str, list[int]], labels: Sequence[str]) -> tuple[Message, ...]:
    lacking = [emotion for emotion, columns in by_emotion.items() if not columns]
    if len(EMOTIONS) - len(lacking) < 2:
        raise ModelError("model_other_labels", model=name, labels=list(labels[:8]))
    emotion_columns = {column for columns in by_emotion.values() for column in columns}
    dropped = [label for column, label in enumerate(labels) if column not in emotion_columns]
    notes = []
    if lacking:
        notes.append(Message("emotions_unknown", {"model": name, "emotions": lacking}))
    if dropped:
        notes.append(Message("labels_left_out", {"model": name, "labels": dropped}))
    return tuple(notes)
