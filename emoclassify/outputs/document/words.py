"""Texts, numbers, times and dates in the language of one report: `words.numbers` with the language bound."""

from collections.abc import Callable
from datetime import UTC, datetime

from emoclassify.labels import EMOTIONS, Scores
from emoclassify.words import numbers
from emoclassify.words.bases import Base
from emoclassify.words.texts import translation

NOTHING = "\N{EN DASH}"
"""In a cell where nothing was found."""


class Words:
    """Writes in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.text: Callable[[str], str] = translation(lang).gettext
        self.several: Callable[[str, str, int], str] = translation(lang).ngettext
        """For one, for several, how many -> the text whose words fit that number."""

    def number(self, value: float, digits: int = 2) -> str:
        """0.5 -> "0.50", in Russian "0,50"."""
        return numbers.number(value, self.lang, digits)

    def signed(self, value: float) -> str:
        """0.5 -> "+0.50", -0.5 with a true minus sign, 0 with none."""
        return numbers.signed(value, self.lang)

    def count(self, n: int) -> str:
        """12345 -> "12,345", in Russian with a space."""
        return numbers.count(n, self.lang)

    def percent(self, share: float) -> str:
        """0.5 -> "50%", in Russian "50 %"."""
        return numbers.percent(share, self.lang)

    def share(self, share: float, base: Base) -> str:
        """A share with what it is a share of: "50% of the speech"."""
        return base.of(self.percent(share), self.lang)

    def time(self, time_s: float) -> str:
        """A moment or a length as m:ss, with tenths where it is no whole second."""
        return numbers.clock(time_s, self.lang)

    def span(self, start_s: float, end_s: float) -> str:
        """From when to when."""
        return numbers.span(start_s, end_s, self.lang)

    def seconds(self, seconds: float) -> str:
        """5.25 -> "5.2 s"; from 100 s "1 min 40 s"."""
        return numbers.seconds(seconds, self.lang)

    def date(self, moment: str) -> str:
        """An ISO 8601 moment, in words, UTC."""
        return numbers.date_in_words(moment, self.lang)

    def day(self, moment: str) -> str:
        """The day of an ISO 8601 moment, UTC."""
        return numbers.day(datetime.fromisoformat(moment).astimezone(UTC).date(), self.lang)

    def group(self, name: str) -> str:
        """The name of a group of emotions."""
        return translation(self.lang).pgettext("group", name)

    def emotion(self, name: str | None) -> str:
        """An emotion's name; "cannot tell" for None."""
        return self.text(name or "cannot tell")

    def top(self, scores: Scores) -> str:
        """The emotion with the top score, with that score."""
        return f"{self.text(EMOTIONS[int(scores.argmax())])} {self.number(float(scores.max()))}"


def printable(name: str) -> str:
    """A name from outside, safe on one line: letters that cannot be printed, or would reverse the text, become "?"."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)
