"""Which streams of a file are read, and why others cannot be."""

import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from av.stream import Disposition

from emoclassify.errors import MediaError
from emoclassify.media.boxes import grid_of, letters_of, needs_dolby_vision
from emoclassify.media.container import (
    SIDES,
    SIDES_S,
    ReadCounts,
    choose_stream,
    decode,
    format_name,
    open_container,
    usable_streams,
)
from emoclassify.media.nouns import Grid
from emoclassify.words.messages import Message

MAX_PIXELS = 200_000_000
"""Larger pictures are refused: the largest cameras of phones make photographs of this size."""

LEAST_RATE_HZ, MOST_RATE_HZ = 4_000, 768_000
"""Samples a second that are read: telephones send 8,000, the finest recorders 768,000."""

_LONGEST_NAMES = 300

_FILM_PICTURES = 3

_LENGTH = re.compile(r"\d{1,7}(\.\d)?")
_DIFFERENT_S = 1.0
"""Recordings of the two sides of a call whose lengths differ by as much are told."""

UNKNOWN_CODEC = "an unknown codec"
"""What is told in the place of the name of a codec that has none here."""


@dataclass(frozen=True)
class Streams:
    """The streams of an open file that are read; one of the two at least."""

    video: Any
    """As PyAV has it; None where there is none that can be decoded."""
    first_frame: Any
    """The first frame of the picture, where there is one."""
    audio: Any
    audio_tracks: tuple[Any, ...]
    """Every sound stream with a known codec, in their order: `audio` is one of them, or None."""
    grid: Grid | None
    """How to put the photograph together, where it is in tiles; `video` is the first of them."""
    notes: tuple[Message, ...]
    """Which streams were chosen, and why others are not read."""


def readable_streams(path: Path, container: Any, sound_stream: int | None = None) -> Streams:
    """The streams to read; a stream of which nothing can be decoded is left out, with a note that says why.

    Args:
        path: the file.
        container: the same file, open.
        sound_stream: index of the sound stream to read; None: the default one.

    Raises:
        MediaError: nothing can be decoded.
    """
    notes = _of_sides(container)
    tracks = usable_streams(container, "audio")
    grid = _grid(path, container)
    stream = _video(path, container, notes) if grid is None else _tile(container, grid)
    video, first_frame = _tried(path, stream, "picture", notes)
    audio, _ = _tried(path, _sound(path, container, tracks, sound_stream, notes), "sound", notes)
    if video is None and audio is None:
        raise _nothing(path, container, notes)
    return Streams(video, first_frame, audio, tuple(tracks), grid, tuple(notes))


def _of_sides(container: Any) -> list[Message]:
    """What a file that `media.sides` joined says it was joined from; nothing of any other."""
    files = "".join(filter(str.isprintable, container.metadata.get(SIDES, "")))[:_LONGEST_NAMES]
    notes = [Message("sides_joined", {"files": files})] if files else []
    lengths = [float(one) for one in container.metadata.get(SIDES_S, "").split() if _LENGTH.fullmatch(one)]
    if files and lengths and max(lengths) - min(lengths) >= _DIFFERENT_S:
        notes.append(Message("sides_differ", {"shortest_s": min(lengths), "longest_s": max(lengths)}))
    return notes


def is_heif(container: Any) -> bool:
    """Whether an open file is a photograph in a container of movies (HEIC, AVIF): one frame, and no length."""
    videos = usable_streams(container, "video")
    is_movie = container.duration is not None or any(stream.type == "audio" for stream in container.streams)
    return "mp4" in container.format.name and not is_movie and {stream.frames for stream in videos} == {1}


def has_more_pictures(path: Path, container: Any) -> bool:
    """Whether an open photograph is one of several, as cameras in a network write them one behind the other (Motion
    JPEG). A second one alone is a part of the first: its depth, or its lights."""
    if container.format.name != "jpeg_pipe":
        return False
    with open_container(path) as again:  # what was read of the other is gone
        packets = (packet for packet in again.demux(video=0) if packet.size)
        return len(list(islice(packets, _FILM_PICTURES))) == _FILM_PICTURES


def _grid(path: Path, container: Any) -> Grid | None:
    """How the photograph is put together where it is in tiles.

    Raises:
        MediaError: the file has several pictures, and does not say how they belong together, or the whole is too large.
    """
    streams = usable_streams(container, "video")
    if not is_heif(container) or len(streams) == 1:
        return None
    grid = grid_of(path)
    if grid is None or not set(grid.tiles) <= {stream.id for stream in streams}:
        raise MediaError("picture_in_tiles")
    if grid.width_px * grid.height_px > MAX_PIXELS:
        size = _too_large(grid.width_px, grid.height_px).fields
        raise MediaError("picture_too_large", megapixels=size["megapixels"], most=size["most"])
    return grid


