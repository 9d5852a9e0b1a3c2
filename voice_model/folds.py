"""Five folds over the speakers: each speaker is in the test once, our network beside the first system's."""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from emoclassify.labels import Scores
from emoclassify.voice.predict import VoiceModel
from voice_model import baseline
from voice_model.corpora import Clip, read_corpora
from voice_model.evaluate import CONDITIONS, score
from voice_model.export import fit_temperature, torch_ensemble
from voice_model.scored import Report, Scored
from voice_model.settings import Settings
from voice_model.splits import FOLDS, Split, split
from voice_model.train import train, trained

TABLE_FILE = "folds.md"

_BASELINE = "baseline"
_TEMPERATURE_FILE = "temperature.txt"

log = logging.getLogger(__name__)


def run_folds(data: Path, runs: Path, settings: Settings) -> str:
    """Trains and tests what is not done yet, then writes the figures of all folds into TABLE_FILE.

    Args:
        data: holds the corpora.
        runs: gets a folder a fold; a call that broke off is gone on with.
        settings: of our network; every fold is taken.

    Returns:
        The table, Markdown.

    Raises:
        UsageError: there is no corpus, or the folds in the folder have other settings.
    """
    clips = read_corpora(data).clips
    folds = [(runs / f"fold{fold}", replace(settings, fold=fold)) for fold in range(FOLDS)]
    for run, of_fold in folds:
        train(data, run, of_fold)
    heard = baseline.features(clips, runs / "features")
    of_clip = dict(zip(clips, heard, strict=True))
    for run, of_fold in folds:
        sides = split(clips, fold=of_fold.fold)
        _test_ours(run, sides)
        baseline.fit(np.stack([of_clip[clip] for clip in sides.train]), sides.train, settings.seed, run)
        of_test = np.stack([of_clip[clip] for clip in sides.test])
        _scored_once(run / f"{_BASELINE}.npz", sides.test, partial(baseline.predict, of_test, run))
    table = _table(runs)
    (runs / TABLE_FILE).write_text(table, encoding="utf-8")
    return table


def temperatures(runs: Path) -> list[float]:
    """The temperature of each fold's network, fitted on that fold's validation speakers."""
    return [float((runs / f"fold{fold}" / _TEMPERATURE_FILE).read_text()) for fold in range(FOLDS)]


def _test_ours(run: Path, sides: Split) -> None:
    model = _calibrated(run, sides.validation)
    for condition in CONDITIONS:
        _scored_once(run / f"{condition}.npz", sides.test, partial(score, model, sides.test, condition))


def _calibrated(run: Path, validation: tuple[Clip, ...]) -> VoiceModel:
    model, settings = trained(run)
    network = torch_ensemble([model], settings)
    path = run / _TEMPERATURE_FILE
    if not path.exists():
        path.write_text(f"{fit_temperature(network, validation)}\n")
    return VoiceModel.of(network, float(path.read_text()))


def _scored_once(path: Path, clips: tuple[Clip, ...], scores: Callable[[], Scores]) -> None:
    if not path.exists():
        log.info("testing %s", path)
        Scored.of(clips, scores()).save(path)


def _table(runs: Path) -> str:
    found = {name: _reports(runs, name) for name in (*CONDITIONS, _BASELINE)}
    lines = [
        "| corpus | speakers | clips | accuracy | UAR (95 % over speakers) | ECE | telephone | crowd | street "
        "| first system's UAR | gain |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for corpus, clean in found["clean"].items():
        low, high = clean.interval_95
        changed = " | ".join(f"{found[name][corpus].uar:.3f}" for name in ("telephone", "crowd", "street"))
        before = found[_BASELINE][corpus].uar
        lines.append(
            f"| {corpus} | {clean.speakers} | {clean.clips} | {clean.accuracy:.3f} | {clean.uar:.3f} ({low:.3f} to "
            f"{high:.3f}) | {clean.ece:.3f} | {changed} | {before:.3f} | {clean.uar - before:+.3f} |"
        )
    lines += ["", "Recall:", *_recalls(found["clean"])]
    lines += ["", "Temperatures: " + ", ".join(f"{value:.3f}" for value in temperatures(runs))]
    return "\n".join(lines) + "\n"


def _recalls(reports: dict[str, Report]) -> list[str]:
    return [
        f"{corpus}: " + ", ".join(f"{emotion} {share:.2f}" for emotion, share in found.recall.items())
        for corpus, found in reports.items()
    ]


def _reports(runs: Path, name: str) -> dict[str, Report]:
    whole = Scored.joined(Scored.load(runs / f"fold{fold}" / f"{name}.npz") for fold in range(FOLDS))
    return {corpus: part.report() for corpus, part in whole.by_corpus().items()}
