"""What is known of a person of a study, column by column: what its owner listed, and what they answered themselves."""

from collections.abc import Collection, Mapping

Cells = dict[str, str]

FILM_ORDER = "film_order"
"""A column that the respondent's page alone writes: their films, in the order they saw them."""

ANSWERED = "_answered"
"""Ends the column of an answer where the study's owner has listed something of that person in a column of its name."""


def with_answers(earlier_cells: Mapping[str, str], new_cells: Mapping[str, str], columns: Collection[str]) -> Cells:
    """The cells of a person with what their page sent; what the study's owner listed stays as it is.

    Args:
        earlier_cells: so far.
        new_cells: answers, and FILM_ORDER. An answer that was sent before is replaced.
        columns: of all that the person is asked.
    """
    is_first = FILM_ORDER not in earlier_cells
    reserved = {column + ANSWERED: "" for column in columns if is_first and earlier_cells.get(column)}
    cells = {**earlier_cells, **reserved}
    return cells | {_place_in(cells, name): cell for name, cell in new_cells.items()}


def without_answers(cells: Mapping[str, str], columns: Collection[str]) -> Cells:
    """The cells of a person without what their page sent: the answers in these columns, and FILM_ORDER."""
    names = {_place_in(cells, column) for column in (*columns, FILM_ORDER)}
    return {name: cell for name, cell in cells.items() if name not in names}


def _place_in(cells: Mapping[str, str], column: str) -> str:
    """Where the answer of a column stands."""
    return column + ANSWERED if column + ANSWERED in cells else column
