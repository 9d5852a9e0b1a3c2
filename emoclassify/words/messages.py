"""The messages of the program: each has a code, a sentence for it, and values for the fields of the sentence.

Errors, notes and refusals are made, stored and sent as a `Message`; it is put into words where it is shown.
To add one: a line in the module `messages_...` of its subject, and its translation in each catalogue of assets/locale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from string import Formatter
from typing import Any

from emoclassify.words.messages_models import MODEL_ERRORS
from emoclassify.words.messages_options import COMMAND_LINE_ERRORS, OPTION_ERRORS
from emoclassify.words.messages_recordings import FAILURES, NOTES, UNUSABLE
from emoclassify.words.messages_server import REFUSALS
from emoclassify.words.numbers import in_figures, percent
from emoclassify.words.texts import translation

Field = str | int | float | Sequence[str]
"""The value of a field of a sentence. A number is given as a number, rounded as it is to be shown."""

AS_TOLD = "as_told"
"""The code of a sentence without a code of its own, written by an older version, or by a newer one with more codes."""

PROBLEM_TYPE = "urn:emoclassify:problem:"
"""The start of the `type` of a problem object; the code follows."""

OLDER = {
    "sound_chosen": "The file has {n} sound streams; stream {stream} was taken.",
}
"""What only older versions said: their results are still put into words."""

GROUPS = {
    "Notes of an analysis": NOTES,
    "What stands against a recording": UNUSABLE,
    "Why a recording was not analyzed": FAILURES,
    "Models": MODEL_ERRORS,
    "Options and settings": OPTION_ERRORS,
    "The command line": COMMAND_LINE_ERRORS,
    "Refusals of the API": REFUSALS,
    "Of older versions": OLDER,
}
"""The sentences in groups, by their subject."""

TEMPLATES: Mapping[str, str] = {
    AS_TOLD: "{text}",
    **NOTES,
    **UNUSABLE,
    **FAILURES,
    **MODEL_ERRORS,
    **OPTION_ERRORS,
    **COMMAND_LINE_ERRORS,
    **REFUSALS,
    **OLDER,
}
"""Code -> the English sentence, with the names of its fields in braces."""

FOR_ONE = {
    "no_face": "No face was found in the {n} frame looked at.",
    "pictures_left_out": "{n} face is taken for a photograph, a mirror image or a face on a screen: it does not count "
    "as a person.",
    "picture_damaged": "{n} damaged packet of the picture was skipped.",
    "sound_damaged": "{n} damaged packet of the sound was skipped.",
    "picture_untimed": "{n} frame of the picture carries no timestamp; its own follows from the frame rate.",
    "sound_untimed": "{n} frame of the sound carries no timestamp; its own follows from the frame rate.",
    "picture_backward": "{n} frame of the picture goes back in time and was skipped.",
    "sound_backward": "{n} frame of the sound goes back in time and was skipped.",
    "picture_restarts": "The clock of the picture starts anew {n} time; the pieces follow each other here.",
    "sound_restarts": "The clock of the sound starts anew {n} time; the pieces follow each other here.",
    "died_too_often": "The analysis was begun {n} time, and the process that did it died each time.",
    "queue_full": "{n} job is waiting already; try again later.",
    "queue_full_of_key": "{n} job of this key is waiting already, as many as one may have; try again later.",
    "uploads_too_many": "More than {n} upload a minute; try again later.",
}
"""Code -> the sentence where its field n is 1; other languages have more forms, in their catalogues."""

TRANSLATED_FIELDS = ("state", "emotions", "wanted", "why", "codecs")
"""Fields whose values are words of the program or of the operating system, which can be translated. The values of all
other fields are names from outside."""

_SHARE = "share"
"""Field with a share, 0..1, which is shown in whole percent."""

_LAST_JOINED_BY = {"choices": "or", "files": "and", "both": "and"}
"""Field with a list -> the word before its last value; the lists of other fields have commas only."""


@dataclass(frozen=True)
class Message:
    """One sentence as data.

    Attributes:
        code: a key of TEMPLATES.
        fields: name -> value of each field of the sentence.
    """

    code: str
    fields: Mapping[str, Field] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence in English."""
        return self.in_language("en")

    def in_language(self, lang: str) -> str:
        """The sentence in a language of `texts.LANGUAGES`, its numbers and words written as the language does.

        Names from outside stay as they are. Never raises, since an error is being shown: with an unknown code or field
        (a test finds both) the text is the code and the fields.
        """
        template = TEMPLATES.get(self.code)
        if template is None:
            return f"{self.code} {dict(self.fields)}"
        texts = {name: _text_of(name, value, lang) for name, value in self.fields.items()}
        try:
            return self._translated(template, lang).format(**texts)
        except LookupError:
            return f"{self.code} {dict(self.fields)}"

    def _translated(self, template: str, lang: str) -> str:
        """The template in a language, in the form that fits the number n."""
        if self.code not in FOR_ONE:
            return translation(lang).gettext(template)
        n = self.fields.get("n")
        return translation(lang).ngettext(FOR_ONE[self.code], template, n if isinstance(n, int) else 0)

    def to_dict(self) -> dict[str, Any]:
        """For JSON: code, fields, and the English text for readers that do not know the code."""
        return {"code": self.code, "fields": _as_json(self.fields), "text": self.text}

    def to_problem(self) -> dict[str, Any]:
        """For a problem object of RFC 9457: `type`, `detail`, and the members `code` and `fields`."""
        kind = "about:blank" if self.code == AS_TOLD else PROBLEM_TYPE + self.code
        return {"type": kind, "detail": self.text, "code": self.code, "fields": _as_json(self.fields)}

    @classmethod
    def from_problem(cls, problem: Mapping[str, Any]) -> "Message":
        """The message of a problem object; where it has no code, its `detail` is the sentence."""
        code, fields = problem.get("code", ""), problem.get("fields", {})
        return cls.from_dict({"code": code, "fields": fields, "text": problem["detail"]})

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Message":
        """The message in a dictionary of `to_dict`; one with an unknown code or other fields keeps its text only.

        Raises:
            KeyError, TypeError: the dictionary is no message.
        """
        code, fields = content["code"], dict(content["fields"])
        fits = code in TEMPLATES and field_names(TEMPLATES[code]) == set(fields)
        return cls(code, fields) if fits else as_told(str(content["text"]))


def field_names(template: str) -> set[str]:
    """The names of the fields of a sentence."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def as_told(text: str) -> Message:
    """A sentence that has no code of its own, shown as it is in every language."""
    return Message(AS_TOLD, {"text": text})


def _as_json(fields: Mapping[str, Field]) -> dict[str, Any]:
    return {name: _json_value(value) for name, value in fields.items()}


def _json_value(value: Field) -> str | int | float | list[str]:
    if isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else str(value)  # JSON has no infinity
    return list(value)


def _text_of(name: str, value: Field, lang: str) -> str:
    if isinstance(value, int | float):
        return percent(value, lang) if name == _SHARE else in_figures(value, lang)
    words = translation(lang).gettext
    if isinstance(value, str):
        return words(value) if value and name in TRANSLATED_FIELDS else value
    texts = [_text_of(name, item, lang) for item in value]
    if name in _LAST_JOINED_BY and len(texts) > 1:
        return f"{', '.join(texts[:-1])} {words(_LAST_JOINED_BY[name])} {texts[-1]}"
    return ", ".join(texts)
