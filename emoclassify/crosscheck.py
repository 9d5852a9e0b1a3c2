"""Face against voice, stretch of speech by stretch of speech, and over a whole recording.

What is compared is the output of two models, not what anybody felt: no recording at hand has labels of both face and
voice. What the verdicts mean: `verdicts`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emoclassify.chance import BeyondChance, beyond_chance
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.timeline import Span, Timeline, Times
from emoclassify.verdicts import (
    CANNOT_TELL,
    FEW,
    NO_FACE,
    NO_SIDE,
    SEVERAL,
    SHORT,
    VERDICTS,
    side_of,
    sign_of,
    verdict_of,
)
from emoclassify.voice.reading import MIN_SPEECH_S, VoiceReading

MIN_FACES = 3
"""Good readings of the face within a stretch; fewer say too little."""

SEVERAL_SHARE = 0.25
"""With another face in more than this share of a stretch's frames, it is not known who speaks."""

MIN_SHOWN = 0.5
"""In less than this share of a stretch's time there is a picture: it stood, or came no more while the sound went on."""

STANDS_S, STANDS_STEPS = 1.0, 3.0
"""A picture stands for so long at most, in seconds and in usual steps, whichever is more, until the next one comes."""

_EVEN_LOG_LOSS = float(np.log(len(EMOTIONS)))  # of seven equal scores, which know nothing
_LEAST_SCORE = 1e-6  # a score of 0 would rule out an emotion whatever the other model says


@dataclass(frozen=True)
class Weights:
    """How much each model counts in a joint score; the two add up to 1.

    Attributes:
        face: of the expression model.
        voice: of the voice model.
        measured: whether they come from the models' log-loss; equal weights where that is not known.
    """

    face: float = 0.5
    voice: float = 0.5
    measured: bool = False


EQUAL = Weights()


def weights_of(face_log_loss: float | None, voice_log_loss: float | None) -> Weights:
    """Each model's weight, by how far its log-loss on data new to it is below that of seven equal scores (1.95)."""
    if face_log_loss is None or voice_log_loss is None:
        return EQUAL
    face, voice = (max(0.0, _EVEN_LOG_LOSS - loss) for loss in (face_log_loss, voice_log_loss))
    if face + voice == 0:
        return EQUAL
    return Weights(face / (face + voice), voice / (face + voice), measured=True)


def pool(face: Scores, voice: Scores, weights: Weights) -> Scores:
    """The joint scores of two distributions (7,): the product of their powers, scaled to sum 1.

    A logarithmic opinion pool (Genest and Zidek 1986, "Combining probability distributions").
    """
    logs = weights.face * np.log(np.maximum(face, _LEAST_SCORE, dtype=np.float64))
    logs = logs + weights.voice * np.log(np.maximum(voice, _LEAST_SCORE, dtype=np.float64))
    powers = np.exp(logs - logs.max())
    return np.asarray(powers / powers.sum(), dtype=np.float32)


@dataclass(frozen=True)
class Agreement:
    """What voice and face say in one stretch of speech, side by side.

    Attributes:
        voice: the reading of the voice.
        person: whose face is compared; None where there is none, or too little of it.
        face_scores: the mean of that face over the stretch, float32 (7,), or None.
        face_coverage: the share of the stretch's time in which this face is read, 0..1, or None.
        agreement: 1 - the Jensen-Shannon distance of the two distributions, 0..1, or None; also None without speech.
        joint_scores: both pooled, float32 (7,), or None; also None where it is not known who speaks.
        verdict: one of VERDICTS, as `verdict_of` gives it; None where no cross-check was asked for.
        reason: why the verdict is "cannot tell", one of REASONS; empty with any other verdict.
    """

    voice: VoiceReading
    person: int | None = None
    face_scores: Scores | None = None
    face_coverage: float | None = None
    agreement: float | None = None
    joint_scores: Scores | None = None
    verdict: str | None = None
    reason: str = ""

    @property
    def face_dominant(self) -> str | None:
        """The face's top emotion."""
        return _top(self.face_scores)

    @property
    def joint_dominant(self) -> str | None:
        """The top emotion of both pooled."""
        return _top(self.joint_scores)

    @property
    def same_sign(self) -> bool | None:
        """Whether voice and face are on the same side in valence: positive, negative or even (see EVEN_VALENCE)."""
        if self.face_scores is None or not self.voice.is_speech:
            return None
        return sign_of(self.face_scores) == sign_of(self.voice.scores)


@dataclass(frozen=True)
class Summary:
    """The cross-check of a whole recording.

    Attributes:
        seconds: verdict -> seconds of speech.
        told: stretches with another verdict than "cannot tell".
        pairs: stretches in which the voice has a clear side and the face too; in order of time they are compared with
            chance.
        chance: how that compares with chance; None where they are too few, or all the same.
        joint_s: seconds of the stretches that have joint scores.
        joint_scores: their mean, each by its duration, float32 (7,), or None.
    """

    seconds: dict[str, float]
    told: int
    pairs: int
    chance: BeyondChance | None
    joint_s: float
    joint_scores: Scores | None

    @property
    def speech_s(self) -> float:
        """Seconds of all stretches."""
        return sum(self.seconds.values())

    def share(self, verdict: str) -> float | None:
        """The share of the speech with this verdict, 0..1.

        None without speech; where of no stretch anything can be told, for every verdict but "cannot tell": to agree in
        0 % would be an answer.
        """
        if not self.speech_s or not (self.told or verdict == CANNOT_TELL):
            return None
        return self.seconds[verdict] / self.speech_s

    @property
    def joint_dominant(self) -> str | None:
        """The top emotion of the joint scores."""
        return _top(self.joint_scores)


