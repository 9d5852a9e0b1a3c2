"""Chooses, tests and writes the large speech model: a linear layer on what Whisper's frozen encoder hears."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from emoclassify.labels import EMOTIONS
from emoclassify.networks.models import record_scores
from emoclassify.voice.answer import CONFIG_FILE, SOUNDS
from emoclassify.voice.listener import ENCODER_FILE, HEAD_FILE
from emoclassify.voice.logmel import FEATURES
from emoclassify.voice.mfcc import RATE_HZ
from emoclassify.voice.read import WINDOW_S, Voice
from voice_model.calibrate import Logits, fit_temperature
from voice_model.corpora import Clip
from voice_model.head import Recipe, Sounds, fit_emotions, joined, logits_of
from voice_model.linear import Linear
from voice_model.material import CONDITIONS, Material, convert_encoder
from voice_model.scored import NAMES, Scored
from voice_model.sounds import sources_of
from voice_model.splits import folds_of, split

CANDIDATES = (
    Recipe((2, 3), 1e-3),
    Recipe((2, 3), 1e-2),
    Recipe((2, 3), 3e-2),
    Recipe((2,), 1e-2),
    Recipe((3,), 1e-2),
    Recipe((1, 2, 3), 1e-2),
)
"""Among which the recipe was chosen."""

BY_FOLDS = "all speakers by folds"

_ROUNDS = 40  # windows, to measure the cost


def validated(material: Material, recipe: Recipe, fold: int) -> dict[str, dict[str, float]]:
    """UAR of a recipe on the validation speakers of a fold, by condition and corpus: to choose by."""
    sides = split(material.clips, fold=fold)
    layer = fit_emotions(material.clips, material.embeddings, _places(material.clips, sides.train), recipe)
    uars: dict[str, dict[str, float]] = {}
    for condition in _conditions(material):
        logits = logits_of(layer, material.embeddings[condition], _places(material.clips, sides.validation), recipe)
        parts = Scored.of(sides.validation, logits.scores(1.0)).by_corpus()
        uars[condition] = {corpus: part.report().uar for corpus, part in parts.items()}
    return uars


def by_folds(material: Material, recipe: Recipe, corpora: Sequence[str]) -> tuple[dict[str, Scored], float]:
    """Scores of all clips by five folds of speakers, by condition, and the temperature of all folds.

    Args:
        material: of everything.
        recipe: which layers, how small the weights.
        corpora: learned from; none: all. A corpus that is not among them is tested whole.
    """
    folds = [split(material.clips, fold=fold) for fold in folds_of(material.clips)]
    logits: dict[str, list[Logits]] = {condition: [] for condition in _conditions(material)}
    for fold in folds:
        learners = [clip for clip in fold.train + fold.validation if not corpora or clip.corpus in corpora]
        layer = fit_emotions(material.clips, material.embeddings, _places(material.clips, learners), recipe)
        for condition, parts in logits.items():
            parts.append(logits_of(layer, material.embeddings[condition], _places(material.clips, fold.test), recipe))
    temperatures = _temperatures([fold.test for fold in folds], logits["clean"], corpora)
    scored = {
        condition: Scored.joined(
            Scored.of(fold.test, part.scores(temperature))
            for fold, part, temperature in zip(folds, parts, temperatures, strict=False)
        )
        for condition, parts in logits.items()
    }
    return scored, temperatures[-1]


def _temperatures(tests: Sequence[tuple[Clip, ...]], logits: Sequence[Logits], corpora: Sequence[str]) -> list[float]:
    """For each fold the temperature of the other folds' tests; behind them that of all, for the model that ships."""
    left_out: list[int | None] = [*range(len(tests)), None]
    temperatures = []
    for fold in left_out:
        others = [other for other in range(len(tests)) if other != fold]
        clips = [clip for other in others for clip in tests[other]]
        part = Logits.joined([logits[other] for other in others])
        if corpora:  # calibrated on what may be learned from
            part, clips = _of_corpora(part, clips, corpora)
        temperatures.append(fit_temperature(part, clips))
    return temperatures


def _of_corpora(logits: Logits, clips: Sequence[Clip], corpora: Sequence[str]) -> tuple[Logits, list[Clip]]:
    places = [place for place, clip in enumerate(clips) if clip.corpus in corpora]
    windows = np.flatnonzero(np.isin(logits.clips, places))
    ranks = np.searchsorted(places, logits.clips[windows])
    return Logits(logits.rows[windows], ranks), [clips[place] for place in places]


def _conditions(material: Material) -> list[str]:
    return [condition for condition in CONDITIONS if condition in material.embeddings]


def _places(clips: Sequence[Clip], part: Sequence[Clip]) -> list[int]:
    members = set(part)
    return [place for place, clip in enumerate(clips) if clip in members]


