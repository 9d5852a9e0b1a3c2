"""Marks of episodes on the axis of time, the same on every chart."""

from collections.abc import Collection, Iterable, Mapping
from functools import partial

from matplotlib.axes import Axes

from emoclassify.analysis import Analysis
from emoclassify.episodes import Episode
from emoclassify.groups import GROUPS
from emoclassify.outputs.charts.style import THEME
from emoclassify.timeline import Span
from emoclassify.words.numbers import without_zeros
from emoclassify.words.texts import translation


def mark_episodes(axes: Axes, analysis: Analysis) -> None:
    """Draws a thick line on the axis for each episode of the curve that the chart is about.

    Args:
        axes: the lowest ones, with their axis of time set.
        analysis: of the recording.
    """
    draw_marks(axes, [episode.span for episode in _main_episodes(analysis)])


def mark_role_episodes(rows: Mapping[str, Axes], analysis: Analysis) -> None:
    """The same for each role of a call, on its own row.

    Args:
        rows: role -> its axes.
        analysis: of the call.
    """
    for role, axes in rows.items():
        draw_marks(axes, [episode.span for episode in analysis.episodes if episode.role == role])


def episode_facts(analysis: Analysis, lang: str, roles: Collection[str] = ()) -> list[str]:
    """What the thick line is, for the second line of a title; empty where there is none.

    Args:
        analysis: of the recording.
        lang: of the texts.
        roles: those of a call that the chart has a row for; without any, the chart is about the main curve.
    """
    _, of_group = translation(lang).gettext, partial(translation(lang).pgettext, "group")
    marked = [episode for episode in analysis.episodes if episode.role in roles] if roles else _main_episodes(analysis)
    rules = dict.fromkeys(episode.rule for episode in marked)
    least = {rule: without_zeros(rule.up, lang) for rule in rules}
    measures = {rule: (of_group if rule.measure in GROUPS else _)(rule.measure) for rule in rules}
    names = ", ".join(f"{measures[rule]} \N{GREATER-THAN OR EQUAL TO} {least[rule]}" for rule in rules)
    return [_("thick line: {rules}").format(rules=names)] if rules else []


def _main_episodes(analysis: Analysis) -> list[Episode]:
    """Those of the main person, or of the main voice where there is no picture."""
    main = 1 if analysis.persons else None
    main_role = next((role.name for role in analysis.roles if role.voice), "")
    whose = (main, "" if main else main_role)
    return [episode for episode in analysis.episodes if (episode.person, episode.role) == whose]


def draw_marks(axes: Axes, spans: Iterable[Span]) -> None:
    """Draws a thick line on the axis for each stretch."""
    for span in spans:
        axes.plot(
            [span.start_s, span.end_s],
            [0, 0],
            transform=axes.get_xaxis_transform(),
            color=THEME.ink,
            linewidth=4,
            clip_on=False,
            solid_capstyle="butt",
        )
