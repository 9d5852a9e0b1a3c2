"""Measures what each change to the speech gains: trainings without one of them, compared on validation speakers."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from emoclassify.voice.predict import VoiceModel
from voice_model.corpora import read_corpora
from voice_model.evaluate import CONDITIONS, score
from voice_model.export import torch_ensemble
from voice_model.scored import Scored
from voice_model.settings import Settings
from voice_model.splits import clips_for
from voice_model.train import train, trained

TABLE_FILE = "ablation.md"

CHANGES: dict[str, dict[str, Any]] = {
    "as it is": {},
    "without speed": {"speed": 0.0},
    "without noise": {"noise_chance": 0.0},
    "without masks": {"time_mask_frames": 0, "coefficient_mask": 0},
    "without mixup": {"mixup": 0.0},
    "without rooms": {"room_chance": 0.0},
    "without telephones": {"telephone_chance": 0.0},
    "without crowds": {"crowd_share": 0.0},
}
"""A change -> its settings. "without TESS" is added in `run_ablation`: that corpus gets no weight."""


def run_ablation(data: Path, runs: Path, settings: Settings) -> str:
    """Trains what is not trained yet and writes the UAR of the validation speakers into TABLE_FILE.

    Args:
        data: holds the corpora.
        runs: gets a folder for each training.
        settings: each training changes one of these.

    Returns:
        The table, Markdown: a row for each change, a column for each corpus and, over all of them, the mean,
        clean and in each of the other conditions.

    Raises:
        WorkshopError: there is no corpus with validation speakers, or the trainings in the folder have other settings
            or learned from other clips.
    """
    clips = clips_for(read_corpora(data).clips, "validation", settings.fold)
    corpora = sorted({clip.corpus for clip in clips})
    columns = ["change", *corpora, *(f"mean, {condition}" for condition in CONDITIONS)]
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    weightless = tuple((corpus, 0.0 if corpus == "tess" else weight) for corpus, weight in settings.corpus_weights)
    for name, change in {**CHANGES, "without TESS": {"corpus_weights": weightless}}.items():
        run = runs / name.replace(" ", "-")
        train(data, run, replace(settings, **change))
        network, of_run = trained(run)
        model = VoiceModel.of(torch_ensemble([network], [of_run]), 1.0)
        uars_by_condition = [_uars(Scored.of(clips, score(model, clips, condition))) for condition in CONDITIONS]
        means = [sum(uars.values()) / len(uars) for uars in uars_by_condition]
        cells = [uars_by_condition[0][corpus] for corpus in corpora] + means
        lines.append(f"| {name} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |")
    table = "\n".join(lines) + "\n"
    (runs / TABLE_FILE).write_text(table, encoding="utf-8")
    return table


def _uars(scored: Scored) -> dict[str, float]:
    return {corpus: part.report().uar for corpus, part in scored.by_corpus().items()}
