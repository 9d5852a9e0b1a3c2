"""Marks of episodes on the axis of time, the same on every chart."""

from functools import partial

from matplotlib.axes import Axes

from emoclassify.analysis import Analysis
from emoclassify.groups import GROUPS
from emoclassify.outputs.charts.style import THEME
from emoclassify.words.numbers import without_zeros
from emoclassify.words.texts import translation


def mark_episodes(axes: Axes, analysis: Analysis, lang: str) -> None:
    """Draws a thick line on the axis for each episode of the curve that the chart is about, and says below what it is.

    Args:
        axes: the lowest ones, with their axis of time set.
        analysis: of the recording.
        lang: of the texts.
    """
    main = 1 if analysis.persons else None
    episodes = [episode for episode in analysis.episodes if episode.person == main]
    if not episodes:
        return
    _, of_group = translation(lang).gettext, partial(translation(lang).pgettext, "group")
    for episode in episodes:
        ends_s = [episode.span.start_s, episode.span.end_s]
        transform = axes.get_xaxis_transform()
        axes.plot(
            ends_s, [0, 0], transform=transform, color=THEME.ink, linewidth=4, clip_on=False, solid_capstyle="butt"
        )
    rules = dict.fromkeys(episode.rule for episode in episodes)
    least = {rule: without_zeros(rule.up, lang) for rule in rules}
    measures = {rule: (of_group if rule.measure in GROUPS else _)(rule.measure) for rule in rules}
    names = ", ".join(f"{measures[rule]} \N{GREATER-THAN OR EQUAL TO} {least[rule]}" for rule in rules)
    axes.set_xlabel(f"{axes.get_xlabel()} · {_('thick line: {rules}').format(rules=names)}")
