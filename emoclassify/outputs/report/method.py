"""How it was done, how good the models are, what that means, and how to do it again."""

import shlex

import numpy as np

from emoclassify.analysis import Analysis
from emoclassify.networks.nouns import ModelUsed, SetScores
from emoclassify.outputs.document.blocks import Block, Bullets, Code, Heading, Paragraph, Row, Table
from emoclassify.outputs.document.words import NOTHING, Words, printable
from emoclassify.settings import Options


def method(found: Analysis, words: Words) -> list[Block]:
    """The models with their terms, and how good they are on labelled data that they did not learn from."""
    _ = words.text
    told = []
    if found.frames:
        told.append(
            _(
                "Faces are found in the frames looked at, followed from frame to frame, and each is read by the "
                "expression model: seven scores that add up to 1. Cut off, small, dark, bright, blurred or turned "
                "faces are kept apart and count for no mean."
            )
        )
    if found.voice is not None:
        told.append(
            _(
                "Speech is found in the sound; each stretch is heard by the voice model in windows of about three "
                "seconds."
            )
        )
    told.append(
        _(
            "Valence is the score of happy minus those of angry, disgust, fear and sad; what was not seen or heard "
            "is a gap."
        )
    )
    rows = tuple(
        (_(str(model.purpose)), printable(model.name), _terms(model, words), printable(model.runtime))
        for model in found.models
    )
    header = (_("what it does"), _("model"), _("terms"), _("run by"))
    blocks: list[Block] = [Heading(_("Method and models")), Paragraph(" ".join(told))]
    if rows:
        blocks.append(Table(header, rows))
    if any(model.commercial_use is False for model in found.models):
        own = _(
            "A voice model trained on recordings of your own may be used under your own terms; voice_model/README.md "
            "says how: python -m voice_model train and export, then --voice-model DIR."
        )
        blocks.append(Paragraph(own))
    for model in found.models:
        if model.scores:
            blocks += _how_good(model, words)
    return blocks


def _terms(model: ModelUsed, words: Words) -> str:
    licence = words.text(printable(model.licence))
    return f"{licence}; {words.text('not for commercial use')}" if model.commercial_use is False else licence


def _how_good(model: ModelUsed, words: Words) -> list[Block]:
    _ = words.text
    assert model.scores is not None
    header = (
        _("labelled data"),
        _("samples"),
        _("people"),
        _("accuracy"),
        _("mean recall"),
        _("macro-F1"),
        _("calibration error"),
    )
    rows = tuple(
        (
            set_name(measured.set, words),
            words.count(measured.n),
            NOTHING if measured.people is None else words.count(measured.people),
            _figure(measured, "accuracy", words),
            _figure(measured, "uar", words),
            _figure(measured, "macro_f1", words),
            words.number(measured.ece, 3),
        )
        for measured in model.scores.sets
    )
    caption = _(
        "How good the model “{name}” is on data that it did not learn from; in brackets the 95-percent "
        "confidence interval."
    )
    reported = model.scores.tested
    confusion = np.sum([measured.confusion for measured in reported], axis=0)
    labels = reported[0].labels
    named = "; ".join(set_name(measured.set, words) for measured in reported)
    told = _("What the model “{name}” said (columns) and what the label is (rows), samples: {sets}.")
    name = printable(model.name)
    return [
        Table(header, rows, numbers_from=1, caption=caption.format(name=name)),
        Table(
            ("", *map(_, labels)),
            tuple((_(label), *map(words.count, map(int, row))) for label, row in zip(labels, confusion, strict=True)),
            numbers_from=1,
            caption=told.format(name=name, sets=named),
        ),
    ]


def _figure(measured: SetScores, name: str, words: Words) -> str:
    told = words.number(getattr(measured, name), 3)
    if name not in measured.interval_95:
        return told
    low, high = (words.number(end, 3) for end in measured.interval_95[name])
    return f"{told} ({low}\N{EN DASH}{high})"


def set_name(name: str, words: Words) -> str:
    """ "RAVDESS, test speakers" in the language of the report."""
    corpus, comma, what = printable(name).partition(", ")
    return corpus + comma + (words.text(what) if what else "")


def limits(found: Analysis, words: Words) -> list[Block]:
    """What the figures cannot say, in plain words."""
    _ = words.text
    told = [
        _(
            "The scores say what a model sees in a face or hears in a voice, as people name such looks and sounds. "
            "They do not say what anybody feels, thinks or means."
        ),
        *(_errs(model, words) for model in found.models if model.scores),
        _(
            "Footage unlike that which the models learned from (dim rooms, heads turned away, other languages, "
            "everyday speech instead of actors) may be read worse; by how much is not known. The models' cards say "
            "what was tried."
        ),
    ]
    if len(found.persons) > 1:
        told.append(
            _(
                "Persons are told apart by their looks within this recording: in a crowd, or after a change of "
                "light, one person may get two numbers."
            )
        )
    if found.crosscheck is not None and found.crosscheck.told:
        told.append(_("Where face and voice agree, nothing is proven by it: both models may make the same mistake."))
    told.append(_("Do not use it for decisions about individual people: hiring, credit, policing, health."))
    return [Heading(_("Limits")), Bullets(tuple(told))]


def _errs(model: ModelUsed, words: Words) -> str:
    _ = words.text
    assert model.scores is not None
    sets = model.scores.tested
    confusion, labels = np.sum([measured.confusion for measured in sets], axis=0), sets[0].labels
    of_truth = confusion.sum(axis=1)
    recall = {label: confusion[i, i] / of_truth[i] for i, label in enumerate(labels) if of_truth[i]}
    worst = sorted(recall, key=lambda label: recall[label])[:2]
    return _(
        "The model “{name}” errs: of 100 labelled samples new to it, it names {right} as their labels do. It is worst "
        "at “{first}” (finds {first_share} of them) and “{second}” ({second_share})."
    ).format(
        name=printable(model.name),
        right=words.count(round(100 * np.trace(confusion) / confusion.sum())),
        first=_(worst[0]),
        first_share=words.percent(recall[worst[0]]),
        second=_(worst[1]),
        second_share=words.percent(recall[worst[1]]),
    )


def repeat(found: Analysis, words: Words) -> list[Block]:
    """The command, versions and checksums."""
    _ = words.text
    rows: list[Row] = [(_("Program"), f"EmoClassify {printable(found.version)}")]
    if found.analyzed_at:
        rows.append((_("Analyzed"), words.date(found.analyzed_at)))
    rows.append((_("Recording, SHA-256"), found.source.sha256))
    rows += [
        (f"{printable(model.name)}: {printable(file)}", digest)
        for model in found.models
        for file, digest in model.files.items()
    ]
    told = _("The same recording, options, models and program give the same scores on the same kind of machine.")
    return [Heading(_("How to repeat it")), Paragraph(told), Code(_command(found)), Table((), tuple(rows))]


def _command(found: Analysis) -> str:
    usual = vars(Options())
    parts = ["emoclassify", "analyze", shlex.quote(printable(found.source.name)), "--out", "results"]
    for name, value in found.options.to_dict().items():
        option = "--" + name.replace("_", "-")
        if name not in usual or value == usual[name]:
            continue
        parts += [option] if value is True else [option, shlex.quote(printable(str(value)))]
    return " ".join(parts)
