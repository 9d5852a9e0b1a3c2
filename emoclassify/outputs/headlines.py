"""The finding that stands above a chart or on a slide, in one short line, of the figures in `findings.py`."""

from emoclassify.findings import NOTABLE_SHARE, CurveFindings, Findings, Subject
from emoclassify.groups import Groups
from emoclassify.overview import Overview
from emoclassify.usability import Verdict
from emoclassify.words.numbers import clock, count
from emoclassify.words.texts import translation


def headline(chart: str, overview: Overview, lang: str) -> str:
    """What a chart of `charts.kinds` shows, as a finding; empty where the recording has none or is not usable.

    Args:
        chart: its name.
        overview: of the recording.
        lang: of the text, one of `texts.LANGUAGES`.
    """
    findings, groups = overview.findings, overview.options.emotion_groups
    main = findings.main
    if main is None or main.mean is None or findings.subject not in (Subject.FACE, Subject.VOICE):
        return ""
    if findings.usability.verdict is Verdict.NOT_USABLE:
        return ""
    if chart == "agreement":
        return _agreement(findings, lang)
    if chart == "valence":
        return _valence(main, lang)
    if overview.source.still:
        text = translation(lang).gettext
        return text("The face reads as “{top}”").format(top=text(main.shares.ranked[0]))
    return _groups(main, groups, lang) if chart == "groups" else _leading(main, groups, lang)


def _leading(main: CurveFindings, groups: Groups, lang: str) -> str:
    """The emotion that leads longest, and the next where it is worth a word."""
    _ = translation(lang).gettext
    first, second = main.shares.ranked[:2]
    shares = main.shares.in_words(groups, lang).emotions
    line = _("Most often “{top}” ({of_time})").format(top=_(first), of_time=main.base.of(shares[first], lang))
    if main.shares.share_of_read(second) >= NOTABLE_SHARE:
        line += _(", next “{top}” ({share})").format(top=_(second), share=shares[second])
    return line


def _groups(main: CurveFindings, groups: Groups, lang: str) -> str:
    """The shares of the groups, the largest first."""
    shares = main.shares.in_words(groups, lang).groups
    by_size = sorted(shares, key=lambda group: -main.shares.group_of_read(groups[group]))
    names = {group: translation(lang).pgettext("group", group) for group in by_size}
    parts = [f"{names[group]} {shares[group]}" for group in by_size]
    line = main.base.of(", ".join(parts), lang)
    return line[:1].upper() + line[1:]


def _valence(main: CurveFindings, lang: str) -> str:
    """When the valence is highest and lowest."""
    _, low, high = translation(lang).gettext, main.lowest, main.highest
    times = {
        "high_time": clock(high.time_s, lang) if high else "",
        "low_time": clock(low.time_s, lang) if low else "",
    }
    if low and high:
        return _("Valence is highest at {high_time}, lowest at {low_time}").format(**times)
    if high:
        return _("Valence is highest at {high_time}").format(**times)
    if low:
        return _("Valence is lowest at {low_time}").format(**times)
    return _("No moment stands out in the valence")


def _agreement(findings: Findings, lang: str) -> str:
    """How often face and voice are on the same side."""
    _, crosscheck = translation(lang).gettext, findings.crosscheck
    if crosscheck is None or crosscheck.chance is None or findings.untold_reason:
        return _("Whether face and voice agree cannot be told")
    if not crosscheck.chance.is_more:
        return _("Face and voice are on the same side no more often than by chance")
    return _("Face and voice are on the same side in {same} of {all} stretches of speech").format(
        same=count(crosscheck.chance.n_same, lang), all=count(crosscheck.pairs, lang)
    )
