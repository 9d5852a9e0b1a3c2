"""Decoded frames in another format or size, by FFmpeg's converter in the thread that asks."""

from typing import Any

import av

_THREADS = 1
"""Left to itself, FFmpeg starts a thread for every core, for each single frame, and ends them with it: to start them
takes longer than what they do."""


def converted(
    frame: Any, form: str, width: int | None = None, height: int | None = None, **colours: Any
) -> av.VideoFrame:
    """A frame in another pixel format; the same one where nothing changes.

    Args:
        frame: `av.VideoFrame`.
        form: the name of the format, as FFmpeg has it.
        width: pixels; None: as it is.
        height: pixels; None: as it is.
        colours: what else PyAV's `reformat` takes.
    """
    other: av.VideoFrame = frame.reformat(format=form, width=width, height=height, threads=_THREADS, **colours)
    return other


def pixels(frame: Any, form: str, width: int | None = None, height: int | None = None) -> Any:
    """The pixels of the same, (H, W, channels)."""
    return converted(frame, form, width, height).to_ndarray()
