"""The columns of every table, with their order, names, meanings, units and decimals; columns.md is made of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from emoclassify.labels import EMOTIONS
from emoclassify.words.texts import translation


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: its heading, the same in every language.
        meaning: what its values say, a text that the catalogues translate.
        unit: of its numbers; empty for texts, counts and flags.
        decimals: of its numbers; None for texts and whole numbers.
        is_text: True for a text.
    """

    name: str
    meaning: str
    unit: str = ""
    decimals: int | None = None
    is_text: bool = False


def _emotions(meaning: str, prefix: str = "") -> tuple[Column, ...]:
    return tuple(Column(prefix + emotion, meaning, "0..1", 6) for emotion in EMOTIONS)


_GROUPS = (
    Column("positive", "happy + surprise, or what the option groups defines", "0..1", 6),
    Column("negative", "angry + disgust + fear + sad, or what the option groups defines", "0..1", 6),
    Column("valence", "happy minus angry, disgust, fear and sad; surprise is left out", "-1..1", 6),
)
_SPAN = (Column("start", "where it starts", "s", 6), Column("end", "where it ends", "s", 6))

FRAMES = (
    Column("frame", "number of the frame among the decoded ones, from 0"),
    Column("timestamp", "time of the frame from the start of the recording", "s", 6),
    Column("face_id", "person, from 1; person 1 has the largest face over time"),
    Column("success", "1 where a face was found, else 0 and all after it empty"),
    Column("face_confidence", "how sure the face detector is", "0..1", 6),
    Column("face_x", "left edge of the face in the upright frame", "px", 2),
    Column("face_y", "upper edge of the face in the upright frame", "px", 2),
    Column("face_w", "width of the face", "px", 2),
    Column("face_h", "height of the face", "px", 2),
    *_emotions("score of this emotion in the face; the seven add up to 1"),
    Column("dominant", "emotion with the top score", is_text=True),
    Column("confidence", "the top score", "0..1", 6),
    *_GROUPS,
    Column("yaw", "turn of the head, above 0 to the right of the picture", "deg", 2),
    Column("pitch", "nod of the head, above 0 downwards", "deg", 2),
    Column("roll", "lean of the head, above 0 clockwise in the picture", "deg", 2),
    Column("quality_ok", "1 where nothing speaks against the reading, else 0; means leave it out"),
    Column(
        "quality_reason",
        "what speaks against the reading: cut off, small, dark, bright, blurred, turned or mouth covered; empty where "
        "nothing does",
        is_text=True,
    ),
    Column(
        "shown",
        "emotion shown at this time and counted in the shares: top of the mean of the readings less than 0.8 s before "
        "and after, the nearest counting most; empty where quality_ok is 0",
        is_text=True,
    ),
)
SERIES = (
    Column("face_id", "person, from 1; person 1 has the largest face over time"),
    Column("t", "where the half second starts", "s", 1),
    Column("n_frames", "frames looked at in it"),
    Column("n_valid", "of these, frames with a good reading of the person"),
    Column("coverage", "n_valid / n_frames; empty where no frame was looked at", "0..1", 6),
    *_emotions("mean score of this emotion over the good readings; empty in a gap"),
    *_GROUPS,
    Column("gap", "1 where there is no good reading, else 0"),
)
_SOUND = Column(
    "sound",
    "laughter, or no words (a sigh, a scream and the like), where nobody speaks and no emotion is told; empty for "
    "speech",
    is_text=True,
)
VOICE = (
    *_SPAN,
    *_emotions("score of this emotion in the voice; the seven add up to 1"),
    Column("confidence", "the top score", "0..1", 6),
    _SOUND,
)
SEGMENTS = (
    *_SPAN,
    *_emotions("score of this emotion in the voice; the seven add up to 1"),
    Column("dominant", "emotion of the voice; empty where the model cannot tell", is_text=True),
    Column("confidence", "the top score", "0..1", 6),
    Column("face_id", "person whose face is compared; empty where there is none, or too little of it"),
    *_emotions("mean score of this emotion in the face meanwhile", prefix="face_"),
    Column("face_dominant", "emotion of the face with the top score", is_text=True),
    Column("agreement", "1 minus the Jensen-Shannon distance of voice and face", "0..1", 6),
    Column(
        "verdict",
        "agree (both on the same side), face shows more or voice shows more (the other is neutral), differ (one "
        "positive, one negative) or cannot tell; empty where no comparison was asked for",
        is_text=True,
    ),
    Column(
        "reason",
        "why nothing can be told: laughter, no words, too little speech, several people, no face, too few good faces, "
        "voice unsure, face unsure or surprise has no side; empty beside another verdict",
        is_text=True,
    ),
    Column("face_coverage", "share of the stretch's time in which the face is read", "0..1", 6),
    Column(
        "same_sign", "1 where voice and face are on the same side in valence (0.1 from 0 and more is a side), else 0"
    ),
    *_emotions("score of this emotion in voice and face together", prefix="joint_"),
    Column("joint_dominant", "emotion with the top score of both together", is_text=True),
    _SOUND,
)

