"""The questions before and after the films: of which kinds they are, and which answers fit."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emoclassify.errors import UsageError
from emoclassify.jobs.cells import ANSWERED, FILM_ORDER

SCALES = {"liking": (1, 5), "intent": (1, 5), "nps": (0, 10)}
"""Kinds that are answered by a number -> the lowest and highest; their words are texts of the page."""

CHOICE = "choice"

KINDS = (*SCALES, "recall", "text", CHOICE)
"""All kinds; `recall` and `text` are answered in one's own words, `choice` by one of those that its owner names."""

LONGEST_ANSWER = 250

_LEAST_CHOICES = 2

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")
_OF_THE_TABLE = ("respondent", FILM_ORDER)


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        id: the column of its answers in the study's table of people; of one about each film, with `_` and its id.
        kind: one of KINDS.
        text: in its owner's words; empty: the page's own for its kind.
        each_film: whether it is asked of each film.
        choices: of a `choice`, the answers to choose from, in their order.
        before: whether it is asked before the films; the study's cells go by these answers.
    """

    id: str
    kind: str
    text: str = ""
    each_film: bool = False
    choices: tuple[str, ...] = ()
    before: bool = False

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Question":
        """That in a body of the API. Raises UsageError where it does not fit."""
        question = cls(**{**content, "choices": tuple(content.get("choices", ()))})
        if not _ID.fullmatch(question.id) or question.id in _OF_THE_TABLE or question.id.endswith(ANSWERED):
            raise UsageError("question_column_unfit", id=question.id)
        if question.kind not in KINDS:
            raise UsageError("fieldwork_unfit", why=f"question {question.id!r}: a kind of {', '.join(KINDS)}")
        question._check_choices()
        return question

    def _check_choices(self) -> None:
        """Raises UsageError: the choices do not fit the kind, or it cannot be asked before the films."""
        is_list = len(set(self.choices)) == len(self.choices) >= _LEAST_CHOICES and bool(self.text)
        if self.kind == CHOICE and not is_list:
            raise UsageError("question_lacks_choices", id=self.id)
        if self.kind != CHOICE and self.choices:
            raise UsageError("fieldwork_unfit", why=f"question {self.id!r}: only the kind {CHOICE} has choices")
        if self.before and (self.kind != CHOICE or self.each_film):
            why = f"question {self.id!r}: before the films only the kind {CHOICE} is asked, and of no single film"
            raise UsageError("fieldwork_unfit", why=why)

    def columns(self, films: Sequence[str]) -> list[str]:
        """The columns of its answers, of a person who saw these films."""
        return [f"{self.id}_{film}" for film in films] if self.each_film else [self.id]

    def cell(self, value: Any) -> str:
        """An answer as the table has it; empty for none.

        Raises:
            UsageError: it is none of this kind.
        """
        text = "" if value is None else str(value).strip()
        if self.kind in SCALES:
            low, high = SCALES[self.kind]
            if text and text not in map(str, range(low, high + 1)):
                raise UsageError("answer_unfit", field=self.id)
            return text
        if self.kind == CHOICE:
            if text and text not in self.choices:
                raise UsageError("answer_unfit", field=self.id)
            return text
        line = " ".join(text.split())
        if len(line) > LONGEST_ANSWER or not line.isprintable():
            raise UsageError("answer_unfit", field=self.id)
        return line


def cells_of(questions: Sequence[Question], films: Sequence[str], answers: Mapping[str, Any]) -> dict[str, str]:
    """The answers of one person, by columns; every column is there, also where nothing was answered.

    Raises:
        UsageError: an answer does not fit, or to no question.
    """
    question_of = {column: question for question in questions for column in question.columns(films)}
    for column in answers:
        if column not in question_of:
            raise UsageError("answer_unfit", field=str(column)[:40])
    return {column: question.cell(answers.get(column)) for column, question in question_of.items()}
