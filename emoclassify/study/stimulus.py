"""What was shown: a film with its scenes and marks."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from emoclassify.timeline import Span

BIN_S = 0.5
"""A moment of the film, seconds: the grid of all curves of a study."""

LONGEST_FILM_S = 24 * 3600.0
"""Each half second of a film is a number for each of its viewings: who writes a length by mistake is told so."""

_SAME_TIME_S = 1e-9


@dataclass(frozen=True)
class Scene:
    """A stretch of the film that is asked about, marked by hand or found as a cut.

    Attributes:
        id: a short name, unique in the film.
        start_s: film time, seconds.
        end_s: where it ends.
        name: for people.
    """

    id: str
    start_s: float
    end_s: float
    name: str = ""


@dataclass(frozen=True)
class Mark:
    """A moment of the film that is worth a name, such as the brand's first sight or a joke."""

    name: str
    time_s: float


_SHORTEST_SCENE_S = 1.0  # of those proposed by cuts


def scenes_between(cuts_s: Iterable[float], duration_s: float) -> tuple[Scene, ...]:
    """The scenes of a film from cut to cut, a proposal; one that would be shorter than a second goes with the next.

    Args:
        cuts_s: film time of each cut, ascending, between 0 and the film's end.
        duration_s: of the film.
    """
    starts_s = [0.0]
    for cut_s in cuts_s:
        if cut_s - starts_s[-1] >= _SHORTEST_SCENE_S and duration_s - cut_s >= _SHORTEST_SCENE_S:
            starts_s.append(cut_s)
    ends_s = [*starts_s[1:], duration_s]
    return tuple(
        Scene(f"scene-{i}", start_s, end_s) for i, (start_s, end_s) in enumerate(zip(starts_s, ends_s, strict=True), 1)
    )


@dataclass(frozen=True)
class Stimulus:
    """A film.

    Attributes:
        id: a short name, unique in the study.
        duration_s: its length; a viewing that ends earlier has a gap at its end, and never a shorter film.
        title: for people.
        scenes: in the order of the film.
        marks: in the order of the film.
        sha256: of the film's file; empty where there is none.

    Raises:
        ValueError: a scene does not lie in the film, or the film has no length, or one above LONGEST_FILM_S.
    """

    id: str
    duration_s: float
    title: str = ""
    scenes: tuple[Scene, ...] = ()
    marks: tuple[Mark, ...] = ()
    sha256: str = ""

    def __post_init__(self) -> None:
        if not 0 < self.duration_s <= LONGEST_FILM_S:
            raise ValueError(f"the film {self.id!r} has no length between 0 and 24 hours: {self.duration_s} s")
        for scene in self.scenes:
            if not 0 <= scene.start_s < scene.end_s <= self.duration_s + _SAME_TIME_S:
                raise ValueError(f"the scene {scene.id!r} does not lie in the film {self.id!r}: {scene}")

    @property
    def n_bins(self) -> int:
        """How many half seconds the film has; the last may be shorter."""
        return max(1, int(np.ceil(self.duration_s / BIN_S - _SAME_TIME_S)))

    def span_of(self, first_bin: int, last_bin: int) -> Span:
        """From the start of one half second to the end of another: a moment is known no better than that."""
        return Span(first_bin * BIN_S, min((last_bin + 1) * BIN_S, self.duration_s))

    def bins_of(self, scene: Scene) -> slice:
        """The half seconds of which at least a half lies in the scene; the one in its middle of a very short scene."""
        first = int(np.floor(scene.start_s / BIN_S + 0.5 + _SAME_TIME_S))
        stop = int(np.floor(scene.end_s / BIN_S + 0.5 + _SAME_TIME_S))
        middle = min(int((scene.start_s + scene.end_s) / 2 / BIN_S), self.n_bins - 1)
        return slice(first, min(stop, self.n_bins)) if first < stop else slice(middle, middle + 1)
