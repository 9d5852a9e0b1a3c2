"""Calls: spoken by a program, at known times, and the recordings of their two sides."""

import io
import subprocess
import wave
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from emoclassify.media.container import ReadCounts
from emoclassify.media.read import probe
from emoclassify.media.sound import read_sound
from emoclassify.speech.silero import Samples
from emoclassify.timeline import Span
from tests.support.made import as_audio


def wav(samples: Samples, rate_hz: int = 16_000) -> bytes:
    """A WAV file of one channel: float32 (n,), -1..1."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 2, rate_hz, 0, "NONE", ""))
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


Said = tuple[str, float, str, str]
"""Role, when it begins, the voice, the text."""

CALL: tuple[Said, ...] = (
    ("agent", 0.5, "en-us", "Good morning, how can I help you today?"),
    ("customer", 4.5, "en-gb", "I am very angry, my order has not arrived at all."),
    ("agent", 9.5, "en-us", "I am sorry to hear that, let me have a look."),
    ("customer", 14.0, "en-gb", "Thank you, that is kind of you."),
)
LENGTH_S, CALL_RATE_HZ = 18.0, 8_000
SpokenCall = tuple[np.ndarray, dict[str, list[Span]]]


def spoken_call(espeak: str, folder: Path) -> SpokenCall:
    """A call in stereo, float32 (n, 2) at 8 kHz, the agent left; and when each role is heard in it."""
    samples, spans = np.zeros((round(LENGTH_S * CALL_RATE_HZ), 2), np.float32), dict[str, list[Span]]()
    for i, (name, start_s, voice, text) in enumerate(CALL):
        path = folder / f"{i}.wav"
        subprocess.run([espeak, "-v", voice, "-w", str(path), text], check=True)
        blocks = read_sound(path, probe(path), rate_hz=CALL_RATE_HZ, counts=ReadCounts())
        said = np.concatenate([block.samples for block in blocks])
        loud = np.flatnonzero(np.abs(said) > 0.02)
        said = said[loud[0] : loud[-1]]
        first = round(start_s * CALL_RATE_HZ)
        samples[first : first + len(said), int(name == "customer")] = said
        spans.setdefault(name, []).append(Span(start_s, start_s + len(said) / CALL_RATE_HZ))
    return samples, spans


def write_call(path: Path, tracks: Sequence[np.ndarray], codec: str) -> Path:
    """Sound tracks of float32 (n,) or (n, 2), 8 kHz."""
    with av.open(str(path), "w") as container:
        streams = [
            as_audio(container.add_stream(codec, rate=CALL_RATE_HZ, layout="stereo" if track.ndim == 2 else "mono"))
            for track in tracks
        ]
        for stream, track in zip(streams, tracks, strict=True):
            resampler = av.AudioResampler(
                format=stream.codec_context.format, layout=stream.layout, rate=CALL_RATE_HZ,
                frame_size=stream.frame_size or 1024,
            )  # fmt: skip
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(track).reshape(1, -1), format="flt", layout=stream.layout.name
            )
            frame.sample_rate, frame.time_base, frame.pts = CALL_RATE_HZ, Fraction(1, CALL_RATE_HZ), 0
            for block in [*resampler.resample(frame), *resampler.resample(None)]:
                container.mux(stream.encode(block))
            container.mux(stream.encode())
    return path
