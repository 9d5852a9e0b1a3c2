"""The chart "shares": how long each emotion leads, of the readable time of each person and of the speech.

Of a still picture, which has no time, it shows the scores.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from emoclassify.analysis import Analysis
from emoclassify.colours import COLOURS
from emoclassify.findings import NOTABLE_SHARE, CurveFindings, Findings
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.charts.scales import write_names
from emoclassify.outputs.charts.style import (
    FILE,
    NOTE_PT,
    PAGE,
    TEXT_PT,
    THEME,
    Sheet,
    panels_of,
    paper,
    set_title,
    width_in,
    wrapped,
    write_middle,
)
from emoclassify.outputs.charts.titles import MOST_PERSONS, facts_of, person_count_facts
from emoclassify.outputs.headlines import headline
from emoclassify.overview import Overview
from emoclassify.words.bases import Base
from emoclassify.words.numbers import number, percent
from emoclassify.words.texts import translation

_COLUMNS = 2
_MOST_IN_TWO = 4  # panels in two columns; more of them stand in three
_SMALL_FROM_ROWS = 3  # of panels
_PAGE_SHARE_A_ROW = 0.42  # of the height of a chart on a page, that a row of panels may take
_BAR_IN, _BETWEEN_ROWS_IN, _AROUND_IN = 0.36, 0.95, 2.1  # on a page, which a chart of few bars does not fill
_FULL = 1.22  # of the axis of a panel: behind the longest bar is room for its label
_LEAST_ROWS, _LEAST_ON_PAGE = 3, 2  # of bars: a single one would be as high as the panel


@dataclass(frozen=True)
class _Panel:
    """The bars of one person, or of the voice.

    Attributes:
        title: says of what the bars are shares.
        lengths: of the bars, in the order of EMOTIONS, 0..1.
        labels: the same in words.
    """

    title: str
    lengths: npt.NDArray[np.floating]
    labels: list[str]


def draw_shares(analysis: Analysis, overview: Overview, sheet: Sheet | Path, lang: str) -> None:
    """Draws a panel for each person, and for the voice where it was read, with the percentage of each emotion."""
    _ = translation(lang).gettext
    still, findings = analysis.source.still, overview.findings
    panels = [*(_score_panels(findings, lang) if still else _share_panels(analysis, findings, lang))]
    facts = [] if still else [_("time in which an emotion has the top score")]
    facts += [*([] if still and panels else facts_of(analysis, lang)[:1]), *person_count_facts(analysis, _)]
    title = _("The score of each emotion, from 0 to 1") if still else _("How long each emotion leads")
    n_bars = max((len(_shown(panel)) for panel in panels), default=0)
    sheet, n_rows, n_columns = _layout(sheet, len(panels), n_bars)
    least_rows = _LEAST_ROWS if sheet.form == FILE else _LEAST_ON_PAGE
    with paper(sheet) as figure:
        title_in = set_title(figure, analysis.source.name, headline("shares", overview, lang), title, facts)
        left_in = max(width_in(_(emotion)) for emotion in EMOTIONS) + 0.1
        axes, panel_in = panels_of(figure, n_rows, n_columns, title_in, left_in)
        for bars, panel in zip(axes, panels, strict=False):
            size_pt = TEXT_PT if n_rows < _SMALL_FROM_ROWS else NOTE_PT
            _draw_panel(bars, panel, [*map(_, EMOTIONS)], size_pt, panel_in, least_rows)
        for bars in axes[len(panels) :]:
            bars.axis("off")
        if not panels:
            write_middle(axes[0], _("nothing to show"))


def _layout(sheet: Sheet | Path, n_panels: int, n_bars: int) -> tuple[Sheet, int, int]:
    """The sheet, and how many rows and columns of panels it has: on a page it is as high as its bars need."""
    sheet = sheet if isinstance(sheet, Sheet) else Sheet(sheet)
    is_page = sheet.form == PAGE
    n_columns = 1 if n_panels <= 1 else _COLUMNS if is_page or n_panels <= _MOST_IN_TWO else _COLUMNS + 1
    n_rows = max(1, -(-n_panels // n_columns))
    if is_page:
        page_width_in, page_height_in = PAGE.size_in
        row_in = _BAR_IN * max(n_bars + 1, _LEAST_ON_PAGE)
        needed_in = _AROUND_IN + n_rows * row_in + (n_rows - 1) * _BETWEEN_ROWS_IN
        height_in = min(needed_in, page_height_in * max(1, n_rows * _PAGE_SHARE_A_ROW))
        sheet = replace(sheet, form=replace(PAGE, size_in=(page_width_in, height_in)))
    return sheet, n_rows, n_columns


def _faces(findings: Findings) -> list[CurveFindings]:
    return [curve for curve in findings.curves if curve.person is not None][:MOST_PERSONS]


def _score_panels(findings: Findings, lang: str) -> Iterator[_Panel]:
    """The scores of each person in a still picture."""
    person = translation(lang).gettext("person")
    for curve in _faces(findings):
        if curve.mean is not None:
            labels = [number(float(score), lang) for score in curve.mean]
            yield _Panel(f"{person} {curve.person}", curve.mean, labels)


def _share_panels(analysis: Analysis, findings: Findings, lang: str) -> Iterator[_Panel]:
    """How long each emotion leads in each face, and in the voice."""
    _ = translation(lang).gettext
    for curve in (*_faces(findings), *([findings.voice] if findings.voice else [])):
        template = (
            _("person {person}: of the readable time ({of_recording})")
            if curve.person
            else _("voice: of the speech ({of_recording})")
        )
        title = template.format(person=curve.person, of_recording=_read(curve, lang))
        labels = curve.shares.in_words(analysis.options.emotion_groups, lang).emotions.values()
        yield _Panel(title, curve.shares.leading_of_read, list(labels))


def _read(curve: CurveFindings, lang: str) -> str:
    return Base.RECORDING.of(percent(curve.shares.read, lang), lang)


def _order(panel: _Panel) -> list[int]:
    """The emotions, longest bar first."""
    return [int(i) for i in np.argsort(-panel.lengths, kind="stable")]


def _shown(panel: _Panel) -> list[int]:
    """Those worth a bar, one at least."""
    order = _order(panel)
    return [i for i in order if panel.lengths[i] >= NOTABLE_SHARE] or order[:1]


def _draw_panel(axes: Axes, panel: _Panel, names: list[str], size_pt: float, panel_in: float, least_rows: int) -> None:
    """The bars of the emotions worth one, longest first; what leads less is one line of text below."""
    order, shown_indices = _order(panel), _shown(panel)
    rows = np.arange(len(shown_indices))
    bars = axes.barh(
        rows, panel.lengths[shown_indices], height=0.66, color=[COLOURS[EMOTIONS[i]] for i in shown_indices]
    )
    axes.bar_label(bars, [panel.labels[i] for i in shown_indices], padding=4, fontweight=600, fontsize=size_pt)
    axes.set_title(
        "\n".join(wrapped(panel.title, size_pt, within_in=panel_in)), fontsize=size_pt, loc="left", color=THEME.muted
    )
    write_names(axes, list(rows), [names[i] for i in shown_indices], size_pt)
    axes.set_ylim(max(len(rows), least_rows) - 0.4, -0.6)
    axes.set_xlim(0, _FULL)
    axes.xaxis.set_visible(False)
    axes.spines[:].set_visible(False)
    others = ", ".join(f"{names[i]} {panel.labels[i]}" for i in order if i not in shown_indices and panel.lengths[i])
    unbroken = others.replace(" ", "\N{NO-BREAK SPACE}").replace(",\N{NO-BREAK SPACE}", ", ")
    below = "\n".join(wrapped(unbroken, NOTE_PT, within_in=panel_in))
    axes.text(0, len(rows) - 0.5, below, fontsize=NOTE_PT, color=THEME.muted, va="top")
