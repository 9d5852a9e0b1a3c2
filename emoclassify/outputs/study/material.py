"""What the outputs of a study are made of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from emoclassify.settings import Options
from emoclassify.study.findings import Answers
from emoclassify.study.norms import NormLine, Standing, lines_of, n_comparable, standings_of
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
class Norms:
    """A study among the films of a norms file.

    Attributes:
        n_films: of other studies that the films may be compared with.
        standings: where their figures lie among those; none of too few films.
    """

    n_films: int
    standings: tuple[Standing, ...]


@dataclass(frozen=True)
class StudyMaterial:
    """A study with its answers and the pictures of its films.

    Attributes:
        study: with its viewings.
        answers: of the same study.
        options: which outputs are wanted, in which language and brand.
        stills: id of a film -> its pictures in the order of time; nothing of a film that is not at hand.
        norms: the films among others; None where no norms file was named.
        category: of the films in norms.
        study_id: what tells the study from others in norms (`study.norms.lines_of`).
    """

    study: Study
    answers: Answers
    options: Options = field(default_factory=Options)
    stills: Mapping[str, tuple[FilmStill, ...]] = field(default_factory=dict)
    norms: Norms | None = None
    category: str = ""
    study_id: str = ""

    @cached_property
    def norm_lines(self) -> list[NormLine]:
        """What the study adds to norms: a line for each film that enough people saw."""
        return lines_of(self.study, self.answers, self.category, self.study_id)

    def still_at(self, stimulus: str, time_s: float) -> FilmStill | None:
        """The picture of a film nearest to a time; None where there is none."""
        stills = self.stills.get(stimulus, ())
        return min(stills, key=lambda still: abs(still.time_s - time_s), default=None)


def norms_of(lines: Iterable[NormLine], earlier: Sequence[NormLine]) -> Norms:
    """The films of a study, one line each, among those of earlier ones."""
    films = list(lines)
    standings = tuple(standing for line in films for standing in standings_of(line, earlier))
    return Norms(max((n_comparable(line, earlier) for line in films), default=0), standings)
