"""Takes words out of a transcript: all of them, or those that the user names."""

import re
from dataclasses import replace

from emoclassify.settings import Options
from emoclassify.transcript.transcript import Transcript
from emoclassify.transcript.word import Word

STARS = "***"
"""Stands where a word was."""

_EDGES = re.compile(r"^\W+|\W+$")


def masked(transcript: Transcript, options: Options) -> Transcript:
    """The transcript that files may hold: without words where faces are covered, unless they are to stay; without those
    that `mask` names. Times and emotions stay."""
    if not _hides_all(options) and not options.masked_words:
        return transcript
    phrases = [
        replace(phrase, words=tuple(_masked(word, options) for word in phrase.words)) for phrase in transcript.phrases
    ]
    return replace(transcript, phrases=tuple(phrases))


def hides_more(options: Options, other: Options) -> bool:
    """Whether some options take out words that the other ones leave in."""
    if not options.is_transcribed or _hides_all(other):
        return False
    return _hides_all(options) or not set(options.masked_words) <= set(other.masked_words)


def _hides_all(options: Options) -> bool:
    return options.anonymize and not options.keep_words


def _masked(word: Word, options: Options) -> Word:
    if _hides_all(options):
        return replace(word, text="")
    text = _EDGES.sub("", word.text.lower())
    return replace(word, text=STARS) if any(_fits(text, rule) for rule in options.masked_words) else word


def _fits(text: str, rule: str) -> bool:
    return text.startswith(rule[:-1]) if rule.endswith("*") and len(rule) > 1 else text == rule
