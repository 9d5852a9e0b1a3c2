"""Marks of episodes on the axis of time, the same on every chart."""

from functools import partial

from matplotlib.axes import Axes

from emoclassify.analysis import Analysis
from emoclassify.episodes import Episode
from emoclassify.groups import GROUPS
from emoclassify.outputs.charts.style import THEME
from emoclassify.words.numbers import without_zeros
from emoclassify.words.texts import translation


def mark_episodes(axes: Axes, analysis: Analysis) -> None:
    """Draws a thick line on the axis for each episode of the curve that the chart is about.

    Args:
        axes: the lowest ones, with their axis of time set.
        analysis: of the recording.
    """
    for episode in _episodes(analysis):
        ends_s = [episode.span.start_s, episode.span.end_s]
        transform = axes.get_xaxis_transform()
        axes.plot(
            ends_s, [0, 0], transform=transform, color=THEME.ink, linewidth=4, clip_on=False, solid_capstyle="butt"
        )


def episode_facts(analysis: Analysis, lang: str) -> list[str]:
    """What the thick line is, for the second line of a title; empty where there is none."""
    _, of_group = translation(lang).gettext, partial(translation(lang).pgettext, "group")
    rules = dict.fromkeys(episode.rule for episode in _episodes(analysis))
    least = {rule: without_zeros(rule.up, lang) for rule in rules}
    measures = {rule: (of_group if rule.measure in GROUPS else _)(rule.measure) for rule in rules}
    names = ", ".join(f"{measures[rule]} \N{GREATER-THAN OR EQUAL TO} {least[rule]}" for rule in rules)
    return [_("thick line: {rules}").format(rules=names)] if rules else []


def _episodes(analysis: Analysis) -> list[Episode]:
    """Those of the main person, or of the voice where there is no picture."""
    main = 1 if analysis.persons else None
    return [episode for episode in analysis.episodes if episode.person == main]
