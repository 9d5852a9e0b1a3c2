"""The mean emotion of a whole recording (`echo_mean`): of each face, of the voice, and of both."""

from dataclasses import dataclass

from emoclassify.crosscheck import Weights, pool
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.timeline import Timeline
from emoclassify.voice.reading import VoiceMean


@dataclass(frozen=True)
class FaceMean:
    """The mean of one person's face; each good reading counts for the time it stands for (`Timeline.lengths_s`).

    Attributes:
        person: from 1.
        scores: float32 (7,), sum 1.
        seen_s: seconds that the good readings stand for.
        coverage: their share of the picture's length, 0..1.
    """

    person: int
    scores: Scores
    seen_s: float
    coverage: float

    @property
    def dominant(self) -> str:
        """The emotion with the top score."""
        return EMOTIONS[int(self.scores.argmax())]


@dataclass(frozen=True)
class Means:
    """The means of a recording.

    Attributes:
        faces: one for each person with a good reading, the main person first.
        voice: of all speech; None where the voice was not read or nobody speaks.
        voice_coverage: the share of the recording that is speech, 0..1.
        both: the main person's mean and that of the voice, pooled; None where one of them is missing.
    """

    faces: tuple[FaceMean, ...]
    voice: VoiceMean | None
    voice_coverage: float
    both: Scores | None


def face_mean(person: int, timeline: Timeline, picture_end_s: float) -> FaceMean | None:
    """The mean of one person's timeline; None where it has no good reading."""
    valid, lengths_s = timeline.valid, timeline.lengths_s(picture_end_s)
    scores = timeline.mean(lengths_s=lengths_s)
    if scores is None:
        return None
    picture_s = max(0.0, picture_end_s - float(timeline.times_s[0]))
    seen_s = float(lengths_s[valid].sum())
    return FaceMean(person, scores, seen_s, seen_s / picture_s if picture_s else float(valid.mean()))


def means(faces: tuple[FaceMean, ...], voice: VoiceMean | None, end_s: float, weights: Weights) -> Means:
    """The means of a recording from those of its faces, the main person's first, and of its voice.

    Args:
        faces: one for each person with a good reading.
        voice: of all speech, or None.
        end_s: where the recording ends, seconds.
        weights: of face and voice in the mean of both.
    """
    main = faces[0] if faces and faces[0].person == 1 else None
    both = pool(main.scores, voice.scores, weights) if main and voice else None
    return Means(faces, voice, min(1.0, voice.speech_s / end_s) if voice and end_s else 0.0, both)
