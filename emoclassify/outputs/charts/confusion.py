"""The confusion matrix as a picture."""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from emoclassify.labels import EMOTIONS
from emoclassify.metrics import Measured


def draw_confusion(measured: Measured, path: Path, title: str) -> None:
    """Draws how often the model said each emotion (columns) for each true one (rows); shades are shares of a row."""
    counts = np.array(measured.confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    with matplotlib.rc_context({"font.size": 10}):
        figure = Figure(figsize=(6.4, 5.6), dpi=200, layout="constrained")
        axes = figure.subplots()
        image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        for row, column in np.ndindex(*counts.shape):
            colour = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column, row, str(counts[row, column]), ha="center", va="center", color=colour)
        axes.set_xticks(range(len(EMOTIONS)), EMOTIONS, rotation=45, ha="right")
        axes.set_yticks(range(len(EMOTIONS)), EMOTIONS)
        axes.set_xlabel("what the model said")
        axes.set_ylabel("truth")
        axes.set_title(f"{title}\nn {measured.n}, accuracy {measured.accuracy:.3f}, macro-F1 {measured.macro_f1:.3f}")
        figure.colorbar(image, label="share of the row")
        figure.savefig(path, format="png", metadata={"Software": None})
