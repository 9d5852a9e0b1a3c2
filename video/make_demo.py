"""Makes the demo recording: `python -m video.make_demo FILE`.

A public-domain portrait (NASA's Eileen Collins, `skimage.data.astronaut`) drifts over a plain ground, leaves the
picture and comes back, while a synthetic voice (espeak-ng) speaks twice. Mouth, lids and nose move, since a photograph
that only drifts is told to be one, and is not usable.
"""

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import skimage.data
from moviepy import AudioFileClip, ColorClip, CompositeAudioClip, CompositeVideoClip, ImageClip
from scipy.ndimage import map_coordinates

SIZE_WH = (480, 360)
FPS = 25
DURATION_S = 8.0
AWAY_S = (3.0, 5.0)
"""From when to when no part of the face is in the picture."""

SPOKEN = ((0.4, "What a wonderful day! I am so happy to see you all."), (5.4, "And here I am again, ready to go."))
"""When the voice starts (seconds), and what it says."""

_PORTRAIT = (slice(0, 300), slice(90, 370))  # rows and columns of the face and its surroundings
_GROUND = (88, 104, 120)

_NOSE_XY, _MOUTH_XY, _EYES_XY = (135.0, 124.0), (134.0, 141.0), ((115.0, 101.0), (158.0, 104.0))
"""Where they are in the portrait, pixels."""
_TURN_PX, _OPENING_PX, _LID_PX = 7.0, 9.0, 5.0
_BLINK_EVERY_S, _BLINK_S = 1.7, 0.25
_SYLLABLES_HZ, _TURN_HZ = 3.3, 0.45

Rgb = npt.NDArray[np.uint8]
Field = npt.NDArray[np.float64]


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
    picture = ImageClip(np.ascontiguousarray(skimage.data.astronaut()[_PORTRAIT]))
    portrait = picture.transform(lambda frame_at, t: _alive(frame_at(t), t))
    before = portrait.with_duration(AWAY_S[0]).with_position(lambda t: (60 + 40 * t, 30 + 8 * np.sin(2 * t)))
    after = portrait.with_start(AWAY_S[1]).with_duration(DURATION_S - AWAY_S[1])
    return [before, after.with_position(lambda t: (140 - 30 * t, 30 + 8 * np.sin(2 * t)))]


def _alive(portrait: Rgb, time_s: float) -> Rgb:
    """The portrait at a time: the nose goes to and fro as in a turning head, the chin falls and rises, the lids blink.

    Args:
        portrait: uint8 (H, W, 3).
        time_s: from its beginning.
    """
    y, x = np.mgrid[0.0 : portrait.shape[0], 0.0 : portrait.shape[1]]
    turn = _TURN_PX * np.sin(2 * np.pi * _TURN_HZ * time_s)
    opening = _OPENING_PX * np.sin(np.pi * _SYLLABLES_HZ * time_s) ** 2
    blink = max(0.0, 1 - 2 * abs(time_s % _BLINK_EVERY_S - _BLINK_EVERY_S / 2) / _BLINK_S)
    mouth_x, mouth_y = _MOUTH_XY
    chin = _hill(x, y, (mouth_x, mouth_y + 16), (24, 14))
    lids = sum(_hill(x, y, (eye_x, eye_y - 4), (11, 5)) for eye_x, eye_y in _EYES_XY)
    source = np.stack([y - opening * chin - _LID_PX * blink * lids, x - turn * _hill(x, y, _NOSE_XY, (26, 34))])
    channels = [map_coordinates(portrait[..., i], source, order=1, mode="nearest") for i in range(3)]
    return np.stack(channels, axis=-1)


def _hill(x: Field, y: Field, middle_xy: tuple[float, float], spread_xy: tuple[float, float]) -> Field:
    """1 in the middle, falling to 0 around it."""
    across, down = (x - middle_xy[0]) / spread_xy[0], (y - middle_xy[1]) / spread_xy[1]
    return np.asarray(np.exp(-0.5 * (across**2 + down**2)))


def _speech(text: str, start_s: float, folder: Path) -> Any:
    wav = folder / f"{start_s}.wav"
    subprocess.run(["espeak-ng", "-v", "en-us+f3", "-s", "150", "-w", str(wav), text], check=True, capture_output=True)
    return AudioFileClip(str(wav)).with_start(start_s)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Makes the demo recording.")
    parser.add_argument("file", type=Path)
    make_demo(parser.parse_args().file)
