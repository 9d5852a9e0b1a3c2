"""shares: how much of the recording each emotion leads, for each person and the voice."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from emoclassify.analysis import Analysis
from emoclassify.labels import COLOURS, EMOTIONS
from emoclassify.outputs.charts.style import TITLE_IN, paper, set_title, write_middle
from emoclassify.outputs.tracks import Translate, end_of, facts_of, shown_of, tracks_of
from emoclassify.timeline import Bins
from emoclassify.words.texts import percent, translation

_COLUMNS = 2
_HIGHEST_IN, _ALL_IN = 1.9, 7.0


def shares(bins: Bins, end_s: float) -> npt.NDArray[np.float64]:
    """The share of the time up to `end_s` in which each emotion has the top score, then that of the gaps.

    A bin counts by its coverage: what was not read in it is a gap.

    Returns:
        float64 (8,), in the order of EMOTIONS, sum 1.
    """
    lengths_s = np.diff(np.append(bins.starts_s, end_s))  # the last bin may reach beyond the end
    read_s = lengths_s * np.nan_to_num(bins.coverage)
    led_s = np.bincount(np.nan_to_num(bins.scores).argmax(axis=1), read_s, minlength=len(EMOTIONS))
    return np.append(led_s, (lengths_s - read_s).sum()) / end_s


def draw_shares(analysis: Analysis, stem: Path, lang: str) -> None:
    """Draws the shares of each person, and of the voice where it was heard: a bar an emotion, with its percentage."""
    _ = translation(lang).gettext
    panels = _panels(analysis, _)
    n_rows = max(1, -(-len(panels) // _COLUMNS))
    with paper(stem, min(n_rows * _HIGHEST_IN, _ALL_IN) + TITLE_IN) as figure:
        axes = figure.subplots(n_rows, min(_COLUMNS, max(1, len(panels))), squeeze=False).ravel()
        for panel, (name, missing, bins) in zip(axes, panels, strict=False):
            _draw_panel(panel, shares(bins, end_of(analysis)), [*map(_, EMOTIONS), missing], lang)
            panel.set_title(name, fontsize=8, loc="left")
        for panel in axes[len(panels) :]:
            panel.axis("off")
        if not panels:
            write_middle(axes[0], _("nothing to show"))
        facts = [_("time in which an emotion has the top score"), *facts_of(analysis, lang)[:1], *shown_of(analysis, _)]
        set_title(figure, analysis.source.name, _("Shares of the recording"), facts)


def _panels(analysis: Analysis, _: Translate) -> list[tuple[str, str, Bins]]:
    """Name of whose shares, name of its gaps, and scores over the whole recording."""
    panels = [
        (track.label(_), _("no usable face"), track.bins) for track in tracks_of(analysis) if track.person is not None
    ]
    if analysis.segments:
        panels.append((_("voice"), _("no speech"), analysis.heard_series()))
    return panels


def _draw_panel(panel: Axes, values: npt.NDArray[np.float64], names: list[str], lang: str) -> None:
    rows = np.arange(len(names))
    colours = [*(COLOURS[emotion] for emotion in EMOTIONS), "#ECECEC"]
    bars = panel.barh(rows, values, color=colours, edgecolor="black", linewidth=0.5)
    bars[-1].set_hatch("////")
    panel.bar_label(bars, labels=[percent(value, lang) for value in values], padding=2)
    panel.set_yticks(rows, names)
    panel.invert_yaxis()
    panel.tick_params(axis="y", length=0)
    panel.set_xlim(0, 1.15)
    panel.set_xticks([])
    panel.spines["bottom"].set_visible(False)
