"""The chart "shares": how long each emotion leads, of the readable time of each person and of the speech."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from emoclassify.analysis import Analysis
from emoclassify.colours import COLOURS
from emoclassify.findings import CurveFindings, Shares
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.charts.style import TITLE_IN, paper, set_title, write_middle
from emoclassify.outputs.charts.titles import MOST_PERSONS, facts_of, person_count_facts
from emoclassify.overview import Overview
from emoclassify.words.bases import Base
from emoclassify.words.numbers import percent
from emoclassify.words.texts import translation

_COLUMNS = 2
_HIGHEST_IN, _ALL_IN = 1.9, 7.0


def draw_shares(analysis: Analysis, stem: Path, lang: str) -> None:
    """Draws a panel for each person, and for the voice where it was read, with the percentage of each emotion."""
    _ = translation(lang).gettext
    panels = _panels(analysis, lang)
    n_rows = max(1, -(-len(panels) // _COLUMNS))
    with paper(stem, min(n_rows * _HIGHEST_IN, _ALL_IN) + TITLE_IN) as figure:
        axes = figure.subplots(n_rows, min(_COLUMNS, max(1, len(panels))), squeeze=False).ravel()
        for panel, (title, shares) in zip(axes, panels, strict=False):
            labels = list(shares.in_words(analysis.options.emotion_groups, lang).emotions.values())
            _draw_panel(panel, shares, labels, [*map(_, EMOTIONS)])
            panel.set_title(title, fontsize=8, loc="left")
        for panel in axes[len(panels) :]:
            panel.axis("off")
        if not panels:
            write_middle(axes[0], _("nothing to show"))
        facts = [
            _("time in which an emotion has the top score"),
            *facts_of(analysis, lang)[:1],
            *person_count_facts(analysis, _),
        ]
        set_title(figure, analysis.source.name, _("How long each emotion leads"), facts)


def _panels(analysis: Analysis, lang: str) -> list[tuple[str, Shares]]:
    """For each panel its title, which says of what its percentages are shares, and the shares."""
    _ = translation(lang).gettext
    findings = Overview.of(analysis).findings
    faces = [curve for curve in findings.curves if curve.person is not None][:MOST_PERSONS]
    template = _("person {person}: of the readable time, {of_recording}")
    panels = [(template.format(person=curve.person, of_recording=_read(curve, lang)), curve.shares) for curve in faces]
    if findings.voice is not None:
        title = _("voice: of the speech, {of_recording}").format(of_recording=_read(findings.voice, lang))
        panels.append((title, findings.voice.shares))
    return panels


def _read(curve: CurveFindings, lang: str) -> str:
    return Base.RECORDING.of(percent(curve.shares.read, lang), lang)


def _draw_panel(panel: Axes, shares: Shares, labels: list[str], names: list[str]) -> None:
    rows = np.arange(len(names))
    colours = [COLOURS[emotion] for emotion in EMOTIONS]
    bars = panel.barh(rows, shares.leading_of_read, color=colours, edgecolor="black", linewidth=0.5)
    panel.bar_label(bars, labels=labels, padding=2)
    panel.set_yticks(rows, names)
    panel.invert_yaxis()
    panel.tick_params(axis="y", length=0)
    panel.set_xlim(0, 1.15)
    panel.set_xticks([])
    panel.spines["bottom"].set_visible(False)
