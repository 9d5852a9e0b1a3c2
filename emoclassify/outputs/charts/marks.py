"""Marks of episodes on the axis of time, the same on every chart."""

from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.axes import Axes

from emoclassify.analysis import Analysis
from emoclassify.episodes import Episode
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
    main_role = next((role.name for role in analysis.roles if role.voice), "")
    whose = (main, "" if main else main_role)
    episodes = [episode for episode in analysis.episodes if (episode.person, episode.role) == whose]
    _draw(axes, episodes)
    _explain(axes, episodes, lang)


def mark_role_episodes(rows: Mapping[str, Axes], lowest: Axes, analysis: Analysis, lang: str) -> None:
    """The same for each role of a call, on its own row.

    Args:
        rows: role -> its axes.
        lowest: the axes with the axis of time, below which is said what the lines are.
        analysis: of the call.
        lang: of the texts.
    """
    episodes = [episode for episode in analysis.episodes if episode.role in rows]
    for role, axes in rows.items():
        _draw(axes, [episode for episode in episodes if episode.role == role])
    _explain(lowest, episodes, lang)


def _draw(axes: Axes, episodes: Sequence[Episode]) -> None:
    transform = axes.get_xaxis_transform()
    for episode in episodes:
        ends_s = [episode.span.start_s, episode.span.end_s]
        axes.plot(
            ends_s, [0, 0], transform=transform, color=THEME.ink, linewidth=4, clip_on=False, solid_capstyle="butt"
        )


def _explain(axes: Axes, episodes: Sequence[Episode], lang: str) -> None:
    """Says below the axis of time by which rules there are episodes; nothing where there are none."""
    rules = dict.fromkeys(episode.rule for episode in episodes)
    if not rules:
        return
    _, of_group = translation(lang).gettext, partial(translation(lang).pgettext, "group")
    least = {rule: without_zeros(rule.up, lang) for rule in rules}
    measures = {rule: (of_group if rule.measure in GROUPS else _)(rule.measure) for rule in rules}
    names = ", ".join(f"{measures[rule]} \N{GREATER-THAN OR EQUAL TO} {least[rule]}" for rule in rules)
    axes.set_xlabel(f"{axes.get_xlabel()} · {_('thick line: {rules}').format(rules=names)}")
