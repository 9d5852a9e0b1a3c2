"""When a recording gets a mark: a measure of a face or a voice is high for some time. No numpy: the API reads it."""

from dataclasses import dataclass

from emoclassify.emotions import EMOTIONS

MEASURES = (*EMOTIONS, "positive", "negative", "valence")
"""What a rule may be about."""

DOWN_SHARE = 0.9
"""Where a rule does not say below which value an episode ends, it is this share of the one above which it begins."""

_FOR_S, _GAP_S = 1.0, 0.5
_LOW, _HIGH = {"valence": -1.0}, 1.0


@dataclass(frozen=True)
class EpisodeRule:
    """When an episode begins and ends (hysteresis, so that it does not flicker around one value).

    Attributes:
        measure: one of MEASURES.
        up: it begins where the measure is as high as this.
        down: it ends where the measure is as low as this; not above `up`.
        for_s: it lasts so many seconds at least.
        gap_s: it goes on over a gap that is no longer, seconds.
        change: it also begins where the measure rises by so much between two readings, and ends where it falls so much;
            0: never so.

    Raises:
        ValueError: a value does not fit.
    """

    measure: str
    up: float
    down: float
    for_s: float = _FOR_S
    gap_s: float = _GAP_S
    change: float = 0.0

    def __post_init__(self) -> None:
        lowest = _LOW.get(self.measure, 0.0)
        is_fit = self.measure in MEASURES and lowest <= self.down <= self.up <= _HIGH
        if not is_fit or not (0 <= self.for_s < 1e6 and 0 <= self.gap_s < 1e6 and 0 <= self.change <= 2):
            raise ValueError(str(self))

    @classmethod
    def read(cls, text: str) -> "EpisodeRule":
        """The rule in a text: measure:up, and after that down, seconds, gap and change as far as they are given.

        Raises:
            ValueError: it has another form, or a value does not fit.
        """
        measure, *parts = (part.strip() for part in text.split(":"))
        if not 1 <= len(parts) <= 5:
            raise ValueError(text)
        up, *others = map(float, parts)
        down = others.pop(0) if others else up * (DOWN_SHARE if up > 0 else 2 - DOWN_SHARE)
        return cls(measure, up, down, *others)
