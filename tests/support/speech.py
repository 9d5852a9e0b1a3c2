"""Small speech corpora in the layouts of the published ones."""

from pathlib import Path

import av
import numpy as np


def write_sound(path: Path, pitch_hz: float = 200.0, rate_hz: int = 22_050, seconds: float = 0.6) -> None:
    """A stereo tone as 16-bit WAV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tone = 0.3 * np.sin(2 * np.pi * pitch_hz * np.arange(int(seconds * rate_hz)) / rate_hz)
    samples = np.repeat((tone * 32767).astype(np.int16), 2)[None]
    with av.open(str(path), "w", format="wav") as container:
        stream = container.add_stream("pcm_s16le", rate=rate_hz, layout="stereo")
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
        frame.sample_rate = rate_hz
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def write_corpora(folder: Path) -> Path:
    """Two clips a speaker in the published layouts; speakers: RAVDESS 5, TESS 2, the others and one's own 3."""
    for actor in range(1, 6):
        for emotion in ("02", "05"):
            name = f"03-01-{emotion}-01-02-01-{actor:02}.wav"
            write_sound(folder / "ravdess" / f"Actor_{actor:02}" / name, 80.0 * int(emotion))
    write_sound(folder / "ravdess" / "Actor_01" / "03-02-05-01-02-01-01.wav")  # sung
    for speaker in ("OAF", "YAF"):
        for emotion in ("fear", "ps"):
            write_sound(folder / "tess" / f"{speaker}_{emotion}" / f"{speaker}_back_{emotion}.wav")
    for speaker in ("03", "08", "11"):
        for letter in ("W", "L"):
            write_sound(folder / "emodb" / "wav" / f"{speaker}a01{letter}a.wav")
    for speaker in ("AB0", "CD0", "EF0"):
        for emotion in ("anger", "surprised"):
            write_sound(folder / "nemo" / "samples" / f"{speaker}_{emotion}_1.wav")
    for actor in (1001, 1002, 1003):
        for emotion in ("ANG", "DIS"):
            write_sound(folder / "cremad" / "AudioWAV" / f"{actor}_DFA_{emotion}_XX.wav")
    for take in ("sa03", "su14"):
        write_sound(folder / "savee" / "DC" / f"{take}.wav")
        write_sound(folder / "savee" / f"JE_{take}.wav")
        write_sound(folder / "savee" / "ALL" / f"KL_{take}.wav")
    rows = ["file,speaker"]
    for speaker in ("ann", "bob", "cy"):
        for label in ("Joy", "contempt"):
            write_sound(folder / "own" / label / f"{speaker}.wav")
            rows.append(f"{label}/{speaker}.wav,{speaker}")
    (folder / "own" / "speakers.csv").write_text("\n".join(rows))
    return folder
