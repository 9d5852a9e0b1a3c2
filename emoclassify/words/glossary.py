"""The words of the figures in English, for page and report: what each means, and where a text says it.

`term_NAME` is a word, `meaning_NAME` what it means; every sentence and table links to it from the words of SPELLINGS.
"""

import re
from collections.abc import Collection, Iterator
from functools import cache

from emoclassify.words.study_terms import STUDY_SPELLINGS, STUDY_TERMS
from emoclassify.words.texts import translation

TERMS = {
    "term_positive": "Positive",
    "meaning_positive": "Happy and surprise together, as marketers use the word. Surprise may be pleasant or not: it "
    "is told apart as a part of it. Whoever runs an analysis may put other emotions into the "
    "groups.",
    "term_neutral": "Neutral",
    "meaning_neutral": "No other emotion leads: the face is at rest.",
    "term_negative": "Negative",
    "meaning_negative": "Angry, disgust, fear and sad together.",
    "term_valence": "Valence",
    "meaning_valence": "One number for pleasant or not, from \N{MINUS SIGN}1 to +1: happy minus angry, disgust, fear "
    "and sad. Surprise is left out of it, so positive can be high where valence is low.",
    "term_score": "Score",
    "meaning_score": "What the program gives an emotion at one moment, from 0 to 1; all seven add up to 1. It says "
    "how clearly a face looks like that emotion to the program, not how strongly a person feels "
    "it.",
    "term_readable": "Readable time",
    "meaning_readable": "The time in which the face is seen well enough to be read. Shares of emotions are shares of "
    "it and add up to 100 percent. How much of the recording it is stands beside them.",
    "term_gap": "Gap",
    "meaning_gap": "A time without a readable face, or of a voice without speech. It is hatched, counts for "
    "nothing, and is never filled in.",
    "term_line": "Bold and thin line",
    "meaning_line": "The thin line is what was read; the bold one is smoothed, so that single wrong moments do "
    "not mislead. Key moments are looked for on the bold line.",
    "term_moment": "Key moment",
    "meaning_moment": "A peak or a turn of the valence that stands out from the recording's own ups and downs. "
    "Often there is none: that is an honest answer. It says that something happened in the face; "
    "why, only the person can tell.",
    "term_usable": "Usable",
    "meaning_usable": "Whether the recording says enough about its person: from 70 percent of readable time on usable, "
    "from 40 on in part. What stands against it is told with it. A recording that is not usable has no headline.",
    "term_agreement": "Agreement",
    "meaning_agreement": "Whether face and voice are on the same side in a stretch of speech: positive, negative, "
    "neutral or surprise. It is told as a number only where it is more than chance would give.",
    "term_unknown": "Cannot tell",
    "meaning_unknown": "A model is not sure enough, or something is missing. That is better than a guess.",
    "term_verdict": "Face beside voice",
    "meaning_verdict": "What is said of a stretch of speech. They agree where both are on the same side. One shows "
    "more where the other is neutral, which is no contradiction. They differ where one is positive and the other "
    "negative.",
    "term_similarity": "Similarity",
    "meaning_similarity": "How much the seven scores of the face are like those of the voice in a stretch of speech, "
    "from 0 to 1. It counts every emotion, not the strongest one alone.",
    "term_confidence": "Confidence",
    "meaning_confidence": "How sure a model is of what it names, from 0 to 1. How far that can be trusted was "
    "measured, and is told as its calibration error.",
    "term_quality": "Seen badly",
    "meaning_quality": "A face that is cut off, small, dark, bright, blurred or turned away, or whose mouth is "
    "covered. Its reading is in the tables with the reason, and counts for nothing.",
    "term_episode": "Episode",
    "meaning_episode": "A stretch in which a measure stays above a limit that was set before, such as negative above "
    "0.5 for 3 seconds.",
}

NAMES = tuple(name.removeprefix("term_") for name in TERMS if name.startswith("term_"))
"""The words of a recording, in the order of reading."""

OF_STUDIES = tuple(name.removeprefix("term_") for name in STUDY_TERMS if name.startswith("term_"))
"""Those that studies alone have."""

STUDY_NAMES = (*OF_STUDIES, "score", "valence", "positive", "negative", "gap")
"""Those of a study, in the order of reading."""

SPELLINGS = {
    "positive": "positive|Positive",
    "neutral": "neutral|Neutral",
    "negative": "negative|Negative",
    "valence": "valence|Valence",
    "score": "score|scores",
    "readable": "readable time|readable|can be read",
    "gap": "gap|gaps|hatched",
    "line": "bold line|thin line|smoothed",
    "moment": "key moment|key moments|moment stands out",
    "usable": "usable|not usable",
    "agreement": "agreement|agree|agrees",
    "unknown": "cannot tell|cannot be told|voice unsure|face unsure",
    "verdict": "verdict|face shows more|voice shows more|shows more|differ",
    "similarity": "similarity|similar",
    "confidence": "confidence of|calibration error",
    "quality": "seen badly|seen too badly|doubtful readings",
    "episode": "episode|episodes",
}
"""Name of a word -> how texts write it, large or small letters alike; in a translation "*" stands for any ending."""

Piece = tuple[str, str]
"""A part of a text, and the name of the word that it is; empty where it is none."""


def pieces(text: str, lang: str, names: Collection[str] = NAMES, linked_names: Collection[str] = ()) -> Iterator[Piece]:
    """A text in pieces, of which each word that is explained is one of its own where it is said first.

    Args:
        text: in a language.
        lang: the language, one of `texts.LANGUAGES`.
        names: of the words that are explained where the text stands.
        linked_names: those of them that were linked just before.
    """
    end, done = 0, set(linked_names)
    for match in _pattern(lang, tuple(names)).finditer(text) if names else ():
        name = match.lastgroup or ""
        if name in done:
            continue
        done.add(name)
        if match.start() > end:
            yield text[end : match.start()], ""
        yield match[0], name
        end = match.end()
    if end < len(text) or not text:
        yield text[end:], ""


@cache
def _pattern(lang: str, names: tuple[str, ...]) -> re.Pattern[str]:
    """The spellings of words in a language, those of more letters first."""
    spellings_of = {**SPELLINGS, **STUDY_SPELLINGS}
    spelled = [
        (re.escape(spelling).replace(r"\*", r"\w*").replace(r"\ ", r"\s"), name)
        for name in names
        for spelling in set(translation(lang).gettext(spellings_of[name]).split("|"))
    ]
    by_name = {name: sorted((one for one, of in spelled if of == name), key=len, reverse=True) for name in names}
    order = sorted(by_name, key=lambda name: -len(by_name[name][0]))
    groups = "|".join(f"(?P<{name}>{'|'.join(by_name[name])})" for name in order)
    return re.compile(rf"(?<!\w)(?:{groups})(?!\w|\.\w)", re.IGNORECASE)  # scores.json is a file


TITLE, LEAD = "What the words mean", "What these words mean:"
"""The heading above all of them, and what leads to links to some."""
