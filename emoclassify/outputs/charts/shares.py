"""The chart "shares": for how much of the recording each emotion leads, for each person and the voice."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from emoclassify.analysis import Analysis
from emoclassify.colours import COLOURS, GAP
from emoclassify.findings import Shares
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.charts.style import TITLE_IN, paper, set_title, write_middle
from emoclassify.outputs.charts.titles import MOST_PERSONS, Translate, facts_of, person_count_facts
from emoclassify.overview import Overview
from emoclassify.words.numbers import percent
from emoclassify.words.texts import translation

_COLUMNS = 2
_HIGHEST_IN, _ALL_IN = 1.9, 7.0


def draw_shares(analysis: Analysis, stem: Path, lang: str) -> None:
    """Draws a panel for each person, and for the voice where it was read, with the percentage of each emotion."""
    _ = translation(lang).gettext
    panels = _panels(analysis, _)
    n_rows = max(1, -(-len(panels) // _COLUMNS))
    with paper(stem, min(n_rows * _HIGHEST_IN, _ALL_IN) + TITLE_IN) as figure:
        axes = figure.subplots(n_rows, min(_COLUMNS, max(1, len(panels))), squeeze=False).ravel()
        for panel, (name, unread_name, shares) in zip(axes, panels, strict=False):
            _draw_panel(panel, shares, [*map(_, EMOTIONS), unread_name], lang)
            panel.set_title(name, fontsize=8, loc="left")
        for panel in axes[len(panels) :]:
            panel.axis("off")
        if not panels:
            write_middle(axes[0], _("nothing to show"))
        facts = [
            _("time in which an emotion has the top score"),
            *facts_of(analysis, lang)[:1],
            *person_count_facts(analysis, _),
        ]
        set_title(figure, analysis.source.name, _("Shares of the recording"), facts)


def _panels(analysis: Analysis, _: Translate) -> list[tuple[str, str, Shares]]:
    """For each panel its title, the label of the bar for unread time, and the shares."""
    findings = Overview.of(analysis).findings
    faces = [curve for curve in findings.curves if curve.person is not None][:MOST_PERSONS]
    panels = [(f"{_('person')} {curve.person}", _("no usable face"), curve.shares) for curve in faces]
    if findings.voice is not None:
        panels.append((_("voice"), _("no speech"), findings.voice.shares))
    return panels


def _draw_panel(panel: Axes, shares: Shares, names: list[str], lang: str) -> None:
    rows, values = np.arange(len(names)), [*shares.leading, shares.unread]
    colours = [*(COLOURS[emotion] for emotion in EMOTIONS), GAP]
    bars = panel.barh(rows, values, color=colours, edgecolor="black", linewidth=0.5)
    bars[-1].set_hatch("////")
    panel.bar_label(bars, labels=[percent(value, lang) for value in values], padding=2)
    panel.set_yticks(rows, names)
    panel.invert_yaxis()
    panel.tick_params(axis="y", length=0)
    panel.set_xlim(0, 1.15)
    panel.set_xticks([])
    panel.spines["bottom"].set_visible(False)
