"""Measures for whom the model works: neutral and smiling people by sex, age and ethnicity, with glasses and masks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from emoclassify.faces.detectors import Detector
from emoclassify.faces.read import Expressions
from emoclassify.labels import EMOTIONS
from video.photographs import REPORTING, Person, coloured, names_of_half, read_people
from video.robustness import Change, glasses, mask
from video.sensitivity import auc_of

COVERS: dict[str, Change] = {"glasses drawn on": glasses, "mask drawn on": mask}
"""What is drawn on everybody's face, by name."""

_HAPPY, _NEUTRAL = EMOTIONS.index("happy"), EMOTIONS.index("neutral")
_AGES = (("up to 24 years", 0, 24), ("25 to 34 years", 25, 34), ("from 35 years", 35, 200))


@dataclass(frozen=True)
class Group:
    """How neutral and smiling faces of some people are read."""

    name: str
    n_people: int
    n_neutral: int
    """Of the neutral faces those read as neutral."""
    n_happy: int
    """Of the smiling faces those read as happy."""
    auc: float
    """Chance that the happy score of a smiling face is above that of a neutral one, 0..1."""


def measure_breadth(folder: Path, detector: Detector, expressions: Expressions) -> list[Group]:
    """A row for everybody, for the half that chose nothing, and for each sex, age and ethnicity; then with covers.

    Args:
        folder: neutral/ID.jpg, smiling/ID.jpg and people.csv.
        detector: finds the faces.
        expressions: reads them.

    Raises:
        WorkshopError: no people.csv, or nobody in it with a face in both photographs.
    """
    people = read_people(folder, detector)
    rows = [_group(name, members, expressions) for name, members in _groups(people) if members]
    return rows + [_group(name, people, expressions, cover) for name, cover in COVERS.items()]


def _groups(people: Sequence[Person]) -> list[tuple[str, list[Person]]]:
    reporting = names_of_half([person.name for person in people], REPORTING)
    groups = [("everybody", list(people))]
    groups.append(("the half that chose nothing", [person for person in people if person.name in reporting]))
    groups += [(sex, [p for p in people if p.sex == sex]) for sex in sorted({p.sex for p in people})]
    for name, low, high in _AGES:
        groups.append((name, [p for p in people if p.age is not None and low <= p.age <= high]))
    ethnicities = sorted({p.ethnicity for p in people if p.ethnicity})
    return groups + [(ethnicity, [p for p in people if p.ethnicity == ethnicity]) for ethnicity in ethnicities]


def _group(name: str, people: Sequence[Person], expressions: Expressions, cover: Change | None = None) -> Group:
    draw: Callable[..., npt.NDArray[np.uint8]] = cover or (lambda picture: picture)
    neutral, smiling = (
        expressions.predict([draw(picture) for picture in coloured(faces)])
        for faces in ([person.neutral for person in people], [person.smiling for person in people])
    )
    return Group(
        name,
        len(people),
        int((neutral.argmax(axis=1) == _NEUTRAL).sum()),
        int((smiling.argmax(axis=1) == _HAPPY).sum()),
        auc_of(neutral[:, _HAPPY], smiling[:, _HAPPY]),
    )


def table(groups: Sequence[Group]) -> str:
    """Markdown, a row for each group."""
    lines = ["| people | n | neutral read as neutral | smiling read as happy | AUC of happy |", "|---|---|---|---|---|"]
    lines += [f"| {g.name} | {g.n_people} | {g.n_neutral} | {g.n_happy} | {g.auc:.3f} |" for g in groups]
    return "\n".join(lines)
