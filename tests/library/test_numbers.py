"""Numbers, times, dates and sizes: written one way, as each language does."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from emoclassify.words.numbers import (
    clock,
    count,
    date_in_words,
    day,
    in_figures,
    kilohertz,
    minute,
    number,
    percent,
    percent_pattern,
    percents,
    seconds,
    share_format,
    signed,
    size,
    span,
    unbroken,
    whole_clock,
    whole_percents,
    with_decimal_mark,
)
from emoclassify.words.texts import LANGUAGES
from tests.support.sources import from_root, sources

SPACE, MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"


def test_percentages() -> None:
    assert [percent(0.29, lang) for lang in ("en", "ru")] == ["29%", f"29{SPACE}%"]
    assert [percent_pattern(lang) for lang in ("en", "ru")] == ["{n}%", f"{{n}}{SPACE}%"]
    assert [share_format(lang) for lang in ("en", "ru")] == ["0%", f'0"{SPACE}"%']  # of Excel and PowerPoint
    assert [percent(share, "en") for share in (0, 0.126, 1)] == ["0%", "13%", "100%"]


def test_a_percentage_does_not_say_none_or_all_where_that_is_not_so() -> None:
    assert [percent(share, "en") for share in (0.004, 0.999)] == ["<1%", ">99%"]
    assert percent(0.004, "ru") == f"<1{SPACE}%"
    assert [percent(share, "en") for share in (1e-6, 1 - 1e-6)] == ["0%", "100%"]  # no more than saved figures tell


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8).filter(lambda weights: sum(weights) > 0.01))
def test_percentages_of_one_whole_add_up_to_it(weights: list[float]) -> None:
    shares = [weight / sum(weights) for weight in weights]
    whole = whole_percents(shares)
    assert sum(whole) == 100
    assert all(abs(n - 100 * share) < 1 + 1e-3 for n, share in zip(whole, shares, strict=True))


def test_the_largest_remainders_are_rounded_up() -> None:
    assert whole_percents([0.335, 0.335, 0.33]) == [34, 33, 33]
    assert whole_percents([1 / 3] * 3) == [34, 33, 33]
    assert whole_percents([0.0, 0.0]) == [0, 0]
    assert percents([0.004, 0.996], "en") == ["<1%", ">99%"]
    assert percents([0.124, 0.004, 0.0], "en", total=13) == ["13%", "<1%", "0%"]


def test_decimals() -> None:
    assert [number(0.5, lang) for lang in ("en", "ru")] == ["0.50", "0,50"]
    assert [number(-0.5, lang) for lang in ("en", "ru")] == [f"{MINUS}0.50", f"{MINUS}0,50"]
    assert number(-0.001, "en") == "0.00"
    assert number(12.5, "en", 0) == "12"
    assert [signed(value, "en") for value in (0.5, -0.5, 0.001)] == ["+0.50", f"{MINUS}0.50", "0.00"]
    assert [with_decimal_mark("-0.25", lang) for lang in ("en", "ru")] == ["-0.25", "-0,25"]
    assert [in_figures(value, "ru") for value in (2.0, 33177600)] == ["2,0", "33177600"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("n", [0, 999, 1000, 12345, 1_234_567])
def test_whole_numbers_are_written_as_babel_writes_them(n: int, lang: str) -> None:
    assert count(n, lang) == format_decimal(n, locale=lang)


@pytest.mark.parametrize(
    ("time_s", "text"),
    [(0, "0:00"), (75, "1:15"), (2.5, "0:02.5"), (59.96, "1:00"), (75.51, "1:15.5"), (3600, "1:00:00"),
     (3725.25, "1:02:05.3")],
)  # fmt: skip
def test_moments(time_s: float, text: str) -> None:
    assert clock(time_s, "en") == text
    assert clock(time_s, "ru") == text.replace(".", ",")


def test_moments_to_the_second_and_lengths() -> None:
    assert [whole_clock(time_s) for time_s in (4.5, 59.6, 3725)] == ["0:05", "1:00", "1:02:05"]
    assert span(2.5, 4, "en") == "0:02.5\N{EN DASH}0:04"
    lengths = [seconds(5.25, "en"), seconds(5.25, "ru"), seconds(120, "ru")]
    assert lengths == [unbroken(text) for text in ("5.2 s", "5,2 с", "2 мин 0 с")]  # noqa: RUF001
    assert unbroken("2 мин 0 с") == "2\N{NO-BREAK SPACE}мин\N{NO-BREAK SPACE}0\N{NO-BREAK SPACE}с"  # noqa: RUF001
    assert [kilohertz(rate_hz, "en") for rate_hz in (44100, 48000)] == [unbroken("44.1 kHz"), unbroken("48 kHz")]


def test_dates() -> None:
    at = datetime(2026, 11, 8, 17, 5, tzinfo=UTC)
    assert [day(date(2026, 11, 8), lang) for lang in ("en", "ru")] == [f"08{SPACE}Nov{SPACE}2026", "08.11.2026"]
    assert [minute(at, lang) for lang in ("en", "ru")] == [
        f"08{SPACE}Nov{SPACE}2026{SPACE}17:05",
        f"08.11.2026{SPACE}17:05",
    ]
    assert "8 ноября 2026" in date_in_words("2026-11-08T20:05:00+03:00", "ru")


def test_sizes() -> None:
    mb = 1024**2
    told = [size(n, "en") for n in (10, 3.4 * mb, 5 * mb, 120.4 * mb, 2048 * mb, 1536 * mb)]
    assert told == [f"{text}{SPACE}{unit}" for text, unit in
                    (("1", "kB"), ("3.4", "MB"), ("5", "MB"), ("120", "MB"), ("2", "GB"), ("1.5", "GB"))]  # fmt: skip
    assert size(3.4 * mb, "ru") == f"3,4{SPACE}МБ"


@pytest.mark.parametrize("path", sources("emoclassify/outputs", "emoclassify/cli", "webapp", "api"), ids=from_root)
def test_nothing_else_writes_percentages_dates_or_groups_of_digits(path: Path) -> None:
    by_itself = re.compile(r"babel|strftime|:\.?\d*%\}|:,\}")
    assert not by_itself.search(path.read_text(encoding="utf-8"))
