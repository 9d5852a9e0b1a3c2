"""Names of recordings as they come from outside: any bytes, any letters."""

import re

_FORMULA_STARTS = re.escape("=+-@\uff1d\uff0b\uff0d\uff20")
"""Of a cell, with the wide form of each; see https://owasp.org/www-community/attacks/CSV_Injection."""

_FORMULA = re.compile(rf"'*\s*[{_FORMULA_STARTS}]")
"""How a formula begins; or one that got an apostrophe, which gets another, so that `from_cell` knows whose it is."""

_NUMBER = re.compile(r"-[0-9]+(?:[.,][0-9]+)?")
"""A number runs nothing, and whoever reads the table reckons with it."""

_LATER_START = re.compile(rf"""(;["\s]*)(?='*[{_FORMULA_STARTS}])""")
"""Spreadsheets in Russian, German and French part the cells of a file at its semicolons, also of one with commas."""

_LATER_APOSTROPHE = re.compile(rf"""(;["\s]*)'(?='*[{_FORMULA_STARTS}])""")


def in_unicode(name: str) -> str:
    """The name with a replacement character for each byte that is no UTF-8.

    Python keeps such a byte of a file's name as half a letter (a surrogate), which cannot be written anywhere.
    """
    return "".join("\N{REPLACEMENT CHARACTER}" if "\ud800" <= letter <= "\udfff" else letter for letter in name)


def as_cell(text: str) -> str:
    """A cell, or the name of a column, as one line of a CSV file that spreadsheets take for text, never for a formula:
    after an apostrophe."""
    line = _LATER_START.sub(r"\1'", "".join(letter if letter >= " " else " " for letter in text))
    return f"'{line}" if _FORMULA.match(line) and not _NUMBER.fullmatch(line) else line


def from_cell(text: str) -> str:
    """The text of which `as_cell` made this one, so that a table that was saved and comes back says the same."""
    line = text[1:] if text.startswith("'") and _FORMULA.match(text) else text
    return _LATER_APOSTROPHE.sub(r"\1", line)