_ROLE = Column("role", "who speaks; empty where that is not known", is_text=True)
WORDS = (
    *_SPAN,
    Column("text", "the word, as the model writes it; empty or *** where it was taken out", is_text=True),
    Column("sureness", "how sure the model is of the word", "0..1", 6),
    Column("phrase", "number of its phrase in phrases.csv, from 1"),
    _ROLE,
)
_OF_PHRASES = tuple(column for column in SEGMENTS if column not in _SPAN)
PHRASES = (
    Column("phrase", "number of the phrase, from 1"),
    *_SPAN,
    _ROLE,
    Column("text", "what is said in it", is_text=True),
    *_OF_PHRASES,
)
TURNS = (
    _ROLE,
    *_SPAN,
    Column("interrupts", "1 where it begins while another one speaks and both go on for half a second, else 0"),
)
ROLES = (
    _ROLE,
    Column("talk", "how long the role speaks", "s", 3),
    Column("share", "its share of the speech of all roles", "0..1", 6),
    Column("turns", "how often it has the floor"),
    Column("interruptions", "how many of its turns begin while another one speaks"),
    *_emotions("mean score of this emotion in its voice; empty where it is not scored"),
    Column("dominant", "emotion of the voice; empty where the model cannot tell", is_text=True),
)
EPISODES = (
    Column("measure", "what is high: an emotion, positive, negative or valence", is_text=True),
    Column("up", "where an episode begins", decimals=6, unit="-1..1"),
    Column("face_id", "person, from 1; empty for a voice"),
    _ROLE,
    *_SPAN,
    Column("highest", "the highest value in it", "-1..1", 6),
)

TABLES = {
    "frames": FRAMES,
    "series": SERIES,
    "voice": VOICE,
    "segments": SEGMENTS,
    "words": WORDS,
    "phrases": PHRASES,
    "turns": TURNS,
    "roles": ROLES,
    "episodes": EPISODES,
}
"""Name of a table -> its columns."""

ABOUT = {
    "frames": "A row for each face of each frame looked at, and for each frame without a face.",
    "series": "A row for each half second and person.",
    "voice": "A row for each window of speech.",
    "segments": "A row for each stretch of speech, the face beside it.",
    "words": "A row for each word that was said.",
    "turns": "A row for each turn of a call.",
    "roles": "A row for each role of a call.",
    "episodes": "A row for each stretch that a rule marks.",
    "phrases": "A row for each phrase that was said; its emotions only where they were asked for.",
}


def unit_in(unit: str, translate: Callable[[str], str]) -> str:
    """A unit as it is shown to users."""
    _ = translate
    return {"s": _("s"), "px": _("px"), "deg": _("deg")}.get(unit, unit.replace("-", "\N{MINUS SIGN}"))


def write_dictionary(names: Sequence[str], path: Path, lang: str) -> None:
    """Writes what each column of the named tables means, as Markdown."""
    _ = translation(lang).gettext
    lines = [_("Times are seconds from the start of the recording. An empty cell was not found; it is no zero."), ""]
    for name in names:
        lines += [f"## {name}", "", _(ABOUT[name]), ""]
        lines += [f"| {_('column')} | {_('unit')} | {_('meaning')} |", "|---|---|---|"]
        lines += [
            f"| `{column.name}` | {unit_in(column.unit, _)} | {_(column.meaning)} |" for column in TABLES[name]
        ] + [""]
    path.write_text("\n".join(lines), encoding="utf-8")


RECORDING_COLUMN = "recording"
"""The first column of each merged table: the folder of the recording's results, below the folder that was merged."""

VERDICT_COLUMN = "usability"
"""The second column of each merged table: whether the recording is usable (see `usability.Verdict`)."""

LEADING = (
    Column(RECORDING_COLUMN, "folder of the recording's results, below the folder that was merged", is_text=True),
    Column(VERDICT_COLUMN, "whether the recording is usable, in part or not", is_text=True),
)
"""What the tables of many recordings begin with."""

LEADING_COLUMNS = tuple(column.name for column in LEADING)
"""Their names."""
