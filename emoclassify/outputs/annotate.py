"""annotated.mp4: the recording itself, with what was found drawn into every picture."""

import heapq
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from emoclassify.analysis import Analysis
from emoclassify.container import ReadCounts
from emoclassify.errors import MediaError
from emoclassify.media import MediaInfo, Sound, probe, read_sound
from emoclassify.outputs.movie import sound_layout, sound_rate_hz, write_movie
from emoclassify.outputs.overlay import Overlay
from emoclassify.pictures import Picture, read_pictures

VIDEO = "annotated.mp4"

_USUAL_FPS = 25.0


def can_be_annotated(analysis: Analysis) -> bool:
    """True where the recording has a moving picture."""
    return analysis.source["video"] is not None and not analysis.source["still"]


def annotate(
    analysis: Analysis,
    media: Path,
    path: Path,
    *,
    lang: str = "en",
    anonymize: bool = False,
    on_picture: Callable[[float], None] = lambda time_s: None,
) -> None:
    """Writes every picture of a recording with its own time, what was found drawn into it, and the recording's sound.

    Args:
        analysis: of that recording; it has a moving picture (see `can_be_annotated`).
        media: the recording.
        path: of the new file, MP4.
        lang: the language of the texts, one of `texts.LANGUAGES`.
        anonymize: cover every face that was found.
        on_picture: told the time of each picture.

    Raises:
        MediaError: the recording cannot be read.
        ResultError: the file cannot be written.
    """
    info = probe(media)
    pictures = read_pictures(media, info)
    first = next(pictures, None)
    if first is None or info.video is None:
        raise MediaError("The recording has no moving picture to draw in.")
    overlay = Overlay(analysis, first, lang=lang, anonymize=anonymize)
    seen: Iterator[Picture | Sound] = chain([first], pictures)
    heard = sounds_of(media, info)
    with write_movie(path, first, info.video.average_fps or _USUAL_FPS, info.audio) as movie:
        for item in heapq.merge(seen, heard, key=starts_s):
            if isinstance(item, Sound):
                movie.add_sound(item)
                continue
            overlay.draw(item)
            movie.add_picture(item)
            on_picture(item.time_s)


def sounds_of(media: Path, info: MediaInfo) -> Iterator[Picture | Sound]:
    """The sound of a recording as it is written beside its pictures; nothing where it has none."""
    if info.audio is not None:
        rate_hz, layout = sound_rate_hz(info.audio), sound_layout(info.audio)
        yield from read_sound(media, info, rate_hz=rate_hz, counts=ReadCounts(), layout=layout)


def starts_s(item: Picture | Sound) -> float:
    """When a picture or a sound starts."""
    return item.start_s if isinstance(item, Sound) else item.time_s
