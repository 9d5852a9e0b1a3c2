"""Writes numbers, times, dates and sizes in a language: the same way in report, charts, video, terminal and page.

babel has the rules of every language; it is imported inside the functions, since importing it takes 25 ms.
"""

import math
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache

from emoclassify.words.texts import translation

_MINUS = "\N{MINUS SIGN}"
_UNBROKEN = "\N{NO-BREAK SPACE}"
_KB, _MB, _GB = 1024, 1024**2, 1024**3
_NEARLY = 2e-6  # saved shares have six decimals: one nearer to 0 or 1 is just that
_DIGITS_OF_PERCENT = 4


def percent(share: float, lang: str) -> str:
    """A share, 0..1, in whole percent: 0.5 -> "50%", in Russian "50 %"; 0.001 -> "<1%", 0.999 -> ">99%"."""
    return _percent_text(round(100 * float(share)), share, lang)


def percents(shares: Sequence[float], lang: str, total: int = 100) -> list[str]:
    """Shares of one whole, each as `percent` writes it, rounded so that they add up to `total`."""
    whole_shares = whole_percents(shares, total)
    return [_percent_text(n, share, lang) for n, share in zip(whole_shares, shares, strict=True)]


def whole_percents(shares: Sequence[float], total: int = 100) -> list[int]:
    """Shares in whole percent that add up to `total`: those with the largest remainders are rounded up (Hare's method).

    Args:
        shares: 0..1; their sum is within one percent of `total`. Where all are 0, nothing is rounded up.
        total: whole percent.
    """
    exact_percents = [round(100 * float(share), _DIGITS_OF_PERCENT) for share in shares]
    whole = [math.floor(exact) for exact in exact_percents]
    by_remainder = sorted(range(len(whole)), key=lambda i: whole[i] - exact_percents[i])
    for i in by_remainder[: max(0, total - sum(whole)) if any(exact_percents) else 0]:
        whole[i] += 1
    return whole


def _percent_text(whole: int, share: float, lang: str) -> str:
    """A share as a text that does not say none or all where that is not so."""
    from babel.numbers import format_percent

    if whole == 0 and share > _NEARLY:
        return f"<{format_percent(0.01, locale=lang)}"
    if whole == 100 and share < 1 - _NEARLY:
        return f">{format_percent(0.99, locale=lang)}"
    return format_percent(whole / 100, locale=lang)


def percent_pattern(lang: str) -> str:
    """A percentage with {n} in place of the number: for scripts in the browser."""
    return percent(0, lang).replace("0", "{n}")


def share_format(lang: str) -> str:
    """How Excel and PowerPoint write a share in whole percent, as `percent` does: 0%, in Russian 0" "%."""
    return re.sub(r"(\s+)", r'"\1"', percent(0, lang))


def number(value: float, lang: str, digits: int = 2) -> str:
    """A number with `digits` decimals: 0.5 -> "0.50", in Russian "0,50"; below 0 with a true minus sign."""
    from babel.numbers import format_decimal

    rounded_value = round(float(value), digits) + 0.0  # + 0.0: no minus before a zero
    figures = format_decimal(abs(rounded_value), f"#,##0.{'0' * digits}".rstrip("."), locale=lang)
    return f"{_MINUS}{figures}" if rounded_value < 0 else figures


def signed(value: float, lang: str, digits: int = 2) -> str:
    """0.5 -> "+0.50", -0.5 with a true minus sign, 0 with none."""
    return "+" * (round(float(value), digits) > 0) + number(value, lang, digits)


def count(n: int, lang: str) -> str:
    """A whole number with separators of thousands: 12345 -> "12,345", in Russian with a space."""
    from babel.numbers import format_decimal

    return format_decimal(int(n), locale=lang)


def in_figures(value: float, lang: str) -> str:
    """A number with all its digits: 3.5 -> "3.5", in Russian "3,5"; 33177600 -> "33177600"."""
    return with_decimal_mark(str(value), lang)


