"""The chart of the people: each person's curve by itself, the most unlike first, and the panel's mean behind it."""

import numpy as np
from matplotlib.axes import Axes

from emoclassify.colours import THEMES
from emoclassify.outputs.charts.style import NOTE_PT, THEME, Sheet, panels_of, paper, set_title, width_in
from emoclassify.outputs.document.words import Words, printable
from emoclassify.outputs.headlines import capitalized
from emoclassify.outputs.study.charts.lines import measure_colour
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.names import film_name, measure_name
from emoclassify.study.findings import FilmFindings
from emoclassify.study.people import PersonFinding
from emoclassify.study.plan import Side
from emoclassify.study.statistics.arrays import Values
from emoclassify.study.stimulus import BIN_S

MOST_PEOPLE = 40
"""In one chart; with more, the most unlike ones."""

_COLUMNS, _MOST_ON_SLIDE = 8, 16
_BETWEEN_ROWS_IN = 0.35  # for the names
_LEAST_HIGH = 0.2  # end of the axis of scores: less would make a mountain of noise
_FRAME = 2.2  # width of the line around somebody far out, points


def draw_people(material: StudyMaterial, film: FilmFindings, sheet: Sheet) -> None:
    """Draws one measure of the people who saw a film, sorted by their distance from all others."""
    words, study = Words(material.options.lang), material.study
    panel = study.panel(Side(film.stimulus), film.measure)
    values = dict(zip(panel.respondents, study.values(panel), strict=True))
    bounds = _bounds(study.values(panel))
    people = people_by_distance(material, film)
    few = people[: MOST_PEOPLE if sheet.form.is_titled else _MOST_ON_SLIDE]
    with paper(sheet) as figure:
        name, finding = film_name(study, film.stimulus), _finding(people, words)
        title = words.text("Each person's curve, the most unlike first")
        title_in = set_title(figure, name, finding, title, _facts(film, people, len(few), words))
        width, height = figure.get_size_inches()
        n_columns = min(_COLUMNS, max(1, int(np.ceil(np.sqrt(width / height * len(few))))))
        n_rows = max(1, -(-len(few) // n_columns))
        axes, panel_in = panels_of(figure, n_rows, n_columns, title_in - 0.2, 0.12, _BETWEEN_ROWS_IN)
        for row, person in zip(axes, few, strict=False):
            _draw_person(row, person, values[person.respondent], film, panel_in)
            row.set_ylim(*bounds)
        for row in axes[len(few) :]:
            row.axis("off")


def people_by_distance(material: StudyMaterial, film: FilmFindings) -> list[PersonFinding]:
    """The people of a film and measure, the farthest from all others first."""
    own = [
        person
        for person in material.answers.people
        if (person.stimulus, person.measure) == (film.stimulus, film.measure)
    ]
    return sorted(own, key=lambda person: (-person.is_outlier, -(person.distance or 0.0), person.respondent))


def _bounds(values: Values) -> tuple[float, float]:
    """One axis for all people."""
    low, high = float(np.nanmin(values, initial=0.0)), float(np.nanmax(values, initial=_LEAST_HIGH))
    return 1.05 * low, 1.05 * high


def _finding(people: list[PersonFinding], words: Words) -> str:
    _, outliers = words.text, [printable(person.respondent) for person in people if person.is_outlier]
    if not outliers:
        return _("Nobody is far from all others")
    names = ", ".join(outliers[:4]) + (", \N{HORIZONTAL ELLIPSIS}" if len(outliers) > 4 else "")
    return words.several(
        "Far from all others: {n} of {all} person ({names})",
        "Far from all others: {n} of {all} people ({names})",
        len(people),
    ).format(n=len(outliers), all=len(people), names=names)


def _facts(film: FilmFindings, people: list[PersonFinding], n_shown: int, words: Words) -> list[str]:
    _ = words.text
    facts = [capitalized(measure_name(film.measure, words)), _("grey: the panel's mean")]
    facts += [_("framed: far out")] if any(person.is_outlier for person in people) else []
    if len(people) > n_shown:
        template = words.several("{shown} of {all} person", "{shown} of {all} people", len(people))
        facts.append(template.format(shown=n_shown, all=words.count(len(people))))
    return facts


def _draw_person(row: Axes, person: PersonFinding, curve: Values, film: FilmFindings, panel_in: float) -> None:
    middles_s = (np.arange(len(curve)) + 0.5) * BIN_S
    row.plot(middles_s, film.band.mean, color=THEMES["light"].rule, linewidth=2.4)
    row.plot(middles_s, curve, color=measure_colour(film.measure), linewidth=1.2)
    name = printable(person.respondent).replace("$", r"\$")
    while width_in(name, NOTE_PT) > panel_in and len(name) > 2:
        name = f"{name[:-2]}\N{HORIZONTAL ELLIPSIS}"
    row.set_title(name, fontsize=NOTE_PT, loc="left", pad=2, fontweight=600 if person.is_outlier else 400)
    row.set_xticks([])
    row.set_yticks([])
    for spine in row.spines.values():
        spine.set_visible(person.is_outlier or spine.spine_type == "bottom")
        spine.set_linewidth(_FRAME if person.is_outlier else 0.6)
        spine.set_color(THEME.ink if person.is_outlier else THEME.rule)
