"""The recordings of the two sides of a call, as bytes."""

import io
import wave

from emoclassify.speech.silero import Samples


def wav(samples: Samples, rate_hz: int = 16_000) -> bytes:
    """A WAV file of one channel: float32 (n,), -1..1."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 2, rate_hz, 0, "NONE", ""))
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return buffer.getvalue()
