"""Speech in a recording: every part of a stretch is heard, and one result for the whole counts what lasts longer."""

import numpy as np
import pytest
from findings import mostly, voice
from hypothesis import given
from hypothesis import strategies as st

from emoclassify.media import Sound
from emoclassify.voice.read import HOP_S, WINDOW_S, windows
from emoclassify.voice.reading import VoiceRead
from emoclassify.voice.silero import RATE_HZ


@given(samples=st.integers(1, 10 * RATE_HZ))
def test_every_part_of_a_stretch_is_heard_in_windows_of_one_length(samples: int) -> None:
    speech = Sound(5.0, np.arange(samples, dtype=np.float32))
    heard = list(windows(speech))
    starts = [round((part.start_s - 5.0) * RATE_HZ) for part in heard]
    for part, start in zip(heard, starts, strict=True):
        assert part.samples[0] == start
        assert len(part.samples) == min(samples, WINDOW_S * RATE_HZ)
    assert starts[0] == 0
    assert heard[-1].samples[-1] == samples - 1
    assert all(0 < step <= HOP_S * RATE_HZ for step in np.diff(starts))


def test_the_recording_as_a_whole_is_the_mean_of_its_stretches_by_their_length() -> None:
    stretches = (voice(0.0, 3.0, "sad", 0.8), voice(5.0, 6.0, "happy", 0.8))
    mean = VoiceRead((), stretches).mean
    assert mean is not None
    assert mean.speech_s == 4.0
    assert mean.dominant == "sad"
    assert mean.scores == pytest.approx(0.75 * mostly("sad", 0.8) + 0.25 * mostly("happy", 0.8), abs=1e-6)


def test_the_recording_as_a_whole_may_be_beyond_telling() -> None:
    assert VoiceRead((), ()).mean is None
    short, torn = VoiceRead((), (voice(0.0, 0.4),)).mean, VoiceRead((), (voice(0, 1, "sad"), voice(2, 3, "angry"))).mean
    assert short is not None
    assert torn is not None
    assert short.dominant is None
    assert (torn.dominant, torn.confidence) == (None, pytest.approx(0.375))
