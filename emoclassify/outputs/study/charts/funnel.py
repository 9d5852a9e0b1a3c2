"""The chart of who counts: the viewings in the table, those that count, and why the others do not."""

from collections import Counter

from emoclassify.colours import GAP
from emoclassify.outputs.charts.style import (
    GAP_STYLE,
    TEXT_PT,
    THEME,
    Sheet,
    paper,
    rows_of,
    set_title,
    width_in,
    wrapped,
)
from emoclassify.outputs.document.words import Words
from emoclassify.outputs.headlines import capitalized
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.names import reason_in
from emoclassify.outputs.study.told import people_sentence

_NAME_IN = 3.4
_LEAST_ROWS = 4  # of bars: two would be as high as the chart


def reasons_of(material: StudyMaterial, words: Words) -> list[tuple[str, int]]:
    """Each reason why viewings are left out with how many, the most frequent first."""
    reasons = Counter(viewing.reason for viewing in material.study.judged if not viewing.is_usable)
    return [(capitalized(reason_in(reason, words)), n) for reason, n in reasons.most_common()]


def draw_funnel(material: StudyMaterial, sheet: Sheet) -> None:
    """Draws a bar for all viewings, for those that count, and for each reason."""
    words, study = Words(material.options.lang), material.study
    _, reasons = words.text, reasons_of(material, words)
    n_all = len(study.viewings)
    n_used = n_all - sum(n for _, n in reasons)
    bars = [(_("In the table"), n_all, THEME.muted), (_("Count"), n_used, THEME.ink)]
    with paper(sheet) as figure:
        finding = people_sentence(study, words).removesuffix(".")
        title_in = set_title(figure, study.title, finding, _("Who counts, and why others do not"), [])
        names = [
            "\n".join(wrapped(name, TEXT_PT, within_in=_NAME_IN))
            for name in [bar[0] for bar in bars] + [one for one, _n in reasons]
        ]
        left_in = max(width_in(line) for name in names for line in name.split("\n")) + 0.15
        (axes,) = rows_of(figure, [1.0], title_in, left_in=left_in, right_in=0.6)
        for i, (_name, n, colour) in enumerate(bars):
            axes.barh(i, n, height=0.62, color=colour)
        for i, (_reason, n) in enumerate(reasons, start=len(bars)):
            axes.barh(i, n, height=0.62, linewidth=0.6, **{**GAP_STYLE, "facecolor": GAP})
        for i, n in enumerate([*(bar[1] for bar in bars), *(n for _, n in reasons)]):
            axes.text(n + 0.01 * n_all, i, words.count(n), va="center", fontweight=600)
        axes.set_yticks(range(len(names)), names, color=THEME.ink)
        axes.set_ylim(max(len(names), _LEAST_ROWS) - 0.4, -0.6)
        axes.set_xlim(0, max(1, n_all) * 1.02)
        axes.set_xticks([])
        axes.tick_params(axis="y", length=0)
        axes.spines[:].set_visible(False)
