"""Speech is found where silero-vad's own iterator finds it."""

import subprocess
import warnings
from itertools import pairwise

import numpy as np
import pytest

from emoclassify.media.container import ReadCounts
from emoclassify.media.nouns import Sound
from emoclassify.media.read import probe
from emoclassify.media.sound import read_sound
from emoclassify.speech.find import SpeechFinder
from emoclassify.speech.silero import CHUNK, RATE_HZ, Silero

CHANCE_TOLERANCE = 1e-3
MARGIN = RATE_HZ // 10  # 0.1 s

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def spoken(espeak: str, tmp_path_factory: pytest.TempPathFactory) -> np.ndarray:
    """About ten seconds: three sentences with pauses of one second, and noise below."""
    parts = []
    for number, text in enumerate(("The first sentence is short.", "And here comes another one.", "This is the end.")):
        path = tmp_path_factory.mktemp("spoken") / f"{number}.wav"
        subprocess.run([espeak, "-w", path, text], check=True)
        sounds = read_sound(path, probe(path), rate_hz=RATE_HZ, counts=ReadCounts())
        parts += [np.concatenate([sound.samples for sound in sounds]), np.zeros(RATE_HZ, np.float32)]
    whole = np.concatenate(parts)
    noise = np.random.default_rng(0).standard_normal(len(whole)) * 1e-3
    return np.asarray(whole + noise, dtype=np.float32)[: len(whole) // CHUNK * CHUNK]


def theirs(samples: np.ndarray) -> tuple[list[float], list[tuple[int, int]]]:
    """Chances and stretches (samples) as the package itself gives them."""
    import torch
    from silero_vad import VADIterator, load_silero_vad

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it ships TorchScript
        network = load_silero_vad()
    chunks = torch.from_numpy(samples.reshape(-1, CHUNK))
    with torch.no_grad():
        chances = [float(network(chunk, RATE_HZ)) for chunk in chunks]
    iterator = VADIterator(network, sampling_rate=RATE_HZ, min_silence_duration_ms=400, speech_pad_ms=60)
    events = [event for chunk in chunks if (event := iterator(chunk))]
    starts, ends = ([event[key] for event in events if key in event] for key in ("start", "end"))
    return chances, list(zip(starts, ends, strict=True))


def test_chances_and_stretches_are_those_of_the_package(spoken: np.ndarray) -> None:
    chances, stretches = theirs(spoken)
    assert Silero().chances(spoken) == pytest.approx(chances, abs=CHANCE_TOLERANCE)
    found = list(SpeechFinder().find([Sound(0.0, spoken)]))
    assert len(found) == 3
    assert [(round(s.span.start_s * RATE_HZ), round(s.span.end_s * RATE_HZ)) for s in found] == stretches
    for speech, (first, last) in zip(found, stretches, strict=True):
        start = round(speech.sound.start_s * RATE_HZ)
        np.testing.assert_array_equal(speech.sound.samples, spoken[start : start + len(speech.sound.samples)])
        assert start == max(first - MARGIN, 0)
        assert start + len(speech.sound.samples) == last + MARGIN


@pytest.mark.parametrize("block", [100, 511, 4_000, 100_000])
def test_the_size_of_the_blocks_changes_nothing(block: int, spoken: np.ndarray) -> None:
    finder = SpeechFinder()
    whole = list(finder.find([Sound(0.0, spoken)]))
    blocks = [Sound(start / RATE_HZ, spoken[start : start + block]) for start in range(0, len(spoken), block)]
    parts = list(finder.find(blocks))
    assert [(s.span, len(s.sound.samples)) for s in parts] == [(s.span, len(s.sound.samples)) for s in whole]


def test_speech_that_lasts_to_the_end_is_kept(spoken: np.ndarray) -> None:
    found = list(SpeechFinder().find([Sound(0.0, spoken[:RATE_HZ])]))
    assert len(found) == 1
    assert found[0].span.end_s == pytest.approx(1.0, abs=CHUNK / RATE_HZ)


def test_a_hole_in_the_sound_ends_a_stretch(spoken: np.ndarray) -> None:
    first, second = Sound(0.0, spoken[:RATE_HZ]), Sound(60.0, spoken[:RATE_HZ])
    found = list(SpeechFinder().find([first, second]))
    assert [round(speech.span.start_s // 60) for speech in found] == [0, 1]
    assert len(found[0].sound.samples) == len(found[1].sound.samples)


def test_long_speech_is_cut_without_loss(spoken: np.ndarray) -> None:
    loud = np.tile(spoken[4_000:20_000], 70)  # speech with no pause of 0.4 s, 70 s long
    found = list(SpeechFinder().find([Sound(0.0, loud)]))
    assert max(len(speech.sound.samples) for speech in found) <= 31 * RATE_HZ
    for before, after in pairwise(found):
        assert after.span.start_s == pytest.approx(before.span.end_s)


def test_silence_has_no_speech() -> None:
    assert list(SpeechFinder().find([Sound(0.0, np.zeros(5 * RATE_HZ, np.float32))])) == []
    assert list(SpeechFinder().find([])) == []
