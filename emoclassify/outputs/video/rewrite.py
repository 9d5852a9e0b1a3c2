"""Writes a recording in a format that browsers play, and lets a function draw in its pictures."""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from emoclassify.media.container import ReadCounts
from emoclassify.media.nouns import USUAL_FPS, MediaInfo, Sound
from emoclassify.media.pictures import Picture, read_pictures
from emoclassify.media.read import probe
from emoclassify.media.sound import read_sound
from emoclassify.outputs.video.movie import sound_layout, sound_rate_hz, write_movie

Draw = Callable[[Picture], None]
"""Draws in one picture."""


@dataclass(frozen=True)
class Drawer:
    """What is drawn into a recording: the function for each picture, and how much room it wants below, even pixels."""

    draw: Draw
    room_below_px: int = 0


def rewrite(
    media: Path,
    path: Path,
    drawer_for: Callable[[Picture], Drawer],
    on_picture: Callable[[Picture], None],
    sound_stream: int | None = None,
) -> bool:
    """Writes a recording as H.264 and AAC, with its own times; False where it has no moving picture.

    Args:
        media: the recording.
        path: of the new file, MP4.
        drawer_for: called with the first picture; returns what is drawn into each.
        on_picture: called with each picture, after it was written.
        sound_stream: index of the sound stream that is written; None: the default one.

    Raises:
        MediaError: the recording cannot be read.
        ResultError: the file cannot be written.
    """
    info = probe(media, sound_stream)
    drawers: list[Drawer] = []

    def room_below(first: Picture) -> int:
        drawers.append(drawer_for(first))
        return drawers[0].room_below_px

    pictures = read_pictures(media, info, room_below)
    first = next(pictures, None)
    if first is None or info.video is None:
        return False
    (drawer,) = drawers
    picture_items: Iterator[Picture | Sound] = chain([first], pictures)
    with write_movie(path, first, info.video.average_fps or USUAL_FPS, info.audio) as movie:
        for item in heapq.merge(picture_items, _sounds(media, info), key=_start_s):
            if isinstance(item, Sound):
                movie.add_sound(item)
                continue
            drawer.draw(item)
            movie.add_picture(item)
            on_picture(item)
    return True


def _sounds(media: Path, info: MediaInfo) -> Iterator[Picture | Sound]:
    if info.audio is not None:
        rate_hz, layout = sound_rate_hz(info.audio), sound_layout(info.audio)
        yield from read_sound(media, info, rate_hz=rate_hz, counts=ReadCounts(), layout=layout)


def _start_s(item: Picture | Sound) -> float:
    return item.start_s if isinstance(item, Sound) else item.time_s
