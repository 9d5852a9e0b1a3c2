"""Measures five folds over the speakers: each speaker is tested once, by our network and by the first system's."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import numpy as np

from emoclassify.errors import WorkshopError
from emoclassify.labels import Scores
from emoclassify.voice.listener import Listener
from emoclassify.voice.network import VoiceEnsemble
from emoclassify.voice.predict import VoiceModel
from voice_model import baseline
from voice_model.calibrate import Logits, fit_temperature
from voice_model.corpora import Clip, read_corpora
from voice_model.evaluate import CONDITIONS, score, score_recordings
from voice_model.export import torch_ensemble
from voice_model.listener import listener_of
from voice_model.provenance import other_clips, require_same_clips
from voice_model.scored import Report, Scored
from voice_model.settings import Settings
from voice_model.splits import Split, folds_of, split
from voice_model.train import features_folder, taught_head, train, trained

TABLE_FILE = "folds.md"
FLOORS_DB = (45.0, 60.0)
"""The floors of the networks of a fold, as in the shipped model; their seeds are consecutive. The mean of their logits
counts."""

_BASELINE = "baseline"
_ANALYZED = "analyzed"  # the files as they are, with all steps of an analysis
_LOGITS_FILE = "logits.npz"
_CLEAN_FILE = "clean.npz"

log = logging.getLogger(__name__)


def run_folds(data: Path, runs: Path, settings: Settings, encoder: Path | None = None) -> str:
    """Does the trainings and tests that are missing, then writes the figures of all folds into TABLE_FILE.

    With an encoder each fold's networks have a listener beside them, as in the shipped model.

    Args:
        data: holds the corpora.
        runs: gets a folder for each fold; a call that broke off is continued.
        settings: of our networks, with the seed of the first; their fold and speakers are replaced: each fold is
            trained on all speakers but those of its test.
        encoder: model.bin of Whisper, for the listener, and the teacher where the settings give its hints a weight.

    Returns:
        The table, Markdown.

    Raises:
        WorkshopError: no corpus has three speakers, or the folds in the folder have other settings or are of other
            clips.
    """
    clips = read_corpora(data).clips
    folds = folds_of(clips)
    sides = [split(clips, fold=fold) for fold in folds]
    members = list(enumerate(FLOORS_DB, start=settings.seed))
    for fold in folds:
        of_fold = replace(settings, fold=fold, speakers="all-but-test")
        for seed, floor_db in members:
            train(data, _member(runs, fold, seed), replace(of_fold, seed=seed, floor_db=floor_db), encoder)
        _run(runs, fold).mkdir(exist_ok=True)
    require_same_clips(runs, clips)

    @cache  # built only if something is not scored yet, and once
    def parts(fold: int) -> tuple[VoiceEnsemble, Listener | None]:
        networks = torch_ensemble(*zip(*(trained(_member(runs, fold, seed)) for seed, _ in members), strict=True))
        if encoder is None:
            return networks, None
        of_fold = replace(settings, fold=fold, speakers="all-but-test")
        head = taught_head(clips, of_fold, encoder, features_folder(_run(runs, fold)))
        return networks, listener_of(encoder, head)

    def model(fold: int, temperature: float) -> VoiceModel:
        networks, listener = parts(fold)
        return VoiceModel.of(networks, temperature, listener)

    for fold in folds:
        if not (_run(runs, fold) / _LOGITS_FILE).exists():
            Logits.of(model(fold, 1.0), sides[fold].test).save(_run(runs, fold) / _LOGITS_FILE)
    for fold in folds:
        _test_baseline(_run(runs, fold), clips, sides[fold], settings.seed)
    for fold in folds:
        others = [other for other in folds if other != fold]
        temperature = fold_temperature(data, runs, others)
        _test_ours(_run(runs, fold), sides[fold].test, partial(model, fold, temperature), temperature)
    table = _table(runs, folds)
    (runs / TABLE_FILE).write_text(table, encoding="utf-8")
    return table


def fold_temperature(data: Path, runs: Path, folds: Sequence[int] | None = None) -> float:
    """The temperature fitted on the test speakers of these folds, or of all, whom the folds' networks never heard.

    Raises:
        WorkshopError: the folds are not finished, or of other clips.
    """
    everyone = read_corpora(data).clips
    fold_numbers = folds_of(everyone) if folds is None else folds
    logits = Logits.joined([Logits.load(path) for path in _finished(runs, fold_numbers, _LOGITS_FILE)])
    clips = [clip for fold in fold_numbers for clip in split(everyone, fold=fold).test]
    _require_fit(runs, everyone, fits=int(logits.clips[-1]) + 1 == len(clips))
    return fit_temperature(logits, clips)


def test_side_scores(data: Path, runs: Path) -> Scored:
    """The scores of the folds' networks for their test speakers, clean: each speaker once.

    Raises:
        WorkshopError: the folds are not finished, or of other clips.
    """
    everyone = read_corpora(data).clips
    folds = folds_of(everyone)
    scored = Scored.joined(Scored.load(path) for path in _finished(runs, folds, _CLEAN_FILE))
    speakers = [clip.speaker for fold in folds for clip in split(everyone, fold=fold).test]
    _require_fit(runs, everyone, fits=scored.speakers.tolist() == speakers)
    return scored


def _finished(runs: Path, folds: Sequence[int], name: str) -> list[Path]:
    paths = [_run(runs, fold) / name for fold in folds]
    if missing := [path for path in paths if not path.exists()]:
        raise WorkshopError(
            f"{runs} holds no finished folds, {missing[0].relative_to(runs)} is missing; "
            f"`python -m voice_model folds DATA --run {runs}` goes on with them"
        )
    return paths


def _require_fit(runs: Path, clips: tuple[Clip, ...], *, fits: bool) -> None:
    if not fits:  # also raised for folders that have no checksum yet
        raise other_clips(runs)
    require_same_clips(runs, clips)


def _run(runs: Path, fold: int) -> Path:
    return runs / f"fold{fold}"


def _member(runs: Path, fold: int, seed: int) -> Path:
    return runs / f"fold{fold}-seed{seed}"


def _test_ours(run: Path, test: tuple[Clip, ...], model: Callable[[], VoiceModel], temperature: float) -> None:
    log.info("testing %s at temperature %.3f", run, temperature)
    Scored.of(test, Logits.load(run / _LOGITS_FILE).scores(temperature)).save(run / _CLEAN_FILE)

    def scores(condition: str) -> Scores:
        return score(model(), test, condition)

    for condition in CONDITIONS:
        _scored_once(run / f"{condition}.npz", test, partial(scores, condition))
    _scored_once(run / f"{_ANALYZED}.npz", test, lambda: score_recordings(model(), test))


def _test_baseline(run: Path, clips: tuple[Clip, ...], sides: Split, seed: int) -> None:
    """The first system's network, on the same clips for training and for the test."""
    features_by_clip = dict(zip(clips, baseline.features(clips, run.parent / "features"), strict=True))
    training_clips = sides.train + sides.validation
    baseline.fit(np.stack([features_by_clip[clip] for clip in training_clips]), training_clips, seed, run)
    of_test = np.stack([features_by_clip[clip] for clip in sides.test])
    _scored_once(run / f"{_BASELINE}.npz", sides.test, partial(baseline.predict, of_test, run))


