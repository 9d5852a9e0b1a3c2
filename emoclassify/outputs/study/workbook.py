"""report.xlsx of a study: a sheet that a person reads, one for each table, and one that says what the columns mean."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

from emoclassify.outputs.document.blocks import Block, Bullets, Heading, Note, Paragraph, Table
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.study.columns import STUDY_TABLES
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.names import film_name, pair_name
from emoclassify.outputs.study.report.comparisons import scenes_table
from emoclassify.outputs.study.report.cover import asked_beforehand, kicker_of, seen_by_looking
from emoclassify.outputs.study.report.films import figures_table, film_scenes_table
from emoclassify.outputs.study.report.panel import limits
from emoclassify.outputs.study.told import study_headline
from emoclassify.outputs.tables.front_sheet import FrontSheet
from emoclassify.outputs.tables.rows import Row
from emoclassify.outputs.tables.workbook import write_dictionary_sheet, write_table_sheet

_LEFT_OUT = ("groups", "values")
"""Tables with a row for each group, or person, and half second: too many for a workbook; the CSV files have them."""


def write_study_workbook(material: StudyMaterial, tables: Mapping[str, Sequence[Row]], path: Path) -> None:
    """Writes the answers and the tables as sheets, with numbers as numbers.

    Args:
        material: the study and its answers.
        tables: name of a table -> its rows.
        path: of the file.
    """
    names = [name for name in STUDY_TABLES if name not in _LEFT_OUT]
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        _write_front(FrontSheet(book, Words(material.options.lang).text("Answers")), material)
        for name in names:
            columns = STUDY_TABLES[name]
            rows = ([row.get(column.name) for column in columns] for row in tables[name])
            write_table_sheet(book, name, columns, rows)
        write_dictionary_sheet(book, {name: STUDY_TABLES[name] for name in names}, material.options.lang)


def _write_front(sheet: FrontSheet, material: StudyMaterial) -> None:
    words = Words(material.options.lang)
    _, study = words.text, material.study
    sheet.add_sentence(kicker_of(material, words), is_note=True)
    sheet.add_title(study_headline(study, material.answers, words))
    for block in asked_beforehand(material, words):
        _add(sheet, block)
    for block in seen_by_looking(material, words):
        _add(sheet, block)
    for stimulus in study.stimuli:
        sheet.add_heading(film_name(study, stimulus.id))
        own = [film for film in material.answers.films if film.stimulus == stimulus.id]
        _add(sheet, figures_table(study, own, words))
        if stimulus.scenes:
            _add(sheet, film_scenes_table(material, own, words))
    for comparison in study.plan.comparisons:
        sheet.add_heading(pair_name(study, comparison, words))
        _add(sheet, scenes_table(material, comparison, words))
    sheet.add_heading(_("Limits"))
    for sentence in limits(words):
        sheet.add_sentence(sentence, is_note=True)
    sheet.add_sentence(_("The other sheets hold the tables; “columns” says what their columns mean."))


def _add(sheet: FrontSheet, block: Block) -> None:
    match block:
        case Table():
            sheet.add_text_table(block)
        case Paragraph(text) | Heading(text):
            sheet.add_sentence(text)
        case Note(text):
            sheet.add_sentence(text, is_note=True)
        case Bullets(texts):
            for text in texts:
                sheet.add_sentence(text)
