"""timeline.png: one band an emotion over time, the voice below."""

import warnings
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from emoclassify.analysis import SERIES_BIN_S, Analysis
from emoclassify.labels import COLOURS, EMOTIONS
from emoclassify.timeline import Bins

_WIDTH_IN, _BAND_IN, _EDGES_IN = 10.0, 0.55, 1.5
_DPI = 200  # twice the usual 100, sharp on a good screen and in print
_STYLE: Any = {"font.size": 10, "axes.spines.top": False, "axes.spines.right": False, "font.family": "DejaVu Sans"}


def draw_timeline(analysis: Analysis, path: Path) -> None:
    """Draws the emotions of the main person over time, and below them what the voice said.

    One band an emotion, its height the score from 0 to 1, on the grid of series.csv; a gap is left empty and shaded.
    A recording without a picture has the scores of its voice in the bands.
    """
    heard = analysis.voice is not None
    n_bands = len(EMOTIONS) + heard
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH_IN, n_bands * _BAND_IN + _EDGES_IN), dpi=_DPI, layout="constrained")
        axes = figure.subplots(n_bands, 1, sharex=True, squeeze=False)[:, 0]
        series = _series(analysis)
        for band, emotion in zip(axes, EMOTIONS, strict=False):
            _draw_band(band, emotion, series)
        if heard:
            _draw_voice(axes[-1], analysis)
        _finish(figure, axes, analysis)
        with warnings.catch_warnings():
            # A name in a script that the font lacks is drawn as boxes; the table and the folder have it whole.
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            figure.savefig(path, format="png", metadata={"Software": None})


def _series(analysis: Analysis) -> Bins | None:
    if analysis.persons:
        return analysis.series(1)
    return analysis.heard_series() if not analysis.frames and analysis.segments else None


def _draw_band(band: Axes, emotion: str, series: Bins | None) -> None:
    band.set_ylim(0, 1)
    band.set_yticks([0, 1], labels=["0", "1"], fontsize=7)
    band.set_ylabel(emotion, rotation=0, ha="right", va="center", labelpad=14)
    band.tick_params(axis="x", length=0)
    if series is None:
        return
    edges = np.append(series.starts_s, series.starts_s[-1] + SERIES_BIN_S)
    values = series.scores[:, EMOTIONS.index(emotion)]
    band.stairs(values, edges, fill=True, color=COLOURS[emotion], linewidth=0)
    band.stairs(values, edges, color="black", linewidth=0.6)
    gaps = (series.n_valid == 0).astype(float)
    band.stairs(gaps, edges, fill=True, color="#ECECEC", linewidth=0, zorder=0)


def _draw_voice(band: Axes, analysis: Analysis) -> None:
    band.set_ylim(0, 1)
    band.set_yticks([])
    band.set_ylabel("voice", rotation=0, ha="right", va="center", labelpad=24)
    if not analysis.segments:
        band.text(
            0.5, 0.5, "no speech", ha="center", va="center", fontsize=8, color="#555555", transform=band.transAxes
        )
    for segment in analysis.segments:
        span, dominant = segment.voice.span, segment.voice.dominant
        colour = COLOURS[dominant] if dominant else "white"
        band.axvspan(span.start_s, span.end_s, 0.1, 0.9, facecolor=colour, edgecolor="black", linewidth=0.6)
        if span.duration_s > analysis.end_s / 14:  # narrower than its own name
            name = dominant or "cannot tell"
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
            band.text((span.start_s + span.end_s) / 2, 0.5, name, ha="center", va="center", fontsize=8, bbox=box)


def _finish(figure: Figure, axes: "np.ndarray[tuple[int], np.dtype[np.object_]]", analysis: Analysis) -> None:
    last = axes[-1]
    last.set_xlim(0, max(analysis.end_s, SERIES_BIN_S))
    last.xaxis.set_major_locator(MaxNLocator(nbins=10, steps=[1, 1.5, 2, 3, 5, 6, 10], min_n_ticks=2))
    last.xaxis.set_major_formatter(FuncFormatter(lambda value, _: minutes(value)))
    last.tick_params(axis="x", length=3)
    last.set_xlabel("time (m:ss)")
    figure.suptitle(_title(analysis), x=0.01, ha="left", fontsize=11)


def _title(analysis: Analysis) -> str:
    counts = analysis.counts
    if not analysis.frames:
        found = "the voice; score 0 to 1; grey: no speech" if analysis.segments else "no picture, no speech"
    elif not counts["with_face"]:
        found = "no face found"
    else:
        whose = f"person 1 of {len(analysis.persons)}; " if len(analysis.persons) > 1 else ""
        seen = f"face in {counts['with_face']} of {counts['sampled']} frames looked at"
        found = f"{whose}{seen}; score 0 to 1; grey: no usable face"
    return f"{_shortened(analysis.source['name'])}: {found}"


def _shortened(name: str, longest: int = 60) -> str:
    printable = "".join(letter if letter.isprintable() else "?" for letter in name).replace("$", r"\$")
    return printable if len(printable) <= longest else f"{printable[: longest // 2]}…{printable[-longest // 2 :]}"


def minutes(seconds: float) -> str:
    """m:ss, with tenths where the moment is no whole second: 75.0 -> "1:15", 2.5 -> "0:02.5"."""
    tenths = round(seconds * 10)
    whole = f"{tenths // 600}:{tenths // 10 % 60:02d}"
    return whole if tenths % 10 == 0 else f"{whole}.{tenths % 10}"
