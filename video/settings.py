"""Every setting of the training, in one place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AugmentSettings:
    """How far a training face may be changed; each is drawn afresh for every face unless it says otherwise."""

    flip_chance: float = 0.5  # mirrored left to right
    rotate_deg: float = 12.0  # either way
    zoom: float = 0.12  # a share of the size, either way
    shift: float = 0.08  # a share of the side, either way and direction: detectors put boxes that far off
    gamma_log: float = 0.4  # natural logarithm of the exponent, either way: room light and camera curves
    blur_chance: float = 0.3  # small faces of a recording are soft, those of FER2013 sharp
    smallest_px: int = 16  # side that a blurred face is reduced to at the least (one size a batch)
    noise_chance: float = 0.3
    noise_std: float = 0.04  # at the most, of a 0..1 picture
    erase_chance: float = 0.25  # a rectangle is covered: hands, microphones, hair
    erase_side: tuple[float, float] = (0.15, 0.45)  # of the picture's side
    glasses_chance: float = 0.1  # two rims and a bridge are drawn, of many shapes: without them, glasses cost 10 points
    jpeg_chance: float = 0.2
    jpeg_quality: tuple[int, int] = (15, 60)  # one for each batch, in libjpeg's scale
    mixup_alpha: float = 0.0  # of the Beta distribution (Zhang et al., 2018), one draw a batch; 0 is off


@dataclass(frozen=True)
class TrainSettings:
    """Everything that defines a training run but its data. The defaults are those of the shipped model's last run."""

    seed: int = 2013
    epochs: int = 36
    batch_size: int = 64
    learning_rate: float = 8.0e-4  # at its peak; falls as a cosine to `final_share` of it
    final_share: float = 0.01
    warmup_epochs: float = 2.0
    weight_decay: float = 0.05  # of matrices and kernels; not of norms, biases, positions
    clip_norm: float = 1.0  # length that a step's gradient is cut to
    average_decay: float = 0.999  # of the running average of the weights, which becomes the model: about 2 epochs
    measure_every: int = 3  # epochs between two measurements on the validation faces; the last epoch is always measured
    # A face is drawn in proportion to (1 / frequency of its emotions) ** this; with 0 all are equally likely.
    balance_power: float = 0.5
    # Of each target, the original label's share beside the votes: posed faces are nearer to it.
    original_share: float = 0.0
    teacher_share: float = 0.7  # of each target, where networks teach (Hinton et al., 2015); the rest is people's
    # Of each exported weight, the share of the model that the training started from, where one is named at the export.
    start_share: float = 0.5
    bf16: bool = True  # products in bfloat16: a third faster on a CPU with avx512_bf16, same loss
    augment: AugmentSettings = AugmentSettings()


FINE_TUNING = TrainSettings(
    epochs=6,
    learning_rate=5.0e-4,
    warmup_epochs=0.5,
    original_share=0.2,
    average_decay=0.998,
    augment=AugmentSettings(
        rotate_deg=15.0,
        # The frame of a training face is 0.85 to 1.07 of the detector's box in half of the faces (`framing.py`), and
        # the cut of the program is always the same: so faces come larger and smaller.
        zoom=0.16,
        noise_std=0.06,
        glasses_chance=0.15,
        jpeg_chance=0.3,
    ),
)
"""Of `train --fine-tune`, with which a finished model goes on, and of the teacher, which knows faces already."""
