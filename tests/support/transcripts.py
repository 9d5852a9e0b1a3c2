"""What was said in made recordings, with known words and times."""

from dataclasses import replace
from typing import Any

from emoclassify.analysis import Analysis
from emoclassify.crosscheck import Agreement
from emoclassify.settings import Options
from emoclassify.timeline import Span
from emoclassify.transcript.transcript import Phrase, Transcript
from emoclassify.transcript.word import Word
from tests.support.findings import voice, with_a_gap

HAPPY = ("We", "are", "delighted.")
ANGRY = ("This", "is", "\u0443\u0436\u0430\u0441\u043d\u043e!")


def phrase(texts: tuple[str, ...], start_s: float, end_s: float, emotion: str = "", role: str = "") -> Phrase:
    """Words of one length that fill a span; an emotion of the voice where one is named."""
    step_s = (end_s - start_s) / len(texts)
    words = tuple(
        Word(Span(round(start_s + i * step_s, 6), round(start_s + (i + 1) * step_s, 6)), text, 0.5 + 0.1 * i)
        for i, text in enumerate(texts)
    )
    return Phrase(words, role, Agreement(voice(start_s, end_s, emotion)) if emotion else None)


def with_words(*phrases: Phrase, **options: Any) -> Analysis:
    """`with_a_gap` with these phrases; by default one happy and one angry one, from 0.4 to 1.0 and 2.4 to 3.6 s."""
    made = with_a_gap()
    said = phrases or (phrase(HAPPY, 0.4, 1.0, "happy"), phrase(ANGRY, 2.4, 3.6, "angry"))
    transcript = Transcript("en", said, n_invented=1).with_faces(1, made.timeline(1), made.n_faces, made.weights)
    return replace(made, options=Options(**{"transcribe_focus": True, **options}), transcript=transcript)
