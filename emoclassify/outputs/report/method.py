"""The method, how good the models are, the limits of the figures, and how to repeat the analysis."""

import shlex

import numpy as np

from emoclassify.analysis import Analysis
from emoclassify.groups import DEFAULT
from emoclassify.media.nouns import SIDES_BETWEEN
from emoclassify.networks.nouns import ModelUsed, SetScores
from emoclassify.outputs.document.blocks import Block, Bullets, Code, Heading, Paragraph, Table, TextRow
from emoclassify.outputs.document.words import NOTHING, Words, printable
from emoclassify.settings import Options
from emoclassify.smoothing import READING_REACH_S


def method(analysis: Analysis, words: Words) -> list[Block]:
    """How faces and voice were read, the models with their terms, and how good these are on labelled test data."""
    _ = words.text
    sentences = []
    if analysis.frames:
        sentences.append(
            _(
                "Faces are found in the frames looked at, followed from frame to frame, and each is read by the "
                "expression model: seven scores that add up to 1. Cut off, small, dark, bright, blurred or turned "
                "faces, and those with a covered mouth, are kept apart and count for no mean."
            )
        )
        if analysis.options.area:
            template = _(
                "Only faces whose middle lies in a part of the picture were read, as asked for (left, top, right and "
                "bottom edge as shares of the picture: {area}); whoever is outside counts as not there."
            )
            sentences.append(template.format(area=analysis.options.area))
        smoothing = _(
            "Which emotion is shown at a time, and counted in how long each leads, is told by the mean of the readings "
            "less than {length} before and after it, the nearest counting most: a talking mouth would make the "
            "label flicker."
        )
        sentences.append(smoothing.format(length=words.seconds(READING_REACH_S)))
    if analysis.voice is not None:
        sentences.append(
            _(
                "Speech is found in the sound; each stretch is heard by the voice model in windows of about three "
                "seconds."
            )
        )
    sentences.append(
        _(
            "Valence is the score of happy minus those of angry, disgust, fear and sad; it leaves surprise out, which "
            "may be pleasant or not. What was not seen or heard is a gap."
        )
    )
    if analysis.options.emotion_groups != DEFAULT:
        template = _("The groups are not those of the program but as asked for: {groups}.")
        sentences.append(template.format(groups=analysis.options.groups))
    rows = tuple(
        (_(str(model.purpose)), printable(model.name), _terms(model, words), printable(model.runtime))
        for model in analysis.models
    )
    header = (_("what it does"), _("model"), _("terms"), _("run by"))
    blocks: list[Block] = [Heading(_("Method and models")), Paragraph(" ".join(sentences))]
    if rows:
        blocks.append(Table(header, rows))
    if any(model.commercial_use is False for model in analysis.models):
        own_models = _(
            "A voice model trained on recordings of your own may be used under your own terms; voice_model/README.md "
            "says how: python -m voice_model train and export, then --voice-model DIR."
        )
        blocks.append(Paragraph(own_models))
    for model in analysis.models:
        if model.scores:
            blocks += _accuracy_tables(model, words)
    return blocks


def _terms(model: ModelUsed, words: Words) -> str:
    licence = words.text(printable(model.licence))
    return f"{licence}; {words.text('not for commercial use')}" if model.commercial_use is False else licence


def _accuracy_tables(model: ModelUsed, words: Words) -> list[Block]:
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
    test_sets = model.scores.tested
    confusion = np.sum([measured.confusion for measured in test_sets], axis=0)
    labels = test_sets[0].labels
    set_names = "; ".join(set_name(measured.set, words) for measured in test_sets)
    confusion_caption = _("What the model “{name}” said (columns) and what the label is (rows), samples: {sets}.")
    name = printable(model.name)
    return [
        Table(header, rows, numbers_from=1, caption=caption.format(name=name)),
        Table(
            ("", *map(_, labels)),
            tuple((_(label), *map(words.count, map(int, row))) for label, row in zip(labels, confusion, strict=True)),
            numbers_from=1,
            caption=confusion_caption.format(name=name, sets=set_names),
        ),
    ]


def _figure(measured: SetScores, name: str, words: Words) -> str:
    figure = words.number(getattr(measured, name), 3)
    if name not in measured.interval_95:
        return figure
    low, high = (words.number(end, 3) for end in measured.interval_95[name])
    return f"{figure} ({low}\N{EN DASH}{high})"


