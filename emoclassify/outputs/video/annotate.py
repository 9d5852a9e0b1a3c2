"""annotated.mp4: the recording with faces, emotions and voice drawn into every picture."""

from collections.abc import Callable
from pathlib import Path

from emoclassify.analysis import Analysis
from emoclassify.errors import MediaError
from emoclassify.media.pictures import Picture
from emoclassify.outputs.video.overlay import Overlay
from emoclassify.outputs.video.rewrite import Drawer, rewrite


def annotate(
    analysis: Analysis,
    media: Path,
    path: Path,
    *,
    lang: str = "en",
    anonymize: bool = False,
    on_picture: Callable[[Picture], None] = lambda picture: None,
) -> None:
    """Writes a recording with what was found drawn into every picture, and a timeline below it; times
    and sound stay as they are.

    Args:
        analysis: of that recording; it has a moving picture.
        media: the recording.
        path: of the new file, MP4.
        lang: the language of the texts, one of `texts.LANGUAGES`.
        anonymize: cover every face that was found.
        on_picture: called with each picture, after it was written.

    Raises:
        MediaError: the recording cannot be read.
        ResultError: the file cannot be written.
    """

    def drawer_for(first: Picture) -> Drawer:
        overlay = Overlay(analysis, first, lang=lang, anonymize=anonymize)
        return Drawer(overlay.draw, overlay.room_below_px)

    audio = analysis.source.audio
    if not rewrite(media, path, drawer_for, on_picture, None if audio is None else audio.stream):
        raise MediaError("annotate_lacks_picture")
