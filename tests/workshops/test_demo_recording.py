"""The demo recording, and the script that makes it."""

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from emoclassify.media.read import FrameStream, probe

pytestmark = pytest.mark.whole

MAX_BYTES = 300_000


def check(path: Path) -> None:
    info = probe(path)
    assert path.stat().st_size < MAX_BYTES
    assert info.duration_s == pytest.approx(8.0, abs=0.1)
    assert info.video is not None
    assert (info.video.codec, info.video.width_px, info.video.height_px) == ("h264", 480, 360)
    assert info.audio is not None
    for frame in FrameStream(path, info, sample_fps=5):
        spread = frame.rgb.std(axis=(0, 1)).max()
        assert (spread < 10) == (3.0 <= frame.time_s < 5.0), frame.time_s  # plain ground while the face is away


def test_the_recording_that_ships() -> None:
    check(Path(str(files("emoclassify") / "assets" / "demo.mp4")))


@pytest.mark.slow
def test_the_script_makes_it(tmp_path: Path, espeak: str) -> None:
    subprocess.run([sys.executable, "-m", "video.make_demo", str(tmp_path / "demo.mp4")], check=True)
    check(tmp_path / "demo.mp4")
