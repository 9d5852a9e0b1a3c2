"""Whom a study looks for: questions before the films, and so many people of each kind (cells) by their answers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from emoclassify.capture.questions import CHOICE
from webapp.parts.session import Visit
from webapp.parts.texts import plain

Store = Callable[[dict[str, Any]], None]
"""Stores fields of the fieldwork, and draws the page anew or tells why not."""

_MORE_ROWS = 2
"""Empty ones below those that are there."""

_USUAL_MOST = 30
_BETWEEN = ";"


def draw_cells(cells: Sequence[Mapping[str, Any]], visit: Visit) -> None:
    """Draws how full each cell is; nothing where the study wants everybody."""
    texts = visit.texts
    if not cells:
        return
    st.subheader(texts["cells"], anchor=False)
    for cell in cells:
        n_of_most = texts["cell_n"].format(n=cell["n"], most=cell["most"])
        words = [n_of_most, *([texts["cell_is_full"]] if cell["n"] >= cell["most"] else [])]
        st.write(f"{plain(cell['name'])}: {plain(' · '.join(words))}")
    st.caption(texts["cells_caption"])


def draw_wanted(settings: Mapping[str, Any], store: Store, visit: Visit) -> None:
    """Draws the questions before the films and, where there are some, the cells that go by them.

    Args:
        settings: of the fieldwork, as the API gives them.
        store: with the fields that change.
        visit: of the page.
    """
    st.subheader(visit.texts["wanted"], anchor=False)
    st.write(visit.texts["wanted_lead"])
    questions = settings.get("questions") or []
    before = [question for question in questions if question.get("before")]
    _draw_questions(before, [question for question in questions if not question.get("before")], store, visit)
    if before:
        _draw_groups(before, settings.get("cells") or [], store, visit)


def _draw_questions(before: list[dict[str, Any]], others: list[dict[str, Any]], store: Store, visit: Visit) -> None:
    texts, rows = visit.texts, [*before, *({} for _ in range(_MORE_ROWS))]
    with st.form("before"):
        typed = [_question_row(number, question, visit) for number, question in enumerate(rows, start=1)]
        st.caption(texts["wanted_empty"])
        is_sent = st.form_submit_button(texts["before_save"])
    if is_sent:
        store({"questions": [*filter(None, typed), *others]})


def _question_row(number: int, question: Mapping[str, Any], visit: Visit) -> dict[str, Any] | None:
    """The question that is typed in one row; None where the row is empty."""
    texts = visit.texts
    left, middle, right = st.columns([3, 3, 2])
    text = left.text_input(
        texts["before_text"].format(n=number),
        value=question.get("text", ""),
        max_chars=500,
        placeholder=texts["before_example"],
    ).strip()
    choices = middle.text_input(
        texts["before_choices"].format(n=number),
        value=f"{_BETWEEN} ".join(question.get("choices", ())),
        placeholder=texts["before_choices_example"],
        help=texts["before_choices_help"],
    )
    column = right.text_input(
        texts["before_column"].format(n=number),
        value=question.get("id", ""),
        max_chars=32,
        placeholder=f"about{number}",
        help=texts["before_column_help"],
    ).strip()
    if not text:
        return None
    answers = [answer.strip() for answer in choices.split(_BETWEEN) if answer.strip()]
    named = {"id": column or f"about{number}", "kind": CHOICE, "text": text}
    return {**named, "choices": answers, "before": True}


def _draw_groups(before: Sequence[Mapping[str, Any]], cells: list[dict[str, Any]], store: Store, visit: Visit) -> None:
    texts, rows = visit.texts, [*cells, *({} for _ in range(_MORE_ROWS))]
    with st.form("cells"):
        typed = [_cell_row(number, cell, before, visit) for number, cell in enumerate(rows, start=1)]
        st.caption(f"{texts['wanted_empty']} {texts['cell_first']}")
        is_sent = st.form_submit_button(texts["cell_save"])
    if is_sent:
        store({"cells": [*filter(None, typed)]})


def _cell_row(
    number: int, cell: Mapping[str, Any], before: Sequence[Mapping[str, Any]], visit: Visit
) -> dict[str, Any] | None:
    """The cell that is typed in one row; None where the row is empty."""
    texts = visit.texts
    name_column, most_column, *columns = st.columns([3, 2, *(3 for _ in before)])
    name = name_column.text_input(
        texts["cell_name"].format(n=number),
        value=cell.get("name", ""),
        max_chars=64,
        placeholder=texts["cell_example"],
    ).strip()
    most = most_column.number_input(
        texts["cell_most"].format(n=number), 0, 100_000, value=cell.get("most", _USUAL_MOST)
    )
    answers: dict[str, list[str]] = {}
    for question, column in zip(before, columns, strict=True):
        choices = column.multiselect(
            texts["cell_answers"].format(n=number, question=plain(question["text"])),
            question["choices"],
            default=cell.get("answers", {}).get(question["id"], []),
            placeholder=texts["cell_any"],
        )
        answers |= {question["id"]: choices} if choices else {}
    return {"name": name, "most": int(most), "answers": answers} if name else None