def _tile(container: Any, grid: Grid) -> Any:
    """The stream of the first tile."""
    return next(stream for stream in usable_streams(container, "video") if stream.id == grid.tiles[0])


def _unknown(path: Path, container: Any, kind: str, name: str) -> Message:
    """That the codec of a stream of a kind is not known, with its four letters where the format has some."""
    stream = next(stream for stream in container.streams if stream.type == kind)
    letters = _codec(path, stream)
    if letters == UNKNOWN_CODEC:
        return Message(f"{name}_codec_unknown")
    return Message(f"{name}_codec_letters", {"codec": letters})


def _video(path: Path, container: Any, notes: list[Message]) -> Any:
    streams = [stream for stream in container.streams if stream.type == "video"]
    covers = [stream for stream in streams if stream.disposition & Disposition.attached_pic]
    stream = choose_stream(container, "video")
    if covers:
        notes.append(Message("cover_art"))
    if stream is None and len(streams) > len(covers):
        notes.append(_unknown(path, container, "video", "picture"))
    if stream is not None and len(streams) - len(covers) > 1:
        notes.append(Message("picture_chosen", {"n": len(streams) - len(covers), "stream": stream.index}))
    profiles = needs_dolby_vision(path) if stream is not None and "mp4" in container.format.name else []
    profile = profiles[stream.index] if stream is not None and stream.index < len(profiles) else 0
    if profile:
        notes.append(Message("picture_dolby_vision", {"profile": profile}))
        return None
    return stream


def _sound(path: Path, container: Any, tracks: list[Any], index: int | None, notes: list[Message]) -> Any:
    stream = next((track for track in tracks if track.index == index), None) or choose_stream(container, "audio")
    if stream is None and any(stream.type == "audio" for stream in container.streams):
        notes.append(_unknown(path, container, "audio", "sound"))
    if len(tracks) > 1:
        notes.append(Message("track_chosen", {"n": len(tracks), "track": tracks.index(stream) + 1}))
    return stream


def _tried(path: Path, stream: Any, kind: str, notes: list[Message]) -> tuple[Any, Any]:
    """The stream and its first frame; None and a note where it cannot be decoded."""
    if stream is None:
        return None, None
    if kind == "picture" and stream.width * stream.height > MAX_PIXELS:
        notes.append(_too_large(stream.width, stream.height))
        return None, None
    counts = ReadCounts()
    with open_container(path) as container:
        first_frame = next(decode(container, container.streams[stream.index], counts), None)
    if first_frame is not None and kind == "sound" and not has_usual_rate(first_frame):
        rates = {"rate_hz": first_frame.sample_rate, "least": LEAST_RATE_HZ, "most": MOST_RATE_HZ}
        notes.append(Message("sound_rate_absurd", rates))
        return None, None
    if first_frame is not None:
        return stream, first_frame
    notes.append(Message(f"{kind}_encrypted") if counts.encrypted else Message(f"{kind}_undecodable"))
    return None, None


def has_usual_rate(frame: Any) -> bool:
    """Whether a frame of sound has a rate that sound can have: with 1 sample a second, a small file lasts for hours."""
    return LEAST_RATE_HZ <= (frame.sample_rate or 0) <= MOST_RATE_HZ


def _too_large(width: int, height: int) -> Message:
    pixels = {"megapixels": round(width * height / 1e6), "most": MAX_PIXELS // 10**6}
    return Message("picture_too_large", pixels)


def _nothing(path: Path, container: Any, notes: list[Message]) -> MediaError:
    """The error for a file of which nothing can be read."""
    fields = {note.code: note.fields for note in notes}
    codecs = [_codec(path, stream) for stream in container.streams if stream.type in ("video", "audio")]
    if not codecs:
        return MediaError("file_no_media")
    if "picture_too_large" in fields:
        sizes = fields["picture_too_large"]
        return MediaError("picture_too_large", megapixels=sizes["megapixels"], most=sizes["most"])
    if "picture_dolby_vision" in fields:
        return MediaError("picture_dolby_vision", profile=fields["picture_dolby_vision"]["profile"])
    if "sound_rate_absurd" in fields:
        rates = fields["sound_rate_absurd"]
        return MediaError("sound_rate_absurd", rate_hz=rates["rate_hz"], least=rates["least"], most=rates["most"])
    if fields.keys() & {"picture_encrypted", "sound_encrypted"}:
        return MediaError("media_encrypted", container=format_name(path), codecs=codecs)
    return MediaError("media_undecodable", container=format_name(path), codecs=codecs)


def _codec(path: Path, stream: Any) -> str:
    """The name of a codec; of an unknown one its four letters, where the format has some."""
    if stream.codec_context is not None:
        return str(stream.codec_context.name)
    letters = letters_of(path) if "mp4" in stream.container.format.name else []
    return letters[stream.index] if stream.index < len(letters) else UNKNOWN_CODEC
