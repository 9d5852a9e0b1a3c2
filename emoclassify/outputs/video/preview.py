"""preview.mp4: the recording in a format that every browser plays, made where the recording itself is in another."""

from collections.abc import Callable
from pathlib import Path

from emoclassify.media.container import choose_stream, open_container
from emoclassify.media.pictures import Picture
from emoclassify.outputs.video.rewrite import Drawer, rewrite

_PICTURES, _SOUNDS = {("h264", "yuv420p"), ("h264", "yuvj420p")}, {"aac", "mp3"}


def plays_in_browsers(path: Path) -> bool:
    """True for MP4 files of H.264 (8 bit, 4:2:0) with AAC, MP3 or no sound; others play in some browsers only."""
    with open_container(path) as container:
        video, audio = choose_stream(container, "video"), choose_stream(container, "audio")
        if video is None or not container.format.name.startswith("mov"):
            return False
        context = video.codec_context
        sounds = audio is None or audio.codec_context.name.removesuffix("float") in _SOUNDS
        return sounds and (context.name, context.pix_fmt) in _PICTURES


def make_preview(
    media: Path,
    path: Path,
    *,
    sound_stream: int | None = None,
    on_picture: Callable[[Picture], None] = lambda picture: None,
) -> bool:
    """Writes a recording as H.264 and AAC, with its own times; False where it has no moving picture.

    Args:
        media: the recording.
        path: of the new file, MP4.
        sound_stream: index of the sound stream that is written; None: the default one.
        on_picture: called with each picture, after it was written.

    Raises:
        MediaError: the recording cannot be read.
        ResultError: the file cannot be written.
    """
    return rewrite(media, path, lambda first: Drawer(lambda picture: None), on_picture, sound_stream)
