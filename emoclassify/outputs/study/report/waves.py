"""The section on waves and days."""

from emoclassify.outputs.document.blocks import Block, Bullets, Heading, Paragraph, Picture, Table, TextRow
from emoclassify.outputs.document.words import NOTHING, Words
from emoclassify.outputs.headlines import capitalized
from emoclassify.outputs.study.charts.draw import waves_chart
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.names import film_name, measure_name, p_text, points, points_span
from emoclassify.outputs.study.waves_told import step_sentence, wave_name, waves_note
from emoclassify.study.waves import WaveLevel, WaveStep


def waves(material: StudyMaterial, words: Words, charts: dict[str, Picture]) -> list[Block]:
    """Each measure by waves as a chart, a table of all, and each step between two waves in a sentence."""
    _, all_waves = words.text, material.answers.waves
    if not all_waves.levels:
        return []
    title = _("Days on one axis") if all_waves.are_days else _("Waves on one axis")
    measures = dict.fromkeys(level.measure for level in all_waves.levels)
    names = [waves_chart(measure) for measure in measures]
    sentences = tuple(step_sentence(material.study, all_waves, step, words) for step in all_waves.steps)
    return [
        Heading(title),
        Paragraph(waves_note(words)),
        *(charts[name] for name in names if name in charts),
        _table(material, words),
        Bullets(sentences),
    ]


def _table(material: StudyMaterial, words: Words) -> Table:
    _, all_waves = words.text, material.answers.waves
    steps = {(step.stimulus, step.measure, step.second): step for step in all_waves.steps}
    header = (
        _("film"),
        _("measure"),
        _("day") if all_waves.are_days else _("wave"),
        _("people"),
        _("mean (95%)"),
        _("change (95%)"),
        _("p (corrected)"),
    )
    rows = tuple(
        _row(material, level, steps.get((level.stimulus, level.measure, level.wave)), words)
        for level in all_waves.levels
    )
    return Table(header, rows, numbers_from=3)


def _row(material: StudyMaterial, level: WaveLevel, step: WaveStep | None, words: Words) -> TextRow:
    span = words.text("{low} to {high}").format(low=words.number(level.low), high=words.number(level.high))
    difference = step.difference if step else None
    change = NOTHING
    if difference is not None:
        change = f"{points(difference.difference, words)} ({points_span(difference.low, difference.high, words)})"
    return (
        film_name(material.study, level.stimulus),
        capitalized(measure_name(level.measure, words)),
        wave_name(material.answers.waves, level.wave, words),
        words.count(level.n),
        f"{words.number(level.mean)} ({span})",
        change,
        p_text(step.p_adjusted if step else None, words),
    )
