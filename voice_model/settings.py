"""Every setting of the training, in one place."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Settings:
    """How the speech model is trained; the defaults learn from labels alone (see `taught`)."""

    seed: int = 1
    fold: int = 1  # 0..4: which fifth of each corpus's speakers is kept for the test; the next fifth is for validation
    speakers: str = "train"  # who is trained on: "train", "all-but-test" for the folds, "all" for the shipped model

    # Network: about half a million parameters. With more it would memorise the speakers.
    filters: tuple[int, ...] = (96, 128, 160)  # a residual block each; each halves the frames
    kernel: int = 5  # frames
    dropout: float = 0.4

    # Optimisation: AdamW, the rate falls along a cosine to zero, so the last weights are used.
    epochs: int = 60
    batch: int = 64  # windows
    precision: str = "mixed_bfloat16"  # half the time of float32 where the CPU supports it; the weights have 32 bits
    learning_rate: float = 1e-3
    weight_decay: float = 1e-2
    label_smoothing: float = 0.1  # acted labels are not always right: people agree with 60 % of RAVDESS's
    mixup: float = 0.2  # alpha of the beta distribution (Zhang et al. 2018); 0 turns it off

    # Within a corpus all labels have the same weight. Mean weight of a clip by corpus:
    # TESS is two women with one sentence frame, EMO-DB has the fewest clips, nEMO the most.
    corpus_weights: tuple[tuple[str, float], ...] = (("ravdess", 1.0), ("emodb", 1.5), ("nemo", 0.6), ("tess", 0.3))

    # Weight in the loss of what a teacher hears (`hints.py`), beside the labels; 0: labels alone.
    hints: float = 0.0
    hint_components: int = 64  # numbers of a window, and of each step of the network, that are learned of the teacher

    # Penalty of a last layer that is fitted anew in the end (`last_layer.py`); 0: it stays as trained.
    last_layer_penalty: float = 0.0

    floor_db: float = 45.0  # one of emoclassify.voice.mfcc.FLOORS_DB: sound further below the loudest point is ignored

    # Windows. Copies of each training clip are made once; an epoch uses one of them at random.
    window_s: float = 2.048  # most clips are no longer; windows of analysis have up to 3 s, which the pooling allows
    shortest_window_s: float = 1.2  # the length of a training window is random between the two
    copies: int = 6
    speed: float = 0.2  # up to this share slower or faster, with pitch and timbre, as if of other speakers
    room_chance: float = 0.1
    reverberation_s: tuple[float, float] = (0.1, 0.4)  # a car, an office
    noise_chance: float = 0.5
    noise_db: tuple[float, float] = (5.0, 30.0)  # signal-to-noise ratio
    crowd_share: float = 0.5  # share of the noises that are a crowd; the others are between white and brown noise
    telephone_chance: float = 0.15
    time_mask_frames: int = 20  # up to two stretches of up to so many frames are blanked (Park et al. 2019)
    coefficient_mask: int = 6  # up to so many neighbouring coefficients are blanked


def taught(settings: Settings) -> Settings:
    """The same with a teacher: the recipe of the shipped model."""
    return replace(settings, epochs=30, hints=1.0, last_layer_penalty=0.1)
