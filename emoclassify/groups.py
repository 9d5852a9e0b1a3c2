"""The groups of emotions that are told together: positive, neutral and negative, as the user defines them."""

from collections.abc import Iterator
from dataclasses import dataclass

from emoclassify.emotions import EMOTIONS, NEGATIVE, POSITIVE

GROUPS = ("positive", "neutral", "negative")

APART = "surprise"
"""Told as a part of its group too, with a figure of its own: it may be pleasant or not, and valence leaves it out."""


@dataclass(frozen=True)
class Groups:
    """Which emotions are positive and which are negative; all others are neutral.

    Attributes:
        positive: emotions in the order of EMOTIONS.
        negative: others, in the same order.
    """

    positive: tuple[str, ...] = POSITIVE
    negative: tuple[str, ...] = NEGATIVE

    @classmethod
    def read(cls, text: str) -> "Groups":
        """The groups in a text of the form "positive=happy,surprise;negative=angry,disgust,fear,sad".

        Raises:
            ValueError: it has another form, a group is missing or empty, or an emotion is unknown or named twice.
        """
        names: dict[str, list[str]] = {}
        for part in text.split(";"):
            group, equals, emotions = part.partition("=")
            if not equals or group.strip() in names:
                raise ValueError(text)
            names[group.strip()] = [emotion.strip() for emotion in emotions.split(",")]
        every_emotion = [emotion for emotions in names.values() for emotion in emotions]
        is_known = set(every_emotion) <= set(EMOTIONS)
        if set(names) != {"positive", "negative"} or not is_known or len(set(every_emotion)) < len(every_emotion):
            raise ValueError(text)
        return cls(*(tuple(name for name in EMOTIONS if name in names[group]) for group in ("positive", "negative")))

    def __str__(self) -> str:
        return f"positive={','.join(self.positive)};negative={','.join(self.negative)}"

    def __getitem__(self, group: str) -> tuple[str, ...]:
        """The emotions of a group of GROUPS, in the order of EMOTIONS."""
        if group == "neutral":
            return tuple(name for name in EMOTIONS if name not in (*self.positive, *self.negative))
        return {"positive": self.positive, "negative": self.negative}[group]

    def __iter__(self) -> Iterator[str]:
        return iter(GROUPS)

    @property
    def group_with_part(self) -> str | None:
        """The group in which surprise is one emotion of several; None where it stands alone in one."""
        return next((group for group in GROUPS if APART in self[group] and len(self[group]) > 1), None)


DEFAULT = Groups()
"""As marketers use the words."""
