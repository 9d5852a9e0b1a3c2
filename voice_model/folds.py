"""Five folds over the speakers: each speaker is in the test once, our network beside the first system's."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import numpy as np

from emoclassify.labels import Scores
from emoclassify.voice.network import VoiceEnsemble
from emoclassify.voice.predict import VoiceModel
from voice_model import baseline
from voice_model.calibrate import Logits, fit_temperature
from voice_model.corpora import Clip, read_corpora
from voice_model.evaluate import CONDITIONS, score
from voice_model.export import torch_ensemble
from voice_model.scored import Report, Scored
from voice_model.settings import Settings
from voice_model.splits import FOLDS, Split, split
from voice_model.train import train, trained

TABLE_FILE = "folds.md"
FLOORS_DB = (45.0, 45.0, 60.0)
"""The networks of a fold, as what ships has: how far down each listens; their seeds follow one another. The mean of
their logits counts."""

_BASELINE = "baseline"
_LOGITS_FILE = "logits.npz"

log = logging.getLogger(__name__)


def run_folds(data: Path, runs: Path, settings: Settings) -> str:
    """Trains and tests what is not done yet, then writes the figures of all folds into TABLE_FILE.

    Args:
        data: holds the corpora.
        runs: gets a folder a fold; a call that broke off is gone on with.
        settings: of our networks, with the first one's seed; every fold is taken, and all speakers but its test's are
            learned from.

    Returns:
        The table, Markdown.

    Raises:
        UsageError: there is no corpus, or the folds in the folder have other settings.
    """
    clips = read_corpora(data).clips
    sides = [split(clips, fold=fold) for fold in range(FOLDS)]
    members = list(enumerate(FLOORS_DB, start=settings.seed))
    for fold in range(FOLDS):
        of_fold = replace(settings, fold=fold, speakers="all-but-test")
        for seed, floor_db in members:
            train(data, _member(runs, fold, seed), replace(of_fold, seed=seed, floor_db=floor_db))
        _run(runs, fold).mkdir(exist_ok=True)

    @cache  # built where something is left to be scored, and once
    def ensemble(fold: int) -> VoiceEnsemble:
        return torch_ensemble(*zip(*(trained(_member(runs, fold, seed)) for seed, _ in members), strict=True))

    for fold in range(FOLDS):
        if not (_run(runs, fold) / _LOGITS_FILE).exists():
            Logits.of(ensemble(fold), sides[fold].test).save(_run(runs, fold) / _LOGITS_FILE)
    for fold in range(FOLDS):
        _test_baseline(_run(runs, fold), clips, sides[fold], settings.seed)
    for fold in range(FOLDS):
        others = [other for other in range(FOLDS) if other != fold]
        temperature = fold_temperature(data, runs, others)
        _test_ours(_run(runs, fold), sides[fold].test, partial(ensemble, fold), temperature)
    table = _table(runs)
    (runs / TABLE_FILE).write_text(table, encoding="utf-8")
    return table


def fold_temperature(data: Path, runs: Path, folds: Sequence[int] = tuple(range(FOLDS))) -> float:
    """The temperature of the recipe, fitted on the test speakers of these folds, whom their networks never heard."""
    everyone = read_corpora(data).clips
    clips = [clip for fold in folds for clip in split(everyone, fold=fold).test]
    return fit_temperature(Logits.joined([Logits.load(_run(runs, fold) / _LOGITS_FILE) for fold in folds]), clips)


def tested(runs: Path) -> Scored:
    """What the folds' networks said of their test speakers, clean: every speaker once."""
    return Scored.joined(Scored.load(_run(runs, fold) / "clean.npz") for fold in range(FOLDS))


def _run(runs: Path, fold: int) -> Path:
    return runs / f"fold{fold}"


def _member(runs: Path, fold: int, seed: int) -> Path:
    return runs / f"fold{fold}-seed{seed}"


def _test_ours(run: Path, test: tuple[Clip, ...], ensemble: Callable[[], VoiceEnsemble], temperature: float) -> None:
    log.info("testing %s at temperature %.3f", run, temperature)
    Scored.of(test, Logits.load(run / _LOGITS_FILE).scores(temperature)).save(run / "clean.npz")

    def scores(condition: str) -> Scores:
        return score(VoiceModel.of(ensemble(), temperature), test, condition)

    for condition in CONDITIONS:
        _scored_once(run / f"{condition}.npz", test, partial(scores, condition))


def _test_baseline(run: Path, clips: tuple[Clip, ...], sides: Split, seed: int) -> None:
    """The first system's network, on the same clips for training and for the test."""
    heard = dict(zip(clips, baseline.features(clips, run.parent / "features"), strict=True))
    learned = sides.train + sides.validation
    baseline.fit(np.stack([heard[clip] for clip in learned]), learned, seed, run)
    of_test = np.stack([heard[clip] for clip in sides.test])
    _scored_once(run / f"{_BASELINE}.npz", sides.test, partial(baseline.predict, of_test, run))


def _scored_once(path: Path, clips: tuple[Clip, ...], scores: Callable[[], Scores]) -> None:
    if not path.exists():
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
    return "\n".join(lines) + "\n"


def _recalls(reports: dict[str, Report]) -> list[str]:
    return [
        f"{corpus}: " + ", ".join(f"{emotion} {share:.2f}" for emotion, share in found.recall.items())
        for corpus, found in reports.items()
    ]


def _reports(runs: Path, name: str) -> dict[str, Report]:
    whole = Scored.joined(Scored.load(runs / f"fold{fold}" / f"{name}.npz") for fold in range(FOLDS))
    return {corpus: part.report() for corpus, part in whole.by_corpus().items()}
