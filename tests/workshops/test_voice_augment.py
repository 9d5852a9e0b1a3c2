"""What is changed in speech, for training and for harder conditions, and what is kept."""

import math
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoclassify.voice.mfcc import N_MFCC, RATE_HZ
from voice_model.augment import blank, in_room, random_copy, telephone, trimmed
from voice_model.backgrounds import behind, change_speed, coloured, crowd, street
from voice_model.corpora import read_corpora
from voice_model.evaluate import CONDITIONS, score
from voice_model.settings import Settings

pytestmark = pytest.mark.whole

Sound = npt.NDArray[np.float32]


def test_changes_keep_what_they_should() -> None:
    rng = np.random.default_rng(0)
    time = np.arange(2 * RATE_HZ) / RATE_HZ
    sound = (0.3 * np.sin(2 * np.pi * 300 * time) + 0.1 * np.sin(2 * np.pi * 6000 * time)).astype(np.float32)
    for background in (coloured(len(sound), 0.5, rng), street(len(sound), rng), crowd([sound[:999]], len(sound), rng)):
        noisy = behind(sound, background, 10.0)
        assert 20 * math.log10(np.std(sound) / np.std(noisy - sound)) == pytest.approx(10, abs=0.5)  # dB
    spectrum, before = (np.abs(np.fft.rfft(one)) for one in (telephone(sound), sound))  # in bins of 0.5 Hz
    assert spectrum[12_000] < 0.01 * before[12_000]
    assert spectrum[600] == pytest.approx(before[600], rel=0.01)
    assert len(change_speed(sound, 1.25)) == pytest.approx(len(sound) / 1.25, rel=0.01)
    silence = np.zeros(RATE_HZ, dtype=np.float32)
    assert len(trimmed(np.concatenate([silence, sound, silence]))) == pytest.approx(len(sound), abs=0.35 * RATE_HZ)


@given(seed=st.integers(0, 2**32 - 1), samples=st.integers(1, 2000), frames=st.integers(1, 60))
def test_any_clip_can_be_changed(seed: int, samples: int, frames: int) -> None:
    rng = np.random.default_rng(seed)
    speech = rng.standard_normal(samples).astype(np.float32)
    copy = random_copy(speech, [speech[::-1]] * int(rng.integers(3)), rng, Settings())
    assert np.isfinite(copy).all()
    features = np.ones((frames, 2 * N_MFCC), dtype=np.float32)
    blank(features, rng, Settings())
    assert set(np.unique(features)) <= {0, 1}
    assert features.mean() > 0.3


def test_a_room_echoes_for_the_time_asked() -> None:
    click = np.zeros(RATE_HZ, dtype=np.float32)
    click[0] = 1
    heard = in_room(click, 0.5, np.random.default_rng(0))
    early, late = (float(np.mean(heard[start : start + 800] ** 2)) for start in (400, 4400))
    assert 10 * math.log10(early / late) == pytest.approx(30, abs=3)  # dB over 0.25 s
    assert not heard[RATE_HZ // 2 + 1 :].round(6).any()


class Listener:
    """Takes the place of a speech model; keeps what it heard."""

    def __init__(self) -> None:
        self.heard: list[Sound] = []

    def predict(self, windows: list[Sound]) -> Sound:
        self.heard += windows
        return np.full((len(windows), 7), 1 / 7, dtype=np.float32)


def test_the_conditions_change_what_is_heard_and_only_that(corpora: Path) -> None:
    clips = [clip for clip in read_corpora(corpora).clips if clip.corpus == "ravdess"][:2]
    heard = {}
    for condition in CONDITIONS:
        listener = Listener()
        score(cast(Any, listener), clips, condition)
        heard[condition] = listener.heard
    clean = heard.pop("clean")
    for condition, changed in heard.items():
        assert [len(sound) for sound in changed] == [len(sound) for sound in clean]
        assert all(np.abs(one - other).max() > 1e-3 for one, other in zip(changed, clean, strict=True)), condition
