"""Makes a small corpus of synthetic sounds in RAVDESS's layout, to try the workshop and notebooks without recordings.

Each "speaker" hums with its own pitch, and each "emotion" is a melody. Figures on it say nothing about speech.
"""

import wave
from pathlib import Path

import numpy as np

from emoclassify.voice.mfcc import RATE_HZ, Waveform

SPEAKERS = 5

_TAKES = 2
_SECONDS = 1.0
_HARMONICS = 8
# Emotion as RAVDESS numbers it -> how the pitch moves over a clip, in octaves; how often a second the loudness swells.
_MELODIES = {
    "01": (0.0, 2.0),
    "03": (0.6, 5.0),
    "04": (-0.4, 1.0),
    "05": (-0.6, 8.0),
    "06": (0.3, 10.0),
    "07": (-0.2, 3.0),
    "08": (1.0, 4.0),
}


def write_example(folder: Path) -> Path:
    """Writes `folder`/ravdess, seventy clips of a second; returns the folder for `read_corpora`."""
    for speaker in range(1, SPEAKERS + 1):
        for emotion in _MELODIES:
            for take in range(1, _TAKES + 1):
                name = f"03-01-{emotion}-01-01-{take:02}-{speaker:02}.wav"
                _write(folder / "ravdess" / f"Actor_{speaker:02}" / name, _hum(speaker, emotion, take))
    return folder


def _hum(speaker: int, emotion: str, take: int) -> Waveform:
    rng = np.random.default_rng((speaker, int(emotion), take))
    rise, swells_hz = _MELODIES[emotion]
    time_s = np.arange(round(_SECONDS * RATE_HZ)) / RATE_HZ
    pitch_hz = 90 * 2 ** (speaker / SPEAKERS + rise * time_s / _SECONDS + rng.normal(0, 0.05))
    phase = 2 * np.pi * np.cumsum(pitch_hz) / RATE_HZ
    voice = sum(np.sin(number * phase) / number for number in range(1, _HARMONICS + 1))
    loudness = 0.6 + 0.4 * np.sin(2 * np.pi * swells_hz * time_s + rng.uniform(0, 2 * np.pi))
    return np.asarray(0.2 * voice * loudness + rng.normal(0, 1e-3, len(time_s)), dtype=np.float32)


def _write(path: Path, waveform: Waveform) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((np.clip(waveform, -1, 1) * 32767).astype("<i2").tobytes())
