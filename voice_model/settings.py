"""Every setting of the training, in one place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """How the speech model is trained; the defaults made the model that ships."""

    seed: int = 1
    fold: int = 1  # 0..4: which fifth of each corpus's speakers is kept for the test; the next fifth is for validation
    speakers: str = "train"  # who is learned from: "train", "all-but-test" for the folds, or "all" for what ships

    # Network: about half a million parameters. More of them learn the speakers by heart.
    filters: tuple[int, ...] = (96, 128, 160)  # a residual block each; each halves the frames
    kernel: int = 5  # frames
    dropout: float = 0.4

    # Optimisation: AdamW, the rate falls along a cosine to zero, so the last weights are the ones to keep.
    epochs: int = 60
    batch: int = 64  # windows
    precision: str = "mixed_bfloat16"  # half as long as float32 where the CPU has it; the weights keep 32 bits
    learning_rate: float = 1e-3
    weight_decay: float = 1e-2
    label_smoothing: float = 0.1  # acted labels are not the whole truth: people agree with 60 % of RAVDESS's
    mixup: float = 0.2  # alpha of the beta distribution (Zhang et al. 2018); 0 turns it off

    # Inside a corpus the labels weigh the same. A clip of a corpus weighs on average this much:
    # TESS is two women with one sentence frame, EMO-DB has the fewest clips, nEMO the most.
    corpus_weights: tuple[tuple[str, float], ...] = (("ravdess", 1.0), ("emodb", 1.5), ("nemo", 0.6), ("tess", 0.3))

    floor_db: float = 45.0  # one of emoclassify.voice.mfcc.FLOORS_DB: how far down this network listens

    # Windows. Copies of each training clip are made once; an epoch takes one of them at random.
    window_s: float = 2.048  # most clips are no longer; analysis feeds up to 3 s, which the pooling over time allows
    shortest_window_s: float = 1.2  # a training window is cut at a random length between the two
    copies: int = 6
    speed: float = 0.2  # played at up to this much slower or faster, pitch and voice size with it: other speakers
    room_chance: float = 0.1
    reverberation_s: tuple[float, float] = (0.1, 0.4)  # a car, an office
    noise_chance: float = 0.5
    noise_db: tuple[float, float] = (5.0, 30.0)  # signal-to-noise ratio
    crowd_share: float = 0.5  # of the noises that are a crowd; the others have a colour between white and brown
    telephone_chance: float = 0.15
    time_mask_frames: int = 20  # up to two stretches of up to so many frames are blanked (Park et al. 2019)
    coefficient_mask: int = 6  # up to so many neighbouring coefficients are blanked
