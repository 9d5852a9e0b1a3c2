"""Makes the demo recording: `python -m video.make_demo FILE`.

A public-domain portrait (NASA's Eileen Collins, `skimage.data.astronaut`) drifts over a plain ground, leaves the
picture and comes back, while a synthetic voice (espeak-ng) speaks twice.
"""

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import skimage.data
from moviepy import AudioFileClip, ColorClip, CompositeAudioClip, CompositeVideoClip, ImageClip

SIZE_WH = (480, 360)
FPS = 25
DURATION_S = 8.0
AWAY_S = (3.0, 5.0)
"""From when to when no part of the face is in the picture."""

SPOKEN = ((0.4, "What a wonderful day! I am so happy to see you all."), (5.4, "And here I am again, ready to go."))
"""When the voice starts (seconds), and what it says."""

_PORTRAIT = (slice(0, 300), slice(90, 370))  # rows and columns of the face and its surroundings
_GROUND = (88, 104, 120)


def make_demo(path: Path) -> None:
    """Writes the demo recording (mp4, H.264 and AAC, 480 x 360, 8 s, under 300 kB).

    Raises:
        FileNotFoundError: espeak-ng is not installed.
    """
    if shutil.which("espeak-ng") is None:
        raise FileNotFoundError("espeak-ng is not installed: apt-get install espeak-ng")
    with tempfile.TemporaryDirectory() as folder:
        picture = CompositeVideoClip([ColorClip(SIZE_WH, color=_GROUND), *_portraits()], size=SIZE_WH)
        sound = CompositeAudioClip([_speech(text, start_s, Path(folder)) for start_s, text in SPOKEN])
        clip = picture.with_duration(DURATION_S).with_audio(sound.with_duration(DURATION_S))
        clip.write_videofile(
            str(path),
            fps=FPS,
            codec="libx264",
            audio_codec="aac",
            audio_bitrate="64k",
            audio_fps=24_000,
            threads=1,  # more threads give other bytes on other machines
            ffmpeg_params=["-crf", "26", "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-ac", "1"],
            logger=None,
        )
        clip.close()


def _portraits() -> list[Any]:
    """The portrait before it leaves and after it came back; it is out of the picture between."""
    portrait = ImageClip(np.ascontiguousarray(skimage.data.astronaut()[_PORTRAIT]))
    before = portrait.with_duration(AWAY_S[0]).with_position(lambda t: (60 + 40 * t, 30 + 8 * np.sin(2 * t)))
    after = portrait.with_start(AWAY_S[1]).with_duration(DURATION_S - AWAY_S[1])
    return [before, after.with_position(lambda t: (140 - 30 * t, 30 + 8 * np.sin(2 * t)))]


def _speech(text: str, start_s: float, folder: Path) -> Any:
    wav = folder / f"{start_s}.wav"
    subprocess.run(["espeak-ng", "-v", "en-us+f3", "-s", "150", "-w", str(wav), text], check=True, capture_output=True)
    return AudioFileClip(str(wav)).with_start(start_s)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Makes the demo recording.")
    parser.add_argument("file", type=Path)
    make_demo(parser.parse_args().file)
