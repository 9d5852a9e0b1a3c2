"""The chart "shares": how long each emotion leads, of the readable time of each person and of the speech.

Of a still picture, which has no time, it shows the scores.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from emoclassify.analysis import Analysis
from emoclassify.colours import COLOURS
from emoclassify.findings import CurveFindings, Findings
from emoclassify.labels import EMOTIONS
from emoclassify.outputs.charts.style import TITLE_IN, paper, set_title, write_middle
from emoclassify.outputs.charts.titles import MOST_PERSONS, facts_of, person_count_facts
from emoclassify.overview import Overview
from emoclassify.words.bases import Base
from emoclassify.words.numbers import number, percent
from emoclassify.words.texts import translation

_COLUMNS = 2
_HIGHEST_IN, _ALL_IN = 1.9, 7.0


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


def draw_shares(analysis: Analysis, stem: Path, lang: str) -> None:
    """Draws a panel for each person, and for the voice where it was read, with the percentage of each emotion."""
    _ = translation(lang).gettext
    still, findings = analysis.source.still, Overview.of(analysis).findings
    panels = [*(_score_panels(findings, lang) if still else _share_panels(analysis, findings, lang))]
    n_rows = max(1, -(-len(panels) // _COLUMNS))
    with paper(stem, min(n_rows * _HIGHEST_IN, _ALL_IN) + TITLE_IN) as figure:
        axes = figure.subplots(n_rows, min(_COLUMNS, max(1, len(panels))), squeeze=False).ravel()
        for bars, panel in zip(axes, panels, strict=False):
            _draw_panel(bars, panel, [*map(_, EMOTIONS)])
        for bars in axes[len(panels) :]:
            bars.axis("off")
        if not panels:
            write_middle(axes[0], _("nothing to show"))
        is_scored = still and bool(panels)  # "1 of 1 frames" would say nothing then
        facts = [*([] if is_scored else facts_of(analysis, lang)[:1]), *person_count_facts(analysis, _)]
        title = _("The score of each emotion, from 0 to 1") if still else _("How long each emotion leads")
        if not still:
            facts.insert(0, _("time in which an emotion has the top score"))
        set_title(figure, analysis.source.name, title, facts)


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


def _draw_panel(axes: Axes, panel: _Panel, names: list[str]) -> None:
    rows = np.arange(len(names))
    colours = [COLOURS[emotion] for emotion in EMOTIONS]
    bars = axes.barh(rows, panel.lengths, color=colours, edgecolor="black", linewidth=0.5)
    axes.bar_label(bars, labels=panel.labels, padding=2)
    axes.set_title(panel.title, fontsize=8, loc="left")
    axes.set_yticks(rows, names)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(0, 1.15)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