def compare(
    stretches: tuple[VoiceReading, ...],
    person: int | None,
    face: Timeline | None,
    *,
    n_faces: npt.NDArray[np.int64] | None = None,
    weights: Weights = EQUAL,
) -> tuple[Agreement, ...]:
    """Compares each stretch of speech with the face of one person.

    Args:
        stretches: the readings of the voice, one for each stretch of speech.
        person: the person whose face it is, None where there is no face at all.
        face: that person's timeline; doubtful readings are gaps in it.
        n_faces: the number of all faces found in each frame of that timeline, int64 (n,); without it no other face is
            assumed.
        weights: of the joint scores; equal where left out.

    Returns:
        One Agreement for each stretch: "cannot tell" for the first of REASONS that holds, else as VERDICTS says.
    """
    if face is None:
        return tuple(
            Agreement(voice, verdict=CANNOT_TELL, reason=_reason_not_to_hear(voice) or NO_FACE) for voice in stretches
        )
    several = np.zeros(len(face.times_s), bool) if n_faces is None else n_faces > 1
    return tuple(_compare(voice, person, face, several, weights) for voice in stretches)


def _compare(
    voice: VoiceReading, person: int | None, face: Timeline, several: npt.NDArray[np.bool_], weights: Weights
) -> Agreement:
    inside = voice.span.contains(face.times_s)
    n_good = int((face.valid & inside).sum())
    lengths_s = _lengths_s(face, voice.span)
    crowd = bool(inside.any()) and float(several[inside].mean()) > SEVERAL_SHARE
    scores = face.mean(voice.span) if n_good >= MIN_FACES else None
    is_shown = float(lengths_s.sum()) >= MIN_SHOWN * voice.span.duration_s
    reason = _reason_not_to_look(voice, n_good, several=crowd) or ("" if is_shown else FEW)
    if scores is None:
        return Agreement(voice, verdict=CANNOT_TELL, reason=reason)
    verdict, reason = (CANNOT_TELL, reason) if reason else verdict_of(voice.scores, scores)
    is_speech = voice.is_speech
    return Agreement(
        voice,
        person,
        scores,
        face_coverage=min(1.0, float(lengths_s[face.valid].sum()) / voice.span.duration_s),
        agreement=1.0 - jensen_shannon_distance(voice.scores, scores) if is_speech else None,
        joint_scores=pool(scores, voice.scores, weights) if is_speech and not crowd else None,
        verdict=verdict,
        reason=reason,
    )


def _lengths_s(face: Timeline, span: Span) -> Times:
    """How long each moment stands for inside the span, float64 (n,); none for longer than a picture may stand."""
    steps_s = np.diff(face.times_s)
    most_s = max(STANDS_S, STANDS_STEPS * float(np.median(steps_s))) if len(steps_s) else np.inf
    ends_s = np.minimum(np.append(face.times_s[1:], np.inf), face.times_s + most_s)
    inside_s = np.minimum(ends_s, span.end_s) - np.maximum(face.times_s, span.start_s)
    return np.asarray(np.maximum(inside_s, 0.0))


def _reason_not_to_look(voice: VoiceReading, n_good: int, *, several: bool) -> str:
    """Why a stretch is not to be compared, whatever its scores; empty where it is."""
    if reason := _reason_not_to_hear(voice):
        return reason
    if several:
        return SEVERAL
    if n_good < MIN_FACES:
        return FEW if n_good else NO_FACE
    return ""


def summarize(segments: Sequence[Agreement]) -> Summary:
    """Sums up the cross-check of all stretches of a recording."""
    seconds = dict.fromkeys(VERDICTS, 0.0)
    for segment in segments:
        seconds[segment.verdict or CANNOT_TELL] += segment.voice.span.duration_s
    sides = [_sides(segment) for segment in segments if segment.verdict and segment.reason in ("", NO_SIDE)]
    joint = [(s.joint_scores, s.voice.span.duration_s) for s in segments if s.joint_scores is not None]
    lengths_s = [length_s for _, length_s in joint]
    mean = np.average([scores for scores, _ in joint], axis=0, weights=lengths_s) if joint else None
    return Summary(
        seconds=seconds,
        told=sum(segment.verdict not in (None, CANNOT_TELL) for segment in segments),
        pairs=len(sides),
        chance=beyond_chance([voice for voice, _ in sides], [face for _, face in sides]),
        joint_s=sum(lengths_s),
        joint_scores=None if mean is None else np.asarray(mean, dtype=np.float32),
    )


def _sides(segment: Agreement) -> tuple[str, str]:
    """Of voice and face in a stretch in which both are clear."""
    voice, face = segment.voice.dominant, segment.face_dominant
    assert voice is not None
    assert face is not None
    return side_of(voice), side_of(face)


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
    is_positive = p > 0
    return float((p[is_positive] * np.log2(p[is_positive] / q[is_positive])).sum())


def _reason_not_to_hear(voice: VoiceReading) -> str:
    """Why the voice says nothing, whatever the face does; empty where it may."""
    return voice.sound or (SHORT if voice.span.duration_s < MIN_SPEECH_S else "")


def _top(scores: Scores | None) -> str | None:
    return None if scores is None else EMOTIONS[int(scores.argmax())]
