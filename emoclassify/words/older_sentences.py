"""The messages of sentences that versions before stored without a code: notes in analysis.json, errors of jobs."""

import re
from functools import cache
from string import Formatter

from emoclassify.words.messages import OLDER, Field, Message, as_told
from emoclassify.words.messages_models import MODEL_ERRORS
from emoclassify.words.messages_recordings import FAILURES, NOTES

STORED = {**NOTES, **FAILURES, **MODEL_ERRORS, **OLDER}
"""Code -> the English sentence, of all that were stored."""

_WORDED_BEFORE = {"file_unknown_format": "The file does not open as a recording of a known format ({why})."}
"""Code -> another sentence that it had when sentences were stored, with the same fields."""

_LISTS = ("emotions", "labels", "files", "codecs")
"""Fields that are lists; in a sentence, there are commas between their values."""


def of_sentence(sentence: str) -> Message:
    """The message whose English text the sentence is; told as it is where there is none."""
    for code, pattern in _patterns():
        if match := pattern.fullmatch(sentence):
            return Message(code, {name: _value(name, text) for name, text in match.groupdict().items()})
    return as_told(sentence)


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Codes and what their sentences look like, those with the most words of their own first."""
    sentences = [*STORED.items(), *_WORDED_BEFORE.items()]
    sentences.sort(key=lambda item: -sum(len(words) for words, *_ in Formatter().parse(item[1])))
    return [(code, re.compile(_pattern(sentence), re.DOTALL)) for code, sentence in sentences]


def _pattern(template: str) -> str:
    """The sentence with any text in the place of each field, the same one where the field stands again."""
    pattern, names = "", set[str]()
    for words, name, *_ in Formatter().parse(template):
        pattern += re.escape(words)
        if name:
            pattern += f"(?P={name})" if name in names else f"(?P<{name}>.+)"
            names.add(name)
    return pattern


def _value(name: str, text: str) -> Field:
    if re.fullmatch(r"\d+", text):
        return int(text)
    if re.fullmatch(r"\d+\.\d+", text):
        return float(text)
    return text.split(", ") if name in _LISTS else text
