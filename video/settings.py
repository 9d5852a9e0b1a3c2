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
    glasses_chance: float = 0.1  # two rims and a bridge are drawn, of many shapes: undrawn, frames cost 10 points
    jpeg_chance: float = 0.2
    jpeg_quality: tuple[int, int] = (15, 60)  # one a batch, as libjpeg counts it
    mixup_alpha: float = 0.0  # of the Beta distribution (Zhang et al., 2018), one draw a batch; 0 is off


@dataclass(frozen=True)
class TrainSettings:
    """What a training run is, besides its data. The defaults are those of the last run of the model that is shipped."""

    seed: int = 2013
    epochs: int = 36
    batch_size: int = 64
    learning_rate: float = 8.0e-4  # at its peak; falls as a cosine to `final_share` of it
    final_share: float = 0.01
    warmup_epochs: float = 2.0
    weight_decay: float = 0.05  # of matrices and kernels; not of norms, biases, positions
    clip_norm: float = 1.0  # length that a step's gradient is cut to
    average_decay: float = 0.999  # of the running average of the weights, which is what is kept: about 2 epochs
    measure_every: int = 3  # epochs between two looks at the validation faces; the last epoch is always measured
    balance_power: float = (
        0.5  # a face is drawn in proportion to (1 / frequency of its emotions) ** this; 0 is as they come
    )
    bf16: bool = True  # products in bfloat16: a third faster on a CPU with avx512_bf16, same loss
    augment: AugmentSettings = AugmentSettings()
