"""What an analysis noted on the way, in the language of the report."""

import re

from emoclassify.texts import decimals, translation

NOTES = (
    "The recording has no picture: only the voice was read.",
    "No face was found in the {n} frames looked at.",
    "The recording has no sound: face and voice cannot be compared.",
    "The recording has no sound: there is no voice to tell an emotion of.",
    "The recording has no moving picture: there is no annotated video.",
    "No speech was found in the sound.",
    "Cover art in the file is not taken for a video.",
    "No frame of the picture can be decoded.",
    *(
        text.replace("WHAT", what)
        for what in ("picture", "sound")
        for text in (
            "The WHAT ends at {end} s; the file's header says {header} s.",
            "{n} damaged packets of the WHAT were skipped.",
            "{n} frames of the WHAT carry no timestamp; theirs follow from the frame rate.",
            "{n} frames of the WHAT go back in time and were skipped.",
            "The WHAT could not be read beyond {end} s.",
            "The file has {n} WHAT streams; stream {stream} was taken.",
        )
    ),
)
"""The notes that `pipeline`, `container` and `media` make; a text that is none of them stays as it is."""

_FIELD = re.compile(r"\\{(\w+)\\}")
_PATTERNS = {note: re.compile(_FIELD.sub(r"(?P<\1>[0-9.]+)", re.escape(note))) for note in NOTES}


def told_in(note: str, lang: str) -> str:
    """A note in a language of `texts.LANGUAGES`."""
    for text, pattern in _PATTERNS.items():
        if found := pattern.fullmatch(note):
            fields = {name: decimals(value, lang) for name, value in found.groupdict().items()}
            return translation(lang).gettext(text).format(**fields)
    return note
