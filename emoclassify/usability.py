"""The verdict on a recording: usable, in part, or not, with the reasons; and how it is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from emoclassify.words.bases import Base
from emoclassify.words.messages import Message
from emoclassify.words.numbers import percent
from emoclassify.words.texts import translation


class Verdict(StrEnum):
    """Whether a recording is usable."""

    USABLE = "usable"
    IN_PART = "usable in part"
    NOT_USABLE = "not usable"


REASONS = {
    "photograph": "looks like a photograph",
    "film": "faces of a film",
    "frozen": "the picture stands still",
    "read_late": "pictures read too late",
    "other_person": "another person",
    "perhaps_other_person": "perhaps another person",
    "several_people": "several people",
    "no_face": "no face",
    "dark": "too dark",
    "bright": "too bright",
    "small": "face too small",
    "turned": "turned away",
    "blurred": "blurred",
    "mouth_covered": "mouth covered",
    "cut_off": "cut off",
    "little_speech": "too little speech",
    "quiet": "too quiet",
    "clipped": "too loud",
}
"""All reasons in a few words, the gravest first: name -> English, as the catalogues have it."""

_OF_ALL = ("film", "little_speech", "quiet", "clipped")
"""Reasons that are said of the recording as a whole, without a share."""

_SHARE_SENTENCES = {
    Verdict.USABLE: "Its figures are of {share} of the recording.",
    Verdict.IN_PART: "Its figures are of {share} of the recording.",
    Verdict.NOT_USABLE: "Only {share} of the recording counts: no figure stands for all of it.",
}

_OF_MOST, _MOST = "Do not use its figures.", 0.5
"""What is said where a recording is not usable although this share of it counts, and more."""

_DIGITS = 6  # decimals that are saved, as in the other files

TEXTS = (*Verdict, *REASONS.values(), *_SHARE_SENTENCES.values(), _OF_MOST, "{verdict}: {reasons}.")
"""What the catalogues translate."""


@dataclass(frozen=True)
class Reason:
    """Something that stands against a recording.

    Attributes:
        name: one of REASONS.
        share: of the recording's time in which it holds, 0..1; for quiet and clipped speech, which are said of all
            speech, 1.
        start_s: where it first holds.
    """

    name: str
    share: float
    start_s: float = 0.0

    @property
    def message(self) -> Message:
        """The reason in a sentence, and in a second one what to do."""
        return _message(self.name, round(self.share, _DIGITS), round(self.start_s, 1))

    def told(self, lang: str) -> str:
        """The reason in a few words, with its share of the time: "too dark (80% of the recording)"."""
        text = translation(lang).gettext(REASONS[self.name])
        return text if self.name in _OF_ALL else f"{text} ({Base.RECORDING.of(percent(self.share, lang), lang)})"


def _message(name: str, share: float, from_s: float) -> Message:
    return {
        "photograph": Message("unusable_photograph", {"share": share}),
        "film": Message("unusable_film"),
        "frozen": Message("unusable_frozen", {"share": share, "from_s": from_s}),
        "read_late": Message("unusable_read_late", {"share": share, "from_s": from_s}),
        "other_person": Message("unusable_other_person", {"share": share, "from_s": from_s}),
        "perhaps_other_person": Message("unusable_perhaps_other_person", {"share": share, "from_s": from_s}),
        "several_people": Message("unusable_several_people", {"share": share}),
        "no_face": Message("unusable_no_face", {"share": share}),
        "dark": Message("unusable_dark", {"share": share}),
        "bright": Message("unusable_bright", {"share": share}),
        "small": Message("unusable_small", {"share": share}),
        "turned": Message("unusable_turned", {"share": share}),
        "blurred": Message("unusable_blurred", {"share": share}),
        "mouth_covered": Message("unusable_mouth_covered", {"share": share}),
        "cut_off": Message("unusable_cut_off", {"share": share}),
        "little_speech": Message("unusable_little_speech"),
        "quiet": Message("unusable_quiet"),
        "clipped": Message("unusable_clipped"),
    }[name]


@dataclass(frozen=True)
class Usability:
    """The verdict on a recording.

    Attributes:
        verdict: whether it is usable.
        share: of its time that is usable, 0..1; of sound alone, in which somebody speaks.
        reasons: all that hold, the worst first; a usable recording may have some too.
    """

    verdict: Verdict
    share: float
    reasons: tuple[Reason, ...]

    @property
    def is_usable(self) -> bool:
        """True where nothing needs to be said before the figures."""
        return self.verdict is Verdict.USABLE

    @property
    def _share_sentence(self) -> str:
        is_of_most = self.verdict is Verdict.NOT_USABLE and self.share >= _MOST
        return _OF_MOST if is_of_most else _SHARE_SENTENCES[self.verdict]

    def told(self, lang: str) -> str:
        """The verdict with its reasons, and how much is usable, in a language: "Not usable: ..."."""
        words = translation(lang).gettext
        share_sentence = words(self._share_sentence).format(share=percent(self.share, lang))
        verdict, reasons = words(self.verdict), ", ".join(reason.told(lang) for reason in self.reasons)
        verdict = verdict[0].upper() + verdict[1:]
        start = words("{verdict}: {reasons}.").format(verdict=verdict, reasons=reasons) if reasons else f"{verdict}."
        return f"{start} {share_sentence}"

    def told_shortly(self, lang: str) -> str:
        """The verdict with its worst reason: "not usable: too dark"; of a usable recording the verdict alone."""
        words = translation(lang).gettext
        if self.is_usable or not self.reasons:
            return words(self.verdict)
        return f"{words(self.verdict)}: {words(REASONS[self.reasons[0].name])}"


def usability_to_dict(usability: Usability) -> dict[str, Any]:
    """For JSON: the verdict, the share, and each reason with its sentence."""
    reasons = [
        {"name": reason.name, "share": round(reason.share, _DIGITS), "start_s": round(reason.start_s, _DIGITS)}
        | {"message": reason.message.to_dict()}
        for reason in usability.reasons
    ]
    return {"verdict": str(usability.verdict), "share": round(usability.share, _DIGITS), "reasons": reasons}


def usability_from_dict(content: Mapping[str, Any]) -> Usability:
    """What `usability_to_dict` gave.

    Raises:
        KeyError, TypeError, ValueError: the content is none.
    """
    reasons = tuple(Reason(item["name"], item["share"], item["start_s"]) for item in content["reasons"])
    return Usability(Verdict(content["verdict"]), content["share"], reasons)
