"""The section on norms: where the films lie among those of earlier studies."""

from emoclassify.outputs.document.blocks import Block, Heading, Paragraph, Table
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.headlines import capitalized
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.names import film_name, measure_name
from emoclassify.study.norms import LEAST_FILMS
from emoclassify.words.norm_figures import figure_in_words
from emoclassify.words.numbers import count


def norms(material: StudyMaterial, words: Words) -> list[Block]:
    """Percentiles among the comparable films; with too few of them only how many there are."""
    _, compared = words.text, material.norms
    if compared is None:
        return []
    heading = Heading(_("Among other films"))
    text = _(
        "Films of your norms file that were read with the same models and options and judged by the same limits: {n}. "
        "Percentiles are told from {least} films on."
    ).format(n=count(compared.n_films, words.lang), least=LEAST_FILMS)
    if not compared.standings:
        return [heading, Paragraph(text)]
    rows = tuple(
        (
            film_name(material.study, one.film.rpartition(":")[2]),
            capitalized(measure_name(one.measure, words)),
            figure_in_words(one.figure, words.lang),
            words.number(one.value),
            words.percent(one.percentile),
        )
        for one in compared.standings
    )
    header = (_("film"), _("measure"), _("figure"), _("value"), _("films below"))
    return [heading, Paragraph(text), Table(header, rows, numbers_from=3)]
