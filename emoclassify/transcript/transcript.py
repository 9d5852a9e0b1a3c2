"""What was said in a recording, phrase by phrase, as everything after the recognizer takes it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from emoclassify.crosscheck import Agreement, Weights, compare
from emoclassify.timeline import Span, Timeline
from emoclassify.transcript.word import Word, span_of, text_of
from emoclassify.voice.reading import CANNOT_TELL

FACE_MARGIN_S = 0.25
"""The face beside a phrase is its mean over the phrase and so much before and after: expressions come a little earlier
or later than the words."""


@dataclass(frozen=True)
class Phrase:
    """Some words that belong together: the unit that gets an emotion.

    Attributes:
        words: at least one, in order.
        role: who says them; empty where that is not known.
        emotion: of the voice, with the face beside it; None where no emotions of words were asked for.
    """

    words: tuple[Word, ...]
    role: str = ""
    emotion: Agreement | None = None

    @property
    def span(self) -> Span:
        """From the first word to the last."""
        return span_of(self.words)

    @property
    def text(self) -> str:
        """The words as one text; empty where they were masked."""
        return text_of(self.words).strip()

    @property
    def answer(self) -> str | None:
        """The emotion of the voice in a word, as `VoiceReading.answer`; None where none was asked for."""
        return None if self.emotion is None else self.emotion.voice.answer

    @property
    def is_told(self) -> bool:
        """Whether an emotion of the voice can be told."""
        return self.answer not in (None, CANNOT_TELL)


@dataclass(frozen=True)
class Transcript:
    """What was said in a recording.

    Attributes:
        language: a code of two letters; empty where the recognizer does not tell.
        phrases: in order of time.
        n_invented: stretches of speech whose words were left out, since they are likely to be made up.
    """

    language: str
    phrases: tuple[Phrase, ...]
    n_invented: int = 0

    @property
    def words(self) -> tuple[Word, ...]:
        """All words, in the order of the phrases."""
        return tuple(word for phrase in self.phrases for word in phrase.words)

    def with_faces(self, person: int, face: Timeline, n_faces: npt.NDArray[np.int64], weights: Weights) -> "Transcript":
        """The same, with the mean of a person's face beside each phrase that has an emotion.

        Args:
            person: whose face it is.
            face: that person's timeline; doubtful readings are gaps in it.
            n_faces: all faces in each frame of that timeline, int64 (n,).
            weights: of the joint scores.
        """
        phrases = (_with_face(phrase, person, face, n_faces, weights) for phrase in self.phrases)
        return replace(self, phrases=tuple(phrases))


def joined(transcripts: Sequence[Transcript]) -> Transcript:
    """The transcripts of the sides of a call as one, its phrases in order of time; at least one is needed."""
    phrases = sorted((phrase for one in transcripts for phrase in one.phrases), key=lambda phrase: phrase.span)
    language = next((one.language for one in transcripts if one.language), "")
    return Transcript(language, tuple(phrases), sum(one.n_invented for one in transcripts))


def _with_face(phrase: Phrase, person: int, face: Timeline, n_faces: npt.NDArray[np.int64], weights: Weights) -> Phrase:
    if phrase.emotion is None:
        return phrase
    voice = phrase.emotion.voice
    wide = Span(voice.span.start_s - FACE_MARGIN_S, voice.span.end_s + FACE_MARGIN_S)
    (beside,) = compare((replace(voice, span=wide),), person, face, n_faces=n_faces, weights=weights)
    return replace(phrase, emotion=replace(beside, voice=voice))
