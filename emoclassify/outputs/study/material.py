"""What the outputs of a study are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from emoclassify.settings import Options
from emoclassify.study.findings import Answers
from emoclassify.study.study import Study


@dataclass(frozen=True)
class FilmStill:
    """A picture of a film.

    Attributes:
        time_s: film time.
        content: the bytes of a JPEG file.
    """

    time_s: float
    content: bytes


@dataclass(frozen=True)
class StudyMaterial:
    """A study with its answers and the pictures of its films.

    Attributes:
        study: with its viewings.
        answers: of the same study.
        options: which outputs are wanted, in which language and brand.
        stills: id of a film -> its pictures in the order of time; nothing of a film that is not at hand.
    """

    study: Study
    answers: Answers
    options: Options = field(default_factory=Options)
    stills: Mapping[str, tuple[FilmStill, ...]] = field(default_factory=dict)

    def still_at(self, stimulus: str, time_s: float) -> FilmStill | None:
        """The picture of a film nearest to a time; None where there is none."""
        stills = self.stills.get(stimulus, ())
        return min(stills, key=lambda still: abs(still.time_s - time_s), default=None)
