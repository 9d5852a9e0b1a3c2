"""Frames for stills, caught while a video is made of the same recording: that decodes each of them anyway."""

from collections.abc import Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the list of outputs is read by who opens no media
    from emoclassify.media.nouns import Frame
    from emoclassify.media.pictures import Picture

_SAME_WITHIN_S = 1e-4
"""Two times that differ by less are of the same frame."""


class CaughtFrames:
    """One thread makes the video and offers its pictures, another one waits for the frames that it wants."""

    def __init__(self) -> None:
        """Nothing is wanted yet."""
        self._wanted: dict[int, tuple[float, Future[Frame | None]]] = {}

    def want(self, times_s: Mapping[int, float]) -> None:
        """To be called before the first picture is offered, and only where a video will be made.

        Args:
            times_s: index of a frame -> its time in seconds.
        """
        self._wanted = {index: (time_s, Future()) for index, time_s in times_s.items()}

    def offer(self, picture: "Picture") -> None:
        """Takes the frame of a picture, if it is wanted."""
        time_s, frame = self._wanted.get(picture.index, (None, None))
        if time_s is not None and frame is not None and abs(picture.time_s - time_s) < _SAME_WITHIN_S:
            frame.set_result(picture.as_frame())

    def end(self) -> None:
        """No other picture is offered, also where the video could not be made."""
        for _, frame in self._wanted.values():
            if not frame.done():
                frame.set_result(None)

    def frames(self) -> "list[Frame]":
        """The wanted frames, each waited for; without those that the video did not have."""
        frames = [frame.result() for _, frame in self._wanted.values()]
        return [frame for frame in frames if frame is not None]