def _scored_once(path: Path, clips: tuple[Clip, ...], scores: Callable[[], Scores]) -> None:
    if not path.exists():
        Scored.of(clips, scores()).save(path)


def _table(runs: Path, folds: Sequence[int]) -> str:
    reports = {name: _reports(runs, folds, name) for name in (*CONDITIONS, _ANALYZED, _BASELINE)}
    lines = [
        "| corpus | speakers | clips | accuracy | UAR (95 % over speakers) | ECE | telephone | crowd | street "
        "| as analyzed | first system's UAR | gain |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for corpus, clean in reports["clean"].items():
        low, high = clean.interval_95
        changed = " | ".join(f"{reports[name][corpus].uar:.3f}" for name in ("telephone", "crowd", "street", _ANALYZED))
        baseline_uar = reports[_BASELINE][corpus].uar
        lines.append(
            f"| {corpus} | {clean.speakers} | {clean.clips} | {clean.accuracy:.3f} | {clean.uar:.3f} ({low:.3f} to "
            f"{high:.3f}) | {clean.ece:.3f} | {changed} | {baseline_uar:.3f} | {clean.uar - baseline_uar:+.3f} |"
        )
    lines += ["", "Recall:", *_recalls(reports["clean"])]
    return "\n".join(lines) + "\n"


def _recalls(reports: dict[str, Report]) -> list[str]:
    return [
        f"{corpus}: " + ", ".join(f"{emotion} {share:.2f}" for emotion, share in report.recall.items())
        for corpus, report in reports.items()
    ]


def _reports(runs: Path, folds: Sequence[int], name: str) -> dict[str, Report]:
    scored = Scored.joined(Scored.load(_run(runs, fold) / f"{name}.npz") for fold in folds)
    return {corpus: part.report() for corpus, part in scored.by_corpus().items()}