def choices(material: Material, fold: int) -> str:
    """The recipes of CANDIDATES on the validation speakers of a fold: UAR of each corpus and condition, Markdown."""
    lines: list[str] = []
    for recipe in CANDIDATES:
        uars = validated(material, recipe, fold)
        if not lines:
            lines = ["| layers | penalty |" + "".join(f" {name} |" for name in uars), "|---" * (2 + len(uars)) + "|"]
        cells = (" ".join(f"{corpus} {uar:.3f}" for corpus, uar in part.items()) for part in uars.values())
        lines.append(f"| {', '.join(map(str, recipe.layers))} | {recipe.penalty:g} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def folds_table(scored: dict[str, Scored]) -> str:
    """The figures of five folds, Markdown: a row for each corpus."""
    reports = {name: {corpus: part.report() for corpus, part in scored[name].by_corpus().items()} for name in scored}
    changed = [name for name in scored if name != "clean"]
    lines = ["| corpus | speakers | clips | accuracy | UAR (95 % over speakers) | ECE |"]
    lines[0] += "".join(f" {name} |" for name in changed)
    lines.append("|---" * (6 + len(changed)) + "|")
    for corpus, clean in reports["clean"].items():
        low, high = clean.interval_95
        cells = [f"{clean.accuracy:.3f}", f"{clean.uar:.3f} ({low:.3f} to {high:.3f})", f"{clean.ece:.3f}"]
        cells += [f"{reports[name][corpus].uar:.3f}" for name in changed]
        lines.append(f"| {NAMES.get(corpus, corpus)} | {clean.speakers} | {clean.clips} | {' | '.join(cells)} |")
    recalls = (
        f"{NAMES.get(corpus, corpus)}: "
        + ", ".join(f"{emotion} {share:.2f}" for emotion, share in report.recall.items())
        for corpus, report in reports["clean"].items()
    )
    return "\n".join([*lines, "", "Recall:", *recalls]) + "\n"


def write(material: Material, recipe: Recipe, scored: dict[str, Scored], temperature: float, folder: Path) -> str:
    """Writes the model that learned from all clips into a folder, created if missing.

    Args:
        material: of everything.
        recipe: which layers, how small the weights.
        scored: by folds, which scores.json tells.
        temperature: of all folds.
        folder: of the model.

    Returns:
        How often each kind of sound is taken for each, Markdown.
    """
    emotions = fit_emotions(material.clips, material.embeddings, range(len(material.clips)), recipe)
    speech = [source for source in sources_of(material.clips, ()) if not source.sound]
    sounds = Sounds.of(speech, material.clips, material.embeddings, (material.sources, material.bursts), recipe)
    wordless = sounds.fit()
    folder.mkdir(parents=True, exist_ok=True)
    convert_encoder(material.encoder, recipe.layers, folder / ENCODER_FILE)
    np.save(folder / HEAD_FILE, joined(emotions, wordless))
    config = {
        "labels": list(EMOTIONS),
        "features": FEATURES,
        "network": {"layers": list(recipe.layers), "sounds": list(SOUNDS)},
        "n_heard": emotions.weight.shape[0],
        "temperature": round(temperature, 4),
        "learned_from": {"speakers": "all"},
    }
    (folder / CONFIG_FILE).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    sets = [
        part.record(f"{NAMES.get(corpus, corpus)}, {BY_FOLDS}") for corpus, part in scored["clean"].by_corpus().items()
    ]
    record_scores(folder, sets, sum(of_set["log_loss"] for of_set in sets) / len(sets))
    return sounds_table(sounds, emotions, wordless)


def sounds_table(sounds: Sounds, emotions: Linear, wordless: Linear) -> str:
    """What the kept voices are taken for, Markdown: shares of the answers, and of fear before and after."""
    lines = [
        "| kept voices | n | speech | laughter | no words | fear before | fear now |",
        "|---|---|---|---|---|---|---|",
    ]
    for sound in SOUNDS:
        places = [place for place, source in enumerate(sounds.sources) if not source.group and source.sound == sound]
        for copy, changes in enumerate(("as it is", "changed")):
            rows = sounds.rows[places, copy]
            answers = wordless.logits(rows).argmax(axis=1)
            is_fear = emotions.logits(rows).argmax(axis=1) == EMOTIONS.index("fear")
            shares = [(answers == kind).mean() for kind in range(len(SOUNDS))]
            shares += [is_fear.mean(), (is_fear & (answers == 0)).mean()]
            cells = " | ".join(f"{share:.3f}" for share in shares)
            lines.append(f"| {sound or 'speech'}, {changes} | {len(places)} | {cells} |")
    return "\n".join(lines) + "\n"


def cost_ms(voice: Voice) -> float:
    """Milliseconds of processor for a second of sound, in whole windows of WINDOW_S."""
    rng = np.random.default_rng(0)
    windows = [rng.standard_normal(round(WINDOW_S * RATE_HZ)).astype(np.float32) * 0.1 for _ in range(_ROUNDS)]
    voice.hear(windows[:1])  # what is done once
    start_s = time.process_time()
    voice.hear(windows)
    return (time.process_time() - start_s) / (_ROUNDS * WINDOW_S) * 1000
