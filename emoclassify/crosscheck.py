"""Face against voice, stretch of speech by stretch of speech."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emoclassify.labels import EMOTIONS, Scores
from emoclassify.timeline import Timeline
from emoclassify.voice.reading import VoiceReading

AGREE, DIFFER, CANNOT_TELL = "agree", "differ", "cannot tell"

MIN_FACES = 3
"""Good readings of the face within a stretch; fewer say too little."""


@dataclass(frozen=True)
class Agreement:
    """What voice and face say in one stretch of speech, side by side.

    Attributes:
        voice: what was heard.
        person: whose face is compared; None where there is none, or too little of it.
        face_scores: the mean of that face over the stretch, float32 (7,), or None.
        face_coverage: the share of the sampled frames in the stretch that this mean is made of, 0..1, or None.
        agreement: 1 - the Jensen-Shannon distance of the two distributions, 0..1, or None.
        verdict: "agree", "differ" or "cannot tell"; None where no cross-check was asked for.
    """

    voice: VoiceReading
    person: int | None = None
    face_scores: Scores | None = None
    face_coverage: float | None = None
    agreement: float | None = None
    verdict: str | None = None

    @property
    def face_dominant(self) -> str | None:
        """The face's top emotion."""
        return None if self.face_scores is None else EMOTIONS[int(self.face_scores.argmax())]


def compare(stretches: tuple[VoiceReading, ...], person: int | None, face: Timeline | None) -> tuple[Agreement, ...]:
    """Compares each stretch of speech with the face of one person.

    Args:
        stretches: what was heard.
        person: the person whose face it is, None where there is no face at all.
        face: that person's timeline; doubtful readings are gaps in it.

    Returns:
        One Agreement a stretch. The verdict is "cannot tell" where the voice model cannot tell or the stretch has
        fewer than MIN_FACES readings of the face, "agree" where the top emotions are the same, else "differ".
    """
    return tuple(_compare(voice, person, face) for voice in stretches)


def _compare(voice: VoiceReading, person: int | None, face: Timeline | None) -> Agreement:
    if face is None:
        return Agreement(voice, verdict=CANNOT_TELL)
    inside = voice.span.contains(face.times_s)
    valid = face.valid & inside
    if valid.sum() < MIN_FACES:
        return Agreement(voice, verdict=CANNOT_TELL)
    scores = face.mean(voice.span)
    assert scores is not None
    verdict = CANNOT_TELL
    if voice.dominant is not None:
        verdict = AGREE if voice.dominant == EMOTIONS[int(scores.argmax())] else DIFFER
    alike = 1.0 - jensen_shannon_distance(voice.scores, scores)
    return Agreement(voice, person, scores, float(valid.sum() / inside.sum()), alike, verdict)


def jensen_shannon_distance(p: Scores, q: Scores) -> float:
    """The distance of two distributions (7,), 0 (the same) to 1 (nothing in common).

    The square root of the Jensen-Shannon divergence to base 2 (Endres and Schindelin 2003, "A new metric for
    probability distributions").
    """
    p64, q64 = p.astype(np.float64) / p.sum(dtype=np.float64), q.astype(np.float64) / q.sum(dtype=np.float64)
    middle = (p64 + q64) / 2
    divergence = (_relative_entropy(p64, middle) + _relative_entropy(q64, middle)) / 2
    return float(np.sqrt(np.clip(divergence, 0.0, 1.0)))


def _relative_entropy(p: npt.NDArray[np.float64], q: npt.NDArray[np.float64]) -> float:
    held = p > 0
    return float((p[held] * np.log2(p[held] / q[held])).sum())