def without_zeros(value: float, lang: str) -> str:
    """A number without zeros behind the decimal mark: 5.0 -> "5", 2.5 -> "2.5", in Russian "2,5"."""
    return with_decimal_mark(f"{value:g}", lang)


def with_decimal_mark(figures: str, lang: str) -> str:
    """Figures with the decimal mark of the language instead of a point: "3.5" -> "3,5" in Russian."""
    return figures.replace(".", _decimal_mark(lang))


@cache
def _decimal_mark(lang: str) -> str:
    from babel.numbers import get_decimal_symbol

    return get_decimal_symbol(lang)


def clock(time_s: float, lang: str) -> str:
    """A time in a recording, in seconds, as m:ss or h:mm:ss, with tenths where it is no whole second:
    75.0 -> "1:15", 2.5 -> "0:02.5", 3725.0 -> "1:02:05"."""
    whole_s, tenths = divmod(int(time_s * 10 + 0.5), 10)  # half up, as a browser rounds
    hours, minutes, seconds = whole_s // 3600, whole_s // 60 % 60, whole_s % 60
    whole_time = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return with_decimal_mark(f"{whole_time}.{tenths}", lang) if tenths else whole_time


def whole_clock(time_s: float) -> str:
    """As `clock`, to the nearest second: 59.6 -> "1:00"."""
    return clock(int(time_s + 0.5), "en")


def span(start_s: float, end_s: float, lang: str) -> str:
    """A span of time in a recording: "0:02.5-0:04", with an en dash."""
    return f"{clock(start_s, lang)}\N{EN DASH}{clock(end_s, lang)}"


def seconds(length_s: float, lang: str) -> str:
    """A duration in words, on one line: 5.25 -> "5.2 s"; from 100 s "1 min 40 s"."""
    text = translation(lang).gettext
    if (whole_s := round(length_s)) >= 100:
        words = text("{minutes} min {seconds} s").format(minutes=count(whole_s // 60, lang), seconds=whole_s % 60)
    else:
        words = text("{number} s").format(number=number(length_s, lang, 1))
    return unbroken(words)


def kilohertz(rate_hz: float, lang: str) -> str:
    """A rate of sound, on one line: 44100 -> "44.1 kHz"."""
    rate_khz = rate_hz / 1000
    return unbroken(translation(lang).gettext("{rate} kHz").format(rate=number(rate_khz, lang, int(rate_khz % 1 > 0))))


def unbroken(text: str) -> str:
    """A number with its unit, or a date, whose parts stay on one line in every medium."""
    return text.replace(" ", _UNBROKEN)


def date_in_words(moment: str, lang: str) -> str:
    """A date and time of ISO 8601, in words, in UTC: "28 November 2026, 17:05:00 UTC"."""
    from babel.dates import format_datetime

    pattern = translation(lang).gettext("d MMMM yyyy, HH:mm:ss 'UTC'")
    return format_datetime(datetime.fromisoformat(moment).astimezone(UTC), pattern, locale=lang)


def day(at: date, lang: str) -> str:
    """A short date: "28 Nov 2026", in Russian "28.11.2026"."""
    from babel.dates import format_date

    return unbroken(format_date(at, translation(lang).gettext("dd MMM yyyy"), locale=lang))


def minute(at: datetime, lang: str) -> str:
    """A date and time to the minute, in its own time zone: "28 Nov 2026 17:05"."""
    return unbroken(f"{day(at, lang)} {at:%H:%M}")


def size(size_bytes: float, lang: str) -> str:
    """A size: "12 kB", "3.4 MB", "120 MB", "2 GB"; one decimal below 10 where it is no whole number."""
    text = translation(lang).gettext
    if size_bytes < 0.1 * _MB:
        return unbroken(f"{math.ceil(size_bytes / _KB)} {text('kB')}")
    value, unit = (size_bytes / _MB, text("MB")) if size_bytes < _GB else (size_bytes / _GB, text("GB"))
    return unbroken(f"{number(value, lang, 0 if value >= 10 or value == int(value) else 1)} {unit}")
