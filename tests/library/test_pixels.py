"""Frames are converted by the thread that asks, and by no other."""

from pathlib import Path

import av
import numpy as np
import pytest

from emoclassify.media.pixels import converted, pixels

TASKS = Path("/proc/self/task")


def frame_of_noise() -> av.VideoFrame:
    rgb = np.random.default_rng(0).integers(0, 256, (360, 640, 3), dtype=np.uint8)
    return av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format="yuv420p", threads=1)


@pytest.mark.skipif(not TASKS.exists(), reason="this system does not tell the threads of a process")
def test_no_thread_is_started() -> None:
    frames = [frame_of_noise() for _ in range(3)]
    n_before = len(list(TASKS.iterdir()))
    read = [pixels(frame, "rgb24") for frame in frames]  # each frame holds its converter, with the threads of that
    assert len(list(TASKS.iterdir())) == n_before
    assert len(read) == len(frames)


@pytest.mark.parametrize("size", [(None, None), (320, 180), (853, 480)])
@pytest.mark.parametrize("form", ["rgb24", "rgba", "rgb48le"])
def test_the_pixels_are_those_of_many_threads(form: str, size: tuple[int | None, int | None]) -> None:
    width, height = size
    many = frame_of_noise().to_ndarray(format=form, width=width, height=height, threads=4)
    assert np.array_equal(pixels(frame_of_noise(), form, width, height), many)


def test_what_needs_no_change_is_the_same_frame() -> None:
    frame = frame_of_noise()
    assert converted(frame, "yuv420p", frame.width, frame.height) is frame