def set_name(name: str, words: Words) -> str:
    """The name of a set of labelled data in the language of the report, such as "RAVDESS, test speakers"."""
    corpus, comma, part = printable(name).partition(", ")
    return corpus + comma + (words.text(part) if part else "")


def limits(analysis: Analysis, words: Words) -> list[Block]:
    """What the figures do not say."""
    _ = words.text
    statements = [
        _(
            "The scores say what a model sees in a face or hears in a voice, as people name such looks and sounds. "
            "They do not say what anybody feels, thinks or means."
        ),
        *(_error_sentence(model, words) for model in analysis.models if model.scores),
        _(
            "Footage unlike that which the models learned from (dim rooms, heads turned away, other languages, "
            "everyday speech instead of actors) may be read worse; by how much is not known. The models' cards say "
            "what was tried."
        ),
    ]
    if len(analysis.persons) > 1:
        statements.append(
            _(
                "Persons are told apart by their looks within this recording: in a crowd, or after a change of "
                "light, one person may get two numbers."
            )
        )
    if analysis.crosscheck is not None and analysis.crosscheck.told:
        statements.append(
            _("Where face and voice agree, nothing is proven by it: both models may make the same mistake.")
        )
    statements.append(_("Do not use it for decisions about individual people: hiring, credit, policing, health."))
    return [Heading(_("Limits")), Bullets(tuple(statements))]


def _error_sentence(model: ModelUsed, words: Words) -> str:
    _ = words.text
    assert model.scores is not None
    sets = model.scores.tested
    confusion, labels = np.sum([measured.confusion for measured in sets], axis=0), sets[0].labels
    n_by_label = confusion.sum(axis=1)
    recall_of = {label: confusion[i, i] / n_by_label[i] for i, label in enumerate(labels) if n_by_label[i]}
    worst_labels = sorted(recall_of, key=lambda label: recall_of[label])[:2]
    return _(
        "The model “{name}” errs: of 100 labelled samples new to it, it names {right} as their labels do. It is worst "
        "at “{first}” (finds {first_share} of them) and “{second}” ({second_share})."
    ).format(
        name=printable(model.name),
        right=words.count(round(100 * np.trace(confusion) / confusion.sum())),
        first=_(worst_labels[0]),
        first_share=words.percent(recall_of[worst_labels[0]]),
        second=_(worst_labels[1]),
        second_share=words.percent(recall_of[worst_labels[1]]),
    )


def repeat(analysis: Analysis, words: Words) -> list[Block]:
    """The command, versions and checksums that repeat the analysis."""
    _ = words.text
    rows: list[TextRow] = [(_("Program"), f"EmoClassify {printable(analysis.version)}")]
    if analysis.analyzed_at:
        rows.append((_("Analyzed"), words.date(analysis.analyzed_at)))
    rows.append((_("Recording, SHA-256"), analysis.source.sha256))
    rows += [
        (f"{printable(model.name)}: {printable(file)}", digest)
        for model in analysis.models
        for file, digest in model.files.items()
    ]
    sentence = _("The same recording, options, models and program give the same scores on the same kind of machine.")
    return [Heading(_("How to repeat it")), Paragraph(sentence), Code(_command(analysis)), Table((), tuple(rows))]


def _command(analysis: Analysis) -> str:
    defaults, files = vars(Options()), _files_of_sides(analysis)
    options = analysis.options.to_dict() | ({"roles": files} if files else {})
    recordings = [] if files else [shlex.quote(printable(analysis.source.name))]
    parts = ["emoclassify", "analyze", *recordings, "--out", "results"]
    for name, value in options.items():
        option = "--" + name.replace("_", "-")
        if name not in defaults or value == defaults[name]:
            continue
        parts += [option] if value is True else [option, shlex.quote(printable(str(value)))]
    return " ".join(parts)


def _files_of_sides(analysis: Analysis) -> str:
    """The option `roles` of a call that was joined from two recordings, with their names; empty of any other."""
    notes = [note for note in analysis.source.notes if note.code == "sides_joined"]
    names = str(notes[0].fields["files"]).split(SIDES_BETWEEN) if notes else []
    roles = dict(zip(analysis.options.role_tracks, analysis.options.role_places, strict=False))
    if not names or set(roles) != set(range(1, len(names) + 1)):
        return ""
    return ",".join(f"{role}={names[track - 1]}" for track, role in roles.items())
