"""The sections on the planned comparisons: curves, scenes, what the panel could have found, other decisions."""

from collections.abc import Iterator

from emoclassify.outputs.document.blocks import Block, Bullets, Heading, Paragraph, Picture, Table, TextRow
from emoclassify.outputs.document.words import NOTHING, Words
from emoclassify.outputs.headlines import capitalized
from emoclassify.outputs.study.charts.compared import contrasts_of
from emoclassify.outputs.study.charts.draw import scenes_chart, sides_chart
from emoclassify.outputs.study.material import StudyMaterial
from emoclassify.outputs.study.names import (
    measure_name,
    p_text,
    pair_name,
    points,
    points_span,
    rest_name,
    scene_name,
)
from emoclassify.outputs.study.scenes_told import late_scenes
from emoclassify.outputs.study.told import curves_answer
from emoclassify.study.contrasts import Contrast, SceneFinding
from emoclassify.study.plan import BEFORE, Comparison
from emoclassify.study.robustness import Variant

_MOST_VARIANTS = 18


def comparisons(material: StudyMaterial, words: Words, charts: dict[str, Picture]) -> Iterator[Block]:
    """A section for each planned comparison."""
    _, study = words.text, material.study
    if not study.plan.comparisons:
        return
    yield Heading(_("Comparisons"))
    if study.are_scenes_late:
        yield Paragraph(late_scenes(words))
    for place, comparison in enumerate(study.plan.comparisons):
        contrasts = contrasts_of(material, comparison)
        yield Heading(pair_name(study, comparison, words), 2)
        yield Paragraph(_who(contrasts[0], words))
        yield Bullets(tuple(curves_answer(study, contrast, words).sentence for contrast in contrasts))
        yield scenes_table(material, comparison, words)
        names = [*(sides_chart(place, contrast.measure) for contrast in contrasts), scenes_chart(place)]
        yield from (charts[name] for name in names if name in charts)
    text = _(
        "A test of whole curves says that they differ, never from when to when; its p is corrected by Holm over all "
        "comparisons and measures of the plan."
    )
    yield Paragraph(text)


def _who(contrast: Contrast, words: Words) -> str:
    """Whether the same people are compared, and how much could be read of both sides."""
    _, (n_first, n_second) = words.text, contrast.n
    people = (
        words.several(
            "The same {n} person saw both and is compared with themselves.",
            "The same {n} people saw both; each is compared with themselves.",
            n_first,
        ).format(n=n_first)
        if contrast.is_paired
        else _("Different people: {first} and {second}.").format(first=n_first, second=n_second)
    )
    coverage = _("Of the film {first} and {second} could be read.").format(
        first=words.percent(contrast.coverage[0]), second=words.percent(contrast.coverage[1])
    )
    left_out = ""
    if contrast.n_on_both:
        left_out = words.several(
            "{n} person is on both sides and left out.",
            "{n} people are on both sides and left out.",
            contrast.n_on_both,
        ).format(n=contrast.n_on_both)
    return " ".join(filter(None, (people, coverage, left_out)))


def scenes_table(material: StudyMaterial, comparison: Comparison, words: Words) -> Table:
    """Difference, p, effect size and shares of each scene and measure of a comparison."""
    _ = words.text
    header = (
        _("measure"),
        _("scene"),
        _("points (95%)"),
        _("p (Holm)"),
        _("effect"),
        _("showed it: first"),
        _("second"),
        _("difference (95%)"),
    )
    rows = tuple(
        _scene_row(material, contrast, finding, words)
        for contrast in contrasts_of(material, comparison)
        for finding in contrast.scenes
    )
    caption = _("Effect: the difference in standard deviations; d of the same people, g of different ones.")
    return Table(header, rows, numbers_from=2, caption=caption)


