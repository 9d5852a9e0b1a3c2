"""Names of recordings as they come from outside: any bytes, any letters."""

import re

_FORMULA_STARTS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
"""Of a cell, with the wide form of each; see https://owasp.org/www-community/attacks/CSV_Injection."""

_LATER_START = re.compile(rf"""(;["\s]*)(?=[{re.escape("".join(_FORMULA_STARTS))}])""")
"""Spreadsheets in Russian, German and French part the cells of a file at its semicolons, also of one with commas."""


def in_unicode(name: str) -> str:
    """The name with a replacement character for each byte that is no UTF-8.

    Python keeps such a byte of a file's name as half a letter (a surrogate), which cannot be written anywhere.
    """
    return "".join("\N{REPLACEMENT CHARACTER}" if "\ud800" <= letter <= "\udfff" else letter for letter in name)


def as_cell(text: str) -> str:
    """The text as one line of a CSV file that spreadsheets take for text, never for a formula: after an apostrophe."""
    line = _LATER_START.sub(r"\1'", "".join(letter if letter >= " " else " " for letter in text))
    return f"'{line}" if line.lstrip().startswith(_FORMULA_STARTS) else line
