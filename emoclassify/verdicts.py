"""The verdicts on voice and face in a stretch of speech, and what decides between them: the sides of the two emotions.

Only opposite sides of valence contradict each other. A neutral face beside a happy voice does not: the voice shows
more.
"""

from emoclassify.emotions import NEGATIVE
from emoclassify.labels import EMOTIONS, Scores, valence
from emoclassify.voice import reading
from emoclassify.voice.reading import LAUGHTER, MIN_CONFIDENCE, NO_WORDS

AGREE, FACE_MORE, VOICE_MORE, DIFFER = "agree", "face shows more", "voice shows more", "differ"
CANNOT_TELL = reading.CANNOT_TELL
VERDICTS = (AGREE, FACE_MORE, VOICE_MORE, DIFFER, CANNOT_TELL)
"""What is said of a stretch of speech, by the sides of the two top emotions (see `side_of`).

agree: both are on the same side, if with different emotions, such as angry and sad. face shows more, voice shows more:
the other one is neutral, which is no contradiction. differ: one is positive, the other negative.
"""

SHORT, SEVERAL, NO_FACE, FEW = "too little speech", "several people", "no face", "too few good faces"
VOICE_UNSURE, FACE_UNSURE, NO_SIDE = "voice unsure", "face unsure", "surprise has no side"
REASONS = (LAUGHTER, NO_WORDS, SHORT, SEVERAL, NO_FACE, FEW, VOICE_UNSURE, FACE_UNSURE, NO_SIDE)
"""Why the verdict on a stretch is "cannot tell"; where several hold, the first is given. A laugh is no speech: beside a
smile it is no contradiction, whatever a model of speech hears in it."""

MIN_FACE_CONFIDENCE = 0.4
"""A face whose mean over a stretch has a lower top score leans to no emotion in particular."""

EVEN_VALENCE = 0.1
"""A valence nearer to 0 has no sign."""

_SIGNS = {"positive": 1, "negative": -1}


def verdict_of(voice: Scores, face: Scores) -> tuple[str, str]:
    """What the scores of voice and face in one stretch say of each other.

    Args:
        voice: float32 (7,), sum 1.
        face: float32 (7,), sum 1.

    Returns:
        One of VERDICTS, and with "cannot tell" the reason: one of the two is unsure, or one is surprise, which has no
        side, and the other an emotion that has.
    """
    voice_side, face_side = _clear_side(voice, MIN_CONFIDENCE), _clear_side(face, MIN_FACE_CONFIDENCE)
    if voice_side is None:
        return CANNOT_TELL, VOICE_UNSURE
    if face_side is None:
        return CANNOT_TELL, FACE_UNSURE
    if voice_side == face_side:
        return AGREE, ""
    if voice_side == "neutral":
        return FACE_MORE, ""
    if face_side == "neutral":
        return VOICE_MORE, ""
    return (CANNOT_TELL, NO_SIDE) if "surprise" in (voice_side, face_side) else (DIFFER, "")


def side_of(emotion: str) -> str:
    """The side of an emotion: positive (happy), negative (angry, disgust, fear, sad), neutral, or surprise itself.

    Surprise may be a good or a bad one, so that valence leaves it out: it agrees with surprise only, and contradicts
    nothing.
    """
    return "negative" if emotion in NEGATIVE else "positive" if emotion == "happy" else emotion


def _clear_side(scores: Scores, least_confidence: float) -> str | None:
    """The side of the top emotion; None where it is unsure, or the other scores draw the valence to the other side."""
    side = side_of(EMOTIONS[int(scores.argmax())])
    is_clear = scores.max() >= least_confidence and sign_of(scores) == _SIGNS.get(side, sign_of(scores))
    return side if is_clear else None


def sign_of(scores: Scores) -> int:
    """The sign of the valence of scores (7,): 1, -1, or 0 where it is even (see EVEN_VALENCE)."""
    value = float(valence(scores))
    return 0 if abs(value) < EVEN_VALENCE else 1 if value > 0 else -1