def _scene_row(material: StudyMaterial, contrast: Contrast, finding: SceneFinding, words: Words) -> TextRow:
    place = scene_name(material.study, contrast.comparison.first.stimulus, finding.scene, words)
    row = (capitalized(measure_name(contrast.measure, words)), place, *difference_cells(finding, words))
    difference, shares = finding.difference, finding.shares
    effect = f"{'d' if contrast.is_paired else 'g'} {words.signed(difference.effect)}" if difference else NOTHING
    if shares is None:
        return (*row, p_text(finding.p_holm, words), effect, *[NOTHING] * 3)
    change = shares.difference
    cell = f"{points(change.difference, words)} ({points_span(change.low, change.high, words)})"
    of_sides = (words.percent(shares.first.share), words.percent(shares.second.share))
    return (*row, p_text(finding.p_holm, words), effect, *of_sides, cell)


def difference_cells(finding: SceneFinding, words: Words) -> TextRow:
    """The difference with its interval, in one cell."""
    difference = finding.difference
    if difference is None:
        return (NOTHING,)
    return (f"{points(difference.difference, words)} ({points_span(difference.low, difference.high, words)})",)


def reach(material: StudyMaterial, words: Words) -> list[Block]:
    """What this panel could have found, so that "cannot tell" is not read as "no difference"."""
    _, study = words.text, material.study
    rows = [
        (
            *(rest_name(study, film.stimulus, words), capitalized(measure_name(film.measure, words))),
            scene_name(study, film.stimulus, scene.scene, words),
            words.number(100 * scene.detectable, 0),
        )
        for film in material.answers.films
        for scene in film.scenes
        if scene.detectable is not None
    ]
    rows += [
        (
            *(pair_name(study, contrast.comparison, words), capitalized(measure_name(contrast.measure, words))),
            scene_name(study, contrast.comparison.first.stimulus, finding.scene, words),
            words.number(100 * finding.detectable, 0),
        )
        for contrast in material.answers.contrasts
        for finding in contrast.scenes
        if finding.detectable is not None
    ]
    if not rows:
        return []
    text = _("The smallest true difference that 8 of 10 panels like this one would find, before Holm's correction.")
    header = (_("comparison"), _("measure"), _("scene"), _("points"))
    return [Heading(_("What this panel could have found")), Paragraph(text), Table(header, tuple(rows), numbers_from=3)]


def other_decisions(material: StudyMaterial, words: Words) -> list[Block]:
    """The main measure's comparisons under other decisions."""
    _, variants = words.text, material.answers.variants
    if not variants:
        return []
    rows = tuple(_variant_row(material, variant, words) for variant in variants[:_MOST_VARIANTS])
    header = (_("comparison"), _("scene"), _("decided otherwise"), _("points (95%)"), _("p"), _("shares"))
    blocks: list[Block] = [
        Heading(_("If something else had been decided")),
        Paragraph(_("An answer that turns here is no answer. p is not corrected.")),
        Table(header, rows, numbers_from=3),
    ]
    if len(variants) > _MOST_VARIANTS:
        template = _("The first {shown} of {all}; robustness.csv has all.")
        blocks.append(Paragraph(template.format(shown=_MOST_VARIANTS, all=words.count(len(variants)))))
    return blocks


def _decision_text(variant: Variant, words: Words) -> str:
    _ = words.text
    if variant.decision == "share_above":
        return _("a measure is shown above {value}").format(value=words.number(float(variant.value)))
    if variant.decision == "min_coverage":
        return _("a viewing counts from {value}").format(value=words.percent(float(variant.value)))
    value = _("the 10 s before the film") if variant.value == BEFORE else _("none")
    return _("baseline: {value}").format(value=value)


def _variant_row(material: StudyMaterial, variant: Variant, words: Words) -> TextRow:
    study, finding = material.study, variant.finding
    shares = points(finding.shares.difference.difference, words) if finding.shares else NOTHING
    return (
        pair_name(study, variant.comparison, words),
        scene_name(study, variant.comparison.first.stimulus, finding.scene, words),
        _decision_text(variant, words),
        *difference_cells(finding, words),
        p_text(finding.difference.p if finding.difference else None, words),
        shares,
    )
