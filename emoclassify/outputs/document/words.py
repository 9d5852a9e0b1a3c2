"""Texts, numbers, times and dates as a language writes them."""

from collections.abc import Callable
from datetime import UTC, datetime

from babel.dates import format_datetime
from babel.numbers import format_decimal

from emoclassify.labels import EMOTIONS, Scores
from emoclassify.words.texts import count, decimals, minutes, percent, translation

_MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"
"""In a cell where nothing was found."""


class Words:
    """Writes in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.text: Callable[[str], str] = translation(lang).gettext

    def number(self, value: float, digits: int = 2) -> str:
        """0.5 -> "0.50", in Russian "0,50"."""
        return format_decimal(round(value, digits) + 0.0, f"#,##0.{'0' * digits}".rstrip("."), self.lang)

    def signed(self, value: float) -> str:
        """0.5 -> "+0.50", -0.5 with a true minus sign, 0 with none."""
        rounded = round(value, 2) + 0.0
        sign = _MINUS if rounded < 0 else "+" if rounded > 0 else ""
        return sign + self.number(abs(rounded))

    def count(self, n: int) -> str:
        """12345 -> "12,345", in Russian with a space."""
        return count(n, self.lang)

    def percent(self, share: float) -> str:
        """0.5 -> "50%", in Russian "50 %"."""
        return percent(share, self.lang)

    def time(self, time_s: float) -> str:
        """A moment or a length as m:ss, with tenths where it is no whole second."""
        return decimals(minutes(time_s), self.lang)

    def span(self, start_s: float, end_s: float) -> str:
        """From when to when."""
        return f"{self.time(start_s)}\N{EN DASH}{self.time(end_s)}"

    def seconds(self, seconds: float) -> str:
        """5.25 -> "5.2 s"; from 100 s "1 min 40 s"."""
        if (whole := round(seconds)) >= 100:
            return self.text("{minutes} min {seconds} s").format(minutes=self.count(whole // 60), seconds=whole % 60)
        return self.text("{number} s").format(number=self.number(seconds, 1))

    def date(self, moment: str) -> str:
        """An ISO 8601 moment, in words, UTC."""
        return format_datetime(datetime.fromisoformat(moment).astimezone(UTC), "long", locale=self.lang)

    def emotion(self, name: str | None) -> str:
        """An emotion's name; "cannot tell" for None."""
        return self.text(name or "cannot tell")

    def top(self, scores: Scores) -> str:
        """The emotion with the top score, with that score."""
        return f"{self.text(EMOTIONS[int(scores.argmax())])} {self.number(float(scores.max()))}"


def printable(name: str) -> str:
    """A name from outside on one line: what cannot be shown, or would turn the writing, becomes a question mark."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)
