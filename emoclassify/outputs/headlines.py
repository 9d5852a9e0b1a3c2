"""The finding that stands above a chart or on a slide, in one short line, of the figures in `findings.py`."""

from emoclassify.findings import NOTABLE_SHARE, CurveFindings, Findings
from emoclassify.groups import Groups
from emoclassify.overview import Overview
from emoclassify.usability import Verdict
from emoclassify.words.numbers import clock, count, percent
from emoclassify.words.texts import translation


def headline(chart: str, overview: Overview, lang: str) -> str:
    """What a chart of `charts.kinds` shows, as a finding; empty where the recording has none or is not usable.

    Args:
        chart: its name.
        overview: of the recording.
        lang: of the text, one of `texts.LANGUAGES`.
    """
    if chart == "call":
        return _call(overview, lang)
    findings, groups = overview.findings, overview.options.emotion_groups
    main = findings.main
    if main is None or not is_told(findings):
        return ""
    if chart == "agreement":
        return _agreement(findings, lang)
    if chart == "valence":
        return capitalized(course(main, lang))
    if overview.source.still:
        text = translation(lang).gettext
        return text("The face reads as “{top}”").format(top=text(main.shares.ranked[0]))
    return _groups(main, groups, lang) if chart == "groups" else _leading(main, groups, lang)


def _call(overview: Overview, lang: str) -> str:
    """Who speaks most in a call, and for how much of the speech; empty where nobody does."""
    shares = overview.talk.shares if overview.talk else ()
    most = max(shares, key=lambda one: one.share, default=None)
    if most is None or not most.share:
        return ""
    _ = translation(lang).gettext
    if len({percent(one.share, lang) for one in shares}) == 1 < len(shares):
        return _("All sides speak for about as long")
    return _("Most of the speech: {role} ({share})").format(role=most.role, share=percent(most.share, lang))


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
    return capitalized(main.base.of(", ".join(parts), lang))


def leading_in_words(curve: CurveFindings, groups: Groups, lang: str, *, in_sentence: bool = False) -> str:
    """The emotion that leads longest with its share: "angry (41% of the speech)", with quotes in a sentence; "cannot
    tell" where none is told."""
    _ = translation(lang).gettext
    if curve.leading is None:
        return _("cannot tell")
    share = curve.base.of(curve.shares.in_words(groups, lang).emotions[curve.leading], lang)
    template = _("“{top}” ({of_time})") if in_sentence else "{top} ({of_time})"
    return template.format(top=_(curve.leading), of_time=share)


def course(curve: CurveFindings, lang: str) -> str:
    """When the valence is highest and lowest, as far as that stands out: part of a sentence, without a full stop."""
    _, low, high = translation(lang).gettext, curve.lowest, curve.highest
    times = {"high_time": clock(high.time_s, lang)} if high else {}
    times |= {"low_time": clock(low.time_s, lang)} if low else {}
    if low and high:
        template = _("valence is highest at {high_time} and lowest at {low_time}")
    elif high:
        template = _("valence is highest at {high_time}")
    elif low:
        template = _("valence is lowest at {low_time}")
    else:
        template = _("no moment stands out")
    return template.format(**times)


def is_told(findings: Findings) -> bool:
    """True where the recording has figures that may be told of it."""
    is_read = findings.main is not None and findings.main.leading is not None
    return is_read and findings.usability.verdict is not Verdict.NOT_USABLE


def capitalized(text: str) -> str:
    """The text as it begins a line."""
    return text[:1].upper() + text[1:]


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
