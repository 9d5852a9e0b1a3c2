"""The files for other programs: what each is for, and what its form cannot hold. exports.md is made of them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from emoclassify.analysis import Analysis
from emoclassify.outputs.formats.bids import write_bids
from emoclassify.outputs.formats.eaf import write_eaf
from emoclassify.outputs.formats.facereader import write_detailed_log, write_state_log
from emoclassify.outputs.formats.fex import write_fex
from emoclassify.outputs.formats.imotions import write_export, write_signals
from emoclassify.outputs.formats.openface import write_openface
from emoclassify.outputs.formats.stretches import spoken
from emoclassify.outputs.formats.subtitles import write_spoken_srt, write_spoken_vtt, write_srt, write_track, write_vtt
from emoclassify.outputs.formats.textgrid import write_textgrid
from emoclassify.words.texts import translation

EXPORTS_GUIDE = "exports.md"
"""Says what the files for other programs hold."""


@dataclass(frozen=True)
class ExportFile:
    """One file for another program.

    Attributes:
        of: the value of the option `export` that asks for it.
        name: of the file.
        meaning: what it is, a text that the catalogues translate.
        left_out: what the form cannot hold, or our networks do not read; such a text too.
        write: makes it; called with the analysis and the path.
        needs_picture: whether it holds faces alone.
        needs_time: whether it has an axis of time, which a photograph has not.
        needs_words: whether it holds words alone.
    """

    of: str
    name: str
    meaning: str
    left_out: str
    write: Callable[[Analysis, Path], None]
    needs_picture: bool = True
    needs_time: bool = True
    needs_words: bool = False

    def is_of(self, analysis: Analysis) -> bool:
        """True where the recording has something to put into it."""
        has_picture, has_time = bool(analysis.frames), not analysis.source.still
        has_words = bool(spoken(analysis))
        return (
            (has_picture or not self.needs_picture)
            and (has_time or not self.needs_time)
            and (has_words or not self.needs_words)
        )


_ONE_PERSON = "Only the main person's face is in it; the voice is not."
_NO_SCORES = "The scores are not in it, only the emotion that leads."

EXPORT_FILES = (
    ExportFile(
        "fex",
        "fex.csv",
        "Faces for py-feat",
        "No action units, no landmarks, no distance of the head (X, Y, Z are empty), no voice. A doubtful reading has "
        "its box and no emotions.",
        write_fex,
        needs_time=False,
    ),
    ExportFile(
        "openface",
        "openface.csv",
        "Head poses in the form of OpenFace 2",
        "It has no place for emotions: time, success and pose only. No gaze, no landmarks, no action units.",
        write_openface,
        needs_time=False,
    ),
    ExportFile(
        "imotions",
        "imotions.csv",
        "Emotions of the main person in the form of an iMotions export",
        f"{_ONE_PERSON} Contempt, Engagement and Attention are empty: our networks do not read them. No angles of "
        "the head.",
        write_export,
    ),
    ExportFile(
        "imotions",
        "imotions_signals.csv",
        "The same as signals, for the R interface of iMotions",
        f"{_ONE_PERSON} The names of study and respondent are those to which it is uploaded.",
        write_signals,
    ),
    ExportFile(
        "facereader",
        "facereader_detailed.txt",
        "Emotions of the main person in the form of FaceReader's detailed log",
        f"{_ONE_PERSON} No arousal, no action units. Valence is as FaceReader defines it: happy minus the strongest of "
        "angry, disgusted, sad and scared.",
        write_detailed_log,
    ),
    ExportFile(
        "facereader",
        "facereader_state.txt",
        "Changes of the emotion shown, in the form of FaceReader's state log",
        f"{_ONE_PERSON} {_NO_SCORES}",
        write_state_log,
    ),
    ExportFile("eaf", "emotions.eaf", "Tiers for ELAN", _NO_SCORES, write_eaf, needs_picture=False),
    ExportFile("textgrid", "emotions.TextGrid", "Tiers for Praat", _NO_SCORES, write_textgrid, needs_picture=False),
    ExportFile(
        "vtt",
        "emotions.vtt",
        "Subtitles that name the emotions, for web pages",
        _NO_SCORES,
        write_vtt,
        needs_picture=False,
    ),
    ExportFile(
        "vtt",
        "emotions_track.vtt",
        "The scores of every half second as a track for web pages",
        "The voice is not in it.",
        write_track,
    ),
    ExportFile(
        "vtt",
        "words.vtt",
        "Subtitles with what is said, coloured by emotion, for web pages",
        "The face is not in it.",
        write_spoken_vtt,
        needs_picture=False,
        needs_words=True,
    ),
    ExportFile(
        "srt",
        "emotions.srt",
        "Subtitles that name the emotions, for players",
        _NO_SCORES,
        write_srt,
        needs_picture=False,
    ),
    ExportFile(
        "srt",
        "words.srt",
        "Subtitles with what is said, for players",
        "The emotions are not in it.",
        write_spoken_srt,
        needs_picture=False,
        needs_words=True,
    ),
    ExportFile(
        "bids",
        "bids.zip",
        "Events and curves in the Brain Imaging Data Structure",
        "The recording itself and the voice are not in it; the respondent is sub-01.",
        write_bids,
    ),
)
"""All of them, in the order in which they are shown."""

TEXTS = tuple(text for export in EXPORT_FILES for text in (export.meaning, export.left_out))
"""What the catalogues translate."""


def write_guide(analysis: Analysis, path: Path) -> None:
    """Writes which file is for what, and what is not in it, as Markdown in the language of the options."""
    _ = translation(analysis.options.lang).gettext
    lines = [f"| {_('file')} | {_('meaning')} | {_('not in it')} |", "|---|---|---|"]
    for export in EXPORT_FILES:
        if export.of in analysis.options.export_formats:
            left_out = (
                _(export.left_out) if export.is_of(analysis) else _("Not made: the recording has nothing for it.")
            )
            lines.append(f"| `{export.name}` | {_(export.meaning)} | {left_out} |")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
