"""Makes the input of an expression model from face crops, as the model's image processor does."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from emoclassify.media.nouns import Rgb

Array = npt.NDArray[np.float32]

PREPARATION = "preparation"
"""The name under which a Preparation is stored with its network; without one the model's own processor is needed."""

LUMA = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in brightness (ITU-R BT.601), as Pillow's mode "L" has them."""

DARKEST_STD = 0.02
"""Least standard deviation of a 0..1 picture to divide by: with less, noise would be enlarged to a face."""

_SAME_STEPS = 1.01  # largest difference, of 256: Pillow and torchvision round differently when they resize


@dataclass(frozen=True)
class Preparation:
    """Resizing to one size, then a scale and an offset for each channel: what nearly every image processor does."""

    height_px: int
    width_px: int
    resample: int
    """A number of PIL.Image.Resampling."""
    scale: tuple[float, float, float]
    offset: tuple[float, float, float]
    blue_first: bool = False
    standardised: bool = False
    """Brightness alone, mean 0 and deviation 1: the first step of the embedded network, done here because bfloat16 has
    too few digits for it."""

    def __call__(self, crops: Sequence[Rgb]) -> Array:
        """uint8 (h, w, 3) each, of any size -> float32 (n, 3, height_px, width_px), standardised (n, 1, ...)."""
        size = (self.width_px, self.height_px)
        resized = np.stack([np.asarray(Image.fromarray(crop).resize(size, self.resample)) for crop in crops])
        if self.blue_first:
            resized = resized[..., ::-1]
        scaled = resized * np.array(self.scale, np.float32) + np.array(self.offset, np.float32)
        pictures = np.ascontiguousarray(scaled.transpose(0, 3, 1, 2), dtype=np.float32)
        return _standardise(pictures) if self.standardised else pictures

    def to_json(self) -> str:
        """One line that `from_json` reads."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Preparation":
        """What `to_json` wrote."""
        facts = json.loads(text)
        return cls(**{**facts, "scale": tuple(facts["scale"]), "offset": tuple(facts["offset"])})


def _standardise(pictures: Array) -> Array:
    """The twin of `network.standardise`: (n, 3, h, w) -> (n, 1, h, w)."""
    luma = np.einsum("nchw,c->nhw", pictures, np.array(LUMA, np.float32))[:, None]
    centred = luma - luma.mean(axis=(2, 3), keepdims=True)
    deviation = np.sqrt(np.square(centred).mean(axis=(2, 3), keepdims=True))
    return np.asarray(centred / np.maximum(deviation, DARKEST_STD), dtype=np.float32)


def preparation_of(processor: Any) -> Preparation | None:
    """The Preparation that does the same as an image processor of transformers; None where none does.

    Compared with the processor itself: on random pictures both give the same within one step of brightness.
    """
    facts = processor.to_dict()
    size = facts.get("size") or {}
    if not facts.get("do_resize") or set(size) != {"height", "width"}:
        return None
    rescale = facts["rescale_factor"] if facts.get("do_rescale") else 1.0
    normalise = bool(facts.get("do_normalize"))
    mean = np.array(facts["image_mean"] if normalise else (0.0, 0.0, 0.0))
    std = np.array(facts["image_std"] if normalise else (1.0, 1.0, 1.0))
    preparation = Preparation(
        height_px=int(size["height"]),
        width_px=int(size["width"]),
        resample=int(facts.get("resample", Image.Resampling.BILINEAR)),
        scale=tuple((rescale / std).tolist()),
        offset=tuple((-mean / std).tolist()),
        blue_first=bool(facts.get("do_flip_channel_order")),
    )
    return preparation if _does_the_same(preparation, processor) else None


def _does_the_same(preparation: Preparation, processor: Any) -> bool:
    rng = np.random.default_rng(0)
    sides = (
        (preparation.height_px // 2 + 1, preparation.width_px // 3 + 1),
        (2 * preparation.height_px, 3 * preparation.width_px),
    )
    crops = [rng.integers(0, 256, (*side, 3), dtype=np.uint8) for side in sides]
    theirs = processor(images=crops, return_tensors="np", input_data_format="channels_last")["pixel_values"]
    ours = preparation(crops)
    step = float(np.abs(preparation.scale).max())
    return bool(theirs.shape == ours.shape and np.abs(theirs - ours).max() <= _SAME_STEPS * step)
