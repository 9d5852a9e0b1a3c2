"""The options of what is read in a picture: a part of `settings.Options`, declared in the same way. No numpy."""

from dataclasses import dataclass
from math import inf
from typing import Self

from emoclassify.declared import Option, Range, Role, declare
from emoclassify.errors import UsageError

AREA_EXAMPLE = "0,0,0.6,1"
"""The left part of the picture."""


@dataclass(frozen=True)
class Area:
    """A part of the upright picture, its edges as shares of width and height.

    Raises:
        ValueError: it is no part of the picture, or has no size.
    """

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        if not (0 <= self.left < self.right <= 1 and 0 <= self.top < self.bottom <= 1):
            raise ValueError(str(self))

    def __str__(self) -> str:
        return ",".join(f"{edge:g}" for edge in vars(self).values())

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The area in a text, left,top,right,bottom, each to six digits; None where it is the whole picture.

        Raises:
            ValueError: it has another form, or a value does not fit.
        """
        left, top, right, bottom = (float(f"{float(part) + 0:g}") for part in text.split(","))
        area = cls(left, top, right, bottom)
        return None if area == cls(0, 0, 1, 1) else area

    def holds(self, box_xyxy: tuple[float, float, float, float], size_hw: tuple[int, int]) -> bool:
        """Whether the middle of a face lies in it; that of a face beyond the edge counts as at the edge.

        Args:
            box_xyxy: left, top, right, bottom of the face, pixels.
            size_hw: of the picture, pixels.
        """
        height, width = size_hw
        x, y = (box_xyxy[0] + box_xyxy[2]) / 2 / width, (box_xyxy[1] + box_xyxy[3]) / 2 / height
        x, y = (min(max(share, 0.0), 1.0) for share in (x, y))
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True, kw_only=True)
class PictureOptions:
    """Which pictures are looked at, and whose faces are read in them."""

    sample_fps: float = declare(
        5.0,
        Option(
            help="Frames looked at a second of the recording.",
            role=Role.FINDINGS,
            range=Range(above=0, at_most=1000),
            metavar="N",
            excludes="rate",
            on_page=30,
            label="How closely?",
            hint="More looks catch shorter expressions. Close takes about twice as long as usual.",
        ),
    )
    every: int | None = declare(
        None,
        Option(
            help="Look at every Nth decoded frame instead.",
            role=Role.FINDINGS,
            range=Range(at_least=1, words="a whole number from 1"),
            metavar="N",
            excludes="rate",
        ),
    )
    faces: str = declare(
        "largest",
        Option(
            help="Whose face is read: largest is the main person, whose face area summed over time is the largest; all "
            "is every person.",
            role=Role.FINDINGS,
            choices=("largest", "all"),
            on_page=20,
            label="Whose face?",
            hint="The main person is right for one person before a camera. Everyone takes longer, and each person gets "
            "curves of their own.",
            choice_labels=("The main person", "Everyone in the picture"),
        ),
    )
    min_face: float = declare(
        0.08,
        Option(
            help="The smallest face looked for, as a share of the frame's shorter side.",
            role=Role.FINDINGS,
            range=Range(above=0, at_most=1),
            metavar="SHARE",
        ),
    )
    area: str = declare(
        "",
        Option(
            help="Read faces in a part of the picture only, as shares of its upright form: left,top,right,bottom, as "
            "in 0,0,0.6,1 for its left part. Whoever is outside counts as not there.",
            role=Role.FINDINGS,
            kind_in_words="four shares of the picture: left,top,right,bottom",
            metavar="AREA",
        ),
    )
    baseline: str = declare(
        "",
        Option(
            help="Compare each face with the same person's neutral face: so many seconds from the beginning (5), or a "
            "stretch in seconds (12-20), in which the person shows nothing.",
            role=Role.FINDINGS,
            kind_in_words="seconds from the beginning, or a stretch",
            metavar="SECONDS",
        ),
    )

    @property
    def read_area(self) -> Area | None:
        """The part of the picture in which faces are read; None: the whole picture."""
        try:
            return Area.read(self.area) if self.area else None
        except ValueError as exc:
            raise UsageError("area_unfit", given=self.area, example=AREA_EXAMPLE) from exc

    @property
    def rest_s(self) -> tuple[float, float] | None:
        """Start and end of the stretch that `baseline` names, in which each person is at rest; None without it."""
        if not self.baseline:
            return None
        start, dash, end = self.baseline.rpartition("-")
        try:
            start_s, end_s = float(start) if dash else 0.0, float(end)
        except ValueError:
            start_s = end_s = 0.0
        if not 0.0 <= start_s < end_s < inf:
            raise UsageError("baseline_unfit", given=self.baseline)
        return start_s, end_s
