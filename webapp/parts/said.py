"""The data of the transcript widget: phrases with their words, times, speakers and emotions."""

from typing import Any

from emoclassify.colours import COLOURS
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.document.words import printable
from emoclassify.overview import Overview
from emoclassify.transcript.transcript import Phrase
from webapp.parts.session import Visit


def has_words(overview: Overview) -> bool:
    """Whether there are words that may be shown."""
    return overview.transcript is not None and any(phrase.text for phrase in overview.transcript.phrases)


def transcript(overview: Overview, visit: Visit) -> dict[str, Any]:
    """Everything that the widget shows; for results with words (see `has_words`)."""
    assert overview.transcript is not None
    phrases = [phrase for phrase in overview.transcript.phrases if phrase.text]
    roles = list(dict.fromkeys(phrase.role for phrase in phrases))
    names = {_emotion(phrase) for phrase in phrases}
    return {
        "phrases": [_phrase(phrase, roles.index(phrase.role), visit) for phrase in phrases],
        "emotions": [{"name": name, "label": visit.texts[name]} for name in EMOTIONS if name in names],
        "texts": {
            "search": visit.texts["words_search"],
            "all": visit.texts["words_all"],
            "emotion": visit.texts["words_emotion"],
            "nothing": visit.texts["words_nothing"],
            "go": visit.texts["words_go"],
        },
    }


def _phrase(phrase: Phrase, side: int, visit: Visit) -> dict[str, Any]:
    emotion, words = _emotion(phrase), []
    for word in phrase.words:
        words.append({"start_s": word.span.start_s, "end_s": word.span.end_s, "text": printable(word.text)})
    return {
        "start_s": phrase.span.start_s,
        "end_s": phrase.span.end_s,
        "clock": visit.clock(phrase.span.start_s),
        "role": printable(phrase.role),
        "side": side,
        "emotion": emotion,
        "label": _label(phrase, visit),
        "colour": COLOURS[emotion] if emotion else None,
        "words": words,
    }


def _emotion(phrase: Phrase) -> str:
    """The emotion of the voice; empty where none can be told or none was asked for."""
    return (phrase.emotion and phrase.emotion.voice.dominant) or ""


def _label(phrase: Phrase, visit: Visit) -> str:
    """What is said of the phrase: the voice, and the face where it was seen."""
    if phrase.emotion is None:
        return ""
    voice, face = phrase.emotion.voice, phrase.emotion.face_dominant
    text = visit.texts["words_voice"].format(answer=visit.texts[voice.answer])
    return f"{text}, {visit.texts['words_face'].format(answer=visit.texts[face])}" if face else text
