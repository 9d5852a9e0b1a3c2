"""How many people with which answers a study wants: its cells, and who finds room in one."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emoclassify.capture.questions import Question
from emoclassify.errors import UsageError
from emoclassify.jobs.sittings import Stop


@dataclass(frozen=True)
class Cell:
    """People of one kind, of whom so many take part.

    Attributes:
        name: as its owner calls them; respondents do not see it.
        most: how many take part.
        answers: id of a question before the films -> the choices that belong to the cell; each question has to fit.
    """

    name: str
    most: int
    answers: Mapping[str, Sequence[str]]

    def fits(self, answers: Mapping[str, str]) -> bool:
        """Whether somebody with these answers belongs to it."""
        return all(answers.get(question) in choices for question, choices in self.answers.items())


def cells_in(content: Iterable[Mapping[str, Any]], questions: Sequence[Question]) -> tuple[Cell, ...]:
    """The cells in a body of the API.

    Args:
        content: of each cell its fields.
        questions: of the study.

    Raises:
        UsageError: two have one name, or one goes by no answer, or by an answer that nobody can give before the films.
    """
    cells = tuple(Cell(**one) for one in content)
    choices_of = {question.id: question.choices for question in questions if question.before}
    for name, n in Counter(cell.name for cell in cells).items():
        if n > 1:
            raise UsageError("cells_same_name", name=name)
    for cell in cells:
        if not cell.answers:
            raise UsageError("cell_lacks_answers", name=cell.name)
        for question, choices in cell.answers.items():
            if not choices or not set(choices) <= set(choices_of.get(question, ())):
                raise UsageError("cell_answers_unknown", name=cell.name)
    return cells


def cell_of(cells: Sequence[Cell], answers: Mapping[str, str]) -> Cell | None:
    """The first cell that somebody belongs to; None for none."""
    return next((cell for cell in cells if cell.fits(answers)), None)


def n_by_cell(cells: Sequence[Cell], people: Iterable[Mapping[str, str]]) -> Counter[str]:
    """Name of each cell -> how many of these people are in it, by the answers of each."""
    return Counter(cell.name for answers in people if (cell := cell_of(cells, answers)) is not None)


def stop_of(cells: Sequence[Cell], answers: Mapping[str, str], others: Iterable[Mapping[str, str]]) -> Stop | None:
    """Why somebody does not take part: nobody like them is wanted, or enough are there; None where they do.

    Args:
        cells: of the study; where there are none, everybody is wanted.
        answers: of the person.
        others: the answers of each who takes part.
    """
    if not cells:
        return None
    cell = cell_of(cells, answers)
    if cell is None:
        return Stop.NO_CELL
    return Stop.CELL_FULL if n_by_cell(cells, others)[cell.name] >= cell.most else None
